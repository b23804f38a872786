//! Makes decisions.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::review::{Certification, Decided, Item};
use super::table::Ix;
use super::{Extent, State};
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
    /// Makes all the decisions or, if one is refused, none; or a part of them.
    pub(crate) fn decide(
        &mut self,
        certification: Ix<Certification>,
        requests: Vec<DecisionRequest>,
        extent: Extent,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_active(certification)?;
        let mut seen = HashSet::with_capacity(requests.len());
        let mut decided = Vec::with_capacity(requests.len());
        let mut refusal = None;
        for (position, request) in requests.into_iter().enumerate() {
            match self.accept(certification, request, &mut seen) {
                Ok(decision) => decided.push(decision),
                Err(reason) => {
                    refusal = Some(ApiError::content(format!("[{position}]{reason}")));
                    break;
                }
            }
        }
        let (decided, outcome) = extent.of(decided, refusal)?;
        for (item, decision) in decided {
            self.items[item].decided = Some(decision);
        }
        self.certifications[certification].modified = now;
        self.recount(certification);
        outcome
    }

    /// Takes a decision back.
    pub(crate) fn undecide(
        &mut self,
        certification: Ix<Certification>,
        item: Ix<Item>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_active(certification)?;
        self.items[item].decided = None;
        self.certifications[certification].modified = now;
        self.recount(certification);
        Ok(())
    }

    /// The decision of an entry and its item, or the reason why it is refused.
    fn accept(
        &self,
        certification: Ix<Certification>,
        request: DecisionRequest,
        seen: &mut HashSet<Ix<Item>>,
    ) -> Result<(Ix<Item>, Decided), String> {
        let id = &request.item;
        let item = Id::parse(id)
            .and_then(|id| self.items.find(id))
            .filter(|item| self.items[*item].certification == certification)
            .ok_or_else(|| format!(".id: the certification has no item \"{id}\"."))?;
        if !seen.insert(item) {
            return Err(format!(
                ".id: the item {id} is decided more than once in this request."
            ));
        }
        let requirement = self.campaigns[self.certifications[certification].campaign].comments;
        Ok((item, request.accept(requirement)?))
    }
}

impl DecisionRequest {
    fn accept(self, requirement: CommentRequirement) -> Result<Decided, String> {
        if self.proposed_end_date.is_some() && self.decision == Decision::Approve {
            return Err(".proposedEndDate: only a REVOKE decision can have one.".to_owned());
        }
        // A blank comment counts as missing.
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
