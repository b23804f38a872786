//! Ways to await calls.

use std::time::Duration;

use certs::RateLimit;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use futures_util::{FutureExt as _, pin_mut};
use tokio::time::{interval, sleep, timeout};

use super::calls::{Call, Calls};
use super::watch::Watch;
use super::{Report, client, unpaused};

/// A way to await many calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Idiom {
    /// One after the other.
    Sequential,
    /// All at once.
    Joined,
    /// A few at once, with another call while their results wait.
    Buffered,
    /// Each in a `select!` loop with a timer, whose branch makes another call while the first is
    /// not polled.
    Selected,
    /// Polled a few times, and dropped.
    Dropped,
    /// Dropped by a timeout.
    TimedOut,
    /// Begun, kept while others run, and then finished.
    Kept,
    /// Each in a separate task; some tasks are aborted.
    Spawned,
    /// Begun here, and finished in a task.
    Moved,
}

impl Idiom {
    pub(super) const ALL: [Self; 9] = [
        Self::Sequential,
        Self::Joined,
        Self::Buffered,
        Self::Selected,
        Self::Dropped,
        Self::TimedOut,
        Self::Kept,
        Self::Spawned,
        Self::Moved,
    ];

    pub(super) async fn run(self, calls: &Calls, watch: &Watch) {
        let each = calls.each();
        match self {
            Self::Sequential => {
                for call in each {
                    ended(call, watch).await;
                }
            }
            Self::Joined => {
                join_all(each.into_iter().map(|call| ended(call, watch))).await;
            }
            Self::Buffered => {
                let buffered = stream::iter(each).buffer_unordered(4);
                pin_mut!(buffered);
                while buffered.next().await.is_some() {
                    watch.ended();
                    ended(calls.short(), watch).await;
                }
            }
            Self::Selected => {
                for mut call in each {
                    let mut tick = interval(Duration::from_millis(25));
                    loop {
                        tokio::select! {
                            () = &mut call => break,
                            _ = tick.tick() => ended(calls.short(), watch).await,
                        }
                    }
                    watch.ended();
                }
            }
            Self::Dropped => {
                for mut call in each {
                    for _ in 0..calls.draw(40) {
                        if call.as_mut().now_or_never().is_some() {
                            call = calls.short();
                        }
                        sleep(Duration::from_millis(9)).await;
                    }
                    drop(call);
                    watch.dropped();
                    ended(calls.short(), watch).await;
                }
            }
            Self::TimedOut => {
                for call in each {
                    let limit = Duration::from_millis(calls.draw(900) as u64);
                    match timeout(limit, call).await {
                        Ok(()) => watch.ended(),
                        Err(_) => watch.dropped(),
                    }
                }
            }
            Self::Kept => {
                let kept = begun(each, calls).await;
                for _ in 0..20 {
                    ended(calls.short(), watch).await;
                }
                join_all(kept.into_iter().map(|call| ended(call, watch))).await;
            }
            Self::Spawned => in_tasks(each, calls, watch, true).await,
            Self::Moved => in_tasks(begun(each, calls).await, calls, watch, false).await,
        }
    }
}

async fn ended(call: Call, watch: &Watch) {
    call.await;
    watch.ended();
}

/// Polls each call a few times. A call that ends early is replaced by another.
async fn begun(mut each: Vec<Call>, calls: &Calls) -> Vec<Call> {
    for call in &mut each {
        for _ in 0..calls.draw(12) {
            if call.as_mut().now_or_never().is_some() {
                *call = calls.short();
            }
            sleep(Duration::from_millis(11)).await;
        }
    }
    each
}

async fn in_tasks(each: Vec<Call>, calls: &Calls, watch: &Watch, aborts: bool) {
    let tasks: Vec<_> = each.into_iter().map(tokio::spawn).collect();
    sleep(Duration::from_millis(50)).await;
    for task in tasks {
        if aborts && calls.draw(3) == 0 {
            task.abort();
        }
        match task.await {
            Ok(()) => watch.ended(),
            Err(error) if error.is_cancelled() => watch.dropped(),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Begins calls on one runtime and finishes them on another, while the first keeps running.
///
/// Each runtime has a thread, and time is real, so a hang would last forever.
pub(super) fn between_runtimes(seed: u64) -> anyhow::Result<Report> {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build()
    };
    let (first, second) = (runtime()?, runtime()?);
    let sim = unpaused(seed)?;
    let client = client(&sim).rate_limit(RateLimit::unlimited()).build()?;
    let calls = Calls::new(&sim, client.clone(), seed);
    let watch = Watch::new(client);
    for (begins, ends) in [(&first, &second), (&second, &first)] {
        let kept = begins.block_on(begun(calls.each(), &calls));
        begins.block_on(ended(calls.short(), &watch));
        ends.block_on(watch.over(join_all(kept.into_iter().map(|call| ended(call, &watch)))))?;
    }
    Ok(watch.report())
}
