//! `certs reassign`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use certs::filter::item;
use certs::model::{AccessReviewItem, Certification, Id};
use certs::{BulkOutcome, Client};
use clap::{ArgGroup, Args};
use futures_util::future::join_all;

use crate::context::Context;
use crate::effects::{self, Changes, Report, counted};
use crate::interrupt;
use crate::names::{self, Named};
use crate::progress::Progress;
use crate::scope::{self, Narrow};
use crate::sheet::{Column, Sheet};
use crate::status::{Failure, Result, Status};

/// Give items to another reviewer
///
/// It takes the items of a table, or all undecided items of a reviewer. The new reviewer finds them
/// in a certification of their own. Nobody may review their own access: such items stay where they
/// are. It waits until the service has moved all of them.
#[derive(Debug, Args)]
#[command(after_long_help = FORM, group = ArgGroup::new("what").required(true))]
pub(crate) struct Options {
    /// A table with a row for each item: --help lists its columns
    #[arg(long, value_name = "FILE", group = "what")]
    csv: Option<PathBuf>,

    /// All undecided items of this reviewer: an id, an email address or an exact name
    #[arg(long, value_name = "WHO", group = "what", requires = "to")]
    from: Option<String>,

    /// The new reviewer, for rows that name none
    #[arg(long, value_name = "WHO")]
    to: Option<String>,

    /// Only in this campaign, by id or by exact name
    #[arg(long, value_name = "NAME")]
    campaign: Option<String>,

    /// The reason, which is kept with the reassignment
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "reassigned by an administrator"
    )]
    reason: String,

    /// Skip wrong rows of the table and reassign the others
    #[arg(long, requires = "csv")]
    skip_bad_rows: bool,

    #[command(flatten)]
    changes: Changes,
}

const FORM: &str = "\
The table has a header, in any case and order; commas, semicolons or tabs separate its columns:

  item,to,reason
  2c9180835d2e5168015d32f890ca1581,omar.haddad@acme.example,knows the system

  item    the item's id, as `certs items` shows it
  to      an id, an email address or an exact name; empty means --to
  reason  empty means --reason";

const COLUMNS: &[Column] = &[
    Column {
        name: "item",
        others: &["itemid", "id", "reviewitem", "accessreviewitem"],
    },
    Column {
        name: "to",
        others: &["newreviewer", "reviewer"],
    },
    Column {
        name: "reason",
        others: &["comment", "comments"],
    },
];

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let sheet = self.csv.as_deref().map(read).transpose()?;
        let client = context.client()?;
        let narrow = Narrow {
            campaign: self.campaign.clone(),
            reviewer: self.from.clone(),
        };
        let mut rows = narrow.list(&client, Some(scope::active())).await?;
        rows.retain(Certification::is_workable);
        if rows.is_empty() {
            eprintln!("There is nothing to reassign.");
            return Ok(Status::Nothing);
        }
        let people = People::of(&client).await?;
        let (moves, skipped) = match sheet {
            Some(sheet) => self.moves_of(&client, rows, sheet, &people).await?,
            None => {
                let to = people.find(self.to.as_deref().unwrap_or_default())?;
                (everything(&client, rows, &to, &self.reason).await?, 0)
            }
        };
        let status = run(context, &client, &self.changes, moves).await?;
        Ok(match status {
            Status::Done | Status::Nothing if skipped > 0 => Status::Partly,
            status => status,
        })
    }

    async fn moves_of(
        &self,
        client: &Client,
        rows: Vec<Certification>,
        mut sheet: Sheet,
        people: &People,
    ) -> Result<(Vec<Move>, usize)> {
        let mut items = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            for item in open_items(client, row).await? {
                items.insert(item.id.clone(), (place, item));
            }
        }
        let mut moves: HashMap<(usize, String, String), Vec<AccessReviewItem>> = HashMap::new();
        for row in std::mem::take(&mut sheet.rows) {
            let Some(id) = row.get("item") else {
                sheet.problem(row.line, Some("item"), "it is empty: fill in the item's id");
                continue;
            };
            let Some(to) = row.get("to").or(self.to.as_deref()) else {
                sheet.problem(
                    row.line,
                    Some("to"),
                    "it is empty: fill it in, or give --to",
                );
                continue;
            };
            let to = match people.find(to) {
                Ok(to) => to,
                Err(why) => {
                    sheet.problem(row.line, Some("to"), why.to_string());
                    continue;
                }
            };
            let Some((place, item)) = items.remove(id) else {
                let why = format!(
                    "no open certification in the selection has an undecided item `{id}`, or \
                     an earlier line names it"
                );
                sheet.problem(row.line, Some("item"), why);
                continue;
            };
            let reason = row.get("reason").unwrap_or(&self.reason).to_owned();
            moves.entry((place, to, reason)).or_default().push(item);
        }
        let skipped = sheet.check(self.skip_bad_rows)?;
        let moves = moves.into_iter().map(|((place, to, reason), items)| Move {
            certification: rows[place].clone(),
            to,
            reason,
            items,
        });
        let mut moves: Vec<_> = moves.collect();
        moves.sort_by(|a, b| (&a.certification.id, &a.to).cmp(&(&b.certification.id, &b.to)));
        Ok((moves, skipped))
    }
}

fn read(path: &Path) -> Result<Sheet> {
    Sheet::read(path, COLUMNS)
}

/// Items of a certification that go to somebody.
pub(super) struct Move {
    certification: Certification,
    to: String,
    reason: String,
    items: Vec<AccessReviewItem>,
}

impl Move {
    fn call(&self, client: &Client) -> certs::Reassign {
        let review = client.certification(&self.certification.id);
        let call = review.reassign(&self.to, &self.reason).items(&self.items);
        call.leave_out_own().wait()
    }
}

/// Everything in these certifications that is not decided.
pub(super) async fn everything(
    client: &Client,
    rows: Vec<Certification>,
    to: &str,
    reason: &str,
) -> Result<Vec<Move>> {
    let mut moves = Vec::new();
    for certification in rows {
        let is_theirs = certification
            .reviewer
            .as_ref()
            .is_some_and(|it| it.id == to);
        if is_theirs {
            continue;
        }
        moves.push(Move {
            items: open_items(client, &certification).await?,
            to: to.to_owned(),
            reason: reason.to_owned(),
            certification,
        });
    }
    Ok(moves)
}

async fn open_items(client: &Client, row: &Certification) -> Result<Vec<AccessReviewItem>> {
    let items = client.certification(&row.id).items();
    let open = items.filter(item::completed().eq(false)).in_stable_order();
    interrupt::reading(open.fetch_ahead(4).stream().try_collect()).await
}

/// Shows the items that would move, asks, and moves them.
pub(super) async fn run(
    context: &Context,
    client: &Client,
    changes: &Changes,
    mut moves: Vec<Move>,
) -> Result {
    moves.retain(|it| !it.items.is_empty());
    let about: HashMap<Id, String> = moves
        .iter()
        .flat_map(|it| &it.items)
        .map(|item| {
            let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
            let about = format!(
                "{}: {}",
                name(item.identity_name()),
                name(item.access_name())
            );
            (item.id.clone(), about)
        })
        .collect();
    let described = |id: &Id| (about.get(id).cloned(), None);
    let mut planned = Report::default();
    for it in &moves {
        let dry_run = interrupt::unless_stopped(it.call(client).dry_run()).await?;
        let outcome = dry_run.ok_or_else(interrupt::stopped)?;
        planned.add(&it.certification, Ok(outcome?), described);
    }
    let asked: usize = moves.iter().map(|it| it.items.len()).sum();
    let own = asked - planned.len();
    if own > 0 {
        eprintln!(
            "{} stay: the new reviewer's own access.",
            counted(own, "item")
        );
    }
    if planned.len() == 0 {
        eprintln!("There is nothing to reassign.");
        return Ok(Status::Nothing);
    }
    let what = format!(
        "{} of {}",
        counted(planned.len(), "item"),
        counted(moves.len(), "certification")
    );
    if changes.dry_run {
        planned.show_plan(context)?;
        context.output.line(format!("{what}. Nothing was sent."))?;
        return Ok(Status::Done);
    }
    for it in &moves {
        let name = effects::name_of(&it.certification);
        eprintln!("{name}: {} to {}", counted(it.items.len(), "item"), it.to);
    }
    changes.confirm(client, &format!("Reassign {what}")).await?;
    let kept = changes.begin("reassign").await?;
    let progress = Progress::new("Reassigning", planned.len() as u64);
    let calls = moves.iter().map(|it| {
        let mut call = it.call(client).progress(progress.reporter());
        if let Some(kept) = &kept {
            call = call.journal(&kept.journal);
        }
        call.into_future()
    });
    let outcomes: Vec<certs::Result<BulkOutcome>> =
        effects::run(join_all(calls), &progress, kept.as_ref()).await?;
    let mut report = Report::default();
    for (it, outcome) in moves.iter().zip(outcomes) {
        report.add(&it.certification, outcome, described);
    }
    report.conclude(context, kept.as_ref())
}

/// The possible new reviewers, by name.
pub(super) struct People(Vec<(String, String)>);

impl People {
    /// The reviewers of all certifications that the token may see, and other possible ones.
    pub(super) async fn of(client: &Client) -> Result<Self> {
        let rows = Narrow::default().list(client, None).await?;
        let reviewers = scope::reviewers(&rows).into_iter();
        let mut all: Vec<_> = reviewers
            .map(|named| (named.name.to_owned(), named.id.to_owned()))
            .collect();
        if let Some(row) = rows.iter().find(|row| row.is_workable()) {
            let list = client.certification(&row.id).reviewers();
            let people: Vec<_> = interrupt::reading(list.stream().try_collect()).await?;
            for person in people {
                let names = [&person.name, &person.email].into_iter().flatten();
                let id = person.id.get();
                all.extend(names.filter_map(|name| Some((name.clone(), id?.to_owned()))));
            }
        }
        Ok(Self(all))
    }

    /// Finds the id of a reviewer.
    pub(super) fn find(&self, who: &str) -> Result<String> {
        if names::is_id(who) {
            return Ok(who.to_owned());
        }
        let named = self.0.iter().map(|(name, id)| Named { name, id });
        names::find("reviewer", who, named.collect()).map_err(|error| {
            Failure::error(format!(
                "{error} (name a person who reviews nothing yet by their identity id)"
            ))
        })
    }
}
