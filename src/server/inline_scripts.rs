//! Finds the inline scripts of a rendered page: the policy names their hashes, and the nonces that
//! Leptos gives them would be the same for everyone once frozen into a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The hash sources of all inline scripts with a body, in the form a policy wants (without quotes).
pub(super) fn hashes(html: &str) -> Vec<String> {
    bodies(html)
        .map(|body| format!("sha256-{}", STANDARD.encode(Sha256::digest(body.as_bytes()))))
        .collect()
}

/// Takes the nonce out of every tag.
pub(super) fn without_nonces(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(" nonce=\"") {
        let value = start + " nonce=\"".len();
        let Some(length) = rest[value..].find('"') else { break };
        out.push_str(&rest[..start]);
        rest = &rest[value + length + 1..];
    }
    out.push_str(rest);
    out
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

    #[test]
    fn nonces_go_and_nothing_else() {
        let html = "<script nonce=\"a+b/c==\">x</script><p>nonce=\"kept\"</p><style nonce=\"q\">";
        assert_eq!(without_nonces(html), "<script>x</script><p>nonce=\"kept\"</p><style>");
        assert_eq!(without_nonces("<p>"), "<p>");
    }
}
