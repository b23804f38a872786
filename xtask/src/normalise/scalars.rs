//! Single values: defaults, limits, dates.

use serde_json::Value;

use super::schemas;

/// Formats that are a Rust type.
const NUMBERS: [&str; 4] = ["int32", "int64", "float", "double"];

const LIMITS: &str = "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength \
                      maxLength pattern minItems maxItems uniqueItems minProperties maxProperties";

/// Drops default values, limits, and formats of texts.
///
/// A default in a response type would be made up by the client where the service said nothing, and
/// could not be distinguished from a response.
///
/// From limits of numbers, texts and lists the generator would choose the narrowest integer that
/// fits (`usageDays`, 0 to 90, becomes a `u8`), so that one value out of range fails a page of 250
/// items, and a limit that moves upstream changes a type. The handwritten client checks the limits
/// of what it sends.
///
/// Formatted text stays the text on the wire: services have been seen to return dates without a
/// zone. The handwritten model parses them and keeps what it cannot parse. Other formats (`uuid`,
/// `ip`) would bring types of crates that we do not have.
pub(super) fn be_plain(document: &mut Value) {
    schemas::visit_all(document, |schema| {
        schema.retain(|keyword, value| match keyword.as_str() {
            "default" => false,
            "format" => NUMBERS.iter().any(|known| value == known),
            keyword => !LIMITS.split(' ').any(|limit| limit == keyword),
        });
    });
}
