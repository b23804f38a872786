//! Everything that crosses crates, through their public API.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod auth;
mod bad_input;
mod client_options;
mod contract;
mod corpora;
mod errors;
mod faults;
mod fetch_ahead;
mod filters;
mod large_answers;
mod lenient;
mod lifecycle;
mod paging;
mod round_trip;
mod schemas;
mod secrets;
mod security_note;
mod support;
mod tls;
mod tolerance;
mod vocabulary;
mod wire;
