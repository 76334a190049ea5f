//! Lengths and times as people read them.

/// A number of bytes: `930 bytes`, `28 MB`, `1.24 GB`. Units are powers of ten, as on the labels of disks.
#[must_use]
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} KB", rounded(count, 1_000)),
        1_000_000..10_000_000 => with_digits(count, 1_000_000, 1, "MB"),
        10_000_000..999_500_000 => format!("{} MB", rounded(count, 1_000_000)),
        _ => with_digits(count, 1_000_000_000, 2, "GB"),
    }
}

/// How long something will still take: `5 s`, `3 min`, `2 h`.
#[must_use]
pub fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{} s", seconds.max(1)),
        60..3_570 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1_800) / 3_600),
    }
}

const fn rounded(count: u64, unit: u64) -> u64 {
    count / unit + if count % unit >= unit / 2 { 1 } else { 0 }
}

/// In whole numbers: the code that writes floats is large, and the page wants to be small.
fn with_digits(count: u64, unit: u64, digits: u32, name: &str) -> String {
    let tens = 10_u64.pow(digits);
    let scaled = rounded(count, unit / tens);
    let (whole, rest) = (scaled / tens, scaled % tens);
    format!("{whole}.{rest:0width$} {name}", width = digits as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (count, words) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_499, "1 KB"),
            (7_450_335, "7.5 MB"),
            (9_960_000, "10.0 MB"),
            (28_079_181, "28 MB"),
            (999_499_999, "999 MB"),
            (999_500_000, "1.00 GB"),
            (1_241_534_740, "1.24 GB"),
            (u64::MAX, "18446744073.71 GB"),
        ] {
            assert_eq!(bytes(count), words);
        }
    }

    #[test]
    fn times() {
        let said = [0, 1, 59, 60, 89, 90, 3_569, 3_570, 7_200].map(span);
        assert_eq!(said, ["1 s", "1 s", "59 s", "1 min", "1 min", "2 min", "59 min", "1 h", "2 h"]);
    }
}
