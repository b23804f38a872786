//! The certification that an item was listed in, and its state at that time; neither is part of its
//! record.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AccessReviewItem, Decision, Id};

/// The certification that an item was listed in, if it came from a list, and what it showed.
///
/// Decisions made from the item keep it, so that the client notices a decision sent to the wrong
/// certification, and somebody else's decision in between. It is not part of the record: it is
/// neither read nor written, and ignored when records are compared.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    certification: Option<Arc<str>>,
    seen: Seen,
}

/// What an item showed. Journals hold it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Seen {
    /// Not known.
    #[default]
    Nothing,
    /// There was no such item in the certification.
    Absent,
    /// It was open.
    Open,
    Decided(Box<SeenDecision>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeenDecision {
    pub(crate) decision: Decision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
}

impl Seen {
    /// The state that an item shows. A missing decision on a decided item counts as not known.
    pub(crate) fn of(item: &AccessReviewItem) -> Self {
        match &item.decision {
            Some(decision) => Self::decided(decision, item.comments.as_deref()),
            None if item.completed == Some(false) => Self::Open,
            None => Self::Nothing,
        }
    }

    /// A decision without the blanks around its comment, which a service may trim. A blank comment
    /// equals none.
    pub(crate) fn decided(decision: &Decision, comment: Option<&str>) -> Self {
        let comment = comment.map(str::trim).filter(|text| !text.is_empty());
        Self::Decided(Box::new(SeenDecision {
            decision: decision.clone(),
            comment: comment.map(str::to_owned),
        }))
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

impl Origin {
    pub(crate) fn new(certification: &Id) -> Self {
        Self {
            certification: certification.get().map(Arc::from),
            seen: Seen::Nothing,
        }
    }

    /// The same place, and what the item shows.
    pub(super) fn of(item: &AccessReviewItem) -> Self {
        Self {
            certification: item.origin.certification.clone(),
            seen: Seen::of(item),
        }
    }

    pub(crate) fn certification(&self) -> Option<&str> {
        self.certification.as_deref()
    }

    pub(crate) fn seen(&self) -> &Seen {
        &self.seen
    }

    pub(crate) fn set_seen(&mut self, seen: Seen) {
        self.seen = seen;
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.certification().unwrap_or("unlisted"))
    }
}
