//! A running simulator.

mod actions;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use self::actions::Refused;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::router;
use crate::app::App;
use crate::builder::Builder;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::credentials::{ADMIN_CLIENT, CERT_ADMIN_CLIENT, Credentials, SECRET};
use crate::fault::Faults;
use crate::listener::{Intake, Listener};
use crate::log::{RecordedRequest, Traffic};
use crate::scenario::{Scenario, ScenarioError};
use crate::service::SimulatorService;
use crate::view;

/// How long [`Simulator::shutdown`] waits for responses that are being written.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a simulator did not start: the address cannot be listened on, or the scenario
/// cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StartError(Reason);

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("the simulator cannot listen on {address}")]
    Address {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Scenario(ScenarioError),
}

impl StartError {
    pub(crate) fn scenario(error: ScenarioError) -> Self {
        Self(Reason::Scenario(error))
    }
}

pub(crate) async fn listen(address: SocketAddr, intake: Intake) -> Result<Listener, StartError> {
    Listener::bind(address, intake)
        .await
        .map_err(|source| StartError(Reason::Address { address, source }))
}

/// A simulated tenant that listens on a port of this machine, or is a service within the
/// process ([`Builder::build`]).
///
/// A simulator that listens runs on the Tokio runtime that started it. Dropping a simulator stops
/// it. Any number can run in one process; they share nothing.
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
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Simulator {
    app: Arc<App>,
    service: SimulatorService,
    // Dropping the sender is the signal to stop.
    stop: watch::Sender<()>,
    server: Option<Server>,
}

/// The additional parts of a simulator that listens.
#[derive(Debug)]
struct Server {
    listener: Listener,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Starts with the default data set on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If it cannot listen on any port.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts with other settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn in_process(app: App, stop: watch::Sender<()>) -> Self {
        let app = Arc::new(app);
        Self {
            service: SimulatorService::new(Arc::clone(&app), router(Arc::clone(&app))),
            app,
            stop,
            server: None,
        }
    }

    pub(crate) fn serve(app: App, listener: Listener, stop: watch::Sender<()>) -> Self {
        let simulator = Self::in_process(app, stop);
        let stopping = Arc::clone(&simulator.app);
        let service =
            router(Arc::clone(&simulator.app)).into_make_service_with_connect_info::<Connection>();
        let server = axum::serve(listener.clone(), service)
            .with_graceful_shutdown(async move { stopping.until_stopped().await })
            .into_future();
        let task = tokio::spawn(async move {
            // axum's server only ends when it is asked to.
            let _ = server.await;
        });
        Self {
            server: Some(Server { listener, task }),
            ..simulator
        }
    }

    /// The base URL, without a slash at the end: `http://127.0.0.1:40123`. V3 is at `/v3` below it,
    /// the other versions at [their paths](crate::Version::path), the token endpoint at
    /// `/oauth/token`.
    ///
    /// Without a socket it is `http://127.0.0.1:0`, where nobody can listen.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.app.base_url
    }

    /// The simulator as a tower service, without a socket. Faults and
    /// [`refuse_connections`](Self::refuse_connections) apply there, too; its documentation
    /// says how. Clones and further calls share everything.
    #[must_use]
    pub fn service(&self) -> SimulatorService {
        self.service.clone()
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

    /// The requests that got a response, oldest first: the last 10,000 if there were more.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app.log.all()
    }

    /// Counters of requests since the start or the last [`clear_requests`](Self::clear_requests).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use certs_sim::{Operation, Simulator};
    ///
    /// let sim = Simulator::start().await?;
    /// reqwest::get(format!("{}/v3/certifications", sim.base_url())).await?;
    /// let traffic = sim.traffic();
    /// assert_eq!(traffic.of(Operation::Certifications), 1);
    /// assert_eq!((traffic.rate_limited, traffic.tokens_issued), (0, 0));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.app.log.traffic()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.app.log.clear();
    }

    /// The faults, which can be changed while it runs.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// Cuts all connections and refuses new ones, as if the service had stopped, until
    /// [`accept_connections`](Self::accept_connections).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sim = certs_sim::Simulator::start().await?;
    /// sim.refuse_connections()?;
    /// let ask = || reqwest::get(format!("{}/v3/certifications", sim.base_url()));
    /// assert!(ask().await.unwrap_err().is_connect());
    /// sim.accept_connections()?;
    /// assert_eq!(ask().await?.status(), 401); // no token
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// If the port cannot be kept for later. Connections are refused even then.
    pub fn refuse_connections(&self) -> std::io::Result<()> {
        self.app.connections.refuse();
        match &self.server {
            Some(server) => server.listener.close(),
            None => Ok(()),
        }
    }

    /// Accepts connections again, at the same address.
    ///
    /// # Errors
    ///
    /// If another process has taken the port.
    pub fn accept_connections(&self) -> std::io::Result<()> {
        self.app.connections.accept();
        match &self.server {
            Some(server) => server.listener.reopen(),
            None => Ok(()),
        }
    }

    /// The clock that this simulator reads.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// All campaigns.
    #[must_use]
    pub fn campaigns(&self) -> Vec<view::Campaign> {
        self.app.look(|state, _| state.view_campaigns())
    }

    /// All certifications, including those that reassignments have made.
    #[must_use]
    pub fn certifications(&self) -> Vec<view::Certification> {
        self.app.look(|state, _| state.view_certifications())
    }

    /// All items of all certifications.
    #[must_use]
    pub fn items(&self) -> Vec<view::Item> {
        self.app.look(|state, _| state.view_items())
    }

    /// The items of one certification in the order in which the API lists them; none
    /// if there is no such certification.
    #[must_use]
    pub fn items_of(&self, certification_id: &str) -> Vec<view::Item> {
        self.app
            .look(|state, _| state.view_items_of(certification_id))
    }

    /// One item, if it exists.
    #[must_use]
    pub fn item(&self, item_id: &str) -> Option<view::Item> {
        self.app.look(|state, _| state.view_item_with(item_id))
    }

    /// All identities of the tenant, machine identities included.
    #[must_use]
    pub fn identities(&self) -> Vec<view::Identity> {
        self.app.look(|state, _| state.view_identities())
    }

    /// All tasks, including those that have ended.
    #[must_use]
    pub fn tasks(&self) -> Vec<view::Task> {
        self.app.look(|state, now| state.view_tasks(now))
    }

    /// The remediations that sign-offs have started, oldest first. Certifications
    /// that were signed before the start count.
    #[must_use]
    pub fn remediations(&self) -> Vec<view::Remediation> {
        self.app.look(|state, _| state.view_remediations())
    }

    /// The whole state as a scenario, for [`Builder::scenario`] or a file.
    #[must_use]
    pub fn export(&self) -> Scenario {
        self.app.look(|state, _| Scenario::of(state))
    }

    /// Stops listening, finishes the responses that are being written, and returns when nothing
    /// runs. Dropping the simulator does the same without waiting for it.
    pub async fn shutdown(self) {
        let Self { stop, server, .. } = self;
        drop(stop);
        if let Some(Server { mut task, .. }) = server
            && tokio::time::timeout(PATIENCE, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}
