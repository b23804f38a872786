//! The entitlements that access grants, and the paths to them.

use std::fmt;

use super::{AccessProfile, AccessSummary, Entitlement, Id, Role};

/// An entitlement that an item grants, and the path to it.
///
/// Made by [`AccessReviewItem::grants`](super::AccessReviewItem::grants). Prints as the names on
/// the path: `Payroll clerk > Payroll > payroll-write`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Grant<'a> {
    /// The role that grants it. `None` if the item is not about a role.
    pub role: Option<&'a Role>,
    /// The access profile that grants it: of the role if there is one, or the item's own.
    /// `None` if the role grants it directly, or the item is about the entitlement itself.
    pub access_profile: Option<&'a AccessProfile>,
    /// The entitlement.
    pub entitlement: &'a Entitlement,
}

impl<'a> Grant<'a> {
    /// The names on the path from the access under review to the entitlement. The id is used in
    /// for a name that is missing.
    pub fn path(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        fn name<'a>(name: Option<&'a String>, id: &'a Id) -> &'a str {
            let name = name.map(String::as_str);
            name.or(id.get()).unwrap_or_default()
        }
        let role = self.role.map(|role| name(role.name.as_ref(), &role.id));
        let profile = self.access_profile;
        let profile = profile.map(|profile| name(profile.name.as_ref(), &profile.id));
        let entitlement = name(self.entitlement.name.as_ref(), &self.entitlement.id);
        role.into_iter().chain(profile).chain([entitlement])
    }

    /// Whether the entitlement is marked as privileged.
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        self.entitlement.privileged == Some(true)
    }
}

impl fmt::Display for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.path().enumerate() {
            if place > 0 {
                f.write_str(" > ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl AccessSummary {
    /// Every entitlement that the access grants, with the path to it: the entitlement itself,
    /// those of the access profile, those of the role and of the role's access profiles. One
    /// that is granted on several paths comes several times.
    pub fn grants(&self) -> impl Iterator<Item = Grant<'_>> {
        let itself = self.entitlement.as_deref().map(|entitlement| Grant {
            role: None,
            access_profile: None,
            entitlement,
        });
        let profile = self.access_profile.as_deref();
        let by_profile = profile.into_iter().flat_map(|profile| by(None, profile));
        let by_role = self.role.as_deref().into_iter().flat_map(|role| {
            let directly = role.entitlements.iter().map(move |entitlement| Grant {
                role: Some(role),
                access_profile: None,
                entitlement,
            });
            let profiles = role.access_profiles.iter();
            directly.chain(profiles.flat_map(move |profile| by(Some(role), profile)))
        });
        itself.into_iter().chain(by_profile).chain(by_role)
    }
}

fn by<'a>(
    role: Option<&'a Role>,
    profile: &'a AccessProfile,
) -> impl Iterator<Item = Grant<'a>> + use<'a> {
    profile.entitlements.iter().map(move |entitlement| Grant {
        role,
        access_profile: Some(profile),
        entitlement,
    })
}
