//! Reading refusals of the service, of gateways and of proxies.

use certs::Error;

/// No more of a body is looked at than 64 KiB, and what is not UTF-8 grows threefold at most.
const MAX_SHOWN: usize = 200 * 1024;

/// What a refusal is made of: the answer's status in its first three digits, then its body.
pub fn parts(data: &[u8]) -> Option<(u16, &[u8])> {
    let (status, body) = data.split_first_chunk::<3>()?;
    let status = std::str::from_utf8(status).ok()?.parse().ok()?;
    (400..600).contains(&status).then_some((status, body))
}

/// Whatever the body was, the error is one line that a log or a terminal can take, and it
/// keeps what the service said.
pub fn check(error: &Error, status: u16, body: &[u8]) {
    assert_eq!(error.status(), Some(status));
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        assert!(shown.len() < MAX_SHOWN, "{} bytes", shown.len());
    }
    let said: usize = [error.messages(), error.causes()]
        .into_iter()
        .flatten()
        .filter_map(|message| message.text.as_deref())
        .map(str::len)
        .sum();
    assert!(said <= 3 * body.len() + 64, "{said} of {}", body.len());
}
