//! The things that a reassignment names, with what the caller knows about them.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{AccessReviewItem, Certification, Id, IdentitySummary, ReassignType};

/// A thing to give to another reviewer: a record of type `T`, or the id of one.
///
/// `T` is an [`AccessReviewItem`], an [`IdentitySummary`], whose id is not the identity's own, or a
/// [`Certification`]. Converts from a reference to the record, or from its id as text. A record
/// shows whose access it is, so the client can prevent that somebody reviews their own access.
pub struct ToReassign<T> {
    named: Named,
    record: PhantomData<fn() -> T>,
}

/// A named thing, and what is known about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    pub(super) id: Id,
    /// What the id names; a certification if this is `None`.
    pub(super) reference_type: Option<ReassignType>,
    /// The id of the identity whose access it is, or who reviews it, if that is known.
    pub(super) identity: Id,
    /// The id of the access that it is about, if that is known.
    pub(super) access: Id,
    /// Whether it is a certification that is known to be signed.
    pub(super) is_signed: bool,
}

impl Named {
    pub(super) fn new(id: impl Into<Id>, reference_type: Option<ReassignType>) -> Self {
        Self {
            id: id.into(),
            reference_type,
            ..Self::default()
        }
    }

    pub(super) fn is_item(&self) -> bool {
        self.reference_type == Some(ReassignType::Item)
    }
}

impl<T> ToReassign<T> {
    fn new(named: Named) -> Self {
        Self {
            named,
            record: PhantomData,
        }
    }

    /// Sets the kind of thing that the id names, which the caller's method determines.
    pub(super) fn named(self, reference_type: Option<ReassignType>) -> Named {
        Named {
            reference_type,
            ..self.named
        }
    }
}

impl From<&AccessReviewItem> for Named {
    fn from(item: &AccessReviewItem) -> Self {
        Self {
            identity: item.identity_id().map(Id::from).unwrap_or_default(),
            access: item.access_id().map(Id::from).unwrap_or_default(),
            ..Self::new(&item.id, Some(ReassignType::Item))
        }
    }
}

impl From<&AccessReviewItem> for ToReassign<AccessReviewItem> {
    fn from(item: &AccessReviewItem) -> Self {
        Self::new(item.into())
    }
}

impl From<&IdentitySummary> for ToReassign<IdentitySummary> {
    fn from(summary: &IdentitySummary) -> Self {
        Self::new(Named {
            identity: summary.identity_id.clone(),
            ..Named::new(&summary.id, Some(ReassignType::IdentitySummary))
        })
    }
}

impl From<&Certification> for ToReassign<Certification> {
    fn from(certification: &Certification) -> Self {
        let reviewer = certification.reviewer.as_ref();
        Self::new(Named {
            identity: reviewer.map(|it| it.id.clone()).unwrap_or_default(),
            is_signed: certification.is_signed(),
            ..Named::new(&certification.id, None)
        })
    }
}

impl<T, I: Into<Id>> From<I> for ToReassign<T> {
    fn from(id: I) -> Self {
        Self::new(Named::new(id, None))
    }
}

impl<T> fmt::Debug for ToReassign<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ToReassign").field(&self.named).finish()
    }
}
