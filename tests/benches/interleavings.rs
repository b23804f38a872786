//! The model of a program and a person at once (`tests/it/interleavings.rs`) at length: 10,000
//! random sequences of calls, faults, kills and a person's work, or as many as are asked for. Fails
//! if any of them breaks a rule of what changes access, and shows the shortest that does.
//!
//! ```sh
//! cargo bench -p certs-tests --bench interleavings
//! cargo bench -p certs-tests --bench interleavings -- 100000
//! ```

#![allow(
    clippy::unwrap_used,
    dead_code,
    unused_imports,
    unused_macros,
    reason = "what is tested belongs to the tests, which use more of it"
)]

use std::thread;

use it::{interleavings, support};

#[path = "../it"]
mod it {
    pub(crate) mod interleavings;
    pub(crate) mod support;
}

const CASES: u32 = 10_000;

fn main() {
    let cases = std::env::args().find_map(|argument| argument.parse().ok());
    let cases: u32 = cases.unwrap_or(CASES);
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get() as u32);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| interleavings::hold(cases.div_ceil(threads)));
        }
    });
    println!("{cases} random sequences broke no rule");
}
