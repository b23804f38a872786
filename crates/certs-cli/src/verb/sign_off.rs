//! `certs sign-off`.

use std::time::Duration;

use certs::model::Certification;
use clap::Args;

use crate::context::Context;
use crate::effects::{self, Changes, Kept, counted, name_of};
use crate::interrupt;
use crate::output::{Field, Record};
use crate::progress::Progress;
use crate::scope::Scope;
use crate::status::{Failure, Result, Status};
use crate::time::{self, Clock};

/// Sign off certifications in which everything is decided
///
/// This cannot be undone: from then on a certification can only be read, and the service removes
/// revoked access. With --campaign or --reviewer, it signs off those that are completely decided.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    scope: Scope,

    /// Wait this long for open decisions and running tasks; without a time, 10 minutes
    #[arg(long, value_name = "TIME", value_parser = time::duration, num_args = 0..=1, require_equals = true, default_missing_value = "10m")]
    wait: Option<Duration>,

    #[command(flatten)]
    changes: Changes,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        if self.scope.is_empty() {
            return Err(Failure::usage(
                "say which certifications to sign off: CERT, --campaign NAME or --reviewer me",
            ));
        }
        let client = context.client()?;
        let mut rows = self.scope.list(&client).await?;
        if self.scope.certifications.is_empty() {
            rows.retain(|row| row.is_workable() && row.is_completed());
        }
        rows.retain(|row| !row.is_signed());
        if rows.is_empty() {
            eprintln!("There is nothing to sign off.");
            return Ok(Status::Nothing);
        }
        if self.changes.dry_run {
            return self.check(context, &rows).await;
        }
        let what = counted(rows.len(), "certification");
        for row in &rows {
            eprintln!("{} ({} decided)", name_of(row), row.progress());
        }
        let question = format!("Sign off {what}, which cannot be undone,");
        self.changes.confirm(&client, &question).await?;
        let kept = self.changes.begin("sign-off").await?;
        let progress = Progress::new("Signing off", rows.len() as u64);
        let mut lines = Vec::new();
        let work = async {
            for row in &rows {
                let result = self.call(&client, row, kept.as_ref()).await;
                progress.inc();
                lines.push(Line::new(row, result));
            }
        };
        effects::run(work, &progress, kept.as_ref()).await?;
        conclude(context, &lines, "signed off")
    }

    async fn call(
        &self,
        client: &certs::Client,
        row: &Certification,
        kept: Option<&Kept>,
    ) -> certs::Result<Certification> {
        let mut call = client.certification(&row.id).sign_off();
        if let Some(wait) = self.wait {
            call = call.wait(wait);
        }
        if let Some(kept) = kept {
            call = call.journal(&kept.journal);
        }
        call.await
    }

    async fn check(&self, context: &Context, rows: &[Certification]) -> Result {
        let client = context.client()?;
        let mut lines = Vec::new();
        for row in rows {
            let call = client.certification(&row.id).sign_off().dry_run();
            let result = interrupt::unless_stopped(call).await?;
            lines.push(Line::new(row, result.ok_or_else(interrupt::stopped)?));
        }
        conclude(context, &lines, "could be signed off. Nothing was sent")
    }
}

fn conclude(context: &Context, lines: &[Line<'_>], what: &str) -> Result {
    context.output.all(&lines.iter().collect::<Vec<_>>())?;
    let mut count = 0;
    for line in lines {
        match &line.result {
            Ok(_) => count += 1,
            Err(error) => eprintln!("certs: {}: {error}", name_of(line.row)),
        }
    }
    context
        .output
        .line(format!("{count} of {} {what}.", lines.len()))?;
    match count {
        0 => Err(Failure::error("no certification was signed off")),
        count => Ok(Status::complete(count == lines.len())),
    }
}

struct Line<'a> {
    row: &'a Certification,
    result: certs::Result<Certification>,
}

impl<'a> Line<'a> {
    fn new(row: &'a Certification, result: certs::Result<Certification>) -> Self {
        Self { row, result }
    }
}

impl Record for Line<'_> {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let signed = self.result.as_ref().ok().and_then(|row| row.signed);
        let error = self.result.as_ref().err();
        let outcome = match (error, signed) {
            (Some(_), _) => "not yet",
            (None, Some(_)) => "signed off",
            (None, None) => "ready",
        };
        vec![
            Field::text("name", self.row.name.as_deref()).column("CERTIFICATION"),
            Field::text("reviewer", self.row.reviewer_name()).column("REVIEWER"),
            Field::text("outcome", Some(outcome)).column("OUTCOME"),
            Field::time("signed", signed)
                .shown(signed.map(|time| clock.day(time)).unwrap_or_default())
                .column("SIGNED"),
            Field::text("reason", error.map(ToString::to_string)),
            Field::text("tracking_id", error.and_then(certs::Error::tracking_id)),
            Field::text("certification", self.row.id.get()).whole_column("ID"),
        ]
    }
}
