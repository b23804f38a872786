//! A sign-off that a journal knows of.

use std::time::Duration;

use super::{OPERATION, SignOff, after_lost_answer};
use crate::api::certifications::Review;
use crate::effects::journal::{Effect, End, Journal, KnownSignOff, Record};
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Certification;

impl SignOff {
    /// Signs off, and writes down what became of that.
    pub(super) async fn attempt_and_record(&self, record: &Record) -> Result<Certification> {
        let signed = self.attempt(record).await;
        if let Some(end) = End::of(&outcome(&signed)) {
            write(record, end).await;
        }
        signed
    }
}

/// Writes the plan. Nothing may be sent before.
pub(super) async fn plan(sign_off: &SignOff, journal: &Journal) -> Result<Record> {
    let effect = Effect::SignOff {
        certification: sign_off.review.id.clone(),
        checked: sign_off.checks,
        waits: sign_off.wait.is_some(),
    };
    let ids = journal.plan(&sign_off.review.client, vec![effect]).await?;
    // One effect has one number.
    let id = ids.first();
    Ok(id.map_or_else(Record::default, |id| Record::new(journal, *id)))
}

/// The certification, if the journal says that it is signed, or may be, and it is.
pub(super) async fn signed_before(
    review: &Review,
    journal: &Journal,
) -> Result<Option<Certification>> {
    let Some(known) = journal.sign_off(&review.id).filter(|it| it.may_be_done()) else {
        return Ok(None);
    };
    let certification = look(review, known).await.map_err(|error| {
        let what = format!(
            "whether certification {} was signed off before cannot be told",
            review.id
        );
        error.with_context(&what)
    })?;
    if !certification.is_signed() {
        return Ok(None);
    }
    if !known.is_done() {
        write(&Record::new(journal, known.id), End::Applied).await;
    }
    Ok(Some(certification))
}

/// Finishes a sign-off that a journal holds as unfinished, unless something is `left_undone`
/// that was to come before it. It waits for at most `limit`, if it was to wait.
pub(crate) async fn resume(
    review: Review,
    journal: &Journal,
    known: KnownSignOff,
    left_undone: Option<&str>,
    limit: Duration,
) -> Outcome {
    let record = Record::new(journal, known.id);
    match (look(&review, known).await, left_undone) {
        (Ok(certification), _) if certification.is_signed() => {
            write(&record, End::Applied).await;
            Outcome::Applied
        }
        (Err(error), _) if known.may_be_done() => Outcome::Unknown(error),
        (Err(error), _) => Outcome::NotAttempted(NotAttempted::Failed(error)),
        (Ok(_), Some(undone)) => {
            let why = format!(
                "certification {} is not signed off, because not all is done that the journal \
                 holds: {undone}",
                review.id
            );
            let error = Error::not_ready(why).during(OPERATION);
            Outcome::NotAttempted(NotAttempted::Failed(error))
        }
        (Ok(_), None) => {
            let sign_off = SignOff {
                review,
                wait: known.waits.then_some(limit),
                checks: known.checked,
                journal: None,
            };
            outcome(&sign_off.attempt_and_record(&record).await)
        }
    }
}

/// The certification as it is. One that was to be signed may take a moment.
async fn look(review: &Review, known: KnownSignOff) -> Result<Certification> {
    match known.may_be_done() && !known.is_done() {
        true => after_lost_answer(review).await,
        false => review.get().await,
    }
}

fn outcome(signed: &Result<Certification>) -> Outcome {
    match signed {
        Ok(_) => Outcome::Applied,
        Err(error) if error.may_have_taken_effect() => Outcome::Unknown(error.clone()),
        Err(error) => match error.kind() {
            ErrorKind::InvalidRequest | ErrorKind::Refused => Outcome::Refused(error.clone()),
            _ => Outcome::NotAttempted(NotAttempted::Failed(error.clone())),
        },
    }
}

/// Writes down what became of a sign-off. What is done is done: without this line, whoever
/// reads the journal looks at the certification.
async fn write(record: &Record, end: End) {
    if let Err(error) = record.ended(end).await {
        tracing::warn!(%error, "what became of a sign-off is not in the journal");
    }
}
