//! Connections that can be reset at any moment, over sockets and within the process.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::app::lock;
use crate::listener::Listener;

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

/// Control of one connection, for those who answer on it. Clones are the same connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Told when what was written is on its way; a connection within the process writes
    /// nothing.
    flushed: Option<Notify>,
}

#[derive(Debug, Default)]
struct State {
    is_reset: bool,
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

    /// What has not been sent yet is lost.
    pub(crate) fn reset(&self) {
        let mut state = lock(&self.0.state);
        state.is_reset = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Waits until what was written before is on its way.
    pub(crate) async fn flushed(&self) {
        if let Some(flushed) = &self.0.flushed {
            flushed.notified().await;
        }
    }

    /// Ready with the error once it is reset. One task at a time hears of it.
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

    /// Whether anybody but the set of connections still holds it.
    fn is_open(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl Connected<IncomingStream<'_, Listener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().connection.clone()
    }
}

/// A socket, and the control of what goes through it.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: TcpStream,
    connection: Connection,
}

impl Stream {
    pub(crate) fn new(socket: TcpStream, connection: Connection) -> Self {
        Self { socket, connection }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The server always reads, also between requests: this is how it hears of a reset.
        if let Poll::Ready(error) = self.connection.poll_reset(context) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.connection.check()?;
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.connection.check()?;
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.check()?;
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        if flushed.is_ready()
            && let Some(notify) = &self.connection.0.flushed
        {
            notify.notify_waiters();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.connection.check().is_err() {
            // Without lingering, closing is a reset. A socket that does not take the option
            // is closed, which the client cannot mistake for an answer either.
            let _ = self.socket.set_zero_linger();
        }
    }
}
