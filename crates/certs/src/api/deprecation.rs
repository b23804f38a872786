//! Notices of deprecation.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;

use crate::error::Operation;

/// Warns once for each operation that the service says is deprecated.
#[derive(Debug, Default)]
pub(super) struct Deprecations(Mutex<HashSet<Operation>>);

impl Deprecations {
    pub(super) fn notice(&self, operation: Operation, headers: &HeaderMap) {
        let deprecated = headers
            .get("x-deprecated")
            .is_some_and(|value| value.as_bytes() != b"false");
        let Operation { id, version } = operation;
        let mut warned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if deprecated && warned.insert(operation) {
            tracing::warn!(
                version,
                operation = id,
                "the service says that this operation is deprecated"
            );
        }
    }
}
