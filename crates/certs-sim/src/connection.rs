//! Connections that can be reset at any moment, over sockets and within the process.

use std::io;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;

use crate::sync::lock;

/// Every connection of a simulator. Clones are the same set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connections(Arc<Mutex<Set>>);

#[derive(Debug, Default)]
struct Set {
    refused: bool,
    /// Those that may still be open.
    open: Vec<Connection>,
}

impl Connections {
    /// Adds a connection. While connections are refused it is reset.
    pub(crate) fn add(&self, connection: &Connection) {
        let mut set = lock(&self.0);
        if set.refused {
            connection.reset();
            return;
        }
        set.open.retain(Connection::is_open);
        set.open.push(connection.clone());
    }

    pub(crate) fn are_refused(&self) -> bool {
        lock(&self.0).refused
    }

    /// Resets all connections, and each new one from now on.
    pub(crate) fn refuse(&self) {
        let mut set = lock(&self.0);
        set.refused = true;
        set.open.drain(..).for_each(|connection| connection.reset());
    }

    pub(crate) fn accept(&self) {
        lock(&self.0).refused = false;
    }
}

/// Controls one connection, for code that responds on it. Clones are the same connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Notified when written data has been sent. `None` for a connection within the process.
    flushed: Option<Notify>,
}

#[derive(Debug, Default)]
struct State {
    is_reset: bool,
    /// Whether a request has begun and has no response yet.
    in_request: bool,
    /// How many requests have begun.
    requests: u64,
    reader: Option<Waker>,
}

impl Connection {
    pub(crate) fn over_socket() -> Self {
        Self::new(Some(Notify::new()))
    }

    pub(crate) fn in_process() -> Self {
        Self::new(None)
    }

    fn new(flushed: Option<Notify>) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            flushed,
        }))
    }

    /// Resets the connection. Data that has not been sent yet is lost.
    pub(crate) fn reset(&self) {
        let mut state = lock(&self.0.state);
        state.is_reset = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Waits until earlier data has been sent.
    pub(crate) async fn flushed(&self) {
        if let Some(flushed) = &self.0.flushed {
            flushed.notified().await;
        }
    }

    /// Reports that written data has been sent.
    pub(crate) fn has_flushed(&self) {
        if let Some(flushed) = &self.0.flushed {
            flushed.notify_waiters();
        }
    }

    /// Records that the head of a request has been read. Its body follows.
    pub(crate) fn begins_request(&self) {
        let mut state = lock(&self.0.state);
        state.in_request = true;
        state.requests += 1;
    }

    /// Records that the request has been read and processed. The next data belong to another one.
    pub(crate) fn has_response(&self) {
        lock(&self.0.state).in_request = false;
    }

    pub(crate) fn is_in_request(&self) -> bool {
        lock(&self.0.state).in_request
    }

    /// How many requests have begun.
    pub(crate) fn requests(&self) -> u64 {
        lock(&self.0.state).requests
    }

    /// Ready with the error once the connection is reset. Wakes one task at a time.
    pub(crate) fn poll_reset(&self, context: &Context<'_>) -> Poll<io::Error> {
        let mut state = lock(&self.0.state);
        if state.is_reset {
            return Poll::Ready(io::ErrorKind::ConnectionReset.into());
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    pub(crate) fn check(&self) -> io::Result<()> {
        if lock(&self.0.state).is_reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    /// Whether anything but the set of connections still holds it.
    fn is_open(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}
