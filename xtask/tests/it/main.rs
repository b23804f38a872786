//! Maintainers' commands, through what the crate `xtask` offers.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, which clippy cannot know"
)]

mod check;
mod contributing;
mod diff;
mod filters;
mod fuzzing;
mod import;
mod layers;
mod library;
mod like;
mod manifest;
mod normalise;
mod overlay;
mod publish;
mod release;
mod todo;
mod yaml;
