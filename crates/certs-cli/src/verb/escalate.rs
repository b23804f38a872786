//! `certs escalate`.

use std::time::Duration;

use certs::model::Certification;
use clap::Args;

use super::reassign::{self, People};
use crate::context::Context;
use crate::effects::Changes;
use crate::scope::{self, Narrow};
use crate::status::{Result, Status};
use crate::time;

/// Give overdue items to another reviewer
///
/// It reassigns every undecided item of overdue certifications, except the new reviewer's own
/// access, which nobody may review.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The new reviewer: an id, an email address or an exact name
    #[arg(long, value_name = "WHO")]
    to: String,

    #[command(flatten)]
    narrow: Narrow,

    /// Only certifications that have been overdue for this long, such as 3d
    #[arg(long, value_name = "TIME", value_parser = time::duration, default_value = "0s")]
    overdue_by: Duration,

    /// The reason, which is kept with the reassignment
    #[arg(long, value_name = "TEXT", default_value = "overdue")]
    reason: String,

    #[command(flatten)]
    changes: Changes,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let mut rows = self.narrow.list(&client, Some(scope::active())).await?;
        rows.retain(Certification::is_workable);
        let latest = context.clock().before(self.overdue_by);
        rows.retain(|row| row.is_overdue(latest));
        if rows.is_empty() {
            eprintln!("Nothing is overdue.");
            return Ok(Status::Nothing);
        }
        let to = People::of(&client).await?.find(&self.to)?;
        let moves = reassign::everything(&client, rows, &to, &self.reason).await?;
        reassign::run(context, &client, &self.changes, moves).await
    }
}
