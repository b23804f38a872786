//! Campaigns, certifications and their items, which change during a review.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::campaign::Campaign;
use super::counters::{Counters, SummaryKey};
use super::table::{Entity, Ix};
use super::tenant::{AccessProfile, Entitlement, Group, Person, Role, Tenant};
use crate::id::Id;
use crate::text::Text;
use crate::view::{AccessType, Decision, Phase};

/// One reviewer's share of a campaign.
#[derive(Clone, Debug)]
pub(crate) struct Certification {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) campaign: Ix<Campaign>,
    pub(crate) reviewer: Reviewer,
    pub(crate) phase: Phase,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) due: Option<Timestamp>,
    pub(crate) signed: Option<Timestamp>,
    pub(crate) reassignment: Option<Reassignment>,
    pub(crate) error: Option<Box<str>>,
    pub(crate) items: Vec<Ix<Item>>,
    pub(crate) counters: Counters,
    pub(crate) extra: Option<Box<Extra>>,
}

/// Additional fields of a response, which may override those of the simulator.
pub(crate) type Extra = BTreeMap<String, Value>;

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reviewer {
    Identity(Ix<Person>),
    Group(Ix<Group>),
}

/// Where the items of a certification came from.
#[derive(Clone, Debug)]
pub(crate) struct Reassignment {
    pub(crate) from: Ix<Certification>,
    /// Their reviewer there.
    pub(crate) reviewer: Reviewer,
    pub(crate) comment: Arc<str>,
}

/// One access of one identity, to be approved or revoked.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: Id,
    pub(crate) certification: Ix<Certification>,
    /// Whose access it is. `None` in a role composition campaign, which reviews the content of a
    /// role.
    pub(crate) subject: Option<Ix<Person>>,
    pub(crate) access: Access,
    /// Which of several review summaries of the same identity, and of the same access, it is
    /// in; 0 where there is no duplicate.
    pub(crate) duplicate: u32,
    /// Whether responses name the access only in its own part: `accessSummary.access` is null.
    pub(crate) access_omitted: bool,
    pub(crate) new_access: bool,
    pub(crate) extra: Option<Box<Extra>>,
    pub(crate) decided: Option<Decided>,
}

impl Item {
    /// The identity summary that it is in, if it is about somebody.
    pub(crate) fn summary(&self) -> Option<SummaryKey> {
        self.subject.map(|person| SummaryKey {
            person,
            duplicate: self.duplicate,
        })
    }
}

/// A decision that was made.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    pub(crate) comments: Option<Arc<str>>,
    pub(crate) proposed_end_date: Option<Timestamp>,
    pub(crate) bulk: bool,
}

/// The access of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    Entitlement(Ix<Entitlement>),
    Profile(Ix<AccessProfile>),
    Role(Ix<Role>),
}

impl Access {
    pub(crate) fn kind(self) -> AccessType {
        match self {
            Self::Entitlement(_) => AccessType::Entitlement,
            Self::Profile(_) => AccessType::AccessProfile,
            Self::Role(_) => AccessType::Role,
        }
    }

    pub(crate) fn id(self, tenant: &Tenant) -> Id {
        match self {
            Self::Entitlement(ix) => tenant.entitlements[ix].id,
            Self::Profile(ix) => tenant.profiles[ix].id,
            Self::Role(ix) => tenant.roles[ix].id,
        }
    }

    pub(crate) fn name(self, tenant: &Tenant) -> &Text {
        match self {
            Self::Entitlement(ix) => &tenant.entitlements[ix].name,
            Self::Profile(ix) => &tenant.profiles[ix].name,
            Self::Role(ix) => &tenant.roles[ix].name,
        }
    }

    pub(crate) fn is_privileged(self, tenant: &Tenant) -> bool {
        match self {
            Self::Entitlement(ix) => tenant.entitlements[ix].privileged,
            Self::Profile(ix) => tenant.profiles[ix].privileged,
            Self::Role(ix) => tenant.roles[ix].privileged,
        }
    }

    /// Whether it, or anything that it grants, is marked privileged.
    pub(crate) fn grants_privileged(self, tenant: &Tenant) -> bool {
        let inside = match self {
            Self::Entitlement(_) => Vec::new(),
            Self::Profile(ix) => entitlements(&tenant.profiles[ix].entitlements),
            Self::Role(ix) => {
                let role = &tenant.roles[ix];
                let profiles = role.profiles.iter().copied().map(Self::Profile);
                profiles.chain(entitlements(&role.entitlements)).collect()
            }
        };
        self.is_privileged(tenant) || inside.iter().any(|access| access.grants_privileged(tenant))
    }

    /// The source of an entitlement; nothing else has one under that name.
    pub(crate) fn entitlement_source(self, tenant: &Tenant) -> Option<&Text> {
        match self {
            Self::Entitlement(ix) => Some(&tenant.sources[tenant.entitlements[ix].source].name),
            Self::Profile(_) | Self::Role(_) => None,
        }
    }

    /// The source of an access profile; nothing else has one under that name.
    pub(crate) fn profile_source(self, tenant: &Tenant) -> Option<&Text> {
        match self {
            Self::Profile(ix) => Some(&tenant.sources[tenant.profiles[ix].source].name),
            Self::Entitlement(_) | Self::Role(_) => None,
        }
    }
}

fn entitlements(entitlements: &[Ix<Entitlement>]) -> Vec<Access> {
    entitlements
        .iter()
        .copied()
        .map(Access::Entitlement)
        .collect()
}

impl Entity for Certification {
    fn id(&self) -> Id {
        self.id
    }
}

impl Entity for Item {
    fn id(&self) -> Id {
        self.id
    }
}
