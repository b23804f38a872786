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
        conclude(context, &lines, "signed off", kept.as_ref())
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
        conclude(
            context,
            &lines,
            "could be signed off. Nothing was sent",
            None,
        )
    }
}

fn conclude(context: &Context, lines: &[Line<'_>], what: &str, kept: Option<&Kept>) -> Result {
    context.output.all(&lines.iter().collect::<Vec<_>>())?;
    for line in lines {
        if let Err(error) = &line.result {
            eprintln!("certs: {}: {error}", name_of(line.row));
        }
    }
    let done = lines.iter().filter(|line| line.result.is_ok()).count();
    let unknown = lines.iter().filter(|line| line.is_unknown()).count();
    let count = lines.len();
    let but = match unknown {
        0 => String::new(),
        some => format!(", {some} unknown"),
    };
    context
        .output
        .line(format!("{done} of {count} {what}{but}."))?;
    if let Some(kept) = kept.filter(|_| done < count) {
        kept.advise();
    }
    if done == 0 && unknown == 0 {
        return Err(Failure::error(
            "none of the certifications is ready to be signed off",
        ));
    }
    Ok(Status::complete(done == count))
}

struct Line<'a> {
    row: &'a Certification,
    result: certs::Result<Certification>,
}

impl<'a> Line<'a> {
    fn new(row: &'a Certification, result: certs::Result<Certification>) -> Self {
        Self { row, result }
    }

    /// Whether it may be signed off.
    fn is_unknown(&self) -> bool {
        let error = self.result.as_ref().err();
        error.is_some_and(certs::Error::may_have_taken_effect)
    }
}

impl Record for Line<'_> {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let signed = self.result.as_ref().ok().and_then(|row| row.signed);
        let error = self.result.as_ref().err();
        let outcome = match (error, signed) {
            (Some(_), _) if self.is_unknown() => "unknown",
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
