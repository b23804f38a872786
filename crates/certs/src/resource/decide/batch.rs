//! The life of one batch: sent, and looked after when its answer is lost.

use super::OPERATION;
use super::read_back::{self, Shown};
use super::run::{Batch, Call, Ended, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certification, convert};
use crate::outcome::{NotAttempted, Outcome};
use crate::time;
use crate::transport::{call, call_idempotent};

/// How often a batch is sent whose answers are lost.
const SENDINGS: u32 = 3;

/// How often items are read of which the answer lacks something.
const LOOKS: u32 = 3;

impl Call {
    /// Makes the decisions of a batch as far as that is possible.
    pub(super) async fn batch(&self, batch: Batch) -> Vec<Ended> {
        let mut ended = Vec::with_capacity(batch.wanted.len());
        let mut left = batch.wanted;
        let mut lost: Option<Error> = None;
        for sending in 1.. {
            if let Some(error) = self.stopped() {
                give_up(&mut ended, left, lost.as_ref(), &error);
                break;
            }
            let error = match self.send_once(&left).await {
                Ok(certification) => {
                    self.answered(certification);
                    end(&mut ended, left, &Outcome::Applied);
                    break;
                }
                Err(error) => error,
            };
            if error.is_invalid_request() {
                end(&mut ended, left, &Outcome::Refused(error));
                break;
            }
            if !error.may_have_taken_effect() {
                self.stop(&error);
                give_up(&mut ended, left, lost.as_ref(), &error);
                break;
            }
            left = self.look(left, &error, &mut ended).await;
            let wait = self.wait_before_another(sending, &error);
            let error = lost.insert(error);
            match wait {
                _ if left.is_empty() => break,
                Some(wait) => time::sleep(wait).await,
                None => {
                    give_up(&mut ended, left, Some(error), error);
                    break;
                }
            }
        }
        ended
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
        Ok(convert::v3::certification(answer.body))
    }

    /// Finds out what came of decisions whose answer was lost, and returns those that are
    /// worth sending again.
    ///
    /// A write whose answer was lost may still be under way when its items are read, and
    /// land afterwards. To send the same decisions again does no harm then: both writes say
    /// the same.
    async fn look(
        &self,
        mut wanted: Vec<Wanted>,
        lost: &Error,
        ended: &mut Vec<Ended>,
    ) -> Vec<Wanted> {
        let mut again = Vec::new();
        for look in 1..=LOOKS {
            let decisions = wanted.iter().map(|wanted| &wanted.decision);
            let items = match read_back::items(&self.review, decisions).await {
                Ok(items) => items,
                Err(error) => {
                    tracing::debug!(%error, "what came of decisions could not be read");
                    end(ended, wanted, &Outcome::Unknown(lost.clone()));
                    break;
                }
            };
            let mut unseen = Vec::new();
            for mut one in wanted {
                let item = items.get(&one.decision.id);
                match item.map(|item| read_back::shown(&one.decision, item)) {
                    Some(Shown::Made) => ended.push((one.place, Outcome::Applied)),
                    Some(Shown::NotMade) => {
                        one.may_be_made = false;
                        again.push(one);
                    }
                    // To send it again settles it.
                    Some(Shown::InPart) => {
                        one.may_be_made = true;
                        again.push(one);
                    }
                    None | Some(Shown::Nothing) if look < LOOKS => unseen.push(one),
                    Some(Shown::Nothing) => {
                        one.may_be_made = true;
                        again.push(one);
                    }
                    // Somebody has reassigned it meanwhile, with or without the decision.
                    // Sent again, it would have the whole batch refused.
                    None => ended.push((one.place, Outcome::Unknown(lost.clone()))),
                }
            }
            wanted = unseen;
            if wanted.is_empty() {
                break;
            }
        }
        again
    }

    fn wait_before_another(&self, sending: u32, error: &Error) -> Option<std::time::Duration> {
        let policy = self.review.client.retry();
        policy
            .wait_after_a_lost_write(sending, error)
            .filter(|_| sending < SENDINGS)
    }
}

fn end(ended: &mut Vec<Ended>, wanted: Vec<Wanted>, outcome: &Outcome) {
    ended.extend(
        wanted
            .into_iter()
            .map(|wanted| (wanted.place, outcome.clone())),
    );
}

/// Ends decisions that reading did not show to be made and that are not sent any more,
/// because of `error`. If an earlier write of them was lost where it may still be under way,
/// that they are not made now does not mean that they won't be.
fn give_up(ended: &mut Vec<Ended>, wanted: Vec<Wanted>, lost: Option<&Error>, error: &Error) {
    for wanted in wanted {
        let outcome = match lost {
            Some(lost) if wanted.may_be_made || may_be_under_way(lost) => {
                Outcome::Unknown(lost.clone())
            }
            _ => Outcome::NotAttempted(NotAttempted::Failed(error.clone())),
        };
        ended.push((wanted.place, outcome));
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
