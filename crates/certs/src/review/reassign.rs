//! Giving items to another reviewer.

mod look;
mod outcome;
mod part;
mod plan;
mod run;
mod subject;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::api::beta::BetaReview;
use crate::api::certifications::Review;
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::api::{ids, path_id};
use crate::client::Client;
use crate::effects::journal::{Journal, UnfinishedReassignment};
use crate::error::{Error, Result};
use crate::model::{ReassignReference, ReassignType};
use crate::progress::{ProgressReport, Reporter};
use part::Order;
use plan::Planned;

pub use outcome::{ReassignOutcome, ReassignedPart};
pub(crate) use part::Way;
pub use part::{MAX_REASSIGN, MAX_REASSIGN_ASYNC};
pub use subject::{IdentityToReassign, ItemToReassign, ToReassign};

/// How many things that cannot be reassigned an error names.
const NAMED: usize = 5;

impl Review {
    /// Gives items to another reviewer, who finds them in a certification of their own. Say
    /// what to give, then await the result.
    ///
    /// `to` is the new reviewer's identity id; `reason` is kept with the reassignment.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = certs_sim::Simulator::start().await?;
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # use certs::{filter::certification, model::Phase};
    /// # let open = certification::phase().eq(Phase::Active).and(certification::completed().eq(false));
    /// # let page = client.certifications().filter(open).send().await?;
    /// # let open: Vec<_> = page.items.iter()
    /// #     .filter(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).collect();
    /// # let certification = open[0];
    /// # let reviewer = open.iter().map(|c| c.reviewer.as_ref().unwrap())
    /// #     .find(|r| Some(*r) != certification.reviewer.as_ref()).unwrap();
    /// use certs::filter::item;
    ///
    /// let review = client.certification(&certification.id);
    /// let open = review.items().filter(item::completed().eq(false)).in_stable_order();
    /// let open: Vec<_> = open.stream().try_collect().await?;
    /// // Nobody may review their own access.
    /// let (own, others): (Vec<_>, Vec<_>) = open
    ///     .iter()
    ///     .partition(|item| item.identity_id() == Some(reviewer.id.as_str()));
    ///
    /// let outcome = review
    ///     .reassign(&reviewer.id, "on leave until May")
    ///     .items(others)
    ///     .wait()
    ///     .await?;
    /// println!("{outcome}; {} items are left", own.len());
    /// outcome.ensure_complete()?;
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign {
        Reassign::new(&self.client, &self.id, to.into(), reason.into(), false)
    }
}

impl BetaReview {
    /// Gives items to another reviewer, always in the background. See [`Review::reassign`].
    ///
    /// What becomes of a request whose answer is lost is read through V3, which has the items.
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign {
        Reassign::new(&self.client, &self.id, to.into(), reason.into(), true)
    }
}

/// A reassignment that is about to be sent. Await it.
///
/// It takes any number of items and identities, in one list or several. Up to [`MAX_REASSIGN`]
/// in all are reassigned at once, in one request (`POST /v3/certifications/{id}/reassign`).
/// More are reassigned by background tasks of up to [`MAX_REASSIGN_ASYNC`] each
/// (`POST /v3/certifications/{id}/reassign-async`), which are submitted one after another and
/// waited for only if [`wait`](Self::wait) says so.
///
/// What is named twice is reassigned once.
///
/// # Lost answers
///
/// A request whose answer is lost is not sent again: it may still be on its way. Instead the
/// certification is read, for about two seconds: what is not there (any more) counts as
/// reassigned, and what is still there as not attempted, so that it can be named again. If
/// exactly one other task is pending on the certification, that task is taken for the one whose
/// answer was lost, and the part is pending; once it has been waited for, the items decide.
///
/// # Errors
///
/// Refused before sending: nothing to reassign, no reviewer, no reason, an empty id, and access
/// that the new reviewer would review of their own, as far as what was given tells whose access
/// it is: records do, ids do not.
///
/// Any other error means that nothing has been done. Once the service has taken a part on, or
/// may have, the result is an [outcome](ReassignOutcome) that tells of each part; so `Ok` is
/// not yet done: see [`ensure_complete`](ReassignOutcome::ensure_complete). A part that the
/// service rejects (400) does not keep the next from being sent. One for which the token is not
/// good (401), may not (403) or finds no certification (404), or that does not reach a working
/// service, does.
#[must_use = "a reassignment does nothing until it is awaited"]
pub struct Reassign {
    client: Client,
    certification: String,
    to: String,
    reason: String,
    named: Vec<ToReassign>,
    of_beta: bool,
    in_background: bool,
    waits: bool,
    timeout: Duration,
    journal: Option<Journal>,
    progress: Reporter,
}

impl Reassign {
    fn new(
        client: &Client,
        certification: &str,
        to: String,
        reason: String,
        of_beta: bool,
    ) -> Self {
        Self {
            client: client.clone(),
            certification: certification.to_owned(),
            to,
            reason,
            named: Vec::new(),
            of_beta,
            in_background: false,
            waits: false,
            timeout: DEFAULT_TIMEOUT,
            journal: None,
            progress: Reporter::default(),
        }
    }

    /// Gives these access review items: [items](crate::model::AccessReviewItem), or ids.
    pub fn items<I: Into<ItemToReassign>>(self, items: impl IntoIterator<Item = I>) -> Self {
        self.references(items.into_iter().map(Into::into))
    }

    /// Gives all items of these identities: [summaries](crate::model::IdentitySummary), or the
    /// ids of summaries, which are not the identities' own.
    pub fn identities<I: Into<IdentityToReassign>>(
        self,
        identities: impl IntoIterator<Item = I>,
    ) -> Self {
        self.references(identities.into_iter().map(Into::into))
    }

    /// Gives whatever the references name.
    pub fn references<R: Into<ToReassign>>(
        mut self,
        references: impl IntoIterator<Item = R>,
    ) -> Self {
        self.named.extend(references.into_iter().map(Into::into));
        self
    }

    /// Has it done by background tasks however little it is: the answer comes at once, and the
    /// items move later.
    pub fn in_background(mut self) -> Self {
        self.in_background = true;
        self
    }

    /// Waits until all tasks have ended, for at most 10 minutes unless
    /// [`timeout`](Self::timeout) says otherwise. By default they are left to themselves, and
    /// their parts are [pending](crate::Outcome::Pending).
    pub fn wait(mut self) -> Self {
        self.waits = true;
        self
    }

    /// For how long to [`wait`](Self::wait) at most, from the first request on and for all tasks
    /// together. A part whose task has not ended by then is pending.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Writes to a journal what is about to be sent and what came of it, so that a crash can be
    /// recovered from.
    ///
    /// What the journal says was given to the same reviewer is not given again: a part that is
    /// done is [applied](crate::Outcome::Applied), and one that a task has taken on is as that
    /// task is. What it says was sent, but not what came of it, is looked for as after a [lost
    /// answer](Self#lost-answers), and sent only if it was not done; what cannot be told is
    /// [unknown](crate::Outcome::Unknown), and never sent again.
    ///
    /// All parts and each intention are on the disk before anything is sent. If the journal
    /// cannot be written, nothing more is sent.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = certs_sim::Simulator::start().await?;
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # use certs::{filter::certification, model::Phase};
    /// # let open = certification::phase().eq(Phase::Active).and(certification::completed().eq(false));
    /// # let page = client.certifications().filter(open).send().await?;
    /// # let open: Vec<_> = page.items.iter()
    /// #     .filter(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).collect();
    /// # let reviewer = open.iter().map(|c| c.reviewer.as_ref().unwrap())
    /// #     .find(|r| Some(*r) != open[0].reviewer.as_ref()).unwrap();
    /// # let review = client.certification(&open[0].id);
    /// # let items: Vec<_> = review.items().stream().try_collect().await?;
    /// # let items: Vec<_> = items.iter()
    /// #     .filter(|item| item.identity_id() != Some(reviewer.id.as_str())).collect();
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("review.jsonl");
    /// let journal = certs::Journal::create(&path).await?;
    /// for _ in 0..2 {
    ///     // The second time sends nothing: the journal says that it is done.
    ///     let reassign = review.reassign(&reviewer.id, "on leave").items(items.clone());
    ///     reassign.journal(&journal).wait().await?.ensure_complete()?;
    /// }
    /// # let sent = sim.requests().into_iter().filter(|r| r.path.contains("/reassign"));
    /// # assert_eq!(sent.count(), 1);
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.journal = Some(journal.clone());
        self
    }

    /// Tells how far it is, in items and identities, each time that changes. What is waited for
    /// is done when its task has ended.
    pub fn progress(mut self, tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.progress = Reporter::new(tell);
        self
    }

    /// Sends the reassignment. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`Reassign`].
    pub async fn send(self) -> Result<ReassignOutcome> {
        self.await
    }

    async fn run(self) -> Result<ReassignOutcome> {
        let named = once(self.named);
        let way = Way::of(named.len(), self.in_background, self.of_beta);
        let refused = |error: Error| error.during(way.operation());
        check(&named, &self.to, &self.reason).map_err(refused)?;
        path_id("certification id", self.certification.clone()).map_err(refused)?;
        let order = Order {
            client: self.client,
            certification: self.certification,
            to: self.to,
            reason: self.reason,
        };
        let references = named.into_iter().map(|named| named.reference);
        let references: Vec<_> = references.collect();
        self.progress.total(references.len() as u64);
        let journal = self.journal.as_ref();
        let planned = plan::plan(&order, way, &references, journal).await?;
        let tasks = journal.map(|journal| journal.tasks(&order.certification));
        let wait = self.waits.then_some(self.timeout);
        let tasks = tasks.unwrap_or_default();
        let running = run::run(&order, planned, tasks, wait, &self.progress);
        ReassignOutcome::of(self.progress.scope(running).await)
    }
}

/// Finishes a reassignment that a journal holds as unfinished, and waits for its tasks. It was
/// checked before it was written there.
pub(crate) async fn resume(
    client: &Client,
    journal: &Journal,
    unfinished: UnfinishedReassignment,
    timeout: Duration,
    progress: &Reporter,
) -> ReassignOutcome {
    let order = Order {
        client: client.clone(),
        certification: unfinished.certification,
        to: unfinished.to,
        reason: unfinished.reason,
    };
    let parts = unfinished.parts.into_iter();
    let planned = parts.map(|part| Planned::known(journal, part)).collect();
    let tasks: HashSet<_> = journal.tasks(&order.certification);
    ReassignOutcome::new(run::run(&order, planned, tasks, Some(timeout), progress).await)
}

impl IntoFuture for Reassign {
    type Output = Result<ReassignOutcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Each thing where it was first named. Naming it again changes nothing, as when lists overlap
/// from which it was taken, but may tell whose access it is.
fn once(named: Vec<ToReassign>) -> Vec<ToReassign> {
    let mut places: HashMap<ReassignReference, usize> = HashMap::new();
    let mut kept: Vec<ToReassign> = Vec::with_capacity(named.len());
    for named in named {
        match places.get(&named.reference) {
            Some(place) => {
                let kept = &mut kept[*place].identity;
                *kept = kept.take().or(named.identity);
            }
            None => {
                places.insert(named.reference.clone(), kept.len());
                kept.push(named);
            }
        }
    }
    kept
}

fn check(named: &[ToReassign], to: &str, reason: &str) -> Result<()> {
    let refused = |why: &str| Err(Error::refused(why));
    if named.is_empty() {
        return refused("there is nothing to reassign: name items or identities");
    }
    if named.iter().any(|named| named.reference.id.is_empty()) {
        return refused("one of the things to reassign has an empty id");
    }
    if to.is_empty() {
        return refused("the new reviewer's id is empty");
    }
    if reason.trim().is_empty() {
        return refused("a reassignment needs a reason");
    }
    let own = named
        .iter()
        .filter(|named| named.identity.as_deref() == Some(to));
    let own: Vec<_> = own.map(|named| label(&named.reference)).collect();
    if own.is_empty() {
        return Ok(());
    }
    let own = ids::first(&own, NAMED);
    Err(Error::refused(format!(
        "{to} would review their own access. Leave out {own}"
    )))
}

fn label(reference: &ReassignReference) -> String {
    let what = match reference.reassign_type {
        ReassignType::Item => "item",
        ReassignType::IdentitySummary => "identity summary",
        ReassignType::TargetSummary => "target summary",
    };
    format!("{what} {}", reference.id)
}

impl fmt::Debug for Reassign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassign")
            .field("certification", &self.certification)
            .field("to", &self.to)
            .field("references", &self.named.len())
            .finish_non_exhaustive()
    }
}
