//! Finds the inline scripts of a rendered page, should it have any: the policy names their hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The hash sources of all inline scripts with a body, in the form a policy wants (without quotes).
pub(super) fn hashes(html: &str) -> Vec<String> {
    bodies(html)
        .map(|body| format!("sha256-{}", STANDARD.encode(Sha256::digest(body.as_bytes()))))
        .collect()
}

/// What stands between the tags of scripts without `src`. Leptos escapes `<` in what it writes
/// there, so the first end tag is the end.
fn bodies(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|from_tag| {
        let (attributes, rest) = from_tag.split_once('>')?;
        let (body, _) = rest.split_once("</script>")?;
        let inline = !attributes.contains(" src=") && !body.is_empty();
        inline.then_some(body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_inline_scripts_only() {
        let html = "<script src=\"/a.js\"></script><script nonce=\"x\">alert('Hello, world.');\
                    </script><script type=\"module\" src=\"b.js\"></script>";
        // The example of the CSP specification, level 3.
        assert_eq!(hashes(html), ["sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="]);
    }
}
