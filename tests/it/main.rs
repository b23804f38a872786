//! Everything that crosses crates, through their public API.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod auth;
mod bad_input;
mod bulk_decide;
mod client_options;
mod contract;
mod corpora;
mod errors;
mod evidence;
mod faults;
mod fetch_ahead;
mod filters;
mod journal;
mod large_answers;
mod lenient;
mod lifecycle;
mod model;
mod paging;
mod policy;
mod progress;
mod reassign;
mod schemas;
mod secrets;
mod security_note;
mod sign_off;
mod summaries;
mod support;
mod tasks;
mod threads;
mod tls;
mod tolerance;
mod vocabulary;
mod wire;
