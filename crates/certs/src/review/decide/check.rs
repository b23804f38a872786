//! Checks decisions before any of them is sent.

use std::collections::HashSet;
use std::sync::Arc;

use super::effect::Decisions;
use crate::api::{Api, ids};
use crate::error::{Error, Result};
use crate::model::{Decision, MandatoryCommentRequirement, ReviewDecision};
use crate::review::certification_for;

/// How many items an error names.
const NAMED: usize = 3;

/// Finds mistakes in the decisions themselves.
pub(super) fn decisions(certification: &str, decisions: &[Arc<ReviewDecision>]) -> Result<()> {
    for (place, decision) in decisions.iter().enumerate() {
        let what = format_args!("item id of decision {}", place + 1);
        ids::required(what, &decision.id)?;
    }
    let mut seen = HashSet::with_capacity(decisions.len());
    refuse_if_any(decisions, "decided twice", |it| !seen.insert(&it.id))?;
    let dated = "decided with an end date, which goes with REVOKE only";
    refuse_if_any(decisions, dated, |it| {
        it.proposed_end_date.is_some() && it.decision != Decision::Revoke
    })?;
    let elsewhere = "not of this certification: listed in another one. Decide there, or list the \
                     items again";
    let is_other = |origin: &str| origin != certification;
    refuse_if_any(decisions, elsewhere, |it| {
        it.origin.certification().is_some_and(is_other)
    })
}

/// Finds decisions that the certification forbids, such as those without a required comment. Reads
/// the certification only if comments have to be checked, or if the caller `reads` it anyway; the
/// service checks the rest.
pub(super) async fn certification(api: &Api, effect: &Decisions, reads: bool) -> Result<()> {
    if !reads && !effect.decisions.iter().any(|it| lacks_comment(it)) {
        return Ok(());
    }
    let certification = certification_for(api, effect).await?;
    let campaign = certification.and_then(|it| it.campaign);
    let Some(requirement) = campaign.and_then(|it| it.mandatory_comment_requirement) else {
        return Ok(());
    };
    let demanded = |decision: &ReviewDecision| match &requirement {
        MandatoryCommentRequirement::AllDecisions => true,
        MandatoryCommentRequirement::RevokeOnlyDecisions => decision.decision == Decision::Revoke,
        _ => false,
    };
    let why = format!("decided without a comment, and the campaign requires one ({requirement})");
    let is_wrong = |it: &ReviewDecision| lacks_comment(it) && demanded(it);
    refuse_if_any(&effect.decisions, &why, is_wrong)
}

/// A blank comment counts as missing.
fn lacks_comment(decision: &ReviewDecision) -> bool {
    let comment = decision.comments.as_deref().unwrap_or_default();
    comment.trim().is_empty()
}

/// Refuses the call if any decisions are wrong, and names the first few.
fn refuse_if_any<'a>(
    decisions: &'a [Arc<ReviewDecision>],
    why: &str,
    mut is_wrong: impl FnMut(&'a ReviewDecision) -> bool,
) -> Result<()> {
    let wrong = decisions.iter().filter(|decision| is_wrong(decision));
    let wrong: Vec<_> = wrong.map(|decision| decision.id.clone()).collect();
    let subject = match &wrong[..] {
        [] => return Ok(()),
        [id] => format!("item {id} is"),
        ids => format!("items {} are", ids::first(ids, NAMED)),
    };
    Err(Error::refused(format!("{subject} {why}")).about(wrong))
}
