//! The versions of the API.

/// The versions of the API, each with a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Version {
    V3,
    Beta,
}
