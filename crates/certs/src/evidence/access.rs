//! What access an item is about, and what that access grants.

use crate::model::{AccessProfile, AccessReviewItem, Entitlement, ObjectType, Role};

/// Id, name and type of the access. On real campaigns many items have them only in the
/// entitlement, access profile or role.
#[derive(Clone, Debug, Default)]
pub(super) struct Access<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) kind: Option<ObjectType>,
}

pub(super) fn access(item: &AccessReviewItem) -> Access<'_> {
    let Some(summary) = &item.access_summary else {
        return Access::default();
    };
    let details = if let Some(held) = &summary.entitlement {
        Some((&held.id, &held.name, ObjectType::Entitlement))
    } else if let Some(held) = &summary.access_profile {
        Some((&held.id, &held.name, ObjectType::AccessProfile))
    } else {
        let held = summary.role.as_ref();
        held.map(|held| (&held.id, &held.name, ObjectType::Role))
    };
    let (id, name, kind) = details.map_or_else(Default::default, |(id, name, kind)| {
        (Some(id.as_str()), name.as_deref(), Some(kind))
    });
    let reference = summary.access.as_ref();
    let own_id = reference.map(|access| access.id.as_str());
    Access {
        id: own_id.filter(|id| !id.is_empty()).or(id),
        name: reference.and_then(|access| access.name.as_deref()).or(name),
        kind: reference.and_then(|access| access.kind.clone()).or(kind),
    }
}

/// An entitlement that an access grants, and the access profile and role that it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant<'a> {
    pub(super) role: Option<&'a Role>,
    pub(super) access_profile: Option<&'a AccessProfile>,
    pub(super) entitlement: &'a Entitlement,
}

/// The entitlements that the access grants: the one that it is, those of a role itself, those
/// of access profiles.
pub(super) fn grants(item: &AccessReviewItem) -> Vec<Grant<'_>> {
    let Some(summary) = &item.access_summary else {
        return Vec::new();
    };
    let mut grants = Vec::new();
    let mut add = |role, access_profile, entitlements| {
        for entitlement in entitlements {
            grants.push(Grant {
                role,
                access_profile,
                entitlement,
            });
        }
    };
    if let Some(entitlement) = &summary.entitlement {
        add(None, None, std::slice::from_ref(&**entitlement));
    }
    if let Some(profile) = summary.access_profile.as_deref() {
        add(None, Some(profile), &profile.entitlements);
    }
    if let Some(role) = summary.role.as_deref() {
        add(Some(role), None, &role.entitlements);
        for profile in &role.access_profiles {
            add(Some(role), Some(profile), &profile.entitlements);
        }
    }
    grants
}

/// Whether the access, or anything that it grants, is marked as privileged. `None` if the item
/// has no details of its access.
pub(super) fn is_privileged(item: &AccessReviewItem) -> Option<bool> {
    let summary = item.access_summary.as_ref()?;
    let role = summary.role.as_deref();
    let profiles = summary.access_profile.as_deref().into_iter();
    let profiles = profiles.chain(role.into_iter().flat_map(|role| &role.access_profiles));
    let mut marks = grants(item)
        .into_iter()
        .map(|grant| grant.entitlement.privileged)
        .chain(profiles.map(|profile| profile.privileged))
        .chain(role.map(|role| role.privileged))
        .peekable();
    marks.peek()?;
    Some(marks.any(|mark| mark == Some(true)))
}
