//! Takes the bodies out of functions that are linked but never called.
//!
//! Views are compiled with erased types, so all that a view could do is reached through tables, and no linker can
//! see that the page never does some of it. What remains of such a function stops the page with a trap, so a wrong
//! entry in this list fails the first browser test.

use walrus::{FunctionBuilder, FunctionKind};
use wasm_bindgen_cli_support::Output;

/// Parts of names, after demangling, with what is never done.
const NEVER: [&str; 3] = [
    // Waking markup that arrives piece by piece. The pages are whole files.
    "hydrate_async",
    // Building views by copying templates.
    "hydrate_from_template",
    "ToTemplate",
];

/// All that decides what is taken.
pub(crate) fn settings() -> String {
    NEVER.join(" ")
}

/// Empties every function whose name holds one of [`NEVER`].
pub(crate) fn snip(output: &mut Output) {
    let module = output.wasm_mut();
    let named = module.funcs.iter().filter(|function| {
        let name = function.name.as_deref().unwrap_or_default();
        NEVER.iter().any(|never| name.contains(never))
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
