//! The listening socket, which can refuse connections for a while.

mod malformed;
mod stream;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;

use self::stream::Stream;
use crate::connection::{Connection, Connections};
use crate::log::RequestLog;
use crate::sync::lock;

/// How many connections may wait to be accepted by a socket that listens again; the number that the
/// standard library uses.
const BACKLOG: u32 = 128;

/// How long to wait after an error that is not about one connection, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// The parts of the simulator that a connection needs.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    pub(crate) connections: Connections,
    pub(crate) log: Arc<RequestLog>,
    /// How long the head of a request may take.
    pub(crate) head_timeout: Duration,
}

/// The socket that clients connect to. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Listener(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    runtime: Handle,
    intake: Intake,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    socket: Socket,
    /// The task that accepts connections.
    acceptor: Option<Waker>,
}

#[derive(Debug)]
enum Socket {
    Listening(TcpListener),
    /// Bound but not listening: connections are refused, and nobody else gets the port.
    Refusing(TcpSocket),
    /// The port could not be kept.
    Lost,
}

impl Listener {
    /// Call it inside the runtime that serves.
    pub(crate) async fn bind(address: SocketAddr, intake: Intake) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self(Arc::new(Shared {
            address: listener.local_addr()?,
            runtime: Handle::current(),
            intake,
            state: Mutex::new(State {
                socket: Socket::Listening(listener),
                acceptor: None,
            }),
        })))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Refuses new connections.
    pub(crate) fn close(&self) -> io::Result<()> {
        let mut state = lock(&self.0.state);
        if let Socket::Listening(_) = state.socket {
            // The port has to be free before it can be taken again.
            state.socket = Socket::Lost;
            state.socket = Socket::Refusing(bound(self.0.address)?);
        }
        Ok(())
    }

    /// Accepts connections again.
    pub(crate) fn reopen(&self) -> io::Result<()> {
        let _runtime = self.0.runtime.enter();
        let mut state = lock(&self.0.state);
        let socket = match std::mem::replace(&mut state.socket, Socket::Lost) {
            Socket::Listening(listener) => {
                state.socket = Socket::Listening(listener);
                return Ok(());
            }
            Socket::Refusing(socket) => socket,
            Socket::Lost => bound(self.0.address)?,
        };
        state.socket = Socket::Listening(socket.listen(BACKLOG)?);
        if let Some(acceptor) = state.acceptor.take() {
            acceptor.wake();
        }
        Ok(())
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let mut state = lock(&self.0.state);
        state.acceptor = Some(context.waker().clone());
        match &state.socket {
            Socket::Listening(listener) => listener.poll_accept(context),
            Socket::Refusing(_) | Socket::Lost => Poll::Pending,
        }
    }

    fn admit(&self, socket: TcpStream) -> Stream {
        // Sends small responses at once. A socket that rejects the option still works.
        let _ = socket.set_nodelay(true);
        let connection = Connection::over_socket();
        self.0.intake.connections.add(&connection);
        Stream::new(socket, connection, self.0.intake.clone())
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Earlier connections may still be closing.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        loop {
            match poll_fn(|context| self.poll_accept(context)).await {
                Ok((socket, address)) => return (self.admit(socket), address),
                Err(error) if is_about_the_connection(&error) => {}
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.address)
    }
}

fn is_about_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

impl Connected<IncomingStream<'_, Listener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().connection.clone()
    }
}
