//! What each fuzz target holds its input to.

pub mod error_body;
mod filter;
mod model;
pub mod retry_after;

pub use filter::filter;
pub use model::{model, record};
