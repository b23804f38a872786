//! JSON Patch (RFC 6902), as far as the service supports it: setting fields.

use serde_json::Value;

use super::body::{self, Object};
use super::endpoint::Call;
use crate::error::ApiError;

/// The most operations in a patch.
const MAX_CHANGES: usize = 250;

/// A field that gets a value.
pub(crate) struct Change {
    /// Without the slash at its beginning.
    pub(crate) path: String,
    /// Null if it is removed.
    pub(crate) value: Value,
}

pub(crate) fn read(call: &Call) -> Result<Vec<Change>, ApiError> {
    let is_patch = call.content_type.as_deref().is_some_and(|content_type| {
        content_type
            .to_ascii_lowercase()
            .starts_with("application/json-patch+json")
    });
    if !is_patch {
        return Err(ApiError::syntax(
            "The body must be application/json-patch+json.",
        ));
    }
    let value = body::parse(call)?;
    let operations = body::list(&value, "", MAX_CHANGES)?;
    let read = |(position, operation): (usize, &Value)| {
        let place = format!("[{position}]");
        let object = Object::read(operation, place.clone())?;
        let path = object.text("path")?;
        let path = path.strip_prefix('/').ok_or_else(|| {
            ApiError::illegal(format!(
                "{place}.path is \"{path}\", but it must begin with a /."
            ))
        })?;
        const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];
        let op = object.keyword("op", &OPERATIONS, |text| {
            OPERATIONS.iter().find(|known| **known == text).copied()
        })?;
        let value = match op {
            "add" | "replace" => operation.get("value").cloned().unwrap_or_default(),
            "remove" => Value::Null,
            other => {
                return Err(ApiError::content(format!(
                    "{place}.op is \"{other}\", which is not supported here."
                )));
            }
        };
        Ok(Change {
            path: path.to_owned(),
            value,
        })
    };
    operations.iter().enumerate().map(read).collect()
}
