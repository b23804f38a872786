//! Access under review: access profiles, roles and their parts.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::record;
#[cfg(feature = "schemars")]
use super::schema::plain_descriptions;
use super::{Entitlement, Id, IdentityReference, ObjectReference, ObjectType};

record! {
    /// The access that an item is about (V3 only): its name, and its details in the field of its
    /// type. The other two of `entitlement`, `access_profile` and `role` are `None`.
    ///
    /// On real campaigns `access` is often missing. [`access_id`](Self::access_id),
    /// [`access_name`](Self::access_name) and [`access_type`](Self::access_type) read the same from
    /// the details.
    pub struct AccessSummary {
        /// Id, name and type of the access.
        pub access: Option<ObjectReference> => "access",
        /// The details, when the access is an entitlement.
        pub entitlement: Option<Box<Entitlement>> => "entitlement",
        /// The details, when the access is an access profile.
        pub access_profile: Option<Box<AccessProfile>> => "accessProfile",
        /// The details, when the access is a role.
        pub role: Option<Box<Role>> => "role",
    }
}

impl AccessSummary {
    /// The id of the access. `None` if the response has none.
    #[must_use]
    pub fn access_id(&self) -> Option<&str> {
        let access = self.access.as_ref().and_then(|access| access.id.get());
        access.or_else(|| self.details()?.1)
    }

    /// The name of the access. `None` if the response has none.
    #[must_use]
    pub fn access_name(&self) -> Option<&str> {
        let access = self.access.as_ref().map(|access| access.name.as_deref());
        let details = self.details().map(|(.., name)| name);
        let names = access.into_iter().chain(details).flatten();
        names.into_iter().find(|name| !name.trim().is_empty())
    }

    /// The type of the access. `None` if the response has none.
    #[must_use]
    pub fn access_type(&self) -> Option<&ObjectType> {
        let access = self.access.as_ref();
        let kind = access.and_then(|access| access.kind.as_ref());
        let kind = kind.filter(|kind| !kind.as_str().is_empty());
        kind.or_else(|| self.details().map(|(kind, ..)| kind))
    }

    /// Whether the access, or anything inside it, is marked as privileged: an access profile of a
    /// role, or an entitlement that it [grants](Self::grants).
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        let of_the_role = || {
            let role = self.role.as_deref().into_iter();
            role.flat_map(|role| &role.access_profiles)
                .any(|profile| profile.privileged == Some(true))
        };
        self.is_marked_privileged()
            || of_the_role()
            || self.grants().any(|grant| grant.is_privileged())
    }

    /// Whether the access itself is marked as privileged, whatever is inside it.
    #[must_use]
    pub fn is_marked_privileged(&self) -> bool {
        let role = self.role.as_ref().and_then(|role| role.privileged);
        let profile = self
            .access_profile
            .as_ref()
            .and_then(|profile| profile.privileged);
        let entitlement = self.entitlement.as_ref().and_then(|held| held.privileged);
        [role, profile, entitlement].contains(&Some(true))
    }

    /// Type, id and name of the access from its details: the first that have an id or a name.
    fn details(&self) -> Option<(&ObjectType, Option<&str>, Option<&str>)> {
        let role = self.role.as_ref();
        let role = role.map(|role| (&ObjectType::Role, role.id.get(), role.name.as_deref()));
        let profile = self.access_profile.as_ref();
        let profile =
            profile.map(|it| (&ObjectType::AccessProfile, it.id.get(), it.name.as_deref()));
        let entitlement = self.entitlement.as_ref();
        let entitlement =
            entitlement.map(|it| (&ObjectType::Entitlement, it.id.get(), it.name.as_deref()));
        let mut each = [role, profile, entitlement].into_iter().flatten();
        let says = |(_, id, name): &(_, Option<_>, Option<_>)| id.is_some() || name.is_some();
        each.clone().find(says).or_else(|| each.next())
    }
}

record! {
    /// A bundle of entitlements (`ReviewableAccessProfile`).
    pub struct AccessProfile {
        /// The access profile's id.
        pub id: Id => "id",
        /// The access profile's name.
        pub name: Option<String> => "name",
        /// Its purpose.
        pub description: Option<String> => "description",
        /// Whether it is marked as privileged.
        pub privileged: Option<bool> => "privileged",
        /// Whether it is governed as cloud access.
        pub cloud_governed: Option<bool> => "cloudGoverned",
        /// When the identity's access ends. `None` when it does not.
        pub end_date: Option<Timestamp> => "endDate",
        /// Its owner.
        pub owner: Option<IdentityReference> => "owner",
        /// The entitlements that it grants.
        pub entitlements: Vec<Entitlement> => "entitlements",
        /// When it was created.
        pub created: Option<Timestamp> => "created",
        /// When it was last changed.
        pub modified: Option<Timestamp> => "modified",
    }
}

record! {
    /// A bundle of access for a position (`ReviewableRole`).
    pub struct Role {
        /// The role's id.
        pub id: Id => "id",
        /// The role's name.
        pub name: Option<String> => "name",
        /// Its purpose.
        pub description: Option<String> => "description",
        /// Whether it is marked as privileged.
        pub privileged: Option<bool> => "privileged",
        /// Its owner.
        pub owner: Option<IdentityReference> => "owner",
        /// Whether it can be revoked. A role that was assigned by criteria can only be
        /// acknowledged.
        pub revocable: Option<bool> => "revocable",
        /// When the identity's access ends. `None` when it does not.
        pub end_date: Option<Timestamp> => "endDate",
        /// The access profiles that it grants.
        pub access_profiles: Vec<AccessProfile> => "accessProfiles",
        /// The entitlements that it grants directly.
        pub entitlements: Vec<Entitlement> => "entitlements",
    }
}

/// A type of access to summarise (`getIdentityAccessSummaries`).
///
/// Closed, unlike [`ObjectType`]: it is only ever sent, and the service refuses what it
/// does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum AccessType {
    /// Roles.
    Role,
    /// Access profiles.
    AccessProfile,
    /// Entitlements.
    Entitlement,
}

impl AccessType {
    /// The text on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Role => "ROLE",
            Self::AccessProfile => "ACCESS_PROFILE",
            Self::Entitlement => "ENTITLEMENT",
        }
    }
}

impl fmt::Display for AccessType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<AccessType> for ObjectType {
    fn from(access_type: AccessType) -> Self {
        match access_type {
            AccessType::Role => Self::Role,
            AccessType::AccessProfile => Self::AccessProfile,
            AccessType::Entitlement => Self::Entitlement,
        }
    }
}
