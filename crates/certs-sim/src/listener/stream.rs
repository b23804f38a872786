//! The stream of a connection, which can be reset at any moment and has time limits.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::{Intake, malformed};
use crate::connection::Connection;
use crate::log::KeptBody;

/// A socket, and the control of what goes through it.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: TcpStream,
    pub(super) connection: Connection,
    intake: Intake,
    /// Runs while the head of a request arrives.
    head: Option<Pin<Box<Sleep>>>,
    /// How many requests have begun; each ended the reading of a head.
    requests: u64,
    /// Data that replaces the server's output.
    instead: Vec<u8>,
}

impl Stream {
    pub(super) fn new(socket: TcpStream, connection: Connection, intake: Intake) -> Self {
        Self {
            socket,
            connection,
            intake,
            head: None,
            requests: 0,
            instead: Vec::new(),
        }
    }

    /// Fails once the head of a request takes too long.
    fn poll_head(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let requests = self.connection.requests();
        if requests > self.requests {
            self.requests = requests;
            self.head = None;
        }
        let Some(head) = &mut self.head else {
            return Ok(());
        };
        match head.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// Writes the data that replaces the server's output.
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.socket).poll_write(context, &self.instead))?;
            self.instead.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    /// Replaces the server's response to input that is not HTTP with one that has a body.
    fn takes_refusal(&mut self, bytes: &[u8]) -> bool {
        let Some(status) = malformed::status(bytes) else {
            return false;
        };
        self.instead = malformed::response(status);
        self.intake
            .log
            .add(malformed::record(status), KeptBody::Nothing);
        true
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The server always reads, also between requests, so it notices a reset here.
        if let Poll::Ready(error) = self.connection.poll_reset(context) {
            return Poll::Ready(Err(error));
        }
        self.poll_head(context)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        let is_head = buffer.filled().len() > before && !self.connection.is_in_request();
        if is_head && self.head.is_none() {
            self.head = Some(Box::pin(sleep(self.intake.head_timeout)));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.connection.check()?;
        ready!(self.poll_instead(context))?;
        if self.takes_refusal(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.connection.check()?;
        ready!(self.poll_instead(context))?;
        if let [bytes] = slices
            && self.takes_refusal(bytes)
        {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.check()?;
        ready!(self.poll_instead(context))?;
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        if flushed.is_ready() {
            self.connection.has_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.connection.check().is_err() {
            // With no time to linger, closing resets the connection. A socket that rejects the
            // option is closed, which a client cannot mistake for a response either.
            let _ = self.socket.set_zero_linger();
        }
    }
}
