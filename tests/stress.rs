//! Awaits every call in every way that a program may, against a slow and unreliable tenant: no call
//! may block another.
//!
//! Time is paused, so it advances only when nothing else can run. A hang shows, however slow the
//! machine is, by time that advances while nothing is sent, received or completed.

mod calls;
mod idioms;
mod watch;

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use certs::{Client, ClientBuilder, RateLimit};
use certs_sim::{Builder, Clock, Simulator};

use crate::soak::faults;
use calls::Calls;
use idioms::Idiom;
use watch::Watch;

/// One tenant, on which every call is awaited in every way.
#[derive(Clone, Copy, Debug)]
pub struct Stress {
    /// Selects the data set, the calls, and the requests that a fault hits.
    pub seed: u64,
    /// The share of requests that a fault hits.
    pub faults: f64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// Calls that ended, with success or an error.
    pub ended: u64,
    /// Calls that were dropped before they ended.
    pub dropped: u64,
    /// Requests that were sent.
    pub requests: u64,
}

impl Stress {
    /// Awaits every call once in every way.
    ///
    /// # Errors
    ///
    /// If calls hang, or if the client does not work afterwards.
    pub fn run(&self) -> anyhow::Result<Report> {
        let paused = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()?;
        let mut report = paused
            .block_on(self.unreliable())
            .with_context(|| format!("seed {}", self.seed))?;
        report += idioms::between_runtimes(self.seed)?;
        Ok(report)
    }

    async fn unreliable(&self) -> anyhow::Result<Report> {
        let slow = "any:latency=40ms".parse()?;
        let rules = faults::mix(self.faults).into_iter().chain([slow]);
        let sim = rules.fold(tenant(self.seed), Builder::fault).build()?;
        // A low rate limit makes many requests wait, and a token expires meanwhile.
        let limit = RateLimit::new(50, Duration::from_secs(1));
        let client = client(&sim).rate_limit(limit).build()?;
        let calls = Calls::new(&sim, client.clone(), self.seed);
        let watch = Watch::new(client.clone());
        for idiom in Idiom::ALL {
            let used = watch.over(idiom.run(&calls, &watch)).await;
            used.with_context(|| format!("{idiom:?}"))?;
        }
        sim.faults().clear();
        let works = watch.over(client.certifications().send()).await?;
        ensure!(works.is_ok(), "the client does not work any more");
        Ok(watch.report())
    }
}

fn tenant(seed: u64) -> Builder {
    Simulator::builder()
        .seed(seed)
        .items(1_500)
        .rate_limit(None)
        .token_lifetime(Duration::from_secs(40))
        .fault_seed(seed)
}

fn client(sim: &Simulator) -> ClientBuilder {
    let admin = sim.admin();
    Client::builder(sim.base_url())
        .http_service(sim.service())
        .client_credentials(admin.client_id, admin.client_secret)
        .timeout(Duration::from_secs(60))
        .read_timeout(Duration::from_secs(20))
}

/// A tenant with the machine's clock.
fn unpaused(seed: u64) -> anyhow::Result<Simulator> {
    Ok(tenant(seed).clock(Clock::system()).build()?)
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.ended += other.ended;
        self.dropped += other.dropped;
        self.requests += other.requests;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ended,
            dropped,
            requests,
        } = self;
        write!(
            f,
            "{ended} calls ended, {dropped} were dropped, {requests} requests were sent"
        )
    }
}
