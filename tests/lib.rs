//! Tests that cross the crates of the workspace: the client against the simulator, both
//! against the contract. They are in `it/`, one binary for all.

mod virtual_time;

pub use virtual_time::VirtualTime;
