//! Handles Ctrl-C, and SIGTERM from a scheduler.
//!
//! The first one stops the work, and the verb reports what was done; the second ends the program.

use std::sync::OnceLock;

use tokio::sync::watch;

use crate::status::{Failure, Result};

/// Does the work. Returns `None` if somebody stops the program first; the work is then dropped.
pub(crate) async fn unless_stopped<T>(work: impl IntoFuture<Output = T>) -> Result<Option<T>> {
    let mut stop =
        listen().map_err(|error| Failure::error(format!("signals cannot be received: {error}")))?;
    tokio::select! {
        done = work.into_future() => Ok(Some(done)),
        _ = stop.wait_for(|stopped| *stopped) => Ok(None),
    }
}

/// Does work that changes nothing.
pub(crate) async fn reading<T>(work: impl IntoFuture<Output = certs::Result<T>>) -> Result<T> {
    match unless_stopped(work).await? {
        Some(done) => Ok(done?),
        None => Err(stopped()),
    }
}

/// The failure of a verb that was stopped before anything was changed.
pub(crate) fn stopped() -> Failure {
    Failure::error("stopped; nothing was changed")
}

/// Tells when somebody stops the program. Signals count from the first call on.
fn listen() -> std::io::Result<watch::Receiver<bool>> {
    static STOP: OnceLock<watch::Receiver<bool>> = OnceLock::new();

    if let Some(stop) = STOP.get() {
        return Ok(stop.clone());
    }
    let mut signals = Signals::new()?;
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        signals.next().await;
        sender.send_replace(true);
        signals.next().await;
        std::process::exit(1);
    });
    Ok(STOP.get_or_init(|| stop).clone())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
