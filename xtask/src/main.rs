//! Maintainers' commands: `cargo xtask VERB`.

mod check;
mod generate;
mod import;
mod manifest;
mod normalise;
mod overlay;
mod workspace;
mod yaml;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// From the vendor's specifications to the generated clients.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Read a checkout of the vendor's specifications and write the vendored contracts.
    Import(import::Options),
    /// Generate certs-raw from the vendored contracts and our overlays.
    Generate,
    /// Check that certs-raw is what `generate` makes; write nothing.
    Check,
}

fn main() -> ExitCode {
    let outcome = match Command::parse().verb {
        Verb::Import(options) => workspace::import(&options),
        Verb::Generate => generate::run(),
        Verb::Check => check::run(),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
