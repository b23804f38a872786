//! A running simulator.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::api::router;
use crate::app::App;
use crate::builder::Builder;
use crate::clock::Clock;
use crate::credentials::{ADMIN_CLIENT, CERT_ADMIN_CLIENT, Credentials, SECRET};
use crate::record::RecordedRequest;
use crate::view;

/// How long [`Simulator::shutdown`] waits for answers that are being written.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[error("the simulator cannot listen on {address}")]
pub struct StartError {
    address: SocketAddr,
    source: std::io::Error,
}

/// A simulated tenant that listens on a port of this machine.
///
/// It runs on the Tokio runtime that started it and stops when it is dropped. Any
/// number can run in one process: they share nothing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), certs_sim::StartError> {
/// use certs_sim::{Phase, Simulator};
///
/// let sim = Simulator::start().await?;
/// assert!(sim.base_url().starts_with("http://127.0.0.1:"));
///
/// let open: Vec<_> = sim
///     .certifications()
///     .into_iter()
///     .filter(|certification| certification.phase == Phase::Active)
///     .collect();
/// let reviewer = sim.credentials_for(open[0].reviewer.id());
/// assert_eq!(reviewer.client_id, open[0].reviewer.id());
///
/// sim.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulator {
    app: Arc<App>,
    base_url: String,
    // Dropping the sender is the signal to stop.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts with the default data set on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts with other settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn serve(app: App, address: SocketAddr) -> Result<Self, StartError> {
        let refused = |source| StartError { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(refused)?);
        // Small answers must not wait for more to send with them. A socket that does
        // not take the option still works.
        let listener = listener.tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
        let app = Arc::new(app);
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, router(Arc::clone(&app)))
            .with_graceful_shutdown(async move {
                let _ = stopped.await;
            })
            .into_future();
        let server = tokio::spawn(async move {
            // axum's server only ends when it is told to.
            let _ = server.await;
        });
        Ok(Self {
            app,
            base_url,
            stop,
            server,
        })
    }

    /// Where it listens, without a slash at the end: `http://127.0.0.1:40123`. V3 is
    /// at `/v3` below it, beta at `/beta`, the token endpoint at `/oauth/token`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The credentials of the organisation administrator, who sees everything and is
    /// the reviewer of some certifications.
    #[must_use]
    pub fn admin(&self) -> Credentials {
        Credentials::new(ADMIN_CLIENT, SECRET)
    }

    /// The credentials of the certification administrator, who sees everything.
    #[must_use]
    pub fn cert_admin(&self) -> Credentials {
        Credentials::new(CERT_ADMIN_CLIENT, SECRET)
    }

    /// The credentials of an identity, such as a reviewer.
    #[must_use]
    pub fn credentials_for(&self, identity_id: &str) -> Credentials {
        Credentials::new(identity_id, SECRET)
    }

    /// The requests that were answered, oldest first; of more than 10,000 the last.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app.log.all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.app.log.clear();
    }

    /// The clock that this simulator reads.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// All campaigns.
    #[must_use]
    pub fn campaigns(&self) -> Vec<view::Campaign> {
        self.app.step(|state, _| state.view_campaigns())
    }

    /// All certifications, including those that reassignments have made.
    #[must_use]
    pub fn certifications(&self) -> Vec<view::Certification> {
        self.app.step(|state, _| state.view_certifications())
    }

    /// All items of all certifications.
    #[must_use]
    pub fn items(&self) -> Vec<view::Item> {
        self.app.step(|state, _| state.view_items())
    }

    /// The items of one certification in the order in which the API lists them; none
    /// if there is no such certification.
    #[must_use]
    pub fn items_of(&self, certification_id: &str) -> Vec<view::Item> {
        self.app
            .step(|state, _| state.view_items_of(certification_id))
    }

    /// Everybody in the tenant, machine identities included.
    #[must_use]
    pub fn identities(&self) -> Vec<view::Identity> {
        self.app.step(|state, _| state.view_identities())
    }

    /// All tasks, including those at their end.
    #[must_use]
    pub fn tasks(&self) -> Vec<view::Task> {
        self.app.step(|state, now| state.view_tasks(now))
    }

    /// The remediations that sign-offs have started, oldest first. Certifications
    /// that were signed before the start count.
    #[must_use]
    pub fn remediations(&self) -> Vec<view::Remediation> {
        self.app.step(|state, _| state.view_remediations())
    }

    /// Stops listening, lets answers that are being written be finished, and returns
    /// when nothing is left running. Dropping the simulator does the same without
    /// waiting for it.
    pub async fn shutdown(self) {
        let Self {
            stop, mut server, ..
        } = self;
        drop(stop);
        if tokio::time::timeout(PATIENCE, &mut server).await.is_err() {
            server.abort();
        }
    }
}
