//! Maintainers' commands: `cargo xtask VERB`.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "read in the source, or with `--document-private-items`"
)]

mod api;
pub mod check;
mod contract;
mod deep_stack;
pub mod diff;
mod files;
pub mod fuzzing;
pub mod generate;
pub mod import;
pub mod like;
pub mod manifest;
pub mod normalise;
pub mod overlay;
pub mod publish;
pub mod release;
pub mod todo;
mod workspace;
pub mod yaml;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
pub use workspace::Workspace;

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
    /// Say what changed between two contracts, and how much it matters to a client.
    #[command(after_help = "Exit status: 0 nothing breaking, 3 breaking, 1 could not compare.")]
    Diff(diff::Options),
    /// Generate certs-raw from the vendored contracts and our overlays.
    Generate(generate::Options),
    /// Take a release of the vendor's specifications: import, diff, generate, changelog.
    Release(release::Options),
    /// Check that certs-raw is what `generate` makes; write nothing.
    Check,
    /// List the public API in each crate's api.txt, and hold it to the rules in its api.toml.
    Api(api::Options),
    /// Package and publish the crates, to a registry and under names of your choice.
    Publish(publish::Options),
}

/// The exit status for a breaking difference.
const BREAKING: u8 = 3;

/// Runs the command that the program was started with.
pub fn main() -> ExitCode {
    if let Some(status) = api::in_place_of_rustdoc() {
        return status;
    }
    let workspace = Workspace::here();
    let mut status = ExitCode::SUCCESS;
    let outcome = match Command::parse().verb {
        Verb::Import(options) => import::run(&options, &workspace.openapi())
            .map(|report| workspace.shorten(&report.to_string())),
        Verb::Diff(options) => diff::run(&options, &workspace.openapi()).map(|report| {
            if report.level == Some(diff::Level::Breaking) {
                status = BREAKING.into();
            }
            report.text
        }),
        Verb::Generate(options) => generate::run(&options, &workspace),
        Verb::Release(options) => release::run(&options, &workspace),
        Verb::Check => check::run(&workspace),
        Verb::Api(options) => api::run(&options, &workspace),
        Verb::Publish(options) => publish::run(&options, &workspace),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            status
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The vendored contract of a version with its overlays applied: what our crates are held against
/// by tests.
///
/// # Errors
///
/// If there is no such version, or its contract or an overlay cannot be read or applied.
pub fn contract(version: &str) -> anyhow::Result<serde_json::Value> {
    generate::corrected(&Workspace::here(), version)
}
