//! Names of the files that a person takes away.

/// What is added to the name.
const SUFFIX: &str = "-lacuna";
/// Longest stem that is kept, in characters, so that no file system refuses the name.
const LONGEST: usize = 120;

/// `NAME-lacuna.EXT` for a photo that was opened as `name`; `extension` is without the dot.
///
/// Folders before the name and its own ending are left out, characters that file systems reserve become `_`, and a
/// name that was made here before is not lengthened again. Without a usable name it is `photo`.
#[must_use]
pub fn file_name(name: &str, extension: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    // An ending is short and has no blanks; anything else after a dot belongs to the name.
    let stem = match base.rsplit_once('.') {
        Some((stem, ending))
            if (1..=5).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => base,
    };
    let clean: String = stem
        .chars()
        .map(|c| if c.is_control() || "<>:\"|?*".contains(c) { '_' } else { c })
        .take(LONGEST)
        .collect();
    let clean = clean.trim().trim_matches('.');
    let clean = clean.strip_suffix(SUFFIX).unwrap_or(clean);
    let stem = if clean.is_empty() { "photo" } else { clean };
    format!("{stem}{SUFFIX}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let cases = [
            ("IMG_0042.JPG", "jpg", "IMG_0042-lacuna.jpg"),
            ("a.b.png", "webp", "a.b-lacuna.webp"),
            ("beach-lacuna.png", "png", "beach-lacuna.png"),
            ("C:\\photos\\x.jpeg", "jpg", "x-lacuna.jpg"),
            ("../../etc/passwd", "png", "passwd-lacuna.png"),
            ("", "png", "photo-lacuna.png"),
            (".png", "png", "photo-lacuna.png"),
            ("Mr. Smith", "jpg", "Mr. Smith-lacuna.jpg"),
            ("what?.jpg", "jpg", "what_-lacuna.jpg"),
            ("été à 12:30.webp", "webp", "été à 12_30-lacuna.webp"),
        ];
        for (name, extension, want) in cases {
            assert_eq!(file_name(name, extension), want);
        }
    }
}
