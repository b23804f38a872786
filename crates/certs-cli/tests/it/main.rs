//! The program, driven as people and schedulers drive it, against a simulator on the loopback.

#![allow(
    clippy::unwrap_used,
    reason = "clippy counts only what is inside test functions as test code"
)]

mod campaigns;
mod decide;
mod demo;
mod help;
mod interrupted;
mod output;
mod reassign;
mod review;
mod setup;
mod support;
#[cfg(unix)]
mod terminal;
