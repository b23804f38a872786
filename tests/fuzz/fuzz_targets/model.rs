#![no_main]

use certs::fuzzing as wire;
use certs_fuzz::{model, record};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    model(data);
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let page = value.as_array();
    for value in page.into_iter().flatten().chain([&value]) {
        record(wire::certification(value));
        record(wire::item(value));
        record(wire::identity_summary(value));
        record(wire::access_summary(value));
        record(wire::decision_summary(value));
        record(wire::task(value));
        record(wire::reviewer(value));
        record(wire::permission(value));
        record(wire::beta_certification(value));
        record(wire::beta_task(value));
    }
});
