//! The request of each operation, and the result for the caller.

mod beta;
mod headers;
mod summaries;
mod v3;
