//! Where decisions come from.

use std::fmt;

use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::TryStreamExt as _;
use sync_wrapper::SyncWrapper;

use super::{OPERATION, RuleMatch};
use crate::api::Sealed;
use crate::api::certifications::Review;
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{Filter, item};
use crate::model::ReviewDecision;
use crate::review::policy::Policy;

impl Chosen {
    pub(super) fn given(decisions: Vec<ReviewDecision>) -> Self {
        Self {
            decisions,
            ..Self::default()
        }
    }
}

/// Where the decisions of a [`Decide`](super::Decide) come from: [`Given`] or [`ByPolicy`].
pub trait Source: Sealed + Send + Sized + 'static {
    /// Brings all of them together.
    #[doc(hidden)]
    fn choose(self, review: &Review) -> BoxFuture<'_, Result<Chosen>>;
}

/// Decisions to send, and what is left alone.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Chosen {
    pub(crate) decisions: Vec<ReviewDecision>,
    /// The rules that made them, one for each decision; none if they were given.
    pub(crate) rules: Vec<RuleMatch>,
    pub(crate) left_open: Vec<String>,
}

/// Decisions that the caller made.
pub struct Given(SyncWrapper<BoxStream<'static, Result<ReviewDecision>>>);

impl Given {
    pub(super) fn new(
        decisions: impl Stream<Item = Result<ReviewDecision>> + Send + 'static,
    ) -> Self {
        Self(SyncWrapper::new(Box::pin(decisions)))
    }
}

impl Sealed for Given {}

impl Source for Given {
    fn choose(self, _: &Review) -> BoxFuture<'_, Result<Chosen>> {
        Box::pin(async move {
            let decisions: Vec<_> = self.0.into_inner().try_collect().await?;
            if decisions.is_empty() {
                return Err(Error::refused("there is no decision to send").during(OPERATION));
            }
            Ok(Chosen::given(decisions))
        })
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").finish_non_exhaustive()
    }
}

/// Decisions that a [`Policy`] makes.
#[derive(Debug)]
pub struct ByPolicy {
    policy: Policy,
    pub(super) filter: Filter<Items>,
}

impl ByPolicy {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            filter: item::completed().eq(false),
        }
    }
}

impl Sealed for ByPolicy {}

impl Source for ByPolicy {
    fn choose(self, review: &Review) -> BoxFuture<'_, Result<Chosen>> {
        Box::pin(async move {
            let refuse = |error: Error| error.during(OPERATION);
            self.policy.check().map_err(refuse)?;
            // In an order that decisions which others make meanwhile change as little as
            // can be: pages are found by their offset.
            let list = review.items().filter(self.filter).in_stable_order();
            let mut items = list.stream();
            let mut chosen = Chosen::default();
            while let Some(item) = items.try_next().await? {
                match self.policy.decide(&item) {
                    Some((decision, rule)) => {
                        chosen.decisions.push(decision);
                        chosen.rules.push(rule);
                    }
                    None => chosen.left_open.push(item.id),
                }
            }
            Ok(chosen)
        })
    }
}
