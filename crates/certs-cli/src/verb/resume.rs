//! `certs resume`.

use std::path::PathBuf;

use certs::{Journal, ResumeOutcome, ResumedCall};
use clap::Args;

use crate::confirm;
use crate::context::Context;
use crate::effects::{self, counted};
use crate::interrupt;
use crate::output::{Field, Record};
use crate::progress::Progress;
use crate::status::{Failure, Result, Status};
use crate::time::Clock;

/// Continue a run that was stopped or killed
///
/// Shows the unfinished work of a journal, asks, and does it. Everything is read again before it is
/// sent, and items that somebody has changed in the meantime are left alone.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The journal; without it, the newest unfinished one of this tenant
    #[arg(value_name = "JOURNAL")]
    journal: Option<PathBuf>,

    /// Only show what is unfinished
    #[arg(long)]
    dry_run: bool,

    /// Do not ask; for schedulers
    #[arg(long, short)]
    yes: bool,

    /// Overwrite decisions that somebody else has made in the meantime
    #[arg(long)]
    overwrite_changed: bool,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let journal = match &self.journal {
            Some(path) => Journal::open(path).await?,
            None => match effects::unfinished(&client).await {
                Some((path, journal)) => {
                    eprintln!("Journal: {}", path.display());
                    journal
                }
                None => return nothing(),
            },
        };
        let left = interrupt::reading(client.resume(&journal).dry_run()).await?;
        if left.is_empty() {
            return nothing();
        }
        show(context, &left, self.dry_run)?;
        let items = left.items().count();
        let what = format!(
            "{} in {}",
            counted(items, "item"),
            counted(left.calls().len(), "call")
        );
        if self.dry_run {
            context
                .output
                .line(format!("{what} left to do. Nothing was sent."))?;
            return Ok(Status::Done);
        }
        eprintln!("{what} left to do.");
        if !self.yes {
            confirm::ask(&format!(
                "Continue it on {}?",
                Context::tenant_name(&client)
            ))
            .await?;
        }
        let progress = Progress::new("Resuming", items as u64);
        let mut resume = client.resume(&journal).progress(progress.reporter());
        if self.overwrite_changed {
            resume = resume.overwrite_changed();
        }
        let outcome = interrupt::unless_stopped(resume).await?;
        progress.finish();
        let outcome = outcome.ok_or_else(|| {
            Failure::Stopped("stopped. To continue: the same command again".to_owned())
        })??;
        show(context, &outcome, true)?;
        for item in outcome.items() {
            if let Some(error) = item.outcome.error() {
                eprintln!("certs: {}: {error}", item.id);
            }
        }
        if outcome.dropped_calls() > 0 {
            eprintln!(
                "{} had no complete plan and sent nothing. Run the command again.",
                counted(outcome.dropped_calls(), "call")
            );
        }
        Ok(Status::complete(outcome.is_complete()))
    }
}

fn nothing() -> Result {
    eprintln!("Nothing is unfinished.");
    Ok(Status::Nothing)
}

fn show(context: &Context, outcome: &ResumeOutcome, for_programs: bool) -> Result<()> {
    if context.output.is_for_people() || for_programs {
        let lines: Vec<_> = outcome.calls().iter().map(Line).collect();
        context.output.all(&lines.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

struct Line<'a>(&'a ResumedCall);

impl Record for Line<'_> {
    fn fields(&self, _: &Clock) -> Vec<Field> {
        let ResumedCall {
            certification,
            action,
            outcome,
            ..
        } = self.0;
        vec![
            Field::text("certification", certification.get()).whole_column("CERTIFICATION"),
            Field::text("action", Some(action.to_string())).column("ACTION"),
            Field::number("items", outcome.items().len()).column("ITEMS"),
            Field::number("applied", outcome.applied().count()),
            Field::text("outcome", Some(outcome.to_string())).column("OUTCOME"),
        ]
    }
}
