//! What can be named for a reassignment, and whose access it is as far as the caller knows.

use crate::model::{AccessReviewItem, IdentitySummary, ReassignReference};

/// Something to give to another reviewer.
///
/// Made of a [`ReassignReference`], an [`AccessReviewItem`], an [`IdentitySummary`], an
/// [`ItemToReassign`] or an [`IdentityToReassign`]. Those that tell whose access it is keep
/// that, so that nobody is made the reviewer of their own access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToReassign {
    pub(super) reference: ReassignReference,
    /// The id of the identity whose access it is, if that is known.
    pub(super) identity: Option<String>,
    /// The id of the access that it is about, if that is known.
    pub(super) access: Option<String>,
}

impl ToReassign {
    fn new(reference: ReassignReference, identity: Option<&String>) -> Self {
        Self {
            reference,
            identity: identity.cloned(),
            access: None,
        }
    }
}

impl From<ReassignReference> for ToReassign {
    fn from(reference: ReassignReference) -> Self {
        Self::new(reference, None)
    }
}

impl From<&ReassignReference> for ToReassign {
    fn from(reference: &ReassignReference) -> Self {
        Self::new(reference.clone(), None)
    }
}

impl From<&AccessReviewItem> for ToReassign {
    fn from(item: &AccessReviewItem) -> Self {
        let identity = item.identity_summary.as_ref();
        Self {
            access: item.access_id().map(str::to_owned),
            ..Self::new(item.into(), identity.and_then(|i| i.identity_id.as_ref()))
        }
    }
}

impl From<&IdentitySummary> for ToReassign {
    fn from(summary: &IdentitySummary) -> Self {
        Self::new(summary.into(), summary.identity_id.as_ref())
    }
}

/// An access review item to give to another reviewer: an item, or the id of one.
///
/// Of an id alone it is not known whose access it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemToReassign(ToReassign);

/// An identity whose items to give to another reviewer: its summary in the certification, or
/// the id of that summary, which is not the identity's own.
///
/// Of an id alone it is not known whose access it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityToReassign(ToReassign);

/// Makes a thing to reassign of its id, in whatever form, or of its record.
macro_rules! made_of {
    ($kind:ident, $record:ty, $by_id:path) => {
        impl From<String> for $kind {
            fn from(id: String) -> Self {
                Self($by_id(id).into())
            }
        }

        impl From<&str> for $kind {
            fn from(id: &str) -> Self {
                Self($by_id(id).into())
            }
        }

        impl From<&String> for $kind {
            fn from(id: &String) -> Self {
                Self($by_id(id).into())
            }
        }

        impl From<&$record> for $kind {
            fn from(record: &$record) -> Self {
                Self(record.into())
            }
        }

        impl From<$kind> for ToReassign {
            fn from(named: $kind) -> Self {
                named.0
            }
        }
    };
}

made_of!(ItemToReassign, AccessReviewItem, ReassignReference::item);
made_of!(
    IdentityToReassign,
    IdentitySummary,
    ReassignReference::identity
);
