//! Reading refusals of the service, of gateways and of proxies.

use certs::Error;

/// At most 64 KiB of a body are read, and invalid UTF-8 grows at most threefold.
const MAX_SHOWN: usize = 200 * 1024;

/// The input of a refusal: three digits of status, then the body.
pub fn parts(data: &[u8]) -> Option<(u16, &[u8])> {
    let (status, body) = data.split_first_chunk::<3>()?;
    let status = std::str::from_utf8(status).ok()?.parse().ok()?;
    (400..600).contains(&status).then_some((status, body))
}

/// Whatever the body is, the error is one line without control characters, and keeps the service's
/// message.
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
