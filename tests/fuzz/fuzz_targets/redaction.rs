#![no_main]

use certs_fuzz::redaction;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some((secret, body)) = redaction::parts(data) {
        let error = certs::fuzzing::refusal(400, None, body, secret);
        redaction::check(&error.expect("the status is one"), secret);
    }
});
