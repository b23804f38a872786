//! Builds changes as JSON Patch (RFC 6902).

use certs_raw::v3;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// The values to replace, by the paths of their fields. The last value for a path wins.
#[derive(Clone, Debug, Default)]
pub(super) struct Patch(Vec<(String, Value)>);

impl Patch {
    pub(super) fn replace(&mut self, path: &str, value: impl Into<Value>) {
        self.0.retain(|(other, _)| other != path);
        self.0.push((path.to_owned(), value.into()));
    }

    pub(super) fn into_raw(self) -> Result<Vec<v3::types::JsonPatchOperation>> {
        if self.0.is_empty() {
            return Err(Error::refused(
                "there is nothing to change: set at least one field",
            ));
        }
        let replace = |(path, value)| v3::types::JsonPatchOperation {
            op: v3::enums::JsonPatchOperationOp::Replace,
            path,
            value: Some(value),
        };
        Ok(self.0.into_iter().map(replace).collect())
    }
}

/// Converts a body to JSON, for a field that takes any value.
pub(super) fn json(body: &impl Serialize) -> Result<Value> {
    serde_json::to_value(body).map_err(|error| Error::refused(error.to_string()))
}
