//! Takes the bodies out of functions of the page that are linked but never called.
//!
//! Views are compiled with erased types, so what a view could do is reached through tables, and no linker can see
//! that some of it is never done. What is left of such a function stops the page with a trap.

use std::path::PathBuf;

use anyhow::bail;
use walrus::{FunctionBuilder, FunctionKind, Module};

use crate::files;

/// Waking markup piece by piece, as it comes over the network. Our pages are whole files: they are woken at once, when
/// they are loaded, by functions of other names. So the first load of any page would show that this is wrong; in parts
/// that are fetched later nothing is woken at all.
const NEVER: &str = "hydrate_async";
/// How the name of a function goes on that does it, where the others only say that it will be done or are parts of it.
const BODIES: [&str; 2] = ["::{{closure}}", "28_$u7b$$u7b$closure$u7d$$u7d$"];

/// The compiler keeps one of several functions with the same body, under any of their names. A body of fewer
/// instructions than this may be that of a function that is called.
const DISTINCT: u64 = 60;

/// Raised when other functions are taken by the same names.
const VERSION: u32 = 4;

/// All that decides what is taken.
pub(crate) fn settings() -> String {
    format!("{NEVER} {BODIES:?} {DISTINCT} {VERSION}")
}

/// The same for parts, whose names are those of the linker; some have none to empty.
///
/// # Errors
/// As [`snip`], of all parts together.
pub(crate) fn parts(parts: &[PathBuf]) -> anyhow::Result<()> {
    let mut emptied = 0;
    for part in parts {
        let mut module = Module::from_buffer(&files::read(part)?)?;
        emptied += empty_never_called(&mut module);
        files::write(part, module.emit_wasm())?;
    }
    if emptied == 0 {
        bail!("no function of a part is called {NEVER}");
    }
    Ok(())
}

/// Empties every function that [`NEVER`] names.
///
/// # Errors
/// When there is none: the views were compiled in another way, or these names are no longer what they were.
pub(crate) fn snip(module: &mut Module) -> anyhow::Result<()> {
    if empty_never_called(module) == 0 {
        bail!("no function is called {NEVER}");
    }
    Ok(())
}

/// How many were emptied.
fn empty_never_called(module: &mut Module) -> usize {
    let named = module.funcs.iter().filter(|function| {
        let FunctionKind::Local(local) = &function.kind else { return false };
        function.name.as_deref().is_some_and(is_never_called) && local.size() >= DISTINCT
    });
    let named: Vec<_> = named.map(walrus::Function::id).collect();
    let count = named.len();
    for id in named {
        let FunctionKind::Local(function) = &module.funcs.get(id).kind else { continue };
        let args = function.args.clone();
        let kind = module.types.get(function.ty());
        let (takes, gives) = (kind.params().to_vec(), kind.results().to_vec());
        let mut empty = FunctionBuilder::new(&mut module.types, &takes, &gives);
        empty.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(empty.local_func(args));
    }
    count
}

/// Names as the linker writes them and as people do, each with the compiler's digest of the types at its end.
///
/// Closures and functions within the body are left alone. They are what the same view does when it is woken at once,
/// and so may be one function with that; so may what clears a body away.
fn is_never_called(name: &str) -> bool {
    let (name, _) =
        name.rsplit_once("::h").or_else(|| name.rsplit_once("17h")).unwrap_or((name, ""));
    let Some((_, inside)) = name.split_once(NEVER) else { return false };
    BODIES.contains(&inside) && !name.contains("drop_in_place")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "<T as tachys::view::any_view::IntoAny>::into_any::hydrate_async::{{closure}}::h0123456789abcdef";

    #[test]
    fn only_what_wakes_pieces_goes() {
        assert!(is_never_called(NAME));
        assert!(is_never_called(
            "_ZN6tachys4view13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h0E"
        ));
        assert!(!is_never_called(&NAME.replace("::{{closure}}", "")));
        assert!(!is_never_called(&NAME.replace(NEVER, "hydrate_from_server")));
        assert!(!is_never_called(&NAME.replace("{{closure}}", "{{closure}}::{{closure}}")));
        assert!(!is_never_called(&format!("core::ptr::drop_in_place<{NAME}>")));
        assert!(!is_never_called("app::{{closure}}::hydrate_async::h0123456789abcdef"));
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
        let (long, short, other) = (build(NAME, 60), build(NAME, 5), build("other", 60));
        snip(&mut module)?;
        let sizes = [long, short, other].map(|id| module.funcs.get(id).kind.unwrap_local().size());
        assert_eq!(sizes, [1, 10, 120]);
        assert!(snip(&mut module).is_err());
        Ok(())
    }
}
