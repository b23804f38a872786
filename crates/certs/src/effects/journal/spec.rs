//! How a journal describes a call and its items. The schema is separate from the types that are
//! sent, so that later versions can read a journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::{Origin, Recommendation, ReviewDecision, Seen, convert};

/// A call, in its `call` line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum CallSpec {
    Decide(DecideSpec),
    Reassign(ReassignSpec),
    SignOff(SignOffSpec),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DecideSpec {
    pub(crate) certification: String,
    pub(crate) batch_size: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReassignSpec {
    /// The campaign if whole certifications are reassigned.
    pub(crate) certification: String,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) mode: ReassignMode,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SignOffSpec {
    pub(crate) certification: String,
    /// Whether it is sent only if nothing is left to do.
    pub(crate) checked: bool,
    /// Whether it waits until nothing is left to do.
    pub(crate) waits: bool,
}

/// How a reassignment is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReassignMode {
    /// At once, up to the limit of that; larger parts by a task.
    Auto,
    /// By tasks.
    Task,
    /// By tasks of beta.
    BetaTask,
    /// Whole certifications of a campaign, by tasks.
    Campaign,
}

impl CallSpec {
    /// The certification, or campaign, that it changes.
    pub(crate) fn certification(&self) -> &str {
        match self {
            Self::Decide(spec) => &spec.certification,
            Self::Reassign(spec) => &spec.certification,
            Self::SignOff(spec) => &spec.certification,
        }
    }

    /// What it does to an item, for telling whether two calls do the same. The verdict of a
    /// decision comes from the item, the new reviewer of a reassignment from the call.
    pub(super) fn verdict<'a>(&'a self, item: &'a ItemSpec) -> &'a str {
        match self {
            Self::Decide(_) => item.decision.as_deref().unwrap_or_default(),
            Self::Reassign(spec) => &spec.to,
            Self::SignOff(_) => "",
        }
    }
}

/// An item of a call, in its `part` line. Which fields it has depends on the kind of the call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ItemSpec {
    pub(crate) id: String,
    /// The kind of thing that the id names, if not an access review item.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) reference_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) bulk: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recommendation: Option<RecommendationSpec>,
    /// The reviewer that a certification had when this was planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reviewer: Option<String>,
    /// The state that the item showed when this was planned.
    #[serde(skip_serializing_if = "Seen::is_nothing")]
    pub(crate) seen: Seen,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RecommendationSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recommendation: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reasons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timestamp: Option<Timestamp>,
}

impl ItemSpec {
    /// An item that is decided.
    pub(crate) fn of(decision: &ReviewDecision) -> Self {
        let ReviewDecision {
            id,
            decision,
            proposed_end_date,
            bulk,
            recommendation,
            comments,
            origin,
        } = decision;
        Self {
            id: id.to_string(),
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
            reviewer: None,
            seen: origin.seen().clone(),
        }
    }

    /// The decision again.
    pub(crate) fn into_decision(self) -> Result<ReviewDecision> {
        let verdict = self.decision.ok_or_else(|| {
            Error::journal_says(
                "the journal is damaged: it has a decision that is neither approve nor revoke",
            )
        })?;
        let mut origin = Origin::default();
        origin.set_seen(self.seen);
        Ok(ReviewDecision {
            id: self.id.into(),
            decision: convert::open(&verdict),
            proposed_end_date: self.end_date,
            bulk: self.bulk,
            recommendation: self.recommendation.map(|spec| Recommendation {
                recommendation: spec.recommendation,
                reasons: spec.reasons,
                timestamp: spec.timestamp,
            }),
            comments: self.comment,
            origin,
        })
    }
}
