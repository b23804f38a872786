#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certs_fuzz::manifest(data));
