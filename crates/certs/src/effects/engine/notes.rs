//! What a run records about each item, in memory and in its journal.

use super::Run;
use crate::effects::Observed;
use crate::effects::journal::{End, Ended, Journal, PartId};
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, ErrorKind};
use crate::model::Certification;

/// Why items are read.
#[derive(Clone, Copy)]
pub(super) enum After<'a> {
    /// They were planned a while ago, and not sent.
    Planning,
    /// They were sent, and the response was lost with this error.
    Losing(&'a Error),
    /// They were accepted; the error says that nothing shows that they are done.
    Accepting(&'a Error),
    /// The task that was to do them ended with this error. It may have done some of them.
    Failing(&'a Error),
    /// They were refused together with others, with this error. If the caller has just named them,
    /// they are sent whatever they show.
    Refusing { error: &'a Error, is_explicit: bool },
}

impl Run<'_> {
    /// Notes the observations of items, and returns the items to send.
    pub(super) async fn sort(
        &self,
        id: Option<PartId>,
        observed: impl Iterator<Item = (usize, Observed)>,
        after: After<'_>,
    ) -> Vec<usize> {
        let (mut outcomes, mut left) = (Vec::new(), Vec::new());
        for (item, observed) in observed {
            match self.outcome_of(observed, after) {
                Some(outcome) => outcomes.push((item, outcome)),
                None => left.push(item),
            }
        }
        // The request may still arrive, so the item must not be sent again.
        let was_sent = !matches!(after, After::Planning | After::Refusing { .. });
        let is_lost = was_sent && !self.effect.is_absolute();
        self.note_each(id, outcomes, is_lost).await;
        left
    }

    /// The outcome that follows from an observation. `None` if the item has to be sent.
    fn outcome_of(&self, observed: Observed, after: After<'_>) -> Option<Outcome> {
        use After::{Accepting, Failing, Losing, Planning, Refusing};
        let is_absolute = self.effect.is_absolute();
        let changed = Outcome::NotAttempted(NotAttempted::ChangedMeanwhile);
        match (observed, after) {
            // Somebody else moved the item, perhaps to another reviewer.
            (Observed::Made | Observed::MadeAsFarAsShown, Planning) if !is_absolute => {
                Some(changed)
            }
            (Observed::Made, _) => Some(Outcome::Applied),
            // The item may have left the certification before; the service will tell.
            (Observed::MadeAsFarAsShown, Refusing { .. }) if !is_absolute => None,
            (Observed::Changed, Failing(_)) => Some(changed),
            // The task knows better than what does not show who has the item.
            (_, Failing(error)) => Some(Outcome::Refused(error.clone())),
            (Observed::MadeAsFarAsShown, _) | (Observed::ShownBefore, Losing(_) | Accepting(_)) => {
                Some(Outcome::AppliedUnverified)
            }
            (Observed::NotMade | Observed::Unclear | Observed::Absent, Accepting(unconfirmed)) => {
                Some(Outcome::Unknown(unconfirmed.clone()))
            }
            (Observed::NotMade, Losing(lost)) if !is_absolute => {
                let seen = lost.clone().seen_without_effect();
                Some(Outcome::NotAttempted(NotAttempted::Failed(seen)))
            }
            (Observed::NotMade | Observed::ShownBefore, _) => None,
            (
                Observed::Changed,
                Refusing {
                    is_explicit: true, ..
                },
            ) => None,
            (Observed::Changed, _) if self.settings.overwrite && is_absolute => None,
            (Observed::Changed, _) | (Observed::Gone, Planning) => Some(changed),
            (Observed::Gone | Observed::Absent, Refusing { error, .. }) => {
                Some(Outcome::Refused(error.clone()))
            }
            // Nobody has changed it; the service will tell what is wrong with it.
            (Observed::Absent, Planning) => None,
            // Sending an absolute effect again does no harm, and settles what a probe cannot see.
            // The service refuses an item that was never there.
            (Observed::Absent | Observed::Unclear, Losing(_)) if is_absolute => None,
            (Observed::Gone, Losing(lost) | Accepting(lost))
            | (Observed::Absent | Observed::Unclear, Losing(lost)) => {
                Some(Outcome::Unknown(lost.clone()))
            }
            (Observed::Unclear, Planning) => {
                let why = "the response does not show whether the item has changed since this was \
                           planned";
                let error = self.during(Error::undecodable(why));
                Some(Outcome::NotAttempted(NotAttempted::Failed(error)))
            }
            (Observed::Unclear, Refusing { .. }) => None,
        }
    }

    /// Records one outcome for several items, and writes it to the journal.
    pub(super) async fn note(&self, id: Option<PartId>, items: &[usize], outcome: &Outcome) {
        let outcomes = items.iter().map(|item| (*item, outcome.clone()));
        self.note_each(id, outcomes.collect(), false).await;
    }

    /// Records outcomes, and writes one line for all items with the same outcome.
    async fn note_each(&self, id: Option<PartId>, outcomes: Vec<(usize, Outcome)>, is_lost: bool) {
        let (count, mut lines) = (outcomes.len(), Vec::<Ended>::new());
        for (place, outcome) in outcomes {
            if let Some(end) = end_of(&outcome, is_lost) {
                let item = self.effect.id(place).to_string();
                let reason = outcome.error().map(ToString::to_string);
                let mut written = lines.iter_mut().rev();
                match written.find(|line| line.end == end && line.reason == reason) {
                    Some(line) => line.items.push(item),
                    None => lines.push(Ended {
                        end,
                        reason,
                        items: vec![item],
                    }),
                }
            }
            self.state().outcome.items[place].outcome = outcome;
        }
        if let Some((journal, id)) = self.journal(id) {
            self.stop_on(journal.ended(id, lines).await);
        }
        if count > 0 {
            self.settings.progress.done(count);
        }
    }

    /// Keeps the newer of two responses, which may arrive in either order.
    pub(super) fn keep(&self, received: Option<Box<Certification>>) {
        let mut state = self.state();
        let newest = &mut state.outcome.certification;
        if let Some(received) = received
            && newest
                .as_ref()
                .is_none_or(|newest| newest.modified <= received.modified)
        {
            *newest = Some(*received);
        }
    }

    /// The journal, and the number that a part has there.
    pub(super) fn journal(&self, id: Option<PartId>) -> Option<(&Journal, PartId)> {
        self.settings.journal.as_ref().zip(id)
    }
}

/// How a journal writes an outcome. `None` if it needs no line: for pending items, the line about
/// their task is enough.
fn end_of(outcome: &Outcome, is_lost: bool) -> Option<End> {
    Some(match outcome {
        Outcome::Applied => End::Applied,
        Outcome::AppliedUnverified => End::AppliedUnverified,
        Outcome::Refused(error) => match error.kind() {
            // These depend on the caller, not on the item: another token may be allowed to do it.
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound => End::NotApplied,
            _ => End::Refused,
        },
        Outcome::Unknown(_) => End::Unknown,
        Outcome::NotAttempted(_) if is_lost => End::Lost,
        Outcome::NotAttempted(NotAttempted::ChangedMeanwhile) => End::ChangedMeanwhile,
        Outcome::NotAttempted(NotAttempted::Failed(_)) => End::NotApplied,
        Outcome::NotAttempted(NotAttempted::DryRun) | Outcome::Pending(_) => return None,
    })
}
