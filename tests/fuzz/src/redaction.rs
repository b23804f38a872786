//! Removing secrets from responses that repeat them.

use certs::Error;

/// Splits the input at the first line feed into a secret and a body that may repeat it.
pub fn parts(data: &[u8]) -> Option<(&str, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let secret = std::str::from_utf8(&data[..end]).ok()?;
    // A secret that a header can hold, and that no error contains by itself.
    let is_one = secret.len() >= 8
        && secret.bytes().all(|byte| byte.is_ascii_graphic())
        && !secret.contains("redacted");
    is_one.then_some((secret, &data[end + 1..]))
}

/// The error does not contain the secret.
pub fn check(error: &Error, secret: &str) {
    let said = [error.messages(), error.causes()];
    let texts = said.into_iter().flatten();
    let texts = texts.filter_map(|message| message.text.as_deref());
    let ids = [error.detail_code(), error.tracking_id()];
    for text in texts.chain(ids.into_iter().flatten()) {
        assert!(!text.contains(secret), "{text}");
    }
}
