//! `certs campaigns`.

use certs::model::{Campaign, CampaignStatus};
use clap::Args;

use crate::context::Context;
use crate::interrupt;
use crate::output::{Field, Record};
use crate::status::{Result, Status};
use crate::time::Clock;

/// List the campaigns, in the order of their due dates
///
/// Completed ones are left out, except with --all.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Include completed campaigns
    #[arg(long)]
    all: bool,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let list = client.campaigns().in_stable_order().fetch_ahead(4);
        let mut rows: Vec<_> = interrupt::reading(list.stream().try_collect()).await?;
        rows.retain(|row| self.all || row.status != Some(CampaignStatus::Completed));
        rows.sort_by_key(|row| (row.deadline.is_none(), row.deadline));
        if rows.is_empty() {
            eprintln!("There is no campaign.");
            return Ok(Status::Nothing);
        }
        let lines: Vec<_> = rows.iter().map(Line).collect();
        context.output.all(&lines.iter().collect::<Vec<_>>())?;
        Ok(Status::Done)
    }
}

struct Line<'a>(&'a Campaign);

impl Line<'_> {
    fn is_open(&self) -> bool {
        self.0.status != Some(CampaignStatus::Completed)
    }
}

impl Record for Line<'_> {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let row = self.0;
        let due = row.deadline.map(|time| {
            if self.is_open() {
                clock.due(time)
            } else {
                clock.day(time)
            }
        });
        let (signed, total) = (row.completed_certifications, row.total_certifications);
        let (signed, total) = (signed.unwrap_or(0), total.unwrap_or(0));
        vec![
            Field::time("due", row.deadline)
                .shown(due.unwrap_or_default())
                .whole_column("DUE"),
            Field::text("status", row.status.as_ref().map(|it| it.as_str())).column("STATUS"),
            Field::number("signed", signed)
                .shown(format!("{signed} of {total}"))
                .whole_column("SIGNED"),
            Field::number("certifications", total),
            Field::text("name", row.name.as_deref()).column("CAMPAIGN"),
            Field::text("type", row.campaign_type.as_ref().map(|it| it.as_str()))
                .column("TYPE")
                .minor(),
            Field::text("campaign", row.id.get()).whole_column("ID"),
        ]
    }

    fn is_urgent(&self, clock: &Clock) -> bool {
        self.is_open() && self.0.deadline.is_some_and(|due| due < clock.now)
    }
}
