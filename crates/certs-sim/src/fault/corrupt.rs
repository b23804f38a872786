//! Makes responses violate the specification.

use serde_json::Value;

/// No version of the specification has it.
const UNKNOWN: &str = "NEVER_HEARD_OF";

/// Breaks the text in its middle.
pub(crate) fn break_json(body: &[u8]) -> Vec<u8> {
    let mut broken = body[..body.len() / 2].to_vec();
    // No JSON continues like this, neither in a string nor outside.
    broken.extend_from_slice(b"\n<oops>");
    broken
}

/// Replaces one of the constants: what the API writes in upper case is one.
pub(crate) fn unknown_enum(body: &[u8], pick: u64) -> Option<Vec<u8>> {
    let is_constant = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.len() > 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        })
    };
    change_one(body, pick, is_constant, Value::from(UNKNOWN))
}

/// Replaces something inside the response by null.
pub(crate) fn null(body: &[u8], pick: u64) -> Option<Vec<u8>> {
    change_one(body, pick, |value| !value.is_null(), Value::Null)
}

/// Writes all numbers as text.
pub(crate) fn numbers_as_text(body: &[u8]) -> Option<Vec<u8>> {
    fn visit(value: &mut Value) {
        if let Value::Number(number) = value {
            *value = Value::String(number.to_string());
        }
        children(value).for_each(visit);
    }
    let mut value = serde_json::from_slice(body).ok()?;
    visit(&mut value);
    serde_json::to_vec(&value).ok()
}

/// Replaces one suitable value below the top level, if there is one.
fn change_one(
    body: &[u8],
    pick: u64,
    will_do: impl Fn(&Value) -> bool,
    change: Value,
) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let mut places = Vec::new();
    collect(&mut value, &will_do, &mut places);
    let chosen = pick % u64::try_from(places.len()).ok().filter(|n| *n > 0)?;
    let place = places.into_iter().nth(usize::try_from(chosen).ok()?)?;
    change_at(&mut value, &place, change);
    serde_json::to_vec(&value).ok()
}

/// The path to a value: which child, then which of its children, and so on.
type Place = Vec<usize>;

fn collect(value: &mut Value, will_do: &impl Fn(&Value) -> bool, places: &mut Vec<Place>) {
    fn visit(
        value: &mut Value,
        will_do: &impl Fn(&Value) -> bool,
        place: &mut Place,
        places: &mut Vec<Place>,
    ) {
        for (n, child) in children(value).enumerate() {
            place.push(n);
            if will_do(child) {
                places.push(place.clone());
            }
            visit(child, will_do, place, places);
            place.pop();
        }
    }
    visit(value, will_do, &mut Place::new(), places);
}

fn change_at(value: &mut Value, place: &[usize], change: Value) {
    match place.split_first() {
        None => *value = change,
        Some((first, rest)) => {
            if let Some(child) = children(value).nth(*first) {
                change_at(child, rest, change);
            }
        }
    }
}

fn children(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Array(values) => Box::new(values.iter_mut()),
        Value::Object(fields) => Box::new(fields.values_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BODY: &[u8] =
        br#"{"id":"AB12","phase":"ACTIVE","rows":[{"n":1},{"type":"ROLE","x":2.5}]}"#;

    fn read(body: Option<Vec<u8>>) -> Value {
        serde_json::from_slice(&body.unwrap()).unwrap()
    }

    #[test]
    fn only_constants_become_unknown() {
        let first = read(unknown_enum(BODY, 0));
        assert_eq!(
            (&first["phase"], &first["id"]),
            (&json!(UNKNOWN), &json!("AB12"))
        );
        let second = read(unknown_enum(BODY, 1));
        assert_eq!(second["rows"][1]["type"], UNKNOWN);
        assert_eq!(read(unknown_enum(BODY, 2)), first);
        assert_eq!(unknown_enum(b"[1, {}]", 0), None);
    }

    #[test]
    fn everything_below_the_top_can_be_null() {
        let results: Vec<_> = (0..8).map(|pick| read(null(BODY, pick))).collect();
        assert!(results.iter().all(Value::is_object));
        assert!(results.iter().any(|value| value["rows"].is_null()));
        assert!(
            results
                .iter()
                .any(|value| value["rows"][0].is_null() && !value["rows"].is_null())
        );
        assert!(results.iter().any(|value| value["rows"][1]["x"].is_null()));
        assert_eq!(null(b"[]", 0), None);
    }

    #[test]
    fn numbers_become_text_and_json_breaks() {
        let changed = read(numbers_as_text(BODY));
        assert_eq!(
            changed["rows"],
            json!([{"n": "1"}, {"type": "ROLE", "x": "2.5"}])
        );
        assert!(serde_json::from_slice::<Value>(&break_json(BODY)).is_err());
        assert!(serde_json::from_slice::<Value>(&break_json(b"")).is_err());
    }
}
