//! People and the access that they can have, which do not change during a review.

use jiff::Timestamp;

use super::table::{Entity, Ix, Table};
use crate::id::Id;
use crate::text::Text;
use crate::view::UserLevel;

/// Everything that certifications refer to.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) people: Table<Person>,
    pub(crate) groups: Table<Group>,
    pub(crate) sources: Table<Source>,
    pub(crate) entitlements: Table<Entitlement>,
    pub(crate) profiles: Table<AccessProfile>,
    pub(crate) roles: Table<Role>,
    pub(crate) admin: Ix<Person>,
    pub(crate) cert_admin: Ix<Person>,
}

/// An identity: a person, or a machine identity.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) email: Text,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) level: UserLevel,
    /// The owner of a machine identity.
    pub(crate) machine_owner: Option<Ix<Person>>,
}

impl Person {
    pub(crate) fn is_machine(&self) -> bool {
        self.machine_owner.is_some()
    }
}

/// A governance group: several people who review together.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) members: Vec<Ix<Person>>,
}

/// A system that accounts and entitlements come from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) kind: Box<str>,
}

/// A group, role or permission on a source.
#[derive(Clone, Debug)]
pub(crate) struct Entitlement {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) description: Option<Box<str>>,
    pub(crate) privileged: bool,
    pub(crate) owner: Option<Ix<Person>>,
    pub(crate) attribute: Box<str>,
    pub(crate) value: Box<str>,
    pub(crate) object_type: Box<str>,
    pub(crate) source: Ix<Source>,
    pub(crate) revocable: bool,
    pub(crate) cloud_governed: bool,
    pub(crate) data_access: Option<DataAccess>,
    pub(crate) permissions: Vec<Permission>,
}

/// What the data behind an entitlement is, as far as it was classified.
#[derive(Clone, Debug)]
pub(crate) struct DataAccess {
    pub(crate) policies: Vec<Box<str>>,
    /// What was found, and how often.
    pub(crate) categories: Vec<(Box<str>, u32)>,
    pub(crate) impact: Box<str>,
}

/// Rights on one target.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    pub(crate) id: Id,
    pub(crate) target: Text,
    pub(crate) rights: Vec<Text>,
}

/// A bundle of entitlements of one source.
#[derive(Clone, Debug)]
pub(crate) struct AccessProfile {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) description: Box<str>,
    pub(crate) privileged: bool,
    pub(crate) cloud_governed: bool,
    pub(crate) end_date: Option<Timestamp>,
    pub(crate) owner: Option<Ix<Person>>,
    pub(crate) source: Ix<Source>,
    pub(crate) entitlements: Vec<Ix<Entitlement>>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// A bundle of access profiles and entitlements.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) description: Box<str>,
    pub(crate) privileged: bool,
    pub(crate) owner: Option<Ix<Person>>,
    pub(crate) revocable: bool,
    pub(crate) end_date: Option<Timestamp>,
    pub(crate) profiles: Vec<Ix<AccessProfile>>,
    pub(crate) entitlements: Vec<Ix<Entitlement>>,
}

macro_rules! entities {
    ($($row:ty),+ $(,)?) => {
        $(impl Entity for $row {
            fn id(&self) -> Id {
                self.id
            }
        })+
    };
}

entities!(Person, Group, Source, Entitlement, AccessProfile, Role);
