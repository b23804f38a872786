//! `certs due`.

use std::time::Duration;

use certs::model::Certification;
use clap::Args;

use crate::context::Context;
use crate::output::{Field, Record};
use crate::scope::{self, Narrow};
use crate::status::{Result, Status};
use crate::time::{self, Clock};

/// List the open certifications, overdue first
///
/// It lists the active certifications that the token's owner may see, including those of governance
/// groups, which cannot be worked on through the API.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    narrow: Narrow,

    /// Only what is overdue or due within this time, such as 7d or 36h
    #[arg(long, value_name = "TIME", value_parser = time::duration)]
    within: Option<Duration>,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let mut rows = self.narrow.list(&client, Some(scope::active())).await?;
        let clock = context.clock();
        rows.retain(|row| {
            let is_active = row.phase == Some(certs::model::Phase::Active) && !row.is_signed();
            let latest = self.within.map(|time| clock.after(time));
            is_active && latest.is_none_or(|latest| row.due.is_some_and(|due| due <= latest))
        });
        // What has no date comes last.
        rows.sort_by_key(|row| (row.due.is_none(), row.due));
        if rows.is_empty() {
            eprintln!("Nothing is due.");
        }
        let lines: Vec<_> = rows.iter().map(Due).collect();
        context.output.all(&lines.iter().collect::<Vec<_>>())?;
        Ok(if rows.is_empty() {
            Status::Nothing
        } else {
            Status::Done
        })
    }
}

struct Due<'a>(&'a Certification);

impl Record for Due<'_> {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let row = self.0;
        let progress = row.progress();
        let reviewer = row.reviewer.as_ref();
        let due = row.due.map(|due| clock.due(due)).unwrap_or_default();
        let left = match progress.remaining() {
            0 => "to sign off".to_owned(),
            left => format!("{left} of {}", progress.total),
        };
        vec![
            Field::time("due", row.due).shown(due).whole_column("DUE"),
            Field::flag("overdue", row.is_overdue(clock.now)),
            Field::number("open", progress.remaining())
                .shown(left)
                .whole_column("OPEN"),
            Field::number("total", progress.total),
            Field::text("name", row.name.as_deref()).column("CERTIFICATION"),
            Field::text("reviewer", row.reviewer_name())
                .column("REVIEWER")
                .minor(),
            Field::text("reviewer_id", reviewer.and_then(|it| it.id.get())),
            Field::text("reviewer_email", row.reviewer_email()),
            Field::text("campaign", row.campaign_name())
                .column("CAMPAIGN")
                .minor(),
            Field::text("campaign_id", row.campaign_id()),
            Field::flag("workable", row.is_workable()),
            Field::text("certification", row.id.get()).whole_column("ID"),
        ]
    }

    fn is_urgent(&self, clock: &Clock) -> bool {
        self.0.is_overdue(clock.now)
    }
}
