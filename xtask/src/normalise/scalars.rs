//! Single values: defaults, limits, dates.

use serde_json::Value;

use super::schemas;

/// Drops default values.
///
/// A default in a response type would be made up by the client where the service said nothing, and
/// could not be distinguished from a response.
pub(super) fn drop_defaults(document: &mut Value) {
    schemas::visit_all(document, &mut |schema| {
        schema.shift_remove("default");
    });
}

/// Drops limits of numbers, texts and lists.
///
/// The generator would choose the narrowest integer that fits (`usageDays`, 0 to 90,
/// becomes a `u8`), so that one value out of range fails a page of 250 items, and a
/// limit that moves upstream changes a type. The handwritten client checks the limits
/// of what it sends.
pub(super) fn drop_limits(document: &mut Value) {
    const LIMITS: [&str; 13] = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    ];
    schemas::visit_all(document, &mut |schema| {
        for limit in LIMITS {
            schema.shift_remove(limit);
        }
    });
}

/// Keeps formatted text as the text on the wire, and numbers to four Rust types.
///
/// Services have been seen to return dates without a zone. Here they pass unread; the handwritten
/// model parses them and keeps what it cannot parse. Other formats (`uuid`, `ip`) would bring types
/// of crates that we do not have.
pub(super) fn formats_of_numbers_only(document: &mut Value) {
    const NUMBERS: [&str; 4] = ["int32", "int64", "float", "double"];
    schemas::visit_all(document, &mut |schema| {
        let format = schema.get("format").and_then(Value::as_str);
        if format.is_some_and(|format| !NUMBERS.contains(&format)) {
            schema.shift_remove("format");
        }
    });
}
