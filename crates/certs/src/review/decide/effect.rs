//! Decisions as an effect: how a batch is sent, and how its items are read back.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use certs_raw::{Operation, v3};
use futures_core::future::BoxFuture;

use crate::api::Api;
use crate::api::certifications::Review;
use crate::effects::journal::spec::{CallSpec, DecideSpec, ItemSpec};
use crate::effects::journal::{Journal, OpenItems, PartId, Standing};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::Result;
use crate::http::retry::Idempotency;
use crate::model::{AccessReviewItem, Certification, Id, Phase, ReviewDecision, Seen, convert};
use crate::review::{items_by_id, read_items, refusal_of_group};

pub(super) const OPERATION: Operation = v3::builder::MakeIdentityDecision::OPERATION;

/// Decisions on items of one certification.
pub(crate) struct Decisions {
    pub(super) spec: DecideSpec,
    pub(super) decisions: Vec<Arc<ReviewDecision>>,
}

impl Decisions {
    /// Restores the decisions of a journal.
    pub(in crate::review) fn resumed(spec: DecideSpec, items: OpenItems) -> Result<Self> {
        let decisions = items.into_iter().map(ItemSpec::into_decision);
        let decisions = decisions.map(|decision| Ok(Arc::new(decision?)));
        Ok(Self {
            decisions: decisions.collect::<Result<_>>()?,
            spec,
        })
    }

    /// Continues with the journal's decisions about items that were sent before, or that a task
    /// decides: only these tell whether what an item shows is ours.
    pub(super) fn continue_from(&mut self, journal: &Journal) -> Result<()> {
        let spec = self.spec();
        let state = journal.state();
        let mut planned: BTreeMap<PartId, HashMap<String, ItemSpec>> = BTreeMap::new();
        for item in 0..self.len() {
            let standing = state.standing(&spec, &self.item_spec(item));
            if let Standing::UnderWay(part, _) = standing {
                let items = || state.items(part).into_iter();
                let part = planned
                    .entry(part)
                    .or_insert_with(|| items().map(|it| (it.id.clone(), it)).collect());
                if let Some(planned) = self.id(item).get().and_then(|id| part.remove(id)) {
                    self.decisions[item] = Arc::new(planned.into_decision()?);
                }
            }
        }
        Ok(())
    }

    /// Reads the items that are new to the journal, if there is one, and whose state is not known,
    /// so that later reads can be compared with it. If the token may not read them, their state
    /// stays unknown.
    pub(super) async fn read_items(&mut self, api: &Api, journal: Option<&Journal>) -> Result<()> {
        let (spec, review) = (self.spec(), self.review(api));
        let is_new = |item| {
            journal.is_none_or(|journal| {
                journal.state().standing(&spec, &self.item_spec(item)) == Standing::New
            })
        };
        let is_unknown =
            |item: usize| self.decisions[item].origin.seen().is_nothing() && is_new(item);
        let is_unknown: Vec<_> = (0..self.len()).map(is_unknown).collect();
        let unknown = self.decisions.iter_mut().zip(is_unknown);
        let unknown = unknown.filter(|(_, is_unknown)| *is_unknown);
        let unknown = unknown.map(|(decision, _)| decision).collect();
        read_items(
            &review,
            unknown,
            |it| &it.id,
            |decision, shown| {
                let seen = shown.map_or(Seen::Absent, Seen::of);
                Arc::make_mut(decision).origin.set_seen(seen);
            },
        )
        .await
    }

    fn review(&self, api: &Api) -> Review {
        Review::new(api, &self.spec.certification)
    }
}

impl Effect for Decisions {
    fn operation(&self) -> Operation {
        OPERATION
    }

    fn certification(&self) -> &str {
        &self.spec.certification
    }

    fn len(&self) -> usize {
        self.decisions.len()
    }

    fn id(&self, item: usize) -> &Id {
        &self.decisions[item].id
    }

    fn decision(&self, item: usize) -> Option<&Arc<ReviewDecision>> {
        self.decisions.get(item)
    }

    fn is_absolute(&self) -> bool {
        true
    }

    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>> {
        items
            .chunks(self.spec.batch_size)
            .map(<[_]>::to_vec)
            .collect()
    }

    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        let request = || {
            let decisions = items.iter().map(|item| (*self.decisions[*item]).clone());
            let body: Vec<_> = decisions.map(convert::v3::review_decision).collect();
            let request = api.raw().make_identity_decision();
            let request = request.id(self.review(api).path_id()?).body(body);
            Ok(request.request()?)
        };
        Box::pin(async move {
            let decided = api.write(OPERATION, Idempotency::NotIdempotent, request);
            let certification: Option<Certification> = decided.await?;
            let counted = certification.as_ref().and_then(|it| it.decisions_made);
            // The response must count at least the decisions that it has just accepted.
            if counted.is_some_and(|made| i64::from(made) < items.len() as i64) {
                return Ok(Accepted::Unconfirmed);
            }
            Ok(Accepted::Done(certification.map(Box::new)))
        })
    }

    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(async move {
            let ids: Vec<_> = asked
                .items
                .iter()
                .filter_map(|item| self.id(*item).get())
                .collect();
            let shown = items_by_id(&self.review(api), &ids).await?;
            Ok(Probe::of(asked.items.iter().map(|item| {
                let decision = &self.decisions[*item];
                match (shown.get(&decision.id), decision.origin.seen()) {
                    (Some(shown), _) => observed(decision, shown),
                    (None, Seen::Absent) => Observed::Absent,
                    (None, _) => Observed::Gone,
                }
            })))
        })
    }

    fn refusal(&self, certification: &Certification) -> Option<&'static str> {
        match &certification.phase {
            Some(Phase::Signed) => Some("signed off: nothing can be decided any more"),
            Some(Phase::Staged) => {
                Some("staged: nothing can be decided before its campaign starts")
            }
            _ => refusal_of_group(certification),
        }
    }

    fn spec(&self) -> CallSpec {
        CallSpec::Decide(self.spec.clone())
    }

    fn item_spec(&self, item: usize) -> ItemSpec {
        ItemSpec::of(&self.decisions[item])
    }
}

/// Compares an item with a decision. Items show neither end date nor recommendation.
fn observed(decision: &ReviewDecision, item: &AccessReviewItem) -> Observed {
    let wanted = Seen::decided(&decision.decision, decision.comments.as_deref());
    let (before, now) = (decision.origin.seen(), Seen::of(item));
    let has_more = decision.proposed_end_date.is_some() || decision.recommendation.is_some();
    match &now {
        Seen::Nothing | Seen::Absent => Observed::Unclear,
        _ if now == wanted && !has_more => Observed::Made,
        _ if now == wanted && now == *before => Observed::ShownBefore,
        _ if now == wanted => Observed::MadeAsFarAsShown,
        _ if now == *before => Observed::NotMade,
        // The response may lack only the comment.
        Seen::Decided(now) if now.decision == decision.decision && now.comment.is_none() => {
            Observed::Unclear
        }
        Seen::Open if matches!(before, Seen::Nothing | Seen::Absent) => Observed::NotMade,
        Seen::Open | Seen::Decided(_) => Observed::Changed,
    }
}
