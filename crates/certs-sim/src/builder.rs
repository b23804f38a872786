//! Settings of a simulator before it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use crate::app::App;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::data::generate;
use crate::query::page::PastEnd;
use crate::rate_limit::{Limiter, RateLimit};
use crate::record::RequestLog;
use crate::simulator::{Simulator, StartError};
use crate::state::task::TaskTimes;

/// Settings of a [`Simulator`]. What is not set is as the vendor has it.
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
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    seed: u64,
    items: usize,
    rate_limit: Option<RateLimit>,
    listen: SocketAddr,
    token_lifetime: Duration,
    clock: Clock,
    task_times: TaskTimes,
    past_end: PastEnd,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 1,
            items: 2_000,
            rate_limit: Some(RateLimit::default()),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token_lifetime: Duration::from_secs(749),
            clock: Clock::system(),
            task_times: TaskTimes::default(),
            past_end: PastEnd::default(),
        }
    }
}

impl Builder {
    /// Which data set: the same seed, number of items and day of the clock give the
    /// same one, identifiers included. Default: 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many review items there are in all, roughly. Every kind of certification
    /// is there even if few are asked for. Default: 2,000.
    #[must_use]
    pub fn items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// The budget of each client and version; `None` lets everything pass. Default:
    /// 100 requests in 10 seconds.
    #[must_use]
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Where to listen. Default: a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// How long a token is good. Default: 749 seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// The clock that everything reads. Default: the system's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How long tasks take. Default: one second in all.
    #[must_use]
    pub fn task_times(mut self, times: TaskTimes) -> Self {
        self.task_times = times;
        self
    }

    /// What an offset past the end of a collection answers. Default: an empty page.
    #[must_use]
    pub fn past_end(mut self, past_end: PastEnd) -> Self {
        self.past_end = past_end;
        self
    }

    /// Makes the data set and listens.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    pub async fn start(self) -> Result<Simulator, StartError> {
        let Self {
            seed,
            items,
            rate_limit,
            listen,
            token_lifetime,
            clock,
            task_times,
            past_end,
        } = self;
        let start = clock.now();
        // A million items take seconds, during which the runtime has other work.
        let state = tokio::task::spawn_blocking(move || generate(seed, items, start, task_times))
            .await
            .expect("making the data set neither panics nor is it cancelled");
        let app = App {
            clock,
            token_lifetime,
            past_end,
            log: RequestLog::default(),
            tokens: Mutex::new(Tokens::default()),
            limiter: Mutex::new(Limiter::new(rate_limit)),
            state: Mutex::new(state),
        };
        Simulator::serve(app, listen).await
    }
}
