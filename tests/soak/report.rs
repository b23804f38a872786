//! The report of a campaign.

use std::fmt;

use certs::Counters;
use certs_sim::{RateLimit, Simulator};
use jiff::SignedDuration;

use super::audit::Landed;
use super::robot::Done;

/// What a campaign took, and the faults that it met. Prints as a paragraph.
#[derive(Clone, Debug)]
pub struct Report {
    seed: u64,
    took: SignedDuration,
    landed: Landed,
    done: Done,
    counters: Counters,
    /// Requests to the API that arrived, except those for tokens.
    requests: usize,
    tokens: usize,
    /// Requests that a fault hit.
    hit: usize,
    rate_limited: usize,
}

impl Report {
    pub(super) fn new(
        seed: u64,
        took: SignedDuration,
        landed: Landed,
        done: Done,
        counters: Counters,
        sim: &Simulator,
    ) -> Self {
        let requests = sim.requests();
        let count = |counts: fn(&certs_sim::RecordedRequest) -> bool| {
            requests.iter().filter(|request| counts(request)).count()
        };
        let tokens = count(|request| request.path == "/oauth/token");
        Self {
            seed,
            took,
            landed,
            done,
            counters,
            requests: requests.len() - tokens,
            tokens,
            hit: count(|request| request.fault.is_some()),
            rate_limited: count(|request| request.status == 429),
        }
    }

    /// How many items were decided.
    #[must_use]
    pub fn items(&self) -> usize {
        self.landed.items
    }

    /// The share of requests that a fault hit, from 0 to 1.
    #[must_use]
    pub fn part_hit(&self) -> f64 {
        self.hit as f64 / (self.requests + self.tokens) as f64
    }

    /// The share of the permitted rate that was used over the whole time, from 0 to 1. It is less
    /// than while work is waiting, because a campaign ends with little to do.
    #[must_use]
    pub fn rate_limit_use(&self) -> f64 {
        let RateLimit { requests, per } = RateLimit::default();
        let windows = (self.took.as_secs_f64() / per.as_secs_f64()).floor() + 1.0;
        self.requests as f64 / (f64::from(requests) * windows)
    }

    /// The share of responses that were 429, from 0 to 1.
    #[must_use]
    pub fn part_rate_limited(&self) -> f64 {
        self.rate_limited as f64 / self.requests as f64
    }

    /// How many writes had a response that did not show their outcome.
    #[must_use]
    pub fn unknown_outcomes(&self) -> usize {
        self.done.unknown
    }

    /// How many attempts the client retried by itself.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.counters.retries
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            took,
            landed,
            done,
            counters,
            requests,
            tokens,
            hit,
            rate_limited,
        } = self;
        writeln!(f, "campaign of seed {seed}, {:.1} s", took.as_secs_f64())?;
        writeln!(
            f,
            "  done exactly once:  {} decisions, {} sign-offs, {} + {} reassignments at once and \
             as tasks",
            landed.items, landed.certifications, done.reassigned_at_once, done.reassigned_as_task
        )?;
        writeln!(
            f,
            "  requests:           {requests}, and {tokens} for tokens; {hit} were hit ({:.1} %)",
            100.0 * self.part_hit()
        )?;
        writeln!(
            f,
            "  the client:         {} requests, {} of them retries, {} tokens, {} waits for the \
             rate limit",
            counters.requests, counters.retries, counters.tokens, counters.rate_limit_waits
        )?;
        writeln!(
            f,
            "  left to the caller: {} unknown outcomes of writes, {} failed reads, {} incomplete \
             responses",
            done.unknown, done.failed_reads, done.incomplete
        )?;
        write!(
            f,
            "  rate limit:         {:.1} % of the permitted rate; {} responses with 429 ({:.2} %)",
            100.0 * self.rate_limit_use(),
            rate_limited,
            100.0 * self.part_rate_limited()
        )
    }
}
