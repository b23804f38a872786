//! Awaits every call in every way, on one tenant after the other, until time is up.
//!
//! ```console
//! $ cargo run --release -p certs-tests --bin stress -- --minutes 5
//! ```

use std::process::ExitCode;

use certs_sim::Clock;
use certs_tests::stress::{Report, Stress};
use clap::Parser;

/// Awaits every call of the client in every way that a program may, and fails if one blocks
/// another.
#[derive(Debug, Parser)]
struct Options {
    /// How long to run; a tenant that has begun is completed
    #[arg(long, default_value_t = 5)]
    minutes: i64,

    /// The share of requests that a fault hits
    #[arg(long, default_value_t = 0.1)]
    faults: f64,

    /// The seed of the first tenant
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stress: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let clock = Clock::system();
    let started = clock.now();
    let mut all = Report::default();
    for seed in options.seed.. {
        let faults = options.faults;
        all += Stress { seed, faults }.run()?;
        println!("up to seed {seed}: {all}");
        if clock.now().duration_since(started).as_secs() >= 60 * options.minutes {
            break;
        }
    }
    Ok(())
}
