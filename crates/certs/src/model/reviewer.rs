//! People and groups: reviewers and owners.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{Id, ObjectType};

record! {
    /// Who has to make a certification's decisions: one identity or a governance group.
    pub struct Reviewer {
        /// The id of the identity or governance group.
        pub id: Id => "id",
        /// The name to show.
        pub name: Option<String> => "name",
        /// The identity's email address. `None` for a governance group.
        pub email: Option<String> => "email",
        /// Whether an identity or a governance group reviews.
        pub reviewer_type: Option<ReviewerType> => "type",
        /// When the identity or group was created. V3 only.
        pub created: Option<Timestamp> => "created",
        /// When the identity or group was last changed. V3 only.
        pub modified: Option<Timestamp> => "modified",
    }
}

impl Reviewer {
    /// Whether a governance group reviews. Such a certification can be listed, but the service
    /// refuses to return or change it by id.
    #[must_use]
    pub fn is_governance_group(&self) -> bool {
        self.reviewer_type == Some(ReviewerType::GovernanceGroup)
    }
}

open_enum! {
    /// The type of a reviewer.
    pub enum ReviewerType {
        /// One identity.
        Identity => "IDENTITY",
        /// A group, in which any member may decide.
        GovernanceGroup => "GOVERNANCE_GROUP",
    }
}

record! {
    /// An identity with its name and email (`IdentityReferenceWithNameAndEmail`): an owner
    /// of access, or a reviewer as `listCertificationReviewers` lists them.
    pub struct IdentityReference {
        /// The type of object: [`ObjectType::Identity`].
        pub kind: Option<ObjectType> => "type",
        /// The identity's id.
        pub id: Id => "id",
        /// The name to show.
        pub name: Option<String> => "name",
        /// The email address. `None` when the identity has none, although the specification of V3
        /// requires one.
        pub email: Option<String> => "email",
    }
}
