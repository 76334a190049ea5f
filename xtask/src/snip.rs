//! Takes the bodies out of functions that are linked but never called.
//!
//! Views are compiled with erased types, so all that a view could do is reached through tables, and no linker can
//! see that the page never does some of it. What remains of such a function stops the page with a trap, so a wrong
//! entry in this list fails the first browser test.

use walrus::{FunctionBuilder, FunctionKind};
use wasm_bindgen_cli_support::Output;

/// Beginnings and ends of names, after demangling, of what is never done: waking markup that arrives piece by piece.
/// The pages are whole files.
///
/// Only bodies that are like no other may stand here. The compiler keeps one of several functions with the same body,
/// under any of their names.
const NEVER: [(&str, &str); 1] =
    [("<T as tachys::view::any_view::IntoAny>::into_any::hydrate_async", "{{closure}}")];

/// A body of fewer instructions may be that of other functions, too.
const DISTINCT: u64 = 60;

/// All that decides what is taken.
pub(crate) fn settings() -> String {
    format!("{NEVER:?} {DISTINCT}")
}

/// Empties every function whose name is one of [`NEVER`].
pub(crate) fn snip(output: &mut Output) {
    let module = output.wasm_mut();
    let named = module.funcs.iter().filter(|function| {
        let FunctionKind::Local(local) = &function.kind else { return false };
        let name = function.name.as_deref().unwrap_or_default();
        // The compiler's own digest of the types stands at the end.
        let name = name.rsplit_once("::h").map_or(name, |(name, _)| name);
        let never = |(start, end): &(&str, &str)| name.starts_with(start) && name.ends_with(end);
        NEVER.iter().any(never) && local.size() >= DISTINCT
    });
    for id in named.map(walrus::Function::id).collect::<Vec<_>>() {
        let FunctionKind::Local(function) = &module.funcs.get(id).kind else { continue };
        let args = function.args.clone();
        let kind = module.types.get(function.ty());
        let (takes, gives) = (kind.params().to_vec(), kind.results().to_vec());
        let mut empty = FunctionBuilder::new(&mut module.types, &takes, &gives);
        empty.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(empty.local_func(args));
    }
}
