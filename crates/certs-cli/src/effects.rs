//! Shared by all verbs that change something: the question, the journal, the result.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use certs::model::{Certification, Id};
use certs::{BulkOutcome, Client, ErrorKind, ItemOutcome, Journal, NotAttempted, Outcome};
use clap::Args;

use crate::confirm;
use crate::context::Context;
use crate::interrupt;
use crate::output::{Field, Record};
use crate::progress::Progress;
use crate::status::{Failure, Result, Status};
use crate::time::{self, Clock};

/// How many lines of a long list are shown to people.
const SHOWN: usize = 20;

/// The options of verbs that change something.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options for changes")]
pub(crate) struct Changes {
    /// Only show what would be done; only reads are sent
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Do not ask; for schedulers
    #[arg(long, short)]
    pub(crate) yes: bool,

    /// Keep the journal in this file, instead of a new one in the folder where `certs resume` finds
    /// it
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal")]
    pub(crate) journal: Option<PathBuf>,

    /// Keep no journal: after a crash, it is unknown what was done
    #[arg(long)]
    pub(crate) no_journal: bool,
}

/// A journal and its path.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) journal: Journal,
    pub(crate) path: PathBuf,
}

impl Kept {
    /// Says how to continue what is left.
    pub(crate) fn advise(&self) {
        let path = self.path.display();
        eprintln!("To continue with what can be done: certs resume {path}");
    }
}

impl Changes {
    /// Asks, unless --yes is set. The question names the tenant.
    pub(crate) async fn confirm(&self, client: &Client, what: &str) -> Result<()> {
        /// How many journals it tries.
        const NEWEST: usize = 20;

        if let Some(kept) = unfinished(client, NEWEST).await.newest {
            eprintln!(
                "Note: an earlier run was stopped before its end. To continue it: certs resume {}",
                kept.path.display()
            );
        }
        if self.yes {
            return Ok(());
        }
        confirm::ask(&format!("{what} on {}?", Context::tenant_name(client))).await
    }

    /// The journal of this run, if one is kept. Prints its path before the run, because a killed
    /// program cannot.
    pub(crate) async fn begin(&self, verb: &str) -> Result<Option<Kept>> {
        if self.no_journal {
            return Ok(None);
        }
        let kept = match &self.journal {
            Some(path) => Kept {
                journal: Journal::open_or_create(path).await?,
                path: path.clone(),
            },
            None => {
                let folder = journals()?;
                std::fs::create_dir_all(&folder).map_err(|error| {
                    Failure::error(format!(
                        "the journal cannot be kept in {}: {error}. Say where with --journal FILE",
                        folder.display()
                    ))
                })?;
                create(&folder, verb).await?
            }
        };
        eprintln!("Journal: {}", kept.path.display());
        Ok(Some(kept))
    }
}

/// A new journal, named by the time and the verb.
async fn create(folder: &Path, verb: &str) -> Result<Kept> {
    let time = time::now().strftime("%Y%m%d-%H%M%S").to_string();
    let mut number = 1;
    loop {
        let name = if number == 1 {
            format!("{time}-{verb}.jsonl")
        } else {
            format!("{time}-{verb}-{number}.jsonl")
        };
        let path = folder.join(name);
        if path.exists() {
            number += 1;
            continue;
        }
        return Ok(Kept {
            journal: Journal::create(&path).await?,
            path,
        });
    }
}

/// The default folder of journals.
fn journals() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = variable("XDG_STATE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".local").join("state")));
    let state = state.filter(|state| state.is_absolute()).ok_or_else(|| {
        Failure::usage(
            "the journal belongs in the home directory, which was not found: name a file with \
             --journal FILE, or add --no-journal",
        )
    })?;
    Ok(state.join("certs").join("journals"))
}

/// The journals in the default folder.
#[derive(Debug, Default)]
pub(crate) struct Unfinished {
    /// The newest unfinished one of this tenant.
    pub(crate) newest: Option<Kept>,
    /// Newer ones that cannot be read, such as those in use, and why.
    pub(crate) unreadable: Vec<(PathBuf, certs::Error)>,
}

/// Searches the newest journals for an unfinished one.
pub(crate) async fn unfinished(client: &Client, at_most: usize) -> Unfinished {
    let mut found = Unfinished::default();
    let folder = journals().ok().and_then(|it| std::fs::read_dir(it).ok());
    let mut paths: Vec<_> = folder
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    // Their names begin with the time.
    paths.sort_unstable_by(|a, b| b.cmp(a));
    for path in paths.into_iter().take(at_most) {
        let left = match Journal::open(&path).await {
            Ok(journal) => client
                .resume(&journal)
                .dry_run()
                .await
                .map(|left| (journal, left)),
            Err(error) => Err(error),
        };
        match left {
            Ok((journal, left)) if !left.is_empty() => {
                found.newest = Some(Kept { journal, path });
                break;
            }
            Ok(_) => {}
            // It is another tenant's.
            Err(error) if error.kind() == ErrorKind::Refused => {}
            Err(error) => found.unreadable.push((path, error)),
        }
    }
    found
}

/// Makes changes, and reports what was done if somebody stops it.
pub(crate) async fn run<T>(
    work: impl Future<Output = T>,
    progress: &Progress,
    kept: Option<&Kept>,
) -> Result<T> {
    let done = interrupt::unless_stopped(work).await?;
    let (count, total) = (progress.done(), progress.total());
    progress.finish();
    done.ok_or_else(|| {
        let next = match kept {
            Some(kept) => format!("To continue: certs resume {}", kept.path.display()),
            None => "Without a journal it cannot be continued: check what is done before you start \
                     again".to_owned(),
        };
        Failure::Stopped(format!(
            "stopped. {count} of {total} were processed, and what was on its way may be done, too.\n\
             {next}"
        ))
    })
}

/// What happened to one item.
#[derive(Debug)]
pub(crate) struct ItemLine {
    pub(crate) certification: Id,
    pub(crate) item: ItemOutcome,
    /// The access and identity of the item, if known.
    pub(crate) about: Option<String>,
    /// The line of a table of people that asks for it.
    pub(crate) line: Option<u64>,
    /// Whether it is only planned, which needs no column.
    is_plan: bool,
}

impl Record for ItemLine {
    fn fields(&self, _: &Clock) -> Vec<Field> {
        let ItemOutcome {
            id,
            outcome,
            decision,
            rule,
            ..
        } = &self.item;
        let error = outcome.error();
        let rule = rule.as_ref().map(|rule| match &rule.name {
            Some(name) => name.to_string(),
            None => format!("rule {}", rule.index + 1),
        });
        let comment = decision.as_ref().and_then(|it| it.comments.clone());
        let mut fields = vec![
            Field::text("certification", self.certification.get()),
            Field::text("item", id.get()).whole_column("ITEM"),
            Field::text("about", self.about.as_deref()).column("ABOUT"),
            Field::text("decision", decision.as_ref().map(|it| it.decision.as_str()))
                .whole_column("DECISION"),
            Field::text("comment", comment).column("COMMENT").minor(),
            Field::text("rule", rule).column("RULE").minor(),
            Field::text("outcome", Some(outcome.as_str()))
                .shown(if self.is_plan { "" } else { outcome.as_str() })
                .column("OUTCOME"),
            Field::text("reason", error.map(ToString::to_string)),
            Field::text("tracking_id", error.and_then(certs::Error::tracking_id)),
        ];
        if let Some(line) = self.line {
            fields.insert(0, Field::number("line", line).whole_column("LINE"));
        }
        fields
    }
}

/// What happened in all calls of a verb.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<ItemLine>,
    failures: Vec<String>,
    applied: usize,
    counts: Vec<(&'static str, usize)>,
    left_open: usize,
}

impl Report {
    /// Adds a call on a certification. `describe` describes its items.
    pub(crate) fn add(
        &mut self,
        certification: &Certification,
        result: certs::Result<BulkOutcome>,
        describe: impl Fn(&Id) -> (Option<String>, Option<u64>),
    ) {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => {
                self.failures
                    .push(format!("{}: {error}", name_of(certification)));
                return;
            }
        };
        self.left_open += outcome.left_open().len();
        self.add_items(&certification.id, outcome.items(), describe);
    }

    /// Adds the items of a call.
    pub(crate) fn add_items(
        &mut self,
        certification: &Id,
        items: &[ItemOutcome],
        describe: impl Fn(&Id) -> (Option<String>, Option<u64>),
    ) {
        for item in items {
            self.count(item);
            let (about, line) = describe(&item.id);
            let is_plan = matches!(&item.outcome, Outcome::NotAttempted(NotAttempted::DryRun));
            self.lines.push(ItemLine {
                is_plan,
                certification: certification.clone(),
                item: item.clone(),
                about,
                line,
            });
        }
    }

    /// Adds what only the plan knows: which rules made the decisions, and how many items they left
    /// open.
    pub(crate) fn complete_from(&mut self, planned: &Self) {
        let rules = planned.lines.iter();
        let rules: HashMap<_, _> = rules.map(|line| (&line.item.id, &line.item.rule)).collect();
        for ItemLine { item, .. } in &mut self.lines {
            item.rule = rules.get(&item.id).and_then(|rule| (*rule).clone());
        }
        self.left_open = planned.left_open;
    }

    fn count(&mut self, item: &ItemOutcome) {
        self.applied += usize::from(item.outcome.is_applied());
        let word = item.outcome.as_str();
        match self.counts.iter_mut().find(|(counted, _)| *counted == word) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((word, 1)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many certifications they are in.
    pub(crate) fn certifications(&self) -> usize {
        let all = self.lines.iter().map(|line| &line.certification);
        all.collect::<HashSet<_>>().len()
    }

    /// How many items are to get this decision.
    pub(crate) fn decided(&self, decision: &certs::model::Decision) -> usize {
        let decided = |line: &&ItemLine| {
            line.item
                .decision
                .as_ref()
                .is_some_and(|it| it.decision == *decision)
        };
        self.lines.iter().filter(decided).count()
    }

    /// Shows the plan: the first few items to people, all items to programs.
    pub(crate) fn show_plan(&self, context: &Context) -> Result<()> {
        self.show(context, &self.lines.iter().collect::<Vec<_>>())
    }

    fn show(&self, context: &Context, lines: &[&ItemLine]) -> Result<()> {
        let shown = if context.output.is_for_people() {
            &lines[..lines.len().min(SHOWN)]
        } else {
            lines
        };
        context.output.all(shown)?;
        let rest = lines.len() - shown.len();
        if rest > 0 {
            context
                .output
                .line(format!("… and {rest} more: --output csv has all of them"))?;
        }
        Ok(())
    }

    /// Shows the result, and returns how the verb ends. People see the items that are not done,
    /// programs see all.
    pub(crate) fn conclude(&self, context: &Context, kept: Option<&Kept>) -> Result {
        let is_for_people = context.output.is_for_people();
        let shown = |line: &&ItemLine| !is_for_people || !line.item.outcome.is_applied();
        self.show(
            context,
            &self.lines.iter().filter(shown).collect::<Vec<_>>(),
        )?;
        let mut reasons: Vec<_> = self
            .lines
            .iter()
            .filter_map(|line| line.item.outcome.error())
            .map(ToString::to_string)
            .collect();
        reasons.dedup();
        for reason in reasons.iter().take(SHOWN) {
            eprintln!("certs: {reason}");
        }
        for failure in &self.failures {
            eprintln!("certs: {failure}");
        }
        let mut summary = format!("{} of {} applied", self.applied, self.lines.len());
        for (word, count) in &self.counts {
            if !word.starts_with("applied") {
                summary += &format!(", {count} {word}");
            }
        }
        if self.left_open > 0 {
            summary += &format!(", {} left open by the rules", self.left_open);
        }
        context.output.line(summary)?;
        let is_complete = self.applied == self.lines.len() && self.failures.is_empty();
        if is_complete {
            return Ok(Status::Done);
        }
        let is_left = |line: &ItemLine| {
            !line.item.outcome.is_applied() && !matches!(line.item.outcome, Outcome::Refused(_))
        };
        if let Some(kept) = kept
            && (self.lines.iter().any(is_left) || !self.failures.is_empty())
        {
            kept.advise();
        }
        let is_open = |line: &ItemLine| {
            matches!(line.item.outcome, Outcome::Pending(_) | Outcome::Unknown(_))
        };
        if self.applied == 0 && !self.lines.iter().any(is_open) {
            return Err(Failure::error("nothing was done"));
        }
        Ok(Status::Partly)
    }
}

/// The name of a certification for people.
pub(crate) fn name_of(certification: &Certification) -> &str {
    let name = certification.name.as_deref();
    name.or(certification.id.get()).unwrap_or_default()
}

/// `1 item`, `2 items`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
