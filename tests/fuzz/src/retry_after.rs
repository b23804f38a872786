//! Reading `Retry-After`.

use std::time::Duration;

use certs::Error;

/// Whatever the header holds, the error can be shown, and plain seconds are read as seconds.
pub fn check(error: &Error, header: &[u8]) {
    let after = error.retry_after();
    assert!(error.to_string().contains("Try again"));
    let seconds = std::str::from_utf8(header).ok();
    let seconds = seconds.and_then(|text| text.trim_matches([' ', '\t']).parse::<u64>().ok());
    if let Some(seconds) = seconds {
        assert_eq!(after, Some(Duration::from_secs(seconds)));
    }
}
