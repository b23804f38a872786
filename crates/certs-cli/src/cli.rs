//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::output::Format;
use crate::status;
use crate::verb::{
    campaign, campaigns, decide, demo, due, escalate, evidence, items, man, reassign, report,
    resume, sign_off, simulate, verify, watch, whoami,
};

/// Access reviews in SailPoint Identity Security Cloud: what is due, decisions from a table or by
/// rule, reassignments, sign-off, evidence.
///
/// The tenant and a personal access token come from SAIL_BASE_URL, SAIL_CLIENT_ID and
/// SAIL_CLIENT_SECRET, from a file (--env-file), or from the configuration of the vendor's tool.
/// Verbs that change something show what they would do and ask first; --yes skips the question, and
/// --dry-run only shows.
#[derive(Debug, Parser)]
#[command(
    name = "certs",
    version,
    max_term_width = 100,
    after_help = status::TABLE,
    after_long_help = [FIRST_STEPS, status::TABLE].concat(),
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const FIRST_STEPS: &str = "\
First steps, without a tenant:
  certs demo                      a whole review on a simulator in this program
  certs simulate                  a simulator to try things on; prints what to set

A review, step by step:
  certs whoami                    checks the configuration and the token
  certs due                       what is due, overdue first
  certs items CERT --output csv > review.csv
                                  fill in the columns `decision` and `comment`, then
  certs decide --csv review.csv   shows the plan, asks, and carries it out
  certs sign-off CERT
  certs evidence --campaign NAME --out DIR

";

/// The options of every verb.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Global {
    /// How results are printed on standard output
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        help_heading = "Global options"
    )]
    pub(crate) output: Format,

    /// Read tenant and credentials from this file instead of the environment: lines of
    /// NAME=value, config.json, or the config.yaml of the vendor's tool
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(crate) env_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Whoami(whoami::Options),
    Campaigns(campaigns::Options),
    Campaign(campaign::Options),
    Due(due::Options),
    Items(items::Options),
    Decide(decide::Options),
    Reassign(reassign::Options),
    Escalate(escalate::Options),
    SignOff(sign_off::Options),
    Resume(resume::Options),
    Evidence(evidence::Options),
    Verify(verify::Options),
    Watch(watch::Options),
    Report(report::Options),
    Simulate(simulate::Options),
    Demo(demo::Options),
    Completions(man::Completions),
    Man(man::Man),
}
