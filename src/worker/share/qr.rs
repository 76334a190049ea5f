//! A link as dark squares for a camera.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::protocol::Qr;

/// The code of a text; `None` for one that is too long for any.
pub(super) fn qr(text: &str) -> Option<Qr> {
    // The library raises the correction by itself where that takes no larger code.
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let side = code.size();
    let mut path = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|&x| code.get_module(x, y)).count() as i32;
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    Some(Qr { side: side as u16, path })
}
