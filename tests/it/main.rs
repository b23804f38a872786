//! Everything that crosses crates, through their public API.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod bulk_decide;
mod faults;
mod journal;
mod reassign;
mod sign_off;
mod support;
