//! `certs watch`.

use std::time::Duration;

use clap::Args;
use console::Term;

use super::campaign;
use crate::context::Context;
use crate::interrupt;
use crate::status::{Failure, Result, Status};
use crate::time::{self, Clock};

/// Watch a campaign until all its certifications are signed off
///
/// On a terminal, it redraws the table each time; elsewhere, it prints a table whenever something
/// has changed. Ctrl-C ends it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The campaign, by id or by exact name
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,

    /// The time between two reads
    #[arg(long, value_name = "TIME", value_parser = time::duration, default_value = "30s")]
    every: Duration,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let campaign = campaign::find(&client, &self.campaign).await?;
        let mut last = None;
        loop {
            let now = Clock::new().now;
            let overview = campaign.overview().as_of(now);
            let overview = interrupt::reading(overview).await?;
            if last.as_ref() != Some(&overview.to_string()) {
                let term = Term::stdout();
                if last.is_some() && term.is_term() && context.output.is_for_people() {
                    term.clear_screen()?;
                }
                campaign::show(context, &overview)?;
                last = Some(overview.to_string());
            }
            let (all, signed) = (overview.certifications().count(), overview.signed().count());
            if all == 0 {
                return Err(Failure::error("the campaign has no certifications yet"));
            }
            if signed == all {
                return Ok(Status::Done);
            }
            let pause = tokio::time::sleep(self.every);
            if interrupt::unless_stopped(pause).await?.is_none() {
                return Ok(Status::Partly);
            }
        }
    }
}
