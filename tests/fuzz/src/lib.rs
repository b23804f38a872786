//! The properties that each fuzz target checks.

pub mod error_body;
mod filter;
mod journal;
mod manifest;
mod model;
pub mod redaction;
pub mod retry_after;

pub use filter::filter;
pub use journal::journal;
pub use manifest::manifest;
pub use model::{model, record};
