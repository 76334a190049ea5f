//! Gives what a wasm module and its script call each other short names.
//!
//! The generator of the bindings ends most names in a digest. No compressor can shrink those, and each stands in
//! both files.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use walrus::Module;

/// Length of the digests, in hexadecimal digits.
const DIGITS: usize = 16;

/// Raised when other names come out of the same module.
pub(crate) const VERSION: &str = "1";

/// New names by old ones.
pub(crate) type Names = BTreeMap<String, String>;

/// Renames imports and exports whose names end in a digest.
pub(crate) fn module(module: &mut Module) -> Names {
    let mut names = Names::new();
    let mut shorten = |name: &mut String| {
        if ends_in_digest(name) {
            let next = format!("${:x}", names.len());
            name.clone_from(names.entry(name.clone()).or_insert(next));
        }
    };
    module.imports.iter_mut().for_each(|import| shorten(&mut import.name));
    module.exports.iter_mut().for_each(|export| shorten(&mut export.name));
    names
}

/// The script with the same names as its module.
///
/// # Errors
/// When the script lacks one of the old names, or knows one of the new ones already: it is another script, then.
pub(crate) fn script(script: &str, names: &Names) -> anyhow::Result<String> {
    let taken: BTreeSet<&String> = names.values().collect();
    let mut missing: BTreeSet<&String> = names.keys().collect();
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while !rest.is_empty() {
        let word = rest.find(|c| !is_part_of_name(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(word);
        if taken.contains(&name.to_owned()) {
            bail!("the script has a name {name} of its own");
        }
        match names.get_key_value(name) {
            Some((old, new)) => {
                missing.remove(old);
                out.push_str(new);
            }
            None => out.push_str(name),
        }
        let gap = after.find(is_part_of_name).unwrap_or(after.len());
        out.push_str(&after[..gap]);
        rest = &after[gap..];
    }
    if let Some(name) = missing.first() {
        bail!("the script knows no {name}");
    }
    Ok(out)
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn ends_in_digest(name: &str) -> bool {
    let Some(start) = name.len().checked_sub(DIGITS) else { return false };
    name.is_ascii() && start > 0 && name[start..].bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "__wbg_log_0123456789abcdef";

    fn made() -> Module {
        let mut made = Module::default();
        let kind = made.types.add(&[], &[]);
        let (import, _) = made.add_import_func("./a.js", LONG, kind);
        made.add_import_func("./a.js", "__wbindgen_throw", kind);
        made.exports.add("run_h0123456789abcdef", import);
        made.exports.add("memory", import);
        made
    }

    #[test]
    fn module_and_script_get_the_same_names() -> anyhow::Result<()> {
        let mut made = made();
        let names = module(&mut made);
        let imports: Vec<_> = made.imports.iter().map(|import| import.name.as_str()).collect();
        let exports: Vec<_> = made.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!((imports, exports), (vec!["$0", "__wbindgen_throw"], vec!["$1", "memory"]));
        let before =
            format!("a = {{ {LONG}: f, __wbindgen_throw: g }}; wasm.run_h0123456789abcdef(1)");
        assert_eq!(script(&before, &names)?, "a = { $0: f, __wbindgen_throw: g }; wasm.$1(1)");
        Ok(())
    }

    #[test]
    fn a_longer_name_is_another_name() -> anyhow::Result<()> {
        let names = Names::from([(LONG.to_owned(), "$0".to_owned())]);
        assert_eq!(script(&format!("{LONG}(x{LONG})"), &names)?, format!("$0(x{LONG})"));
        Ok(())
    }

    #[test]
    fn another_script_is_an_error() {
        let names = Names::from([(LONG.to_owned(), "$0".to_owned())]);
        assert!(script("nothing", &names).is_err());
        assert!(script(&format!("{LONG}; $0"), &names).is_err());
    }
}
