//! The same syntheses as a wasm module without imports, for a host that brings the clock.
#![expect(
    unsafe_code,
    reason = "an exported name is unsafe by the language's rules; there is one of it"
)]

mod cases;

/// Runs a case and returns the checksum of its picture.
#[unsafe(no_mangle)]
pub extern "C" fn figure(case: u32) -> u32 {
    // Used by the native program only.
    let _ = cases::NAMES;
    cases::run(case as usize)
}
