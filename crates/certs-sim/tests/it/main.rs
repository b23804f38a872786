//! The simulator as clients use it: over HTTP, and as a program.

#![allow(
    clippy::unwrap_used,
    reason = "the helpers of tests are tests, which clippy cannot see"
)]

mod authentication;
mod campaigns;
mod client;
mod collections;
mod concurrency;
mod errors;
mod faults;
mod home;
mod intake;
mod life;
mod modules;
#[cfg(all(feature = "cli", unix))]
mod program;
mod reassignment;
mod recording;
mod running;
mod scenarios;
mod second_person;
mod service;
mod versions;
