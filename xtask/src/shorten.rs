//! Gives what a wasm module and its script call each other short names.
//!
//! The generator of the bindings writes long names with digests in them, which no compressor can shrink and which
//! stand in both files. terser renames them in the script and says how; here the wasm file follows.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

/// Bytes before the first section: the magic number and the version.
const HEADER: usize = 8;

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// New names by old ones.
pub(crate) type Names = BTreeMap<String, String>;

/// Reads the file in which terser keeps how it renamed properties.
pub(crate) fn names(cache: &str) -> anyhow::Result<Names> {
    let cache: serde_json::Value = serde_json::from_str(cache)?;
    let Some(properties) = cache["props"]["props"].as_object() else { return Ok(Names::new()) };
    let pairs = properties.iter().map(|(old, new)| {
        // terser puts a dollar sign before each, so that no name means something in JavaScript.
        let old = old.strip_prefix('$').context("a name without its sign")?;
        Ok((old.to_owned(), new.as_str().context("a new name is a string")?.to_owned()))
    });
    pairs.collect()
}

/// The module with other names for its imports and exports; a name that is not in the list stays.
pub(crate) fn shorten(wasm: &[u8], names: &Names) -> anyhow::Result<Vec<u8>> {
    let mut out = wasm.get(..HEADER).context("not a wasm module")?.to_vec();
    let mut reader = Reader { bytes: wasm, at: HEADER };
    while reader.at < wasm.len() {
        let id = reader.byte()?;
        let length = reader.number()?;
        let section = reader.take(length)?;
        let renamed = match id {
            IMPORTS => Some(rename(section, names, true)?),
            EXPORTS => Some(rename(section, names, false)?),
            _ => None,
        };
        let section = renamed.as_deref().unwrap_or(section);
        out.push(id);
        put_number(&mut out, section.len());
        out.extend_from_slice(section);
    }
    Ok(out)
}

fn rename(section: &[u8], names: &Names, imports: bool) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let mut out = Vec::with_capacity(section.len());
    let count = reader.number()?;
    put_number(&mut out, count);
    for _ in 0..count {
        if imports {
            put_name(&mut out, reader.name()?);
        }
        let name = reader.name()?;
        put_name(&mut out, names.get(name).map_or(name, String::as_str));
        let start = reader.at;
        let kind = reader.byte()?;
        if imports {
            reader.skip_type(kind)?
        } else {
            reader.number().map(drop)?
        }
        out.extend_from_slice(&section[start..reader.at]);
    }
    if reader.at < section.len() {
        bail!("{} bytes too many in a section", section.len() - reader.at);
    }
    Ok(out)
}

/// Reads what the binary format of WebAssembly is made of.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> anyhow::Result<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn take(&mut self, length: usize) -> anyhow::Result<&'a [u8]> {
        let end = self.at.checked_add(length).context("a length that is too large")?;
        let taken = self.bytes.get(self.at..end).context("the module ends early")?;
        self.at = end;
        Ok(taken)
    }

    /// An unsigned number, seven bits a byte.
    fn number(&mut self) -> anyhow::Result<usize> {
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(usize::try_from(number)?);
            }
        }
        bail!("a number that is too long")
    }

    fn name(&mut self) -> anyhow::Result<&'a str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?)
    }

    /// Skips what says of which type an import is.
    fn skip_type(&mut self, kind: u8) -> anyhow::Result<()> {
        match kind {
            // A function, by the number of its type.
            0 => self.number().map(drop),
            // A table: the type of its elements, then like a memory.
            1 => self.byte().and_then(|_| self.skip_limits()),
            2 => self.skip_limits(),
            // A global: its type, and whether it changes.
            3 => self.take(2).map(drop),
            // A tag: a byte for later, then like a function.
            4 => self.byte().and_then(|_| self.number()).map(drop),
            other => bail!("an import of kind {other}"),
        }
    }

    fn skip_limits(&mut self) -> anyhow::Result<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Ok(())
    }
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push((rest as u8 & 0x7f) | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    put_number(out, name.len());
    out.extend_from_slice(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![id];
        put_number(&mut out, content.len());
        out.extend_from_slice(content);
        out
    }

    fn named(name: &str, rest: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_name(&mut out, name);
        out.extend_from_slice(rest);
        out
    }

    /// A module with an import of each kind and an export, under these names.
    fn module(import: &str, export: &str) -> Vec<u8> {
        let mut imports = vec![4];
        imports.extend(named("./a.js", &named(import, &[0, 3])));
        imports.extend(named("./a.js", &named("memory", &[2, 1, 1, 0x80, 2])));
        imports.extend(named("./a.js", &named("table", &[1, 0x70, 0, 5])));
        imports.extend(named("./a.js", &named("global", &[3, 0x7f, 1])));
        let mut exports = vec![1];
        exports.extend(named(export, &[0, 0x80, 1]));
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        out.extend(section(1, &[0]));
        out.extend(section(IMPORTS, &imports));
        out.extend(section(EXPORTS, &exports));
        out.extend(section(0, &named("kept", b"whatever this is")));
        out
    }

    #[test]
    fn imports_and_exports_get_their_new_names() -> anyhow::Result<()> {
        // A length that takes two bytes before and one after.
        let long = "__wbg_".repeat(40);
        let names =
            names(&format!(r#"{{"props":{{"props":{{"${long}":"a","$__wb_out":"b"}}}}}}"#))?;
        assert_eq!(shorten(&module(&long, "__wb_out"), &names)?, module("a", "b"));
        Ok(())
    }

    #[test]
    fn without_new_names_nothing_changes() -> anyhow::Result<()> {
        let module = module("one", "two");
        assert_eq!(shorten(&module, &names("{}")?)?, module);
        Ok(())
    }

    #[test]
    fn a_module_that_ends_early_is_an_error() {
        let module = module("one", "two");
        for end in [0, 4, HEADER + 1, module.len() - 1] {
            assert!(shorten(&module[..end], &Names::new()).is_err(), "{end}");
        }
    }
}
