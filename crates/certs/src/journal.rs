//! A journal of what a program means to do and what it has done, to go on after a crash.

mod effect;
mod entry;
mod ledger;
mod log;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::model::ReviewDecision;
use entry::Entry;
use ledger::Ledger;
use log::{Log, Sink};

pub(crate) use effect::{Effect, EffectId, End};
pub(crate) use ledger::{Standing, Unfinished};

/// A journal: an append-only file of JSON lines that holds every intended effect before it is
/// sent, and what became of it.
///
/// A call that is given a journal ([`Decide::journal`](crate::Decide::journal)) writes its
/// whole plan before the first request, and a line before and after each request. After a
/// crash, [`Client::resume`](crate::Client::resume) finishes what is unfinished; or run the
/// same call with the same journal again, which skips what is done. Neither does anything
/// twice: what was under way when the program ended is read back before it is sent again.
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
/// It holds the ids of certifications and items, decisions with their comments, and the
/// tenant's address; no token and no secret. A journal is of one tenant, and of one process at
/// a time. Clones share it.
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

/// What calls write and ask.
impl Journal {
    /// Refuses to be used with another tenant.
    pub(crate) fn check(&self, client: &Client) -> Result<()> {
        let ledger = self.ledger();
        let (ours, theirs) = (tenant(client), ledger.tenant());
        match theirs {
            Some(theirs) if theirs != ours => Err(Error::refused(format!(
                "the journal is of {theirs}, and the client is of {ours}"
            ))),
            _ => Ok(()),
        }
    }

    /// Writes the plan of a call, durably, and answers an id for each effect. Nothing of it
    /// may be sent before.
    pub(crate) async fn plan(
        &self,
        client: &Client,
        effects: Vec<Effect>,
    ) -> Result<Vec<EffectId>> {
        self.check(client)?;
        let mut ids = Vec::with_capacity(effects.len());
        let write = |ledger: &mut Ledger| {
            let mut entries = Vec::with_capacity(effects.len() + 2);
            if ledger.tenant().is_none() {
                entries.push(Entry::header(tenant(client).to_owned()));
            }
            let call = ledger.next_call();
            let count = effects.len() as u64;
            for effect in effects {
                let id = ledger.next_effect();
                ids.push(id);
                entries.push(Entry::Planned { call, id, effect });
            }
            entries.push(Entry::Begun {
                call,
                effects: count,
            });
            entries
        };
        self.write(write, true).await?;
        Ok(ids)
    }

    /// Writes, durably, that an effect is about to be sent.
    pub(crate) async fn sending(&self, id: EffectId) -> Result<()> {
        self.write(|_| vec![Entry::Sending { id }], true).await
    }

    /// Writes what became of an effect, or of these items of it.
    ///
    /// That this line is durable matters less: without it, the effect is read back.
    pub(crate) async fn ended(
        &self,
        id: EffectId,
        parts: Vec<(End, Option<Vec<String>>)>,
    ) -> Result<()> {
        let entries = parts.into_iter();
        let entries = entries.map(|(end, items)| Entry::Ended { id, end, items });
        let entries: Vec<_> = entries.collect();
        match entries.is_empty() {
            true => Ok(()),
            false => self.write(|_| entries, false).await,
        }
    }

    /// What the journal knows of a decision.
    pub(crate) fn standing(&self, certification: &str, decision: &ReviewDecision) -> Standing {
        self.ledger().standing(certification, decision)
    }

    /// What is planned and not at its end.
    pub(crate) fn unfinished(&self) -> Unfinished {
        self.ledger().unfinished()
    }

    /// Drops calls whose plan is not complete: nothing of them was sent.
    pub(crate) async fn drop_calls(&self, calls: Vec<u64>) -> Result<()> {
        let entries: Vec<_> = calls
            .into_iter()
            .map(|call| Entry::Dropped { call })
            .collect();
        match entries.is_empty() {
            true => Ok(()),
            false => self.write(|_| entries, false).await,
        }
    }

    async fn write(
        &self,
        entries: impl FnOnce(&mut Ledger) -> Vec<Entry>,
        durable: bool,
    ) -> Result<()> {
        let mut log = Arc::clone(&self.0.log).lock_owned().await;
        log.check()?;
        let text = {
            let mut ledger = self.ledger();
            let entries = entries(&mut ledger);
            let text = entry::lines(&entries)?;
            entries.into_iter().for_each(|entry| ledger.apply(entry));
            text
        };
        // A task of its own ends what it has begun: a caller that goes away in the middle
        // would leave half a line.
        let written = tokio::spawn(async move { log.append(text, durable).await });
        written
            .await
            .map_err(|_| Error::cancelled("the journal was not written: the runtime shuts down"))?
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells tenants apart: the address without its scheme.
fn tenant(client: &Client) -> &str {
    let url = client.base_url();
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("tenant", &self.ledger().tenant())
            .finish_non_exhaustive()
    }
}
