//! Maintainers' commands, through what the crate `xtask` offers.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod diff;
mod layers;
