//! A deep stack for recursion over documents that others write.

use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// Enough for any document that is not refused for its depth, without optimisation.
const SIZE: usize = 64 << 20;

/// Runs something with a deep stack. A panic in it is raised again here.
pub(crate) fn with<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = Builder::new().stack_size(SIZE).spawn_scoped(scope, run);
        let thread = thread.expect("there is memory for a thread");
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
