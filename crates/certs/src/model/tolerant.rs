//! Decoding of fields that the service nulls although its specification forbids it.
//!
//! Absent fields are the business of `#[serde(default)]` on the struct.

use serde::{Deserialize, Deserializer};

/// A list; null is the empty list, and null elements (the specification makes some
/// element types nullable) are skipped.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let elements: Option<Vec<Option<T>>> = Option::deserialize(deserializer)?;
    Ok(elements.into_iter().flatten().flatten().collect())
}
