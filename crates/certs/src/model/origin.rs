//! What is known of an item beyond its record: where it was listed, and what it showed then.

use std::fmt;
use std::sync::Arc;

use super::{AccessReviewItem, Decision};

/// The certification that an item was listed in, if it came from a list, and what it showed.
///
/// It goes along with the item's decisions, so that one that is sent to another certification is
/// noticed, and so is somebody else's decision in between. It is not part of the record: it is
/// neither read nor written, and makes no two records different.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    certification: Option<Arc<str>>,
    seen: Seen,
}

/// The decision that an item showed, and its comment.
#[derive(Clone, Default)]
pub(crate) enum Seen {
    /// Not known.
    #[default]
    Nothing,
    /// There was no such item in the certification.
    Absent,
    /// It was open.
    Open,
    Decided(Box<(Decision, Option<String>)>),
}

impl Seen {
    /// What an item shows. A decision that is null where there should be one is not known.
    pub(crate) fn of(item: &AccessReviewItem) -> Self {
        match &item.decision {
            Some(decision) => Self::Decided(Box::new((decision.clone(), item.comments.clone()))),
            None if item.completed == Some(false) => Self::Open,
            None => Self::Nothing,
        }
    }
}

impl Origin {
    pub(crate) fn new(certification: &str) -> Self {
        Self {
            certification: Some(Arc::from(certification)),
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
