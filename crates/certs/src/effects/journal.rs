//! A journal of what a program means to do and what it has done, to go on after a crash.

mod calls;
mod effect;
mod entry;
mod ledger;
mod log;
mod record;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

use crate::error::{Error, Result};
use ledger::Ledger;
use log::{Log, Sink};

pub(crate) use effect::{Effect, EffectId, End, TaskOf};
pub(crate) use ledger::{
    KnownPart, KnownSignOff, PartStanding, Standing, Unfinished, UnfinishedReassignment, Work,
};
pub(crate) use record::Record;

/// A journal: an append-only file of JSON lines that holds every intended effect before it is
/// sent, and what became of it.
///
/// A call that is given a journal ([`Decide::journal`](crate::Decide::journal),
/// [`Reassign::journal`](crate::Reassign::journal),
/// [`SignOff::journal`](crate::SignOff::journal)) writes its whole plan before the first
/// request, and a line before and after each request. After a crash,
/// [`Client::resume`](crate::Client::resume) finishes what is unfinished; or run the same call
/// with the same journal again, which skips what is done. Neither does anything twice: what
/// was under way when the program ended is looked at before it is sent again, and what a task
/// has taken on is left to that task.
///
/// ```
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// # let sim = certs_sim::Simulator::start().await?;
/// # let admin = sim.admin();
/// # let client = certs::Client::builder(sim.base_url())
/// #     .client_credentials(admin.client_id, admin.client_secret)
/// #     .build()?;
/// # use certs::{filter::certification, model::Phase};
/// # let page = client.certifications()
/// #     .filter(certification::phase().eq(Phase::Active).and(certification::completed().eq(false)))
/// #     .send().await?;
/// # let certification = page.items.iter()
/// #     .find(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).unwrap();
/// # let review = client.certification(&certification.id);
/// # let items: Vec<_> = review.items().stream().try_collect().await?;
/// # let decisions = || items.iter().map(|item| item.approve().comment("still needed"));
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("review.jsonl");
/// use certs::Journal;
///
/// let journal = Journal::create(&path).await?;
/// let outcome = review.decide(decisions()).journal(&journal).await?;
/// # assert!(outcome.is_complete());
///
/// // In another process, after a crash of this one:
/// let journal = Journal::open(&path).await?;
/// let resumed = client.resume(&journal).await?;
/// assert!(resumed.is_empty()); // nothing was left to do
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
/// ```
///
/// The plan and each line that precedes a request are on the disk before the request is sent.
/// A journal that cannot be written ends the call before the next request.
///
/// It holds the ids of certifications, items, tasks and new reviewers, decisions with their
/// comments, the reasons of reassignments, and the tenant's address; no token and no secret. A
/// journal is of one tenant, and of one process at a time. Clones share it.
///
/// # Lines
///
/// Each line is a JSON object. `at` is the time at which it was written, `event` says what
/// the rest is:
///
/// | `event` | says | other fields |
/// |---|---|---|
/// | `journal` | the first line | `format`: 1; `tenant`: the address without its scheme; `certs`: the version of this crate |
/// | `planned` | a call means to do this | `call`, `id`: numbers that count up, `effect` |
/// | `begun` | the plan of a call is complete, and it may send | `call`, `effects`: how many |
/// | `sending` | an effect is about to be sent | `id` |
/// | `ended` | something became of an effect | `id`, `end`; `items`: the ids that this is about, if not all |
/// | `dropped` | a call without a complete plan is given up | `call` |
/// | `torn` | what stands before it broke off in a crash | |
///
/// An effect is one request. It has one field, whose name says which:
///
/// | `effect` | fields |
/// |---|---|
/// | `decide` | `certification`, `decisions`: as the service takes them |
/// | `reassign` | `certification`, `to`, `reason`, `way` (`at_once`, `as_task`, `as_task_of_beta`), `references`: as the service takes them |
/// | `sign_off` | `certification`, `checked`: whether it looks first, `waits`: whether it waits until nothing is left to do |
///
/// An `end` is `"applied"`, or has one field: `refused` (it would not be done either if it
/// were sent again), `not_applied` (it was not done) or `unknown` (it may be done), each with
/// the reason as text; or `accepted`, with the `task` that does it, and `found`: true if that
/// task was found after the answer was lost, so that it may be somebody else's. Of several
/// lines the last counts. What was refused, by item:
///
/// ```console
/// $ jq -c 'select(.end.refused) | [.id, .items, .end.refused]' review.jsonl
/// ```
///
/// A later version of this crate can continue the journal. It may add fields; if it adds
/// anything else, it raises `format`, and an earlier version does not touch the journal.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    log: Arc<tokio::sync::Mutex<Log>>,
    ledger: Mutex<Ledger>,
}

impl Journal {
    /// Begins a journal in a new file, which on Unix only its owner may read.
    ///
    /// # Errors
    ///
    /// A [journal error](Error::is_journal) if there is a file already, or it cannot be made.
    pub async fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = log::create(path).await.map_err(|error| {
            let what = format!("the journal {} could not be made", path.display());
            Error::journal(what, error)
        })?;
        Ok(Self::new(Log::new(Sink::File(file)), Ledger::default()))
    }

    /// Opens a journal that is there, reads it, and continues it.
    ///
    /// A last line that broke off in a crash counts for nothing.
    ///
    /// # Errors
    ///
    /// A [journal error](Error::is_journal) if it cannot be read or written, or is no journal
    /// of this version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |error| {
            let what = format!("the journal {} could not be opened", path.display());
            Error::journal(what, error)
        };
        let (text, file) = log::open(path).await.map_err(failed)?;
        Self::continued(&text, Sink::File(file))
    }

    /// Begins a journal that goes wherever the writer takes it. Each line is flushed before
    /// what it announces is sent; whether that makes it durable is the writer's business.
    ///
    /// ```
    /// let journal = certs::Journal::to_writer(tokio::io::sink());
    /// # let _ = journal;
    /// ```
    #[must_use]
    pub fn to_writer(writer: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let sink = Sink::Writer(Box::new(writer));
        Self::new(Log::new(sink), Ledger::default())
    }

    /// Continues a journal that is read from one place and written to another: `writer`
    /// appends to what `reader` reads.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
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
        let written = entry::read(text)?;
        let mut ledger = Ledger::default();
        for entry in written.entries {
            ledger.apply(entry);
        }
        Ok(Self::new(Log::after(sink, written.end), ledger))
    }

    fn new(log: Log, ledger: Ledger) -> Self {
        Self(Arc::new(Inner {
            log: Arc::new(tokio::sync::Mutex::new(log)),
            ledger: Mutex::new(ledger),
        }))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("tenant", &self.ledger().tenant())
            .finish_non_exhaustive()
    }
}
