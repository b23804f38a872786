//! Decisions: approve or revoke items.

mod check;
pub(super) mod effect;

use std::sync::Arc;

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{TryStreamExt as _, stream};
use sync_wrapper::SyncWrapper;

use super::policy::Policy;
use crate::api::awaited::awaited;
use crate::api::certifications::Review;
use crate::effects::engine;
use crate::effects::journal::spec::DecideSpec;
use crate::effects::outcome::BulkOutcome;
use crate::effects::settings::{Settings, settings};
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{Filter, item};
use crate::model::ReviewDecision;
use crate::time;
use effect::{Decisions, OPERATION};

/// The most decisions that the service takes in one request. [`Review::decide`] takes any
/// number and sends them in batches.
pub const MAX_DECISIONS: usize = 250;

impl Review {
    /// Sends decisions in batches of 250: approve or revoke, each with a comment
    /// (`POST /certifications/{id}/decide`). Takes any number.
    ///
    /// A decision can be changed by deciding again, until the certification is signed off.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// let items: Vec<_> = review.items().stream().try_collect().await?;
    ///
    /// let outcome = review
    ///     .decide(items.iter().map(|item| item.approve().comment("still needed")))
    ///     .await?;
    /// println!("{outcome}"); // 57 of 57 applied
    /// for item in outcome.items().iter().filter(|item| !item.outcome.is_applied()) {
    ///     println!("{}: {}", item.id, item.outcome);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn decide(&self, decisions: impl IntoIterator<Item = ReviewDecision>) -> Decide {
        let decisions: Vec<_> = decisions.into_iter().map(Arc::new).collect();
        let given = stream::iter(decisions.into_iter().map(Ok));
        Decide::new(self, Source::Given(SyncWrapper::new(Box::pin(given))))
    }

    /// Sends decisions that come from a stream, such as one that maps [`Review::items`].
    ///
    /// The stream is collected before anything is sent, because the decisions are checked as a
    /// whole, and a list must not be streamed while its items are decided. If the stream fails, the
    /// call ends with its error.
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
        let given = decisions.map_ok(Arc::new);
        Decide::new(self, Source::Given(SyncWrapper::new(Box::pin(given))))
    }

    /// Sends the decisions that a policy makes: the first rule that matches an item decides it, and
    /// an item without a matching rule stays open. The policy sees only open items, unless a
    /// [`filter`](Decide::filter) selects others. An item that somebody else decides during the
    /// call is left alone.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// use certs::filter::item;
    /// use certs::{Policy, Verdict};
    ///
    /// let policy = Policy::new()
    ///     .when(item::access_name().starts_with("SAP"), Verdict::revoke().comment("moving off SAP"))
    ///     .when_item(|item| !item.is_privileged(), Verdict::approve().comment("standard access"));
    ///
    /// let planned = review.decide_by(policy.clone()).dry_run().await?;
    /// println!("{planned}"); // 0 of 41 applied, 41 not attempted, 3 left open by the policy
    /// review.decide_by(policy).await?.ensure_complete()?;
    /// # Ok(()) });
    /// ```
    pub fn decide_by(&self, policy: Policy) -> Decide {
        Decide::new(self, Source::Policy(policy))
    }
}

/// Sends decisions when it is awaited.
///
/// It sends batches in the order of the decisions, several at a time. What happened to each is in
/// the [`BulkOutcome`]:
///
/// - A batch that the service refuses (400) is halved until the refused items are known and the
///   others are decided. That costs at most 100 requests a batch; items that are not separated by
///   then are refused together. A refusal that is about the certification (signed, staged, a
///   governance group's) is not halved.
/// - A batch whose response is lost (a broken connection, no response in time, 5xx, a redirection,
///   a response that cannot be read) is read back for up to 6 seconds. Decisions that are not made
///   are sent again, up to three times and no more often than the
///   [`RetryPolicy`](crate::RetryPolicy) allows. Those that cannot be read are unknown. No response
///   shows end dates and recommendations, so only the rest of such a decision is compared. If an
///   item shows a new decision that is not ours, somebody else has made it, and it is left alone.
/// - Decisions of a policy, and those that are resumed, are not sent more than a minute after their
///   items were read. If a batch has to wait longer, for the rate limit or after a 429, its items are
///   read again, up to three times; then the call ends with
///   [`RateLimited`](crate::ErrorKind::RateLimited).
/// - Decisions that the caller names are sent whatever their items show, unless
///   [`leave_changed`](Self::leave_changed) is set.
/// - Anything else (401, 403, 404, no token, no connection, 429 for longer than the
///   [`RetryPolicy`](crate::RetryPolicy) waits) would affect the other batches, too. It ends the
///   call, and items that are not sent by then are not attempted.
///
/// Any success (2xx) means that the service accepted the batch. With a journal, items whose current
/// state is not known are read first, so that resuming never overwrites a decision that somebody
/// makes later.
///
/// If it is [dropped](crate::guide::cancellation), it starts no further batch, and those on their
/// way may be done or not.
///
/// # Errors
///
/// An error means that nothing has been done. The call is refused before sending if any decision
/// has one of these mistakes: an item that is decided twice or has no id, an end date on anything
/// but a revocation, an item that was listed in another certification, a comment that is missing
/// though the campaign demands it; or if the certification is known to be signed or staged.
/// Any other error is the one that kept all batches from being sent.
#[derive(Debug)]
#[must_use = "decisions are sent when this is awaited"]
pub struct Decide {
    review: Review,
    source: Source,
    filter: Option<Filter<Items>>,
    batch_size: usize,
    settings: Settings,
}

/// The source of decisions.
#[derive(Debug)]
enum Source {
    Given(SyncWrapper<BoxStream<'static, Result<Arc<ReviewDecision>>>>),
    Policy(Policy),
}

settings!(Decide: concurrency, dry_run, journal, leave_changed, overwrite_changed, progress);
awaited!(Decide -> BulkOutcome, |call| (
    tracing::info_span!("decide", certification = %call.review.id),
    call.review.api.operation(OPERATION),
));

impl Decide {
    fn new(review: &Review, source: Source) -> Self {
        Self {
            review: review.clone(),
            source,
            filter: None,
            batch_size: MAX_DECISIONS,
            settings: Settings::default(),
        }
    }

    /// Selects the items that a policy decides, instead of the open ones (`completed eq false`). On
    /// items that are already decided, the policy changes the decision. Without a policy, the call
    /// is refused.
    pub fn filter(mut self, filter: Filter<Items>) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sets the number of decisions in a batch: 1 to [`MAX_DECISIONS`], which is also the default.
    pub fn batch_size(mut self, decisions: usize) -> Self {
        self.batch_size = decisions;
        self
    }

    async fn run(self) -> Result<BulkOutcome> {
        let mut settings = self.settings;
        let api = self.review.api.reporting(&settings.progress);
        let review = Review::new(&api, &self.review.id);
        let certification = review.path_id()?;
        if !(1..=MAX_DECISIONS).contains(&self.batch_size) {
            let (max, size) = (MAX_DECISIONS, self.batch_size);
            let why = format!("a batch has 1 to {max} decisions, not {size}");
            return Err(Error::refused(why));
        }
        let (mut decisions, mut rules, mut left_open) = (Vec::new(), Vec::new(), Vec::new());
        match self.source {
            Source::Given(_) if self.filter.is_some() => {
                return Err(Error::refused(
                    "`filter` selects items for a policy, and this call has decisions. Call it \
                     without `filter`, or use `decide_by`",
                ));
            }
            Source::Given(given) => decisions = given.into_inner().try_collect().await?,
            Source::Policy(policy) => {
                policy.check()?;
                settings.seen_at = Some(time::now());
                let open = || item::completed().eq(false);
                let items = review.items().filter(self.filter.unwrap_or_else(open));
                // Pages are found by their offset, so the order should depend as little as possible
                // on decisions that others make in the meantime.
                let mut items = items.in_stable_order().stream();
                while let Some(item) = items.try_next().await? {
                    match policy.decide(&item) {
                        Some((decision, rule)) => {
                            decisions.push(Arc::new(decision));
                            rules.push(rule);
                        }
                        None => left_open.push(item.id),
                    }
                }
            }
        }
        check::decisions(&certification, &decisions)?;
        if let Some(journal) = &settings.journal {
            journal.check(api.base_url())?;
        }
        let mut effect = Decisions {
            spec: DecideSpec {
                certification,
                batch_size: self.batch_size,
            },
            decisions,
        };
        let reads = settings.dry_run || settings.seen_at.is_some();
        check::certification(&api, &effect, reads).await?;
        let journal = settings.journal.as_ref();
        if let Some(journal) = journal.filter(|_| !settings.dry_run) {
            effect.continue_from(journal)?;
        }
        if !settings.dry_run && (journal.is_some() || settings.leaves_changed) {
            effect.read_items(&api, journal).await?;
        }
        let mut outcome = engine::run(&api, &effect, &settings).await?;
        outcome.left_open = left_open;
        for (item, rule) in outcome.items.iter_mut().zip(rules) {
            item.rule = Some(rule);
        }
        Ok(outcome)
    }
}
