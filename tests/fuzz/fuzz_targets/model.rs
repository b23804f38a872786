#![no_main]

use certs::fuzzing as wire;
use certs_fuzz::{model, record};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    model(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let value = serde_json::from_str::<Value>(text).unwrap_or_default();
    let records = value.as_array().into_iter().flatten().map(Value::to_string);
    for text in records.chain([text.to_owned()]) {
        record(wire::certification(&text));
        record(wire::item(&text));
        record(wire::identity_summary(&text));
        record(wire::access_summary(&text));
        record(wire::decision_summary(&text));
        record(wire::task(&text));
        record(wire::reviewer(&text));
        record(wire::permission(&text));
    }
});
