//! Everything that crosses crates, through their public API.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod auth;
mod bad_input;
mod bulk_decide;
mod campaigns;
mod cancellation;
mod client_options;
mod contract;
mod corpora;
mod doc_examples;
mod dry_runs;
mod endless_lists;
mod errors;
mod evidence;
mod extremes;
mod faults;
mod fetch_ahead;
mod filters;
mod imports;
mod interleavings;
mod journal;
mod kept_futures;
mod large_responses;
mod lenient;
mod lifecycle;
mod missing_ids;
mod model;
mod observing;
mod odd_responses;
mod paging;
mod panics;
mod policy;
mod progress;
mod reassign;
mod rules;
mod runtimes;
mod schemas;
mod secrets;
mod security_note;
mod sign_off;
mod stress;
mod summaries;
mod support;
mod tasks;
mod threads;
mod tls;
mod tolerance;
mod versions;
mod wire;
