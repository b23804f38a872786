//! Errors of scenarios.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a scenario cannot be used: what is wrong, and at which place in the JSON.
///
/// ```
/// use certs_sim::Scenario;
///
/// let error = Scenario::from_json(r#"{ "sources": [{ "id": 7, "name": "HR" }] }"#).unwrap_err();
/// assert_eq!(error.path(), "sources[0].id");
/// ```
#[derive(Debug)]
pub struct ScenarioError {
    file: Option<PathBuf>,
    path: String,
    reason: String,
    source: Option<std::io::Error>,
}

impl ScenarioError {
    pub(super) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            file: None,
            path: path.into(),
            reason: reason.into(),
            source: None,
        }
    }

    pub(super) fn unreadable(file: &Path, source: std::io::Error) -> Self {
        Self {
            source: Some(source),
            ..Self::new("", "the file cannot be read").in_file(file)
        }
    }

    /// A place in the JSON does not fit the format.
    pub(super) fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        // The path of the whole is shown as a dot.
        let path = match error.path().to_string() {
            whole if whole == "." => String::new(),
            path => path,
        };
        Self::new(path, error.inner().to_string())
    }

    /// Something follows the scenario.
    pub(super) fn trailing(error: serde_json::Error) -> Self {
        Self::new("", error.to_string())
    }

    pub(crate) fn in_file(self, file: &Path) -> Self {
        Self {
            file: Some(file.to_owned()),
            ..self
        }
    }

    /// The place in the JSON, such as `certifications[2].items[0].access.id`; empty for the
    /// scenario as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "scenario {}: ", file.display())?,
            None => write!(f, "scenario: ")?,
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.reason)
    }
}

impl std::error::Error for ScenarioError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}
