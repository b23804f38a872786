#![no_main]

use certs::fuzzing as wire;
use certs_fuzz::{model, record};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    model(data);
    record(wire::certification(data));
    record(wire::item(data));
    record(wire::identity_summary(data));
    record(wire::access_summary(data));
    record(wire::decision_summary(data));
    record(wire::task(data));
    record(wire::reviewer(data));
    record(wire::permission(data));
});
