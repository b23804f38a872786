//! Tests that cross the crates of the workspace: the client against the simulator, both
//! against the contract. They are in `it/`, one binary for all.

pub mod soak;
pub mod stress;

// README.md is executed: its code has to compile, and where it can, to run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
