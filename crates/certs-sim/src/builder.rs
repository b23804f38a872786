//! Settings of a simulator before it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::app::{App, States};
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::connection::Connections;
use crate::data::generate;
use crate::fault::{FaultRule, Faults};
use crate::listener::Intake;
use crate::log::RequestLog;
use crate::query::page::PastEnd;
use crate::rate_limit::{Limiter, RateLimit};
use crate::scenario::{Scenario, ScenarioError};
use crate::simulator::{self, Simulator, StartError};
use crate::state::State;
use crate::state::task::TaskTimes;

/// Settings of a [`Simulator`]. The defaults are the vendor's.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use certs_sim::{Clock, RateLimit, Simulator};
///
/// let clock = Clock::manual("2026-03-02T08:00:00Z".parse()?);
/// let sim = Simulator::builder()
///     .seed(7)
///     .items(500)
///     .rate_limit(Some(RateLimit { requests: 5, per: Duration::from_secs(1) }))
///     .clock(clock.clone())
///     .start()
///     .await?;
/// assert!(sim.items().len().abs_diff(500) < 50);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    seed: u64,
    items: usize,
    scenario: Option<ScenarioSource>,
    rate_limit: Option<RateLimit>,
    listen: SocketAddr,
    token_lifetime: Duration,
    clock: Option<Clock>,
    task_times: TaskTimes,
    read_lag: Duration,
    past_end: PastEnd,
    faults: Vec<FaultRule>,
    fault_seed: u64,
    log_bytes: usize,
    receive_timeout: Duration,
    cors: bool,
}

/// The initial state, instead of a generated data set.
#[derive(Clone, Debug)]
enum ScenarioSource {
    /// Shared, so that a builder can be cloned for many simulators.
    Given(Arc<Scenario>),
    File(PathBuf),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 1,
            items: 2_000,
            scenario: None,
            rate_limit: Some(RateLimit::default()),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token_lifetime: Duration::from_secs(749),
            clock: None,
            task_times: TaskTimes::default(),
            read_lag: Duration::ZERO,
            past_end: PastEnd::default(),
            faults: Vec::new(),
            fault_seed: 1,
            log_bytes: 64 * 1024 * 1024,
            receive_timeout: Duration::from_secs(30),
            cors: false,
        }
    }
}

impl Builder {
    /// Selects the data set: the same seed, number of items and day of the clock give the same
    /// data, identifiers included. Default: 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the approximate number of review items. Even a small data set has every kind of
    /// certification. Default: 2,000.
    #[must_use]
    pub fn items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// Starts with exactly this state instead of a generated data set; `seed` and `items` are then
    /// ignored.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), certs_sim::StartError> {
    /// use certs_sim::{Phase, Simulator};
    ///
    /// // The usual tenant, but nothing is open yet.
    /// let mut scenario = Simulator::start().await?.export();
    /// scenario.certifications.retain(|row| row.phase == Phase::Staged);
    /// for row in &mut scenario.certifications {
    ///     row.reassignment = None;
    /// }
    /// scenario.remediations = None;
    /// let sim = Simulator::builder().scenario(scenario).start().await?;
    /// assert!(sim.certifications().iter().all(|row| row.phase == Phase::Staged));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(ScenarioSource::Given(Arc::new(scenario)));
        self
    }

    /// Starts with the state in this scenario file, which is read at the start.
    #[must_use]
    pub fn scenario_file(mut self, path: impl AsRef<Path>) -> Self {
        self.scenario = Some(ScenarioSource::File(path.as_ref().to_owned()));
        self
    }

    /// Sets the rate limit of each client and version; `None` means no limit. Default: 100 requests
    /// in 10 seconds.
    #[must_use]
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Sets the address to listen on. Default: a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Sets how long a token is valid. Default: 749 seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Sets the simulator's clock. Default: the system's; without a socket, one that starts at the
    /// system's time and follows Tokio's ([`Clock::tokio`]).
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Sets how long tasks take. Default: one second in all.
    #[must_use]
    pub fn task_times(mut self, times: TaskTimes) -> Self {
        self.task_times = times;
        self
    }

    /// Makes reads lag behind writes: clients read a state that is this old, by the simulator's
    /// clock. Writes, their responses, and this simulator's own methods use the current state.
    /// Default: no lag.
    ///
    /// ```
    /// use std::time::Duration;
    /// use certs_sim::Simulator;
    ///
    /// let sim = Simulator::builder().read_lag(Duration::from_secs(2)).build()?;
    /// // A decision of now is listed as undecided for two seconds.
    /// # Ok::<(), certs_sim::StartError>(())
    /// ```
    #[must_use]
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.read_lag = lag;
        self
    }

    /// Sets the response to an offset past the end of a collection. Default: an empty page.
    #[must_use]
    pub fn past_end(mut self, past_end: PastEnd) -> Self {
        self.past_end = past_end;
        self
    }

    /// Adds a fault from the start. Call it again for more rules; [`Simulator::faults`] changes
    /// them later. Default: no faults.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use certs_sim::{Fault, Simulator, Target};
    ///
    /// let sim = Simulator::builder()
    ///     .fault(Fault::ResetAfter.on(Target::Writes).probability(0.1))
    ///     .fault("any:latency=20ms:0.5".parse()?)
    ///     .fault_seed(7)
    ///     .start()
    ///     .await?;
    /// assert_eq!(sim.faults().hits().len(), 2);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Selects the requests that rules with a probability hit: the same ones for the same seed and
    /// the same order of requests. Default: 1.
    #[must_use]
    pub fn fault_seed(mut self, seed: u64) -> Self {
        self.fault_seed = seed;
        self
    }

    /// Sets how many bytes of requests [`Simulator::requests`] keeps; the oldest are dropped first.
    /// Default: 64 MiB, and never more than 10,000 requests.
    #[must_use]
    pub fn log_bytes(mut self, bytes: usize) -> Self {
        self.log_bytes = bytes;
        self
    }

    /// Sets how long the head of a request may take, and then its body. After that, the connection is
    /// closed, or the request refused with 408. It uses Tokio's clock. Default: 30 seconds.
    #[must_use]
    pub fn receive_timeout(mut self, limit: Duration) -> Self {
        self.receive_timeout = limit;
        self
    }

    /// Allows requests from web pages of any origin (CORS), which clients in browsers need.
    /// Default: no.
    #[must_use]
    pub fn cors(mut self, allowed: bool) -> Self {
        self.cors = allowed;
        self
    }

    /// Listens, and makes the data set or reads the scenario.
    ///
    /// # Errors
    ///
    /// If it cannot listen on the address, or the scenario cannot be used.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    pub async fn start(self) -> Result<Simulator, StartError> {
        let connections = Connections::default();
        let log = Arc::new(RequestLog::new(self.log_bytes));
        let intake = Intake {
            connections: connections.clone(),
            log: Arc::clone(&log),
            head_timeout: self.receive_timeout,
        };
        let listener = simulator::listen(self.listen, intake).await?;
        // A million items take seconds, during which the runtime has other work.
        let base_url = format!("http://{}", listener.address());
        let make = move || self.into_app(base_url, connections, log, Clock::system);
        let (app, stop) = tokio::task::spawn_blocking(make)
            .await
            .expect("making the state neither panics nor is it cancelled")?;
        Ok(Simulator::serve(app, listener, stop))
    }

    /// Makes the data set or reads the scenario, and opens no socket: [`Simulator::service`]
    /// responds within the process. [`listen`](Self::listen) is then ignored.
    ///
    /// It needs no runtime. In a test whose time is paused, waits, token expiry, the rate
    /// limit and tasks take no real time:
    ///
    /// ```
    /// use http_body_util::BodyExt as _;
    /// use tower_service::Service as _;
    ///
    /// #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     let sim = certs_sim::Simulator::builder()
    ///         .fault("token:latency=1h".parse()?)
    ///         .build()?;
    ///     let request = http::Request::post(format!("{}/oauth/token", sim.base_url()))
    ///         .header("content-type", "application/x-www-form-urlencoded")
    ///         .body(String::from("grant_type=client_credentials&client_id=someone"))?;
    ///     let response = sim.service().call(request).await?;
    ///     assert_eq!(response.status(), 400);
    ///     let body = response.into_body().collect().await?.to_bytes();
    ///     assert!(body.starts_with(br#"{"error":"invalid_request""#));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the scenario cannot be used.
    pub fn build(self) -> Result<Simulator, StartError> {
        let clock = || Clock::tokio(Clock::system().now());
        let log = Arc::new(RequestLog::new(self.log_bytes));
        let connections = Connections::default();
        let (app, stop) = self.into_app(NOWHERE.to_owned(), connections, log, clock)?;
        Ok(Simulator::in_process(app, stop))
    }

    fn into_app(
        self,
        base_url: String,
        connections: Connections,
        log: Arc<RequestLog>,
        default_clock: impl FnOnce() -> Clock,
    ) -> Result<(App, watch::Sender<()>), StartError> {
        let clock = self.clock.unwrap_or_else(default_clock);
        let start = clock.now();
        let state = match self.scenario {
            Some(source) => source
                .into_state(start, self.task_times)
                .map_err(StartError::scenario)?,
            None => generate(self.seed, self.items, start, self.task_times),
        };
        let (stop, stopped) = watch::channel(());
        let app = App {
            base_url,
            clock,
            token_lifetime: self.token_lifetime,
            past_end: self.past_end,
            faults: Faults::new(self.fault_seed, self.faults),
            log,
            receive_timeout: self.receive_timeout,
            tokens: Mutex::new(Tokens::default()),
            limiter: Mutex::new(Limiter::new(self.rate_limit)),
            states: Mutex::new(States::new(state, self.read_lag)),
            connections,
            cors: self.cors,
            stopped,
        };
        Ok((app, stop))
    }
}

/// The base URL without a socket: nobody can listen on port 0, and clients that refuse
/// unencrypted addresses allow the loopback.
const NOWHERE: &str = "http://127.0.0.1:0";

impl ScenarioSource {
    fn into_state(self, start: Timestamp, task_times: TaskTimes) -> Result<State, ScenarioError> {
        match self {
            Self::Given(scenario) => Arc::unwrap_or_clone(scenario).into_state(start, task_times),
            Self::File(path) => Scenario::from_file(&path)?
                .into_state(start, task_times)
                .map_err(|error| error.in_file(&path)),
        }
    }
}
