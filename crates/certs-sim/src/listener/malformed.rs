//! The response to input that is not HTTP.
//!
//! The server responds to it itself, before there is a request, with a bare status. No other
//! refusal of the simulator lacks a body, so this identifies it.

use crate::error::unreadable;
use crate::log::RecordedRequest;

/// The status of the server's own refusal, if this output is one.
pub(super) fn status(bytes: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()?
        .strip_prefix("HTTP/1.1 ")?
        .get(..3)?
        .parse()
        .ok()?;
    let is_empty = lines.any(|line| line.eq_ignore_ascii_case("content-length: 0"));
    ((400..500).contains(&status) && is_empty).then_some(status)
}

/// The same refusal with a body that says why.
pub(super) fn response(status: u16) -> Vec<u8> {
    let cause = match status {
        414 => "The address is too long.",
        431 => "The headers are too many or too long.",
        _ => "This is not an HTTP/1.1 request.",
    };
    let body = unreadable(cause.to_owned());
    format!(
        "HTTP/1.1 {status} Bad Request\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(super) fn record(status: u16) -> RecordedRequest {
    RecordedRequest {
        status,
        ..RecordedRequest::default()
    }
}
