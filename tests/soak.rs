//! A long run against an unreliable tenant: a whole campaign is reviewed through the
//! client's public API, and the tenant tells afterwards whether everything happened exactly
//! once.

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

/// What a campaign is like.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Which data set, and which requests something happens to.
    pub seed: u64,
    /// How many items the tenant has, of which not quite half are to be decided.
    pub items: usize,
    /// The part of the requests that something happens to.
    pub faults: f64,
    /// How many certifications are worked on at once.
    pub workers: usize,
    /// How many decisions go into one call.
    pub batch: usize,
    /// What everybody's time is measured by.
    pub clock: Clock,
}

/// Above every honest answer; the dishonest ones are larger.
const MAX_RESPONSE_SIZE: u32 = 16 * 1024 * 1024;

/// Long beside every honest answer, short beside a campaign.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

impl Campaign {
    /// Reviews everything that is open and checks the result.
    ///
    /// If the clock goes with tokio's, nothing leaves the process, and with paused time the
    /// campaign takes no longer than its work.
    ///
    /// # Errors
    ///
    /// If the client met an error that it should not have met, or if anything happened not at
    /// all or more than once.
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
