//! A long run against an unreliable tenant: reviews a whole campaign through the client's public
//! API, then checks in the tenant that everything happened exactly once.

mod audit;
pub(crate) mod faults;
mod report;
mod robot;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use certs::{Client, RetryPolicy};
use certs_sim::{Builder, Clock, Simulator};

use audit::Scope;
use robot::Robot;

pub use report::Report;

/// The settings of a campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Selects the data set, and the requests that a fault hits.
    pub seed: u64,
    /// How many items the tenant has. Not quite half of them need a decision.
    pub items: usize,
    /// The share of requests that a fault hits.
    pub faults: f64,
    /// How many certifications are reviewed at once.
    pub workers: usize,
    /// The number of decisions in a call.
    pub batch: usize,
    /// The clock of the tenant.
    pub clock: Clock,
}

/// Larger than any regular response, and smaller than those of the fault `huge`.
const MAX_RESPONSE_SIZE: u32 = 16 * 1024 * 1024;

/// Longer than any regular response takes, and short compared with a campaign.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

impl Campaign {
    /// Reviews everything that is open, and checks the result.
    ///
    /// With a clock that follows tokio's, everything stays within the process, and with paused
    /// time, waits take no time.
    ///
    /// # Errors
    ///
    /// If the client returned an unexpected error, or if anything happened not at all or more than
    /// once.
    pub async fn run(&self) -> anyhow::Result<Report> {
        let sim = self.tenant().build()?;
        let admin = sim.admin();
        let client = Client::builder(sim.base_url())
            .http_service(sim.service())
            .client_credentials(admin.client_id, admin.client_secret)
            .max_response_size(MAX_RESPONSE_SIZE as usize)
            .read_timeout(READ_TIMEOUT)
            .retry(RetryPolicy::default())
            .build()?;
        let scope = Scope::of(&sim);
        let started = self.clock.now();
        let robot = Arc::new(Robot::new(client.clone(), self.batch));
        robot
            .campaign(self.workers)
            .await
            .with_context(|| format!("the campaign of seed {}", self.seed))?;
        let took = self.clock.now().duration_since(started);
        let landed = scope.audit(&sim, &robot.done())?;
        let report = Report::new(
            self.seed,
            took,
            landed,
            robot.done(),
            client.counters(),
            &sim,
        );
        Ok(report)
    }

    fn tenant(&self) -> Builder {
        let tenant = Simulator::builder()
            .seed(self.seed)
            .items(self.items)
            .token_lifetime(Duration::from_secs(60))
            .clock(self.clock.clone())
            .fault_seed(self.seed);
        faults::mix(self.faults)
            .into_iter()
            .fold(tenant, Builder::fault)
    }
}
