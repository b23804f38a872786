//! `certs resume`.

use std::path::PathBuf;

use certs::{Client, Journal, ResumeOutcome, ResumedCall};
use clap::Args;

use crate::confirm;
use crate::context::Context;
use crate::effects::{self, Kept, Report, Unfinished, counted};
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
        let kept = match &self.journal {
            Some(path) => Kept {
                journal: Journal::open(path).await?,
                path: path.clone(),
            },
            None => match newest(&client).await? {
                Some(kept) => kept,
                None => return nothing(),
            },
        };
        let journal = &kept.journal;
        let left = interrupt::reading(client.resume(journal).dry_run()).await?;
        if left.is_empty() {
            return nothing();
        }
        show(context, &left)?;
        let items = left.items().count();
        let what = format!(
            "{} in {}",
            counted(items, "item"),
            counted(left.calls().len(), "call")
        );
        if self.dry_run {
            if !context.output.is_for_people() {
                report(&left).show_plan(context)?;
            }
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
        let mut resume = client.resume(journal).progress(progress.reporter());
        if self.overwrite_changed {
            resume = resume.overwrite_changed();
        }
        let outcome = interrupt::unless_stopped(resume).await?;
        progress.finish();
        let outcome = outcome.ok_or_else(|| {
            Failure::Stopped("stopped. To continue: the same command again".to_owned())
        })??;
        show(context, &outcome)?;
        if outcome.dropped_calls() > 0 {
            eprintln!(
                "{} had no complete plan and sent nothing. Run the command again.",
                counted(outcome.dropped_calls(), "call")
            );
        }
        let status = report(&outcome).conclude(context, Some(&kept))?;
        Ok(match status {
            Status::Done => Status::complete(outcome.is_complete()),
            status => status,
        })
    }
}

/// The newest unfinished journal. An error if it may be one that cannot be read.
async fn newest(client: &Client) -> Result<Option<Kept>> {
    let Unfinished { newest, unreadable } = effects::unfinished(client, usize::MAX).await;
    for (path, error) in &unreadable {
        eprintln!("Note: {} was left out: {error}", path.display());
    }
    match &newest {
        Some(kept) => eprintln!("Journal: {}", kept.path.display()),
        None if unreadable.is_empty() => {}
        None => {
            return Err(Failure::error(
                "none of the journals that can be read is unfinished. Name one to see more",
            ));
        }
    }
    Ok(newest)
}

fn nothing() -> Result {
    eprintln!("Nothing is unfinished.");
    Ok(Status::Nothing)
}

/// Shows the calls to people; programs read their items.
fn show(context: &Context, outcome: &ResumeOutcome) -> Result<()> {
    if context.output.is_for_people() {
        let lines: Vec<_> = outcome.calls().iter().map(Line).collect();
        context.output.all(&lines.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

fn report(outcome: &ResumeOutcome) -> Report {
    let mut report = Report::default();
    for ResumedCall {
        certification,
        action,
        outcome,
        ..
    } in outcome.calls()
    {
        let about = |_: &_| (Some(action.to_string()), None);
        report.add_items(certification, outcome.items(), about);
    }
    report
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
