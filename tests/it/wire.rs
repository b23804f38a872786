//! What each operation puts on the wire, and what the caller gets for it.

mod beta;
mod headers;
mod summaries;
mod v3;
