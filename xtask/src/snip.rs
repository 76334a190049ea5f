//! Takes the bodies out of functions of the page that are linked but never called.
//!
//! Views are compiled with erased types, so what a view could do is reached through tables, and no linker can see
//! that some of it is never done. What is left of such a function stops the page with a trap.

use anyhow::bail;
use walrus::{FunctionBuilder, FunctionKind, Module};

/// Waking markup piece by piece, as it comes over the network. Our pages are whole files: they are woken at once, when
/// they are loaded, by functions of other names. So the first load of any page would show that this is wrong.
const NEVER: &str = "<T as tachys::view::any_view::IntoAny>::into_any::hydrate_async";
/// How the name of a function ends that does it, where the one before only says that it will be done.
const BODY: &str = "{{closure}}";

/// The compiler keeps one of several functions with the same body, under any of their names. A body of fewer
/// instructions than this may be that of a function that is called.
const DISTINCT: u64 = 60;

/// All that decides what is taken.
pub(crate) fn settings() -> String {
    format!("{NEVER} {BODY} {DISTINCT}")
}

/// Empties every function that [`NEVER`] names.
///
/// # Errors
/// When there is none: the views were compiled in another way, or these names are no longer what they were.
pub(crate) fn snip(module: &mut Module) -> anyhow::Result<()> {
    let named = module.funcs.iter().filter(|function| {
        let FunctionKind::Local(local) = &function.kind else { return false };
        function.name.as_deref().is_some_and(is_never_called) && local.size() >= DISTINCT
    });
    let named: Vec<_> = named.map(walrus::Function::id).collect();
    if named.is_empty() {
        bail!("no function is called {NEVER}");
    }
    for id in named {
        let FunctionKind::Local(function) = &module.funcs.get(id).kind else { continue };
        let args = function.args.clone();
        let kind = module.types.get(function.ty());
        let (takes, gives) = (kind.params().to_vec(), kind.results().to_vec());
        let mut empty = FunctionBuilder::new(&mut module.types, &takes, &gives);
        empty.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(empty.local_func(args));
    }
    Ok(())
}

fn is_never_called(name: &str) -> bool {
    // The compiler's own digest of the types stands at the end.
    let name = name.rsplit_once("::h").map_or(name, |(name, _)| name);
    name.starts_with(NEVER) && name.ends_with(BODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_wakes_pieces_goes() {
        assert!(is_never_called(&format!("{NEVER}::{BODY}::h0123456789abcdef")));
        assert!(!is_never_called(&format!("{NEVER}::h0123456789abcdef")));
        let other = NEVER.replace("hydrate_async", "hydrate_from_server");
        assert!(!is_never_called(&format!("{other}::{BODY}::h0123456789abcdef")));
    }

    #[test]
    fn short_bodies_stay_and_a_module_without_any_is_an_error() -> anyhow::Result<()> {
        let mut module = Module::default();
        let mut build = |name: &str, length: i32| {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
            function.name(name.to_owned());
            let mut body = function.func_body();
            (0..length).for_each(|number| {
                body.i32_const(number).drop();
            });
            function.finish(Vec::new(), &mut module.funcs)
        };
        let name = format!("{NEVER}::{BODY}::h0123456789abcdef");
        let (long, short, other) = (build(&name, 60), build(&name, 5), build("other", 60));
        snip(&mut module)?;
        let sizes = [long, short, other].map(|id| module.funcs.get(id).kind.unwrap_local().size());
        assert_eq!(sizes, [1, 10, 120]);
        assert!(snip(&mut module).is_err());
        Ok(())
    }
}
