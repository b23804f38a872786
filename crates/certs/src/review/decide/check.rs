//! What can be found out about decisions before any of them is sent.

use std::collections::HashSet;

use super::{MAX_DECISIONS, OPERATION, Options};
use crate::api::certifications::Review;
use crate::api::ids;
use crate::error::{Error, Result};
use crate::model::{Decision, MandatoryCommentRequirement, ReviewDecision};

/// How many items an error names.
const NAMED: usize = 3;

pub(super) fn options(options: &Options) -> Result<()> {
    let refuse = |why: String| Err(Error::refused(why).during(OPERATION));
    if !(1..=MAX_DECISIONS).contains(&options.batch_size) {
        return refuse(format!(
            "a batch has 1 to {MAX_DECISIONS} decisions, not {}",
            options.batch_size
        ));
    }
    Ok(())
}

/// Finds what is wrong with the decisions themselves.
pub(super) fn decisions(certification: &str, decisions: &[ReviewDecision]) -> Result<()> {
    let refuse = |why: String| Err(Error::refused(why).during(OPERATION));
    if let Some(place) = decisions.iter().position(|decision| decision.id.is_empty()) {
        return refuse(format!("decision {} has no item id", place + 1));
    }
    let mut seen = HashSet::with_capacity(decisions.len());
    let twice = named(decisions, |decision| !seen.insert(&*decision.id));
    if let Some((items, verb)) = twice {
        return refuse(format!("{items} {verb} decided twice"));
    }
    let dated = named(decisions, |decision| {
        decision.proposed_end_date.is_some() && decision.decision != Decision::Revoke
    });
    if let Some((items, verb)) = dated {
        return refuse(format!(
            "{items} {verb} decided with an end date, which goes with {} only",
            Decision::Revoke
        ));
    }
    let elsewhere = |decision: &ReviewDecision| {
        let origin = decision.origin.certification();
        origin.is_some_and(|origin| origin != certification)
    };
    if let Some((items, verb)) = named(decisions, elsewhere) {
        return refuse(format!(
            "{items} {verb} not of this certification: listed in another one. Decide there, or \
             list the items again"
        ));
    }
    Ok(())
}

/// Finds decisions without a comment that the campaign demands. Which it demands is asked
/// only if one has none.
pub(super) async fn comments(review: &Review, decisions: &[ReviewDecision]) -> Result<()> {
    if !decisions.iter().any(lacks_comment) {
        return Ok(());
    }
    let certification = match review.get().await {
        Ok(certification) => certification,
        // A token may be allowed to decide without being allowed to read. The service checks
        // comments as well.
        Err(error) if error.is_forbidden() => return Ok(()),
        Err(error) => return Err(error),
    };
    let requirement = certification
        .campaign
        .and_then(|campaign| campaign.mandatory_comment_requirement);
    let demanded = |decision: &ReviewDecision| match &requirement {
        Some(MandatoryCommentRequirement::AllDecisions) => true,
        Some(MandatoryCommentRequirement::RevokeOnlyDecisions) => {
            decision.decision == Decision::Revoke
        }
        _ => false,
    };
    let lacking = named(decisions, |decision| {
        lacks_comment(decision) && demanded(decision)
    });
    match (lacking, requirement) {
        (Some((items, verb)), Some(requirement)) => Err(Error::refused(format!(
            "{items} {verb} decided without a comment, and the campaign demands one \
             ({requirement})"
        ))
        .during(OPERATION)),
        _ => Ok(()),
    }
}

/// A comment of blanks says nothing.
fn lacks_comment(decision: &ReviewDecision) -> bool {
    let comment = decision.comments.as_deref().unwrap_or_default();
    comment.trim().is_empty()
}

/// The first few items that something is wrong with, as the subject of a sentence, and its
/// verb.
fn named<'a>(
    decisions: &'a [ReviewDecision],
    mut is_wrong: impl FnMut(&'a ReviewDecision) -> bool,
) -> Option<(String, &'static str)> {
    let wrong = decisions.iter().filter(|decision| is_wrong(decision));
    let ids: Vec<_> = wrong.map(|decision| &*decision.id).collect();
    match ids.as_slice() {
        [] => None,
        [id] => Some((format!("item {id}"), "is")),
        ids => Some((format!("items {}", ids::first(ids, NAMED)), "are")),
    }
}
