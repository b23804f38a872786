//! A journal of what a program intends to do and has done, to continue after a crash.

mod file;
mod line;
pub(crate) mod spec;
mod state;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

use crate::error::{Error, Result};
use crate::sync::lock;
use file::{Log, Sink};
use line::{Line, Tail};
use spec::{CallSpec, ItemSpec};
use state::State;

pub(crate) use line::{End, PartId, TaskRef};
pub(crate) use state::{Lease, OpenItems, Standing, UnfinishedCall};

/// A journal: an append-only file of JSON lines that holds every intended effect before it is
/// sent, and its outcome afterwards.
///
/// A call that is given a journal, such as by [`Decide::journal`](crate::Decide::journal), writes
/// its whole plan before the first request, and a line before and after each request. After a
/// crash, [`Client::resume`](crate::Client::resume) finishes what is left:
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, review| { let path = tempfile::tempdir()?.keep().join("review.jsonl");
/// use certs::Journal;
///
/// let items: Vec<_> = review.items().stream().try_collect().await?;
/// let decisions = items.iter().map(|item| item.approve().comment("still needed"));
/// let journal = Journal::create(&path).await?;
/// review.decide(decisions).journal(&journal).await?.ensure_complete()?;
/// drop(journal);
///
/// // In another process, after a crash of this one:
/// let journal = Journal::open(&path).await?;
/// let resumed = client.resume(&journal).await?;
/// assert!(resumed.is_empty()); // nothing was left to do
/// # Ok(()) });
/// ```
///
/// The line before a request is on the disk before the request is sent; if it cannot be written,
/// the call ends. [The guide](crate::guide::recovery) says what resuming does.
///
/// It holds the ids of certifications, items, tasks and new reviewers, decisions with their
/// comments, the reasons of reassignments, and the tenant's address; no token and no secret. A
/// journal is of one tenant, and of one process at a time: its file is locked while it is open.
/// Clones share it: calls on different items may use it at once. A call about items that another one
/// works on is refused, and so is resuming before all calls have ended or are dropped.
///
/// # The same call again
///
/// Resume first. A call that is repeated with its journal skips the items that the journal has as
/// done, and settles those that a task does or that may be done. What is *the same* depends on the
/// certification, the item and the verdict (approve or revoke; the new reviewer; signing off), not
/// on a comment or an end date, which a program may compute differently each time: an item that was
/// sent before continues with the decision in the journal. A later plan for an item replaces an
/// earlier one.
///
/// # Lines
///
/// Each line is a JSON object. `event` names the kind of line, and `at` is the time at which it was
/// written:
///
/// | `event` | says | other fields |
/// |---|---|---|
/// | `journal` | the first line | `format`: 3; `tenant`: the address without its scheme; `certs`: the version of this crate |
/// | `call` | a call plans to do something | `call`: a number that counts up; `kind` and what belongs to it, see below |
/// | `part` | one request of the call | `call`; `part`: a number that counts up; `items` |
/// | `planned` | the plan of the call is complete, and it may send | `call`; `parts`: how many |
/// | `sending` | a part is about to be sent | `part`; `items`: the ids, if not all |
/// | `task` | a task does a part, or some items of it | `part`; `task`: its id; `found`: true if the response was lost and the task found afterwards, so that it may be somebody else's; `items`: the ids, if not all |
/// | `ended` | a part, or some items of it, came to an end | `part`; `end`; `reason`: the error as text, if there is one; `items`: the ids, if not all |
/// | `dropped` | a call without a complete plan is given up | `call` |
/// | `torn` | the line before it broke off in a crash | |
///
/// | `kind` | fields |
/// |---|---|
/// | `decide` | `certification`, `batch_size` |
/// | `reassign` | `certification`, `to`, `reason`, `mode` (`auto`, `task`, `beta_task`; `campaign`: its certifications are the items, and its id is written for theirs) |
/// | `sign_off` | `certification`, `checked`: whether it reads first, `waits`: whether it waits until nothing is left to do |
///
/// An item has an `id`; a decision `decision`, `comment`, `end_date`, `bulk`, `recommendation` and
/// `seen`, which is what the item showed when it was planned (`"open"`, `{"decided":…}` with a
/// `decision` and a `comment`, or `"absent"` if the certification did not have it); a reassignment
/// `type`, as the service names it; a certification that is reassigned its `reviewer` at that time.
///
/// An `end` is `applied`; `applied_unverified`: as far as responses show; `refused`: the service
/// would refuse it again; `lost`: a reassignment whose response was lost and that was not seen to
/// be done, never to be sent again; `not_applied`; `changed_meanwhile`: somebody has changed the
/// item, which is left as it is; or `unknown`: it may be done. If several lines are about an item,
/// the last one counts. What was refused:
///
/// ```console
/// $ jq -c 'select(.end == "refused") | [.part, .items, .reason]' review.jsonl
/// ```
///
/// A later version of this crate can continue the journal. It may add fields; if it adds
/// anything else, it raises `format`, and an earlier version does not touch the journal.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    log: tokio::sync::Mutex<Log>,
    state: Mutex<State>,
}

impl Journal {
    /// Begins a journal in a new file, which on Unix only its owner may read.
    ///
    /// # Errors
    ///
    /// A [journal error](crate::ErrorKind::Journal) if the file already exists or cannot be
    /// created.
    pub async fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let sink = blocking(move || file::create(&path)).await?;
        Ok(Self::new(sink, Tail::Clean, State::default()))
    }

    /// Opens an existing journal, reads it, and continues it.
    ///
    /// A last line that broke off in a crash is left out.
    ///
    /// # Errors
    ///
    /// A [journal error](crate::ErrorKind::Journal) if it is in use, cannot be read or written,
    /// is damaged, or is not a journal of this version. The file is not touched then.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        blocking(move || {
            let (text, sink) = file::open(&path)?;
            Self::continued(&text, sink)
                .map_err(|error| error.with_context(&format!("{}", path.display())))
        })
        .await
    }

    /// Opens the journal if it exists, and creates it if not.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open) and [`create`](Self::create).
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// let journal = certs::Journal::open_or_create("review.jsonl").await?;
    /// # Ok(()) }
    /// ```
    pub async fn open_or_create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if tokio::fs::try_exists(path).await.unwrap_or(true) {
            Self::open(path).await
        } else {
            Self::create(path).await
        }
    }

    /// Begins a journal on a writer of your own. Each line is flushed before the request that it
    /// announces is sent. The writer is responsible for durability, and for keeping others from
    /// writing there.
    ///
    /// ```
    /// let journal = certs::Journal::to_writer(tokio::io::sink());
    /// # let _ = journal;
    /// ```
    #[must_use]
    pub fn to_writer(writer: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let sink = Sink::Writer(Box::new(writer));
        Self::new(sink, Tail::Clean, State::default())
    }

    /// Continues a journal that is read from one place and written to another: `writer`
    /// appends to what `reader` reads.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub async fn from_parts(
        mut reader: impl AsyncRead + Unpin,
        writer: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self> {
        let mut text = Vec::new();
        let read = reader.read_to_end(&mut text).await;
        read.map_err(|error| Error::journal("the journal could not be read", error))?;
        Self::continued(&text, Sink::Writer(Box::new(writer)))
    }

    fn continued(text: &[u8], sink: Sink) -> Result<Self> {
        let mut state = State::default();
        let tail = line::read(text, |line| state.apply(line))?;
        if let Some(damage) = &state.damage {
            return Err(Error::journal_says(&format!(
                "the journal is damaged: {damage}. Lines are missing or were changed. Check by \
                 hand what was done, and begin a new one"
            )));
        }
        Ok(Self::new(sink, tail, state))
    }

    fn new(sink: Sink, tail: Tail, state: State) -> Self {
        Self(Arc::new(Inner {
            log: tokio::sync::Mutex::new(Log::new(sink, tail)),
            state: Mutex::new(state),
        }))
    }
}

/// What calls write into a journal and read from it.
impl Journal {
    /// Refuses to be used with another tenant.
    pub(crate) fn check(&self, base_url: &str) -> Result<()> {
        let ours = tenant(base_url);
        match &self.state().tenant {
            Some(theirs) if theirs != ours => Err(Error::refused(format!(
                "the journal is of {theirs}, and the client is of {ours}. Use a client of that \
                 tenant, or a journal of its own for this one"
            ))),
            _ => Ok(()),
        }
    }

    /// Takes the calls of these parts for a run.
    ///
    /// # Errors
    ///
    /// If another run of this process works on one of them.
    pub(crate) fn lease(&self, parts: &[PartId], lease: &Lease) -> Result<()> {
        self.state().lease_parts(parts, lease).map_err(rival)
    }

    /// Takes all calls that have not ended for a run.
    ///
    /// # Errors
    ///
    /// The same.
    pub(crate) fn lease_unfinished(&self, lease: &Lease) -> Result<()> {
        self.state().lease_unfinished(lease).map_err(rival)
    }

    /// Writes the plan of a call, and returns a number for each of its parts. When this returns,
    /// all of it is on the disk; it may go there in several appends.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or if another run of this process works on the same items.
    pub(crate) async fn plan(
        &self,
        base_url: &str,
        spec: CallSpec,
        mut parts: impl Iterator<Item = Vec<ItemSpec>> + Send,
        lease: &Lease,
    ) -> Result<Vec<PartId>> {
        /// Writes this many items at a time, so that memory does not hold the plan twice.
        const AT_A_TIME: usize = 250;
        let tenant = tenant(base_url).to_owned();
        let holder = Arc::downgrade(lease);
        let begin = move |state: &mut State| {
            let header = state.tenant.is_none().then(|| Line::header(tenant));
            let call = state.next_call();
            if let Some(lease) = holder.upgrade() {
                state.lease(call, &lease);
            }
            let lines = header.into_iter().chain([Line::Call { call, spec }]);
            (lines.collect(), call)
        };
        let call = self.write(begin, false).await?;
        let mut ids = Vec::new();
        loop {
            let (mut some, mut items) = (Vec::new(), 0);
            while items < AT_A_TIME
                && let Some(part) = parts.next()
            {
                items += part.len();
                some.push(part);
            }
            if some.is_empty() {
                break;
            }
            let plan = move |state: &mut State| {
                let numbered = |items| {
                    let part = state.next_part();
                    (Line::Part { call, part, items }, part)
                };
                some.into_iter().map(numbered).unzip()
            };
            let numbers: Vec<_> = self.write(plan, false).await?;
            ids.extend(numbers);
        }
        let parts = ids.len() as u64;
        let holder = Arc::downgrade(lease);
        let complete = move |state: &mut State| {
            let lease = holder.upgrade().unwrap_or_default();
            match state.rival(call, &lease) {
                Some(other) => (vec![Line::Dropped { call }], Err(rival(other))),
                None => (vec![Line::Planned { call, parts }], Ok(())),
            }
        };
        self.write(complete, true).await??;
        Ok(ids)
    }

    /// Writes, durably, that these items of a part are about to be sent.
    pub(crate) async fn sending(&self, part: PartId, items: Vec<String>) -> Result<()> {
        let whole = self.state().size(part);
        let items = (items.len() != whole).then_some(items);
        self.append(vec![Line::Sending { part, items }], true).await
    }

    /// Writes that a task does these items of a part.
    pub(crate) async fn task(&self, part: PartId, task: TaskRef, items: Vec<String>) -> Result<()> {
        let whole = {
            let state = self.state();
            if items.iter().all(|it| state.is_task_of(part, it, &task)) {
                return Ok(());
            }
            state.size(part)
        };
        let items = (items.len() != whole).then_some(items);
        self.append(vec![Line::Task { part, task, items }], false)
            .await
    }

    /// Writes how items of a part ended.
    ///
    /// This line need not be durable: without it, the items are read back.
    pub(crate) async fn ended(&self, part: PartId, ends: Vec<Ended>) -> Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        let lines = move |state: &mut State| {
            let line = |Ended { end, reason, items }: Ended| Line::Ended {
                part,
                end,
                reason,
                // That all of it came to the same end needs no list.
                items: (!state.are_all_open(part, &items)).then_some(items),
            };
            (ends.into_iter().map(line).collect(), ())
        };
        self.write(lines, false).await
    }

    /// Drops calls with an incomplete plan, which sent nothing, and returns their number.
    pub(crate) async fn drop_incomplete_calls(&self) -> Result<usize> {
        let calls = self.state().incomplete();
        let count = calls.len();
        let lines = calls.into_iter().map(|call| Line::Dropped { call });
        self.append(lines.collect(), false).await?;
        Ok(count)
    }

    async fn append(&self, lines: Vec<Line>, durable: bool) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        self.write(|_| (lines, ()), durable).await
    }

    /// Appends lines, and applies them to the state once they are written. A separate task finishes
    /// this even if the caller is dropped.
    async fn write<T: Send + 'static>(
        &self,
        lines: impl FnOnce(&mut State) -> (Vec<Line>, T) + Send + 'static,
        durable: bool,
    ) -> Result<T> {
        let journal = self.clone();
        let writing = tokio::spawn(async move {
            let mut log = journal.0.log.lock().await;
            let (lines, result) = lines(&mut journal.state());
            log.append(&line::text(&lines)?, durable).await?;
            let mut state = journal.state();
            lines.into_iter().for_each(|line| state.apply(line));
            Ok(result)
        });
        writing.await.unwrap_or_else(|_| Err(interrupted()))
    }

    /// The state that follows from the lines so far.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// How items of a part ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) end: End,
    pub(crate) reason: Option<String>,
    pub(crate) items: Vec<String>,
}

/// Runs blocking file operations where they stop nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let working = tokio::task::spawn_blocking(work).await;
    working.unwrap_or_else(|_| Err(interrupted()))
}

fn interrupted() -> Error {
    Error::cancelled("the journal was not written: its writer panicked, or the runtime shuts down")
}

/// The error of a run that would work on the same items as another one.
fn rival(call: u64) -> Error {
    Error::journal_says(&format!(
        "another call of this program works on the same items with this journal, and has not ended \
         (call {call}). Wait until it has, or drop it"
    ))
}

/// What identifies a tenant: its address without the scheme.
fn tenant(base_url: &str) -> &str {
    base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest)
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("tenant", &self.state().tenant)
            .finish_non_exhaustive()
    }
}
