//! A long run of `tests/it/interleavings.rs`: 10,000 random sequences, or as many as the argument
//! says, of calls, faults, kills and a person's changes. Fails if one breaks a rule for changes of
//! access, and shows the shortest sequence that does.
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
