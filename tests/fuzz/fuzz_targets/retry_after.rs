#![no_main]

use certs_fuzz::retry_after;

libfuzzer_sys::fuzz_target!(|header: &[u8]| {
    if let Some(error) = certs::fuzzing::refusal(429, Some(header), b"", "") {
        retry_after::check(&error, header);
    }
});
