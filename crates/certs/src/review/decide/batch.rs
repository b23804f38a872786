//! The life of one batch: sent, and looked after when its answer is lost.

use std::time::Duration;

use super::OPERATION;
use super::read_back::{self, Shown};
use super::run::{Batch, Call, Ended, Wanted};
use crate::effects::journal::{EffectId, End};
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{call, call_idempotent};
use crate::model::{Certification, convert};
use crate::time;

/// How often a batch is sent whose answers are lost.
const SENDINGS: u32 = 3;

/// How often items are read of which the answer lacks something.
const LOOKS: u32 = 3;

impl Call {
    /// Makes the decisions of a batch as far as that is possible, and writes into the journal
    /// what came of it.
    pub(super) async fn batch(&self, batch: Batch) -> Vec<Ended> {
        let Batch { effect, wanted } = batch;
        let size = wanted.len();
        let mut ended = Vec::with_capacity(size);
        let left = match self.stopped() {
            Some(_) => wanted,
            None => self.look_first(wanted, &mut ended).await,
        };
        self.note(effect, &ended, size).await;
        let looked = ended.len();
        self.send_until_settled(effect, left, &mut ended).await;
        self.note(effect, &ended[looked..], size).await;
        ended
    }

    /// Sends decisions, and sends again those whose answers are lost, as far as they are not
    /// made and as long as that makes sense.
    async fn send_until_settled(
        &self,
        effect: Option<EffectId>,
        mut left: Vec<Wanted>,
        ended: &mut Vec<Ended>,
    ) {
        let mut lost: Option<Error> = None;
        for sending in 1.. {
            if left.is_empty() {
                return;
            }
            self.announce(effect).await;
            if let Some(error) = self.stopped() {
                return give_up(ended, left, lost.as_ref(), &error);
            }
            let error = match self.send_once(&left).await {
                Ok(certification) => {
                    self.answered(certification);
                    return end(ended, left, &Outcome::Applied);
                }
                Err(error) => error,
            };
            if error.is_invalid_request() {
                return end(ended, left, &Outcome::Refused(error));
            }
            if !error.may_have_taken_effect() {
                self.stop(&error);
                return give_up(ended, left, lost.as_ref(), &error);
            }
            left = self.look(left, Some(&error), ended).await;
            match self.wait_before_another(sending, &error) {
                _ if left.is_empty() => return,
                Some(wait) => time::sleep(wait).await,
                None => return give_up(ended, left, Some(&error), &error),
            }
            lost = Some(error);
        }
    }

    async fn send_once(&self, wanted: &[Wanted]) -> Result<Certification> {
        let body: Vec<_> = wanted
            .iter()
            .map(|wanted| convert::v3::review_decision(wanted.decision.clone()))
            .collect();
        let request = self.review.client.raw().make_identity_decision();
        let sent = request.id(&self.review.id).body(body).send();
        let answer = match self.options.idempotent {
            true => call_idempotent(OPERATION, sent).await?,
            false => call(OPERATION, sent).await?,
        };
        Ok(answer.body)
    }

    /// Looks at the decisions of which the journal says that they may be made. Returns all
    /// that are to be sent, in their order.
    async fn look_first(&self, wanted: Vec<Wanted>, ended: &mut Vec<Ended>) -> Vec<Wanted> {
        let (open, mut left): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|wanted| wanted.may_be_made);
        if !open.is_empty() {
            left.extend(self.look(open, None, ended).await);
            left.sort_by_key(|wanted| wanted.place);
        }
        left
    }

    /// Finds out what came of decisions that were sent, and returns those that are worth
    /// sending again. `lost` is what became of their answer, if this call has sent them.
    ///
    /// A write whose answer was lost may still be under way when its items are read, and
    /// land afterwards. To send the same decisions again does no harm then: both writes say
    /// the same.
    async fn look(
        &self,
        mut wanted: Vec<Wanted>,
        lost: Option<&Error>,
        ended: &mut Vec<Ended>,
    ) -> Vec<Wanted> {
        let mut again = Vec::new();
        for look in 1..=LOOKS {
            let decisions = wanted.iter().map(|wanted| &wanted.decision);
            let items = match read_back::items(&self.review, decisions).await {
                Ok(items) => items,
                Err(error) => {
                    tracing::debug!(%error, "what came of decisions could not be read");
                    let outcome = Outcome::Unknown(lost.unwrap_or(&error).clone());
                    end(ended, wanted, &outcome);
                    break;
                }
            };
            let mut unseen = Vec::new();
            for mut one in wanted {
                let item = items.get(&one.decision.id);
                let shown = item.map(|item| read_back::shown(&one.decision, item));
                one.may_be_made = shown != Some(Shown::NotMade);
                match shown {
                    Some(Shown::Made) => ended.push(one.ended(Outcome::Applied)),
                    None | Some(Shown::Nothing) if look < LOOKS => unseen.push(one),
                    // What cannot be seen is settled by sending it again.
                    Some(Shown::NotMade | Shown::InPart | Shown::Nothing) => again.push(one),
                    // Somebody has reassigned it meanwhile, with or without the decision.
                    // Sent again, it would have the whole batch refused.
                    None => {
                        let why = lost.cloned().unwrap_or_else(|| gone(&one));
                        ended.push(one.ended(Outcome::Unknown(why)));
                    }
                }
            }
            wanted = unseen;
            if wanted.is_empty() {
                break;
            }
        }
        again
    }

    fn wait_before_another(&self, sending: u32, error: &Error) -> Option<Duration> {
        let policy = self.review.client.retry();
        policy
            .wait_after_a_lost_write(sending, error)
            .filter(|_| sending < SENDINGS)
    }

    /// Writes into the journal that a batch is about to be sent. If that fails, nothing more
    /// is sent.
    async fn announce(&self, effect: Option<EffectId>) {
        if let (Some(journal), Some(effect), None) = (&self.options.journal, effect, self.stopped())
            && let Err(error) = journal.sending(effect).await
        {
            self.stop(&error);
        }
    }

    /// Writes into the journal what came of decisions, of a batch of this size.
    async fn note(&self, effect: Option<EffectId>, ended: &[Ended], size: usize) {
        let (Some(journal), Some(effect)) = (&self.options.journal, effect) else {
            return;
        };
        let mut parts: Vec<(End, Option<Vec<String>>)> = Vec::new();
        for one in ended {
            let Some(end) = End::of(&one.outcome) else {
                continue;
            };
            let id = one.wanted.decision.id.clone();
            match parts.iter_mut().find(|(same, _)| *same == end) {
                Some((_, ids)) => ids.get_or_insert_default().push(id),
                None => parts.push((end, Some(vec![id]))),
            }
        }
        // That all of it came to the same end needs no list.
        if let [(_, items)] = &mut parts[..]
            && ended.len() == size
        {
            *items = None;
        }
        if let Err(error) = journal.ended(effect, parts).await {
            self.stop(&error);
        }
    }
}

impl Wanted {
    fn ended(self, outcome: Outcome) -> Ended {
        Ended {
            wanted: self,
            outcome,
        }
    }
}

fn end(ended: &mut Vec<Ended>, wanted: Vec<Wanted>, outcome: &Outcome) {
    ended.extend(wanted.into_iter().map(|one| one.ended(outcome.clone())));
}

/// Ends decisions that reading did not show to be made and that are not sent any more,
/// because of `error`. If an earlier write of them was lost where it may still be under way,
/// that they are not made now does not mean that they won't be.
fn give_up(ended: &mut Vec<Ended>, wanted: Vec<Wanted>, lost: Option<&Error>, error: &Error) {
    for one in wanted {
        let outcome = match lost {
            Some(lost) if one.may_be_made || may_be_under_way(lost) => {
                Outcome::Unknown(lost.clone())
            }
            None if one.may_be_made => Outcome::Unknown(error.clone()),
            _ => Outcome::NotAttempted(NotAttempted::Failed(error.clone())),
        };
        ended.push(one.ended(outcome));
    }
}

/// Whether the service may still be working on a request whose answer was lost. If it
/// answered itself, it is not; proxies give up earlier.
fn may_be_under_way(lost: &Error) -> bool {
    match lost.kind() {
        ErrorKind::Interrupted | ErrorKind::Timeout => true,
        ErrorKind::Server => matches!(lost.status(), Some(502 | 504)),
        _ => false,
    }
}

fn gone(wanted: &Wanted) -> Error {
    let why = format!(
        "item {} is not in the certification any more, so nobody can tell whether the decision \
         was made",
        wanted.decision.id
    );
    Error::gone(OPERATION, why)
}
