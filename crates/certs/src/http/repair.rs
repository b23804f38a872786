//! A second, slower look at an answer that could not be decoded.
//!
//! Services have been seen to write numbers as text. Everywhere else the generated types are
//! loose already; loosening these, too, would cost every answer for the sake of a few. So
//! only an answer that fails is taken apart: record by record, and in each the value that
//! does not fit is rewritten if it says the same in another type.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// No record has more fields than this.
const MAX_REPAIRS: usize = 200;

/// Where something could not be read, and what was expected there. What stands there instead
/// may be personal data and is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) path: String,
    pub(super) expected: Option<String>,
}

/// Decodes a value, with text for numbers and the like rewritten.
pub(super) fn decode<T: DeserializeOwned>(mut value: Value) -> Result<T, Misfit> {
    for _ in 0..MAX_REPAIRS {
        let error = match serde_path_to_error::deserialize(&value) {
            Ok(decoded) => return Ok(decoded),
            Err(error) => error,
        };
        let repaired = place(&mut value, error.path()).is_some_and(rewrite);
        if !repaired {
            return Err(Misfit {
                path: error.path().to_string(),
                expected: expected(&error.inner().to_string()),
            });
        }
    }
    Err(Misfit {
        path: ".".to_owned(),
        expected: None,
    })
}

fn place<'a>(value: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(index),
        Segment::Map { key } => value.get_mut(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

/// Whether the value could be written in another type that says the same. Each value is
/// rewritten at most once into each direction: text that is no number stays text.
fn rewrite(value: &mut Value) -> bool {
    let Value::String(text) = value else {
        return false;
    };
    let rewritten = match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => match text.parse() {
            Ok(number) => Value::Number(number),
            Err(_) => return false,
        },
    };
    *value = rewritten;
    true
}

/// What serde expected, without what it found.
pub(super) fn expected(message: &str) -> Option<String> {
    let (_, expected) = message.rsplit_once("expected ")?;
    let expected = expected.split(" at line ").next().unwrap_or(expected);
    // Names of Rust types say nothing to whoever reads the answer.
    let expected = match expected {
        "i32" | "i64" => "a whole number",
        "a sequence" => "a list",
        "a map" => "an object",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected,
    };
    Some(expected.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Record {
        made: Option<i32>,
        done: Option<bool>,
        names: Option<Vec<String>>,
    }

    #[test]
    fn numbers_and_truth_values_as_text_are_read() {
        let record: Record = decode(json!({"made": "12", "done": "true", "names": ["1"]})).unwrap();
        let names = Some(vec!["1".to_owned()]);
        assert_eq!(
            record,
            Record {
                made: Some(12),
                done: Some(true),
                names
            }
        );
    }

    #[test]
    fn what_does_not_fit_is_named_without_its_value() {
        let misfit = decode::<Record>(json!({"names": [{"first": "Ada"}]})).unwrap_err();
        assert_eq!(misfit.path, "names[0]");
        assert_eq!(misfit.expected.as_deref(), Some("a string"));
        let misfit = decode::<Record>(json!({"made": "Ada"})).unwrap_err();
        assert_eq!(
            (misfit.path.as_str(), misfit.expected.as_deref()),
            ("made", Some("a whole number"))
        );
    }

    #[test]
    fn a_number_that_still_does_not_fit_is_refused() {
        assert!(decode::<Record>(json!({"made": "1.5"})).is_err());
        assert!(decode::<Record>(json!({"made": "99999999999"})).is_err());
    }
}
