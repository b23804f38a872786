//! What can be named for a reassignment, and whose it is as far as the caller knows.

use crate::model::{
    AccessReviewItem, Certification, IdentitySummary, ReassignReference, ReassignType,
};

/// Something to give to another reviewer.
///
/// Made of a [`ReassignReference`], an [`AccessReviewItem`], an [`IdentitySummary`], an
/// [`ItemToReassign`] or an [`IdentityToReassign`]. Those that tell whose access it is keep
/// that, so that nobody is made the reviewer of their own access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToReassign {
    pub(super) id: String,
    /// What the id names; a certification if this is `None`.
    pub(super) reference_type: Option<ReassignType>,
    /// The id of the identity whose access it is, or who reviews it, if that is known.
    pub(super) identity: Option<String>,
    /// The id of the access that it is about, if that is known.
    pub(super) access: Option<String>,
    /// Whether it is a certification that is known to be signed.
    pub(super) is_signed: bool,
}

impl ToReassign {
    pub(super) fn new(id: String, reference_type: Option<ReassignType>) -> Self {
        Self {
            id,
            reference_type,
            identity: None,
            access: None,
            is_signed: false,
        }
    }

    pub(super) fn is_item(&self) -> bool {
        self.reference_type == Some(ReassignType::Item)
    }
}

impl From<ReassignReference> for ToReassign {
    fn from(reference: ReassignReference) -> Self {
        Self::new(reference.id, Some(reference.reassign_type))
    }
}

impl From<&ReassignReference> for ToReassign {
    fn from(reference: &ReassignReference) -> Self {
        reference.clone().into()
    }
}

impl From<&AccessReviewItem> for ToReassign {
    fn from(item: &AccessReviewItem) -> Self {
        Self {
            identity: item.identity_id().map(str::to_owned),
            access: item.access_id().map(str::to_owned),
            ..Self::new(item.id.clone(), Some(ReassignType::Item))
        }
    }
}

impl From<&IdentitySummary> for ToReassign {
    fn from(summary: &IdentitySummary) -> Self {
        Self {
            identity: summary.identity_id.clone(),
            ..Self::new(summary.id.clone(), Some(ReassignType::IdentitySummary))
        }
    }
}

/// An access review item to give to another reviewer: an item, or the id of one, of which it is
/// not known whose access it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemToReassign(ToReassign);

/// An identity whose items to give to another reviewer: its summary in the certification, or
/// the id of that summary, which is not the identity's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityToReassign(ToReassign);

/// A certification that is to get another reviewer: a [`Certification`], of which it is known
/// whose it is and whether it is signed, or an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificationToReassign(ToReassign);

impl From<&AccessReviewItem> for ItemToReassign {
    fn from(item: &AccessReviewItem) -> Self {
        Self(item.into())
    }
}

impl From<&IdentitySummary> for IdentityToReassign {
    fn from(summary: &IdentitySummary) -> Self {
        Self(summary.into())
    }
}

impl From<&Certification> for CertificationToReassign {
    fn from(certification: &Certification) -> Self {
        let reviewer = certification.reviewer.as_ref();
        Self(ToReassign {
            identity: reviewer.map(|reviewer| reviewer.id.clone()),
            is_signed: certification.is_signed(),
            ..ToReassign::new(certification.id.clone(), None)
        })
    }
}

/// Makes a thing to reassign of its id, in whatever form, and takes it out again.
macro_rules! by_id {
    ($kind:ident, $reference_type:expr) => {
        by_id!($kind, $reference_type; String, &String, &str);

        impl From<$kind> for ToReassign {
            fn from(named: $kind) -> Self {
                named.0
            }
        }
    };
    ($kind:ident, $reference_type:expr; $($id:ty),+) => {
        $(impl From<$id> for $kind {
            fn from(id: $id) -> Self {
                Self(ToReassign::new(id.into(), $reference_type))
            }
        })+
    };
}

by_id!(ItemToReassign, Some(ReassignType::Item));
by_id!(IdentityToReassign, Some(ReassignType::IdentitySummary));
by_id!(CertificationToReassign, None);
