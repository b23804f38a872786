//! `certs decide`.

mod match_rows;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use certs::model::{Certification, Decision, Id, ReviewDecision};
use certs::{BulkOutcome, Client, ErrorKind, Policy};
use clap::{ArgGroup, Args};
use futures_util::future::join_all;

use crate::context::Context;
use crate::effects::{self, Changes, Kept, Report, counted};
use crate::interrupt;
use crate::progress::Progress;
use crate::scope::Scope;
use crate::status::{Failure, Result, Status};
use match_rows::Matched;

/// Decide: row by row from a table, or by rules
///
/// Everything is checked before anything is sent. The plan is shown, and carried out once you
/// confirm it. Items that already have the right decision are left alone, so the same command
/// continues where an earlier run ended.
#[derive(Debug, Args)]
#[command(after_long_help = FORMS, group = ArgGroup::new("what").required(true))]
pub(crate) struct Options {
    #[command(flatten)]
    scope: Scope,

    /// A table with a row for each decision: --help lists its columns
    #[arg(long, value_name = "FILE", group = "what")]
    csv: Option<PathBuf>,

    /// Rules in a TOML file: --help shows one
    #[arg(long, value_name = "FILE", group = "what")]
    rules: Option<PathBuf>,

    /// Skip wrong rows of the table and decide the others
    #[arg(long, requires = "csv")]
    skip_bad_rows: bool,

    /// Overwrite decisions that somebody else makes after the plan was shown
    #[arg(long)]
    overwrite_changed: bool,

    #[command(flatten)]
    changes: Changes,
}

const FORMS: &str = "\
The table has a header, in any case and order; commas, semicolons or tabs separate its columns. A
row names an item by `item`, or by `identity` and `access` (ids or exact names), and optionally
the `certification`:

  identity,access,decision,comment
  Mei Tanaka,Payroll Approvers,approve,still needed
  Omar Haddad,Payroll Approvers,revoke,left the team

  decision  approve or revoke; empty leaves the item open
  comment   the reason; campaigns may require one
  end_date  when revoked access should end: 2027-01-31

`certs items CERT --output csv` writes such a table. Without CERT, --campaign or --reviewer, it
searches all open certifications that the token may see.

The first rule that matches an item decides it; an item that no rule matches stays open. All
conditions of a rule have to hold:

  [[rule]]
  name = \"off SAP\"
  when = 'access.name sw \"SAP\"'     # a filter of items, in the API's syntax
  decision = \"revoke\"
  comment = \"moving off SAP\"

  [[rule]]
  privileged = false                # also: new_access = true
  decision = \"approve\"
  comment = \"standard access\"";

/// The details of an item that a verb shows.
#[derive(Clone, Debug, Default)]
struct About {
    text: Option<String>,
    line: Option<u64>,
}

/// The decisions for one certification.
struct Plan {
    certification: Certification,
    what: What,
}

enum What {
    Decisions(Vec<ReviewDecision>),
    Rules(Policy),
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        if self.rules.is_some() && self.scope.is_empty() {
            return Err(Failure::usage(
                "say which certifications the rules are for: CERT, --campaign NAME or --reviewer me",
            ));
        }
        let rules = self.rules.as_deref().map(read_rules).transpose()?;
        let sheet = self.csv.as_deref().map(match_rows::read).transpose()?;
        let client = context.client()?;
        let rows = self.scope.workable(&client).await?;

        let (mut plans, about, skipped) = match (rules, sheet) {
            (Some(policy), _) => {
                // A plan that is only shown needs names, not just ids.
                let about = if self.changes.dry_run {
                    match_rows::described(&client, &rows).await?
                } else {
                    HashMap::new()
                };
                (by_rules(rows, &policy), about, 0)
            }
            (None, Some(sheet)) => {
                let matched = match_rows::matched(&client, rows, sheet).await?;
                self.plan_table(&client, matched).await?
            }
            (None, None) => return Err(Failure::usage("give --csv or --rules")),
        };
        let planned = self.dry_run(&client, &mut plans, &about).await?;
        if planned.len() == 0 {
            eprintln!("There is nothing to decide.");
            return Ok(if skipped > 0 {
                Status::Partly
            } else {
                Status::Nothing
            });
        }
        let what = format!(
            "{}: {} to approve, {} to revoke, in {}",
            counted(planned.len(), "decision"),
            planned.decided(&Decision::Approve),
            planned.decided(&Decision::Revoke),
            counted(planned.certifications(), "certification"),
        );
        if self.changes.dry_run {
            planned.show_plan(context)?;
            context.output.line(format!("{what}. Nothing was sent."))?;
            return Ok(if skipped > 0 {
                Status::Partly
            } else {
                Status::Done
            });
        }
        eprintln!("{what}.");
        let question = format!("Decide {}", counted(planned.len(), "item"));
        self.changes.confirm(&client, &question).await?;
        let kept = self.changes.begin("decide").await?;
        let total = planned.len() as u64;
        let mut report = self
            .send(&client, plans, &about, kept.as_ref(), total)
            .await?;
        report.complete_from(&planned);
        let status = report.conclude(context, kept.as_ref())?;
        Ok(match status {
            Status::Done if skipped > 0 => Status::Partly,
            status => status,
        })
    }

    /// Makes plans from a table, after all checks of its rows that need no sending.
    async fn plan_table(
        &self,
        client: &Client,
        mut matched: Matched,
    ) -> Result<(Vec<Plan>, HashMap<Id, About>, usize)> {
        loop {
            // Only the dry run checks what a certification requires, such as comments.
            let mut is_right = true;
            for (certification, decisions) in &mut matched.decisions {
                let review = client.certification(&certification.id);
                let dry_run = review.decide(decisions.clone()).dry_run();
                let Err(error) = in_time(dry_run).await? else {
                    continue;
                };
                if error.kind() != ErrorKind::Refused || error.items().is_empty() {
                    return Err(error.into());
                }
                is_right = false;
                for id in error.items() {
                    if let Some(line) = matched.about.get(id).and_then(|about| about.line) {
                        matched.sheet.problem(line, None, reason(&error));
                    }
                }
                decisions.retain(|decision| !error.items().contains(&decision.id));
            }
            if is_right {
                break;
            }
        }
        let skipped = matched.sheet.check(self.skip_bad_rows)?;
        let notes = [
            (matched.decided_already, "decided so already"),
            (matched.without_decision, "without a decision"),
            (matched.changing, "changing an earlier decision"),
            (skipped, "skipped because of mistakes"),
        ];
        for (count, what) in notes {
            if count > 0 {
                eprintln!("{}: {what}.", counted(count, "row"));
            }
        }
        let plans = matched
            .decisions
            .into_iter()
            .filter(|(_, decisions)| !decisions.is_empty());
        let plans = plans.map(|(certification, decisions)| Plan {
            certification,
            what: What::Decisions(decisions),
        });
        Ok((plans.collect(), matched.about, skipped))
    }

    /// Makes the plan to show. What is confirmed is what is sent: rules become the decisions that
    /// they made.
    async fn dry_run(
        &self,
        client: &Client,
        plans: &mut Vec<Plan>,
        about: &HashMap<Id, About>,
    ) -> Result<Report> {
        let progress = Progress::new("Checking", plans.len() as u64);
        let mut report = Report::default();
        for plan in plans.iter_mut() {
            let dry_run = plan.decide(client).dry_run();
            let outcome = in_time(dry_run).await??;
            progress.inc();
            let decisions = outcome
                .items()
                .iter()
                .filter_map(|it| it.decision.as_deref());
            plan.what = What::Decisions(decisions.cloned().collect());
            report.add(&plan.certification, Ok(outcome), |id| described(about, id));
        }
        plans.retain(|plan| !matches!(&plan.what, What::Decisions(none) if none.is_empty()));
        progress.finish();
        Ok(report)
    }

    async fn send(
        &self,
        client: &Client,
        plans: Vec<Plan>,
        about: &HashMap<Id, About>,
        kept: Option<&Kept>,
        total: u64,
    ) -> Result<Report> {
        let progress = Progress::new("Deciding", total);
        // All calls start at once, so that the journal soon has all plans; the rate limit paces
        // them.
        let calls = plans.iter().map(|plan| {
            let mut call = plan.decide(client).progress(progress.reporter());
            if plans.len() > 1 {
                call = call.concurrency(1);
            }
            call = if self.overwrite_changed {
                call.overwrite_changed()
            } else {
                call.leave_changed()
            };
            if let Some(kept) = kept {
                call = call.journal(&kept.journal);
            }
            call.into_future()
        });
        let outcomes: Vec<certs::Result<BulkOutcome>> =
            effects::run(join_all(calls), &progress, kept).await?;
        let mut report = Report::default();
        for (plan, outcome) in plans.iter().zip(outcomes) {
            report.add(&plan.certification, outcome, |id| described(about, id));
        }
        Ok(report)
    }
}

impl Plan {
    fn decide(&self, client: &Client) -> certs::Decide {
        let review = client.certification(&self.certification.id);
        match &self.what {
            What::Decisions(decisions) => review.decide(decisions.clone()),
            What::Rules(policy) => review.decide_by(policy.clone()),
        }
    }
}

fn by_rules(rows: Vec<Certification>, policy: &Policy) -> Vec<Plan> {
    let plan = |certification| Plan {
        certification,
        what: What::Rules(policy.clone()),
    };
    rows.into_iter().map(plan).collect()
}

fn read_rules(path: &Path) -> Result<Policy> {
    let unreadable = |why: String| Failure::error(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    toml::from_str(&text).map_err(|error| unreadable(error.to_string()))
}

fn described(about: &HashMap<Id, About>, id: &Id) -> (Option<String>, Option<u64>) {
    let About { text, line } = about.get(id).cloned().unwrap_or_default();
    (text, line)
}

async fn in_time<T>(work: impl IntoFuture<Output = T>) -> Result<T> {
    interrupt::unless_stopped(work)
        .await?
        .ok_or_else(interrupt::stopped)
}

/// Rewords a refusal of several items for one item.
fn reason(error: &certs::Error) -> String {
    let text = error.to_string();
    let about = [" is decided ", " are decided "];
    let rest = about.iter().find_map(|verb| text.split_once(verb));
    rest.map_or_else(|| text.clone(), |(_, rest)| format!("it is decided {rest}"))
}
