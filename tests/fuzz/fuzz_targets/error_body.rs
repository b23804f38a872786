#![no_main]

use certs_fuzz::error_body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some((status, body)) = error_body::parts(data) {
        let error = certs::fuzzing::refusal(status, None, body, "");
        error_body::check(&error.expect("the status is one"), status, body);
    }
});
