//! Decisions.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::State;
use super::review::{Certification, Decided};
use super::table::Ix;
use crate::error::ApiError;
use crate::id::Id;
use crate::view::{CommentRequirement, Decision};

/// A decision as a client sends it.
#[derive(Clone, Debug)]
pub(crate) struct DecisionRequest {
    pub(crate) item: String,
    pub(crate) decision: Decision,
    pub(crate) comments: Option<String>,
    pub(crate) proposed_end_date: Option<Timestamp>,
    pub(crate) bulk: bool,
}

impl State {
    /// Makes all the decisions or, if one is refused, none.
    pub(crate) fn decide(
        &mut self,
        certification: Ix<Certification>,
        requests: Vec<DecisionRequest>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_active(certification)?;
        let requirement = self.campaigns[self.certifications[certification].campaign].comments;
        let mut seen = HashSet::with_capacity(requests.len());
        let mut decided = Vec::with_capacity(requests.len());
        for (position, request) in requests.into_iter().enumerate() {
            let item = Id::parse(&request.item)
                .and_then(|id| self.items.find(id))
                .filter(|item| self.items[*item].certification == certification)
                .ok_or_else(|| {
                    ApiError::content(format!(
                        "[{position}].id: the certification has no item \"{}\".",
                        request.item
                    ))
                })?;
            if !seen.insert(item) {
                return Err(ApiError::content(format!(
                    "[{position}].id: the item {} is decided more than once in this request.",
                    request.item
                )));
            }
            let decision = request
                .accept(requirement)
                .map_err(|reason| ApiError::content(format!("[{position}]{reason}")))?;
            decided.push((item, decision));
        }
        for (item, decision) in decided {
            self.items[item].decided = Some(decision);
        }
        self.certifications[certification].modified = now;
        self.recount(certification);
        Ok(())
    }
}

impl DecisionRequest {
    fn accept(self, requirement: CommentRequirement) -> Result<Decided, String> {
        if self.proposed_end_date.is_some() && self.decision == Decision::Approve {
            return Err(".proposedEndDate: only a REVOKE decision can have one.".to_owned());
        }
        // A comment of blanks says nothing, so it does not count as one.
        let has_comment = self
            .comments
            .as_deref()
            .is_some_and(|comment| !comment.trim().is_empty());
        let needs_comment = match requirement {
            CommentRequirement::AllDecisions => true,
            CommentRequirement::RevokeOnlyDecisions => self.decision == Decision::Revoke,
            CommentRequirement::NoDecisions => false,
        };
        if needs_comment && !has_comment {
            return Err(format!(
                ".comments: the campaign's comment requirement is {requirement}, so a {} \
                 decision needs a comment.",
                self.decision
            ));
        }
        Ok(Decided {
            decision: self.decision,
            comments: self.comments.map(Arc::from),
            proposed_end_date: self.proposed_end_date,
            bulk: self.bulk,
        })
    }
}
