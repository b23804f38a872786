//! Paths into a scenario, for errors.

use std::fmt;

use super::error::ScenarioError;

/// A path into the JSON. It borrows its parent and is only written out for an error, so
/// that checking a million items costs no strings.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Entry(usize),
}

impl<'a> Place<'a> {
    /// A field of the scenario itself.
    pub(super) const fn list(name: &'static str) -> Self {
        Self {
            parent: None,
            step: Step::Field(name),
        }
    }

    pub(super) const fn field(&'a self, name: &'static str) -> Place<'a> {
        Self {
            parent: Some(self),
            step: Step::Field(name),
        }
    }

    pub(super) const fn entry(&'a self, position: usize) -> Place<'a> {
        Self {
            parent: Some(self),
            step: Step::Entry(position),
        }
    }

    pub(super) fn refuse(&self, reason: impl Into<String>) -> ScenarioError {
        ScenarioError::new(self.to_string(), reason)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Field(name) if self.parent.is_none() => write!(f, "{name}"),
            Step::Field(name) => write!(f, ".{name}"),
            Step::Entry(position) => write!(f, "[{position}]"),
        }
    }
}
