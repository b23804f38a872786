//! Reviews campaigns of an unreliable tenant for a while, in real time, and reports.
//!
//! ```console
//! $ cargo run --release -p certs-tests --bin soak -- --minutes 5
//! ```

use std::process::ExitCode;

use certs_sim::Clock;
use certs_tests::soak::Campaign;
use clap::Parser;

/// The least share of the permitted rate that has to be used.
const RATE_LIMIT_USE: f64 = 0.9;

/// The share of responses that may be 429.
const RATE_LIMITED: f64 = 0.01;

/// Reviews campaigns of an unreliable tenant, one after the other with a new seed each, and
/// fails if anything happens not at all or more than once.
#[derive(Debug, Parser)]
struct Options {
    /// How long to run; a campaign that has begun is completed
    #[arg(long, default_value_t = 5)]
    minutes: u64,

    /// How many items the tenant has; not quite half of them need a decision
    #[arg(long, default_value_t = 48_000)]
    items: usize,

    /// The share of requests that a fault hits
    #[arg(long, default_value_t = 0.1)]
    faults: f64,

    /// How many certifications are reviewed at once
    #[arg(long, default_value_t = 64)]
    workers: usize,

    /// The number of decisions in a call
    #[arg(long, default_value_t = certs::MAX_DECISIONS)]
    batch: usize,

    /// The seed of the first campaign
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let clock = Clock::system();
    let started = clock.now();
    let (mut campaigns, mut items) = (0, 0);
    for seed in options.seed.. {
        let campaign = Campaign {
            seed,
            items: options.items,
            faults: options.faults,
            workers: options.workers,
            batch: options.batch,
            clock: clock.clone(),
        };
        let report = campaign.run().await?;
        println!("{report}\n");
        anyhow::ensure!(
            report.rate_limit_use() >= RATE_LIMIT_USE,
            "too little of the permitted rate was used"
        );
        anyhow::ensure!(
            report.part_rate_limited() < RATE_LIMITED,
            "too many responses were 429"
        );
        (campaigns, items) = (campaigns + 1, items + report.items());
        if clock.now().duration_since(started).as_secs() >= 60 * options.minutes.cast_signed() {
            break;
        }
    }
    println!("{campaigns} campaigns with {items} decisions, each of which landed exactly once");
    Ok(())
}
