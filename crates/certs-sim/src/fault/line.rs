//! A connection that can be cut at any moment.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::door::Door;
use crate::app::lock;

/// Control of one connection, for those who answer on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    flushed: Notify,
}

#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    reader: Option<Waker>,
}

impl Line {
    /// Resets the connection: what is not sent yet is lost.
    pub(super) fn cut(&self) {
        let mut state = lock(&self.0.state);
        state.is_cut = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Waits until what was written before is on its way.
    pub(super) async fn flushed(&self) {
        self.0.flushed.notified().await;
    }

    /// Whether anybody still holds the other end of this control.
    pub(super) fn is_open(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    fn check(&self) -> io::Result<()> {
        match lock(&self.0.state).is_cut {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection and its line.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: TcpStream,
    line: Line,
}

impl Connection {
    pub(super) fn new(socket: TcpStream, line: Line) -> Self {
        Self { socket, line }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        {
            let mut state = lock(&self.line.0.state);
            if state.is_cut {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            // The server always reads, also between requests: this is how it hears.
            state.reader = Some(context.waker().clone());
        }
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.line.check()?;
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.line.check()?;
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.check()?;
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        if flushed.is_ready() {
            self.line.0.flushed.notify_waiters();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.line.check().is_err() {
            // Without lingering, closing is a reset. A socket that does not take the option
            // is closed, which the client cannot mistake for an answer either.
            let _ = self.socket.set_zero_linger();
        }
    }
}
