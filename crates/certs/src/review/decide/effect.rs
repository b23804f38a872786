//! Decisions as an effect: how a batch is sent, and what reading the items back shows of it.

use std::sync::Arc;

use certs_raw::{Operation, v3};
use futures_core::future::BoxFuture;

use crate::api::Api;
use crate::api::certifications::Review;
use crate::api::ids;
use crate::effects::journal::spec::{CallSpec, DecideSpec, ItemSpec, RecommendationSpec};
use crate::effects::journal::{Journal, OpenItems, Standing};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::{Error, Result};
use crate::http::retry::Idempotency;
use crate::model::{
    AccessReviewItem, Certification, Origin, Phase, Recommendation, ReviewDecision, Seen, convert,
};
use crate::review::{items_by_id, refusal_of_group};

pub(super) const OPERATION: Operation = v3::builder::MakeIdentityDecision::OPERATION;

/// Decisions on items of one certification.
pub(crate) struct Decisions {
    pub(super) spec: DecideSpec,
    pub(super) decisions: Vec<Arc<ReviewDecision>>,
}

impl Decisions {
    /// With what a journal says is decided.
    pub(in crate::review) fn resumed(spec: DecideSpec, items: OpenItems) -> Result<Self> {
        let decisions = items.into_iter().map(decision).collect::<Result<_>>()?;
        Ok(Self { spec, decisions })
    }

    /// Reads what the items show of which that is not known and that are new to the journal, so
    /// that it can be compared with what they show later. Without the right to read, nothing is
    /// known.
    pub(super) async fn look(&mut self, api: &Api, journal: &Journal) -> Result<()> {
        let spec = self.spec();
        let is_unknown = |item: &usize| {
            self.decisions[*item].origin.seen().is_nothing()
                && journal.state().standing(&spec, &self.item_spec(*item)) == Standing::New
        };
        let unknown: Vec<_> = (0..self.len()).filter(is_unknown).collect();
        let ids: Vec<_> = unknown.iter().map(|item| self.id(*item)).collect();
        let counts: Vec<_> = ids::parts(&ids).map(<[_]>::len).collect();
        let mut unknown = unknown.into_iter();
        // An item is far larger than what is kept of it: so many at a time as come together.
        for count in counts {
            let part: Vec<_> = unknown.by_ref().take(count).collect();
            let ids: Vec<_> = part.iter().map(|item| self.id(*item)).collect();
            let items = match items_by_id(&self.review(api), &ids).await {
                Ok(items) => items,
                // Sending tells whether there is anything to decide.
                Err(error) if error.is_forbidden() || error.is_not_found() => return Ok(()),
                Err(error) => return Err(error),
            };
            for item in part {
                let decision = Arc::make_mut(&mut self.decisions[item]);
                let shown = items.get(&decision.id);
                let seen = shown.map_or(Seen::Absent, Seen::of);
                decision.origin.set_seen(seen);
            }
        }
        Ok(())
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

    fn id(&self, item: usize) -> &str {
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
            let answered = api.write(OPERATION, Idempotency::NotIdempotent, request);
            let certification: Option<Certification> = answered.await?;
            let counted = certification.as_ref().and_then(|it| it.decisions_made);
            // An answer that counts fewer decisions than it has just accepted contradicts itself.
            if counted.is_some_and(|made| i64::from(made) < items.len() as i64) {
                return Ok(Accepted::Unconfirmed);
            }
            Ok(Accepted::Done(certification.map(Box::new)))
        })
    }

    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(async move {
            let ids: Vec<_> = asked.items.iter().map(|item| self.id(*item)).collect();
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
        let ReviewDecision {
            id,
            decision,
            proposed_end_date,
            bulk,
            recommendation,
            comments,
            origin,
        } = &*self.decisions[item];
        ItemSpec {
            id: id.clone(),
            reference_type: None,
            decision: Some(decision.as_str().to_owned()),
            comment: comments.clone(),
            end_date: *proposed_end_date,
            bulk: *bulk,
            recommendation: recommendation.as_ref().map(|it| RecommendationSpec {
                recommendation: it.recommendation.clone(),
                reasons: it.reasons.clone(),
                timestamp: it.timestamp,
            }),
            seen: origin.seen().clone(),
        }
    }
}

/// A decision as a journal holds it.
fn decision(item: ItemSpec) -> Result<Arc<ReviewDecision>> {
    let verdict = item.decision.ok_or_else(|| {
        Error::journal_says("the journal is damaged: a decision in it does not say what it is")
    })?;
    let mut origin = Origin::default();
    origin.set_seen(item.seen);
    Ok(Arc::new(ReviewDecision {
        id: item.id,
        decision: convert::open(&verdict),
        proposed_end_date: item.end_date,
        bulk: item.bulk,
        recommendation: item.recommendation.map(|spec| Recommendation {
            recommendation: spec.recommendation,
            reasons: spec.reasons,
            timestamp: spec.timestamp,
        }),
        comments: item.comment,
        origin,
    }))
}

/// What an item shows of a decision.
///
/// Comments are compared without the blanks around them, which a service may cut off, and no
/// comment is as good as a blank one. Items show neither the end date nor the recommendation of
/// a decision.
fn observed(decision: &ReviewDecision, item: &AccessReviewItem) -> Observed {
    let wanted = text(decision.comments.as_deref());
    let now = Seen::of(item);
    let before = decision.origin.seen();
    let is_as_before = match (before, &now) {
        (Seen::Decided(before), Seen::Decided(now)) => {
            let comments = (before.comment.as_deref(), now.comment.as_deref());
            before.decision == now.decision && text(comments.0) == text(comments.1)
        }
        (before, now) => before == now && !now.is_nothing(),
    };
    let has_more = decision.proposed_end_date.is_some() || decision.recommendation.is_some();
    match &now {
        Seen::Nothing | Seen::Absent => Observed::Unclear,
        Seen::Decided(now)
            if now.decision == decision.decision && text(now.comment.as_deref()) == wanted =>
        {
            match (has_more, is_as_before) {
                (false, _) => Observed::Made,
                (true, true) => Observed::ShownBefore,
                (true, false) => Observed::MadeAsFarAsShown,
            }
        }
        _ if is_as_before => Observed::NotMade,
        // The comment may be what the answer lacks.
        Seen::Decided(now)
            if now.decision == decision.decision && text(now.comment.as_deref()).is_none() =>
        {
            Observed::Unclear
        }
        Seen::Open if matches!(before, Seen::Nothing | Seen::Absent) => Observed::NotMade,
        Seen::Open | Seen::Decided(_) => Observed::Changed,
    }
}

fn text(comment: Option<&str>) -> Option<&str> {
    comment.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::Decision::{self, Approve, Revoke};

    fn item(decision: impl Into<Option<Decision>>, comment: Option<&str>) -> AccessReviewItem {
        let decision = decision.into();
        AccessReviewItem {
            completed: Some(decision.is_some()),
            decision,
            comments: comment.map(str::to_owned),
            ..AccessReviewItem::default()
        }
    }

    #[test]
    fn an_item_shows_what_was_sent_or_is_as_before_or_somebodys() {
        use Observed::{Changed, MadeAsFarAsShown, NotMade, ShownBefore, Unclear};
        let open = item(None, None);
        let no = item(Revoke, Some("no"));
        let until = |decision: ReviewDecision| decision.proposed_end_date(Timestamp::UNIX_EPOCH);
        let approve = || ReviewDecision::approve("i");
        let said = || approve().comment(" still  needed ");
        let incomplete = |decision: Option<Decision>, completed| AccessReviewItem {
            completed,
            ..item(decision, None)
        };
        for (decision, before, now, expected) in [
            // Blanks around a comment make no difference, and others do.
            (approve(), None, item(Approve, Some("a")), Changed),
            (approve(), None, item(Approve, Some(" \n")), Observed::Made),
            (
                approve().comment(" "),
                None,
                item(Approve, None),
                Observed::Made,
            ),
            (
                said(),
                None,
                item(Approve, Some("still  needed")),
                Observed::Made,
            ),
            (said(), None, item(Approve, Some("still needed")), Changed),
            (said(), None, item(Approve, Some("Still  needed")), Changed),
            (said(), None, item(Approve, None), Unclear),
            // An item that is not whole shows nothing.
            (approve(), None, incomplete(None, Some(false)), NotMade),
            (approve(), None, incomplete(None, Some(true)), Unclear),
            (approve(), None, incomplete(None, None), Unclear),
            (
                approve(),
                None,
                incomplete(Some(Approve), None),
                Observed::Made,
            ),
            (approve(), None, incomplete(Some(Revoke), None), Changed),
            // Another decision is as before, or somebody's.
            (approve(), Some(&open), open.clone(), NotMade),
            (approve(), Some(&open), no.clone(), Changed),
            (approve(), Some(&no), no.clone(), NotMade),
            (approve(), Some(&no), open.clone(), Changed),
            // An end date is not shown.
            (
                until(ReviewDecision::revoke("i")),
                None,
                item(Revoke, None),
                MadeAsFarAsShown,
            ),
            (
                until(ReviewDecision::revoke("i")),
                Some(&open),
                open.clone(),
                NotMade,
            ),
            (
                until(ReviewDecision::revoke("i").comment("no")),
                Some(&no),
                no.clone(),
                ShownBefore,
            ),
        ] {
            let mut decision = decision;
            decision
                .origin
                .set_seen(before.map_or(Seen::Nothing, Seen::of));
            assert_eq!(observed(&decision, &now), expected, "{decision:?} {now:?}");
        }
    }
}
