//! Deciding on access review items, any number of them.

mod batch;
mod check;
mod outcome;
mod read_back;
mod run;
mod source;

use std::fmt;
use std::future::IntoFuture;

use certs_raw::Operation;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::stream;

use crate::api::certifications::Review;
use crate::api::v3;
use crate::effects::journal::Journal;
use crate::error::Result;
use crate::filter::IntoFilter;
use crate::filter::endpoint::Items;
use crate::model::ReviewDecision;
use crate::progress::{ProgressReport, Reporter};
use crate::review::policy::Policy;

pub(crate) use run::resume;

pub use outcome::{DecideOutcome, DecidedItem, RuleMatch};
pub use source::{ByPolicy, Given, Source};

/// The most decisions that the service takes in one request. [`Review::decide`] takes any
/// number and sends them in batches.
pub const MAX_DECISIONS: usize = 250;

const OPERATION: Operation = v3("make_identity_decision");

impl Review {
    /// Decides on items: approve or revoke, each with a comment
    /// (`POST /v3/certifications/{id}/decide`). Takes any number. Await the result to send.
    ///
    /// A decision can be changed by deciding again, until the certification is signed off.
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
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
    /// let review = client.certification(&certification.id);
    /// let items: Vec<_> = review.items().stream().try_collect().await?;
    ///
    /// let outcome = review
    ///     .decide(items.iter().map(|item| item.approve().comment("still needed")))
    ///     .await?;
    /// println!("{outcome}"); // 57 of 57 decisions made
    /// for item in outcome.items().iter().filter(|item| !item.outcome.is_applied()) {
    ///     println!("{}: {:?}", item.id(), item.outcome);
    /// }
    /// # assert!(outcome.is_complete());
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn decide(&self, decisions: impl IntoIterator<Item = ReviewDecision>) -> Decide {
        let decisions: Vec<_> = decisions.into_iter().map(Ok).collect();
        self.decide_stream(stream::iter(decisions))
    }

    /// Decides on items whose decisions come from a stream, such as one that maps
    /// [`Review::items`].
    ///
    /// The stream is collected before anything is sent: the decisions are checked as a whole,
    /// and a list must not be streamed while its items are decided. A stream that fails ends
    /// the call with its error, and nothing is sent.
    ///
    /// ```
    /// # async fn run(review: certs::Review) -> certs::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let approvals = review.items().stream().map_ok(|item| item.approve().comment("audited"));
    /// let outcome = review.decide_stream(approvals).await?;
    /// # outcome.ensure_complete() }
    /// ```
    pub fn decide_stream(
        &self,
        decisions: impl Stream<Item = Result<ReviewDecision>> + Send + 'static,
    ) -> Decide {
        Decide::new(self, Given::new(decisions))
    }

    /// Decides by rule: on each item the first rule that matches counts, and what no rule
    /// matches stays open. Items that are decided already are not looked at, unless a
    /// [`filter`](Decide::filter) says so.
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
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
    /// use certs::filter::item;
    /// use certs::{Policy, Verdict};
    ///
    /// let policy = Policy::new()
    ///     .when(item::access_name().starts_with("SAP"), Verdict::revoke().comment("moving off SAP"))
    ///     .when_item(|item| !item.is_privileged(), Verdict::approve().comment("standard access"));
    ///
    /// let review = client.certification(&certification.id);
    /// let planned = review.decide_by(policy.clone()).dry_run().await?;
    /// println!("{planned}"); // 0 of 41 decisions made, 41 not attempted, 3 left open by the policy
    /// let outcome = review.decide_by(policy).await?;
    /// # assert!(outcome.is_complete());
    /// # assert_eq!(outcome.items().len(), planned.items().len());
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn decide_by(&self, policy: Policy) -> Decide<ByPolicy> {
        Decide::new(self, ByPolicy::new(policy))
    }
}

/// Decisions that are about to be sent. Await it.
///
/// They go in batches, in the order in which they were given, several at a time. What came
/// of each is in the [`DecideOutcome`]:
///
/// - A batch that the service refuses (400) is refused with all its items; the others go on.
/// - A batch whose answer is lost (a broken connection, no answer in time, 5xx, an answer that
///   cannot be read) is looked after: its items are read, and what is not done is sent again,
///   up to three times, with the waits of the [`RetryPolicy`](crate::RetryPolicy) and no more
///   often than it allows. What cannot be told is unknown.
/// - Anything else (401, 403, 404, no token, no connection, 429 for longer than the
///   [`RetryPolicy`](crate::RetryPolicy) waits) would meet the other batches as well. It ends
///   the call: what is not sent by then is not attempted.
///
/// # Errors
///
/// An error means that nothing has been done. Refused before sending, if it is found in any
/// of the decisions: an item that is decided twice or has no id, an end date on anything but
/// a revocation, an item that was listed in another certification, a comment that is missing
/// though the campaign demands it; and no decision at all. Otherwise what kept every single
/// batch from being sent.
#[must_use = "decisions are sent when this is awaited"]
pub struct Decide<S = Given> {
    review: Review,
    source: S,
    options: Options,
}

/// How decisions are sent.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) idempotent: bool,
    pub(crate) concurrency: usize,
    pub(crate) batch_size: usize,
    pub(crate) dry_run: bool,
    pub(crate) journal: Option<Journal>,
    pub(crate) progress: Reporter,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            idempotent: false,
            concurrency: 4,
            batch_size: MAX_DECISIONS,
            dry_run: false,
            journal: None,
            progress: Reporter::default(),
        }
    }
}

impl<S> Decide<S> {
    fn new(review: &Review, source: S) -> Self {
        Self {
            review: review.clone(),
            source,
            options: Options::default(),
        }
    }

    /// Sends a batch again without looking first when it is not known whether it arrived:
    /// after a broken connection, a timeout, 408, 502, 503 or 504.
    ///
    /// A decision states an outcome, so making it twice is making it once, unless somebody
    /// else decides on the same item between the two.
    pub fn idempotent(mut self) -> Self {
        self.options.idempotent = true;
        self
    }

    /// How many batches are on their way at once; the default is 4, and 0 counts as 1. All of
    /// them wait for their places in the [budget](crate::RequestBudget).
    pub fn concurrency(mut self, batches: usize) -> Self {
        self.options.concurrency = batches.max(1);
        self
    }

    /// How many decisions a batch has: 1 to [`MAX_DECISIONS`], which is also the default. The
    /// service refuses a batch as a whole, so smaller ones lose less to a decision that it
    /// does not like.
    pub fn batch_size(mut self, decisions: usize) -> Self {
        self.options.batch_size = decisions;
        self
    }

    /// Only says what would be decided: the outcome has every decision, none of them
    /// attempted. Everything is checked, and nothing is sent but reads.
    pub fn dry_run(mut self) -> Self {
        self.options.dry_run = true;
        self
    }

    /// Writes to a journal what is about to be sent and what came of it, so that a crash can be
    /// recovered from.
    ///
    /// What the journal says is done is not sent again, and what it says may be done is read
    /// back first: the same call with the same journal goes on where it ended. The plan and
    /// each intention are on the disk before anything is sent. If the journal cannot be
    /// written, nothing more is sent.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.options.journal = Some(journal.clone());
        self
    }

    /// Reports how many items are dealt with, of how many.
    pub fn progress(mut self, tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.options.progress = Reporter::new(tell);
        self
    }
}

impl Decide<ByPolicy> {
    /// Which items the policy looks at, instead of the open ones (`completed eq false`). A
    /// policy that looks at decided items changes their decisions.
    pub fn filter(mut self, filter: impl IntoFilter<Items>) -> Self {
        self.source.filter = filter.into_filter();
        self
    }
}

impl<S: Source> Decide<S> {
    /// Sends the decisions. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`Decide`].
    pub async fn send(self) -> Result<DecideOutcome> {
        self.await
    }
}

impl<S: Source> IntoFuture for Decide<S> {
    type Output = Result<DecideOutcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self {
                review,
                source,
                options,
            } = self;
            review.path_id(OPERATION)?;
            check::options(&options)?;
            let progress = options.progress.clone();
            let work = async {
                let chosen = source.choose(&review).await?;
                run::all(review, chosen, options).await
            };
            progress.scope(work).await
        })
    }
}

impl<S: fmt::Debug> fmt::Debug for Decide<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decide")
            .field("certification", &self.review.id)
            .field("source", &self.source)
            .field("options", &self.options)
            .finish()
    }
}
