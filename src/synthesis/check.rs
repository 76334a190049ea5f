//! One small fill whose bytes are known: to compare machines, and native code with WebAssembly.

use super::{Step, Synthesis, SynthesisParams};
use crate::raster::{Channels, Picture, Size};

/// What [`check_digest`] returns everywhere.
pub const CHECK_DIGEST: u64 = 0xEFA8_5546_3A9A_B39C;

/// Fills a hole in a small computed window, with a guide, and returns a digest of all its bytes (64-bit FNV-1a).
/// It takes a few hundredths of a second. A value other than [`CHECK_DIGEST`] means that this build does not keep
/// the promise of the same bytes for the same seed.
#[must_use]
pub fn check_digest() -> u64 {
    let size = Size::new(120, 96);
    let mut window = Vec::with_capacity(size.pixels() * 4);
    let mut guide = Vec::with_capacity(size.pixels() * 3);
    let mut hole = Vec::with_capacity(size.pixels());
    for y in 0..size.height {
        for x in 0..size.width {
            let brick = (x + 9 * (y / 8 % 2)) % 18 < 2 || y % 8 < 2;
            let grain =
                (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).rotate_left(13) % 24;
            let shade = if brick { 200 } else { 120 } + grain as u8 - (y / 4) as u8;
            let alpha = if x > 100 { 128 } else { 255 };
            window.extend_from_slice(&[shade, shade - 40, shade - 60, alpha]);
            guide.extend_from_slice(&[150 - (y / 4) as u8, 110, 90]);
            hole.push(u8::from(x.abs_diff(58) < 22 && y.abs_diff(50) < 18 || x > 112 && y < 9));
        }
    }
    // The buffers were made for these sizes, so nothing can be refused; 0 would be noticed as a wrong digest.
    let (Ok(window), Ok(guide)) =
        (Picture::new(size, Channels::Rgba, window), Picture::new(size, Channels::Rgb, guide))
    else {
        return 0;
    };
    let params = SynthesisParams { seed: 42, ..SynthesisParams::default() };
    let Ok(mut synthesis) = Synthesis::start(window, hole, Some(guide), params) else { return 0 };
    while synthesis.step(10_000) != Step::Done {}
    synthesis.into_picture().data().iter().fold(0xCBF2_9CE4_8422_2325, |digest, &byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_fill_never_change() {
        assert_eq!(check_digest(), CHECK_DIGEST, "got {:#018X}", check_digest());
    }
}
