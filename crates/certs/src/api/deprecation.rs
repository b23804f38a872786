//! Logs a warning when the service says that an operation is deprecated.

use std::collections::HashSet;
use std::sync::Mutex;

use http::HeaderMap;

use crate::error::Operation;
use crate::sync::lock;

/// Warns once for each operation that the service says is deprecated.
#[derive(Debug, Default)]
pub(super) struct Deprecations(Mutex<HashSet<Operation>>);

impl Deprecations {
    pub(super) fn notice(&self, operation: Operation, headers: &HeaderMap) {
        let deprecated = headers
            .get("x-deprecated")
            .is_some_and(|value| value.as_bytes() != b"false");
        let Operation { id, version } = operation;
        let mut warned = lock(&self.0);
        if deprecated && warned.insert(operation) {
            tracing::warn!(
                version,
                operation = id,
                "the service says that this operation is deprecated"
            );
        }
    }
}
