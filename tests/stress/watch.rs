//! Detects a hang.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::bail;
use certs::Client;
use tokio::time::sleep;

use super::Report;

/// Longer than any call waits before it sends a request or gives up.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Counts what happens.
#[derive(Debug)]
pub(super) struct Watch {
    client: Client,
    ended: AtomicU64,
    dropped: AtomicU64,
}

impl Watch {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            ended: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// Waits for the work, or fails once none of it makes progress.
    pub(super) async fn over<T>(&self, work: impl Future<Output = T>) -> anyhow::Result<T> {
        let mut work = pin!(work);
        let mut before = self.progress();
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = sleep(PATIENCE) => {}
            }
            let now = self.progress();
            if now == before {
                bail!("nothing makes progress any more, after: {}", self.report());
            }
            before = now;
        }
    }

    pub(super) fn ended(&self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn dropped(&self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
    }

    fn progress(&self) -> (u64, u64) {
        let report = self.report();
        (report.ended, report.requests)
    }

    pub(super) fn report(&self) -> Report {
        Report {
            ended: self.ended.load(Ordering::SeqCst),
            dropped: self.dropped.load(Ordering::SeqCst),
            requests: self.client.counters().requests,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_detected() {
        let client = Client::builder("http://127.0.0.1:9").token("t").build();
        let watch = Watch::new(client.unwrap());
        assert!(watch.over(sleep(PATIENCE / 2)).await.is_ok());
        let hang = watch.over(std::future::pending::<()>()).await;
        assert!(
            hang.unwrap_err()
                .to_string()
                .contains("nothing makes progress")
        );
    }
}
