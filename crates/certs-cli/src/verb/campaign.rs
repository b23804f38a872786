//! `certs campaign`.

use certs::{CampaignHandle, CampaignOverview, Client, ReviewerOverview};
use clap::Args;

use crate::context::Context;
use crate::interrupt;
use crate::names;
use crate::output::{Field, Record};
use crate::status::{Result, Status};
use crate::time::Clock;

/// Show the progress of a campaign by reviewer, overdue first
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The campaign, by id or by exact name
    #[arg(value_name = "NAME")]
    name: String,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let campaign = find(&client, &self.name).await?;
        let overview = campaign.overview().as_of(context.clock().now);
        let overview = interrupt::reading(overview).await?;
        show(context, &overview)?;
        Ok(if overview.reviewers().is_empty() {
            Status::Nothing
        } else {
            Status::Done
        })
    }
}

/// Finds the campaign.
pub(super) async fn find(client: &Client, name: &str) -> Result<CampaignHandle> {
    if names::is_id(name) {
        return Ok(client.campaign(name));
    }
    let campaign = interrupt::reading(client.campaigns().named(name)).await?;
    Ok(client.campaign(campaign.id))
}

/// Prints a line for each reviewer, and the sum.
pub(super) fn show(context: &Context, overview: &CampaignOverview) -> Result<()> {
    let lines: Vec<_> = overview.reviewers().iter().map(Line).collect();
    context.output.all(&lines.iter().collect::<Vec<_>>())?;
    context.output.line(overview.to_string())
}

struct Line<'a>(&'a ReviewerOverview);

impl Record for Line<'_> {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let Self(of) = self;
        let progress = of.progress();
        let (all, open) = (of.certifications().len(), of.open().count());
        let due = of.due().map(|due| clock.due(due)).unwrap_or_default();
        let reviewer = of.reviewer();
        let decided = format!("{} of {}", progress.made, progress.total);
        vec![
            Field::time("due", of.due()).shown(due).whole_column("DUE"),
            Field::flag("late", of.is_late()),
            Field::text("reviewer", reviewer.name.as_deref()).column("REVIEWER"),
            Field::text("email", reviewer.email.as_deref())
                .column("EMAIL")
                .minor(),
            Field::number("decisions_made", progress.made)
                .shown(decided)
                .whole_column("DECIDED"),
            Field::number("decisions_total", progress.total),
            Field::number("signed", all - open)
                .shown(format!("{} of {all}", all - open))
                .whole_column("SIGNED"),
            Field::number("certifications", all),
            Field::text("reviewer_id", reviewer.id.get()).whole_column("REVIEWER ID"),
        ]
    }

    fn is_urgent(&self, _: &Clock) -> bool {
        self.0.is_late()
    }
}
