//! Time that goes on only while everybody waits for it, with real sockets.
//!
//! Tokio's own automatic clock is for programs without sockets: it jumps to the next timer
//! whenever nothing is ready at this very moment, an answer that the kernel is about to hand
//! over included, so that every timeout strikes. Here the clock goes on in small steps, and
//! only after the sockets were asked many times and nobody had anything to do.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use certs_sim::Clock;
use tokio::runtime::{Builder, Runtime};

/// Small beside every wait of a client, large beside what a step costs.
const STEP: Duration = Duration::from_millis(20);

/// How often everybody is given a turn before time goes on. An answer on the loopback
/// interface is there at once; this leaves room for several hand-overs on its way.
const TURNS: usize = 16;

/// One thread with a clock of its own, which a simulator shares.
#[derive(Debug)]
pub struct VirtualTime {
    runtime: Runtime,
    clock: Clock,
}

impl VirtualTime {
    /// Starts at this moment.
    ///
    /// # Panics
    ///
    /// If the operating system has no resources left.
    #[must_use]
    pub fn new(start: jiff::Timestamp) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            runtime: runtime.expect("a runtime of one thread needs next to nothing"),
            clock: Clock::manual(start),
        }
    }

    /// The clock for simulators, which goes with the runtime's.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Runs until the future is done. Waits cost no real time.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(async {
            tokio::time::pause();
            let mut future = pin!(future);
            let mut passing = pin!(self.pass());
            let done = std::future::poll_fn(|context| {
                if let Poll::Ready(done) = future.as_mut().poll(context) {
                    return Poll::Ready(done);
                }
                match passing.as_mut().poll(context) {
                    Poll::Ready(never) => match never {},
                    Poll::Pending => Poll::Pending,
                }
            })
            .await;
            tokio::time::resume();
            done
        })
    }

    async fn pass(&self) -> std::convert::Infallible {
        loop {
            // Each turn asks the sockets, because nobody else has anything to do by then.
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            self.clock.advance(STEP);
            tokio::time::advance(STEP).await;
        }
    }
}
