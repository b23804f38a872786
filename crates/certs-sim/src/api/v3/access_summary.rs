//! The access of an item or of an access summary: an entitlement, an access profile or a role, with
//! everything inside it.

use jiff::{Span, Timestamp};
use serde::Serialize;

use crate::api::reviewers::IdentityReference;
use crate::api::time::Time;
use crate::id::Id;
use crate::state::review::{Access, Item};
use crate::state::table::Ix;
use crate::state::tenant::{AccessProfile, DataAccess, Entitlement, Person, Role, Source, Tenant};
use crate::text::Text;
use crate::view::AccessType;

/// `AccessSummary`. It has one of the last three, by the type of the access; an
/// access profile may not be null, so it is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessSummary<'a> {
    access: Option<AccessReference<'a>>,
    entitlement: Option<ReviewableEntitlement<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_profile: Option<ReviewableAccessProfile<'a>>,
    role: Option<ReviewableRole<'a>>,
}

#[derive(Serialize)]
struct AccessReference<'a> {
    #[serde(rename = "type")]
    kind: AccessType,
    id: Id,
    name: &'a Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewableEntitlement<'a> {
    id: Id,
    name: &'a Text,
    description: Option<&'a str>,
    privileged: bool,
    owner: Option<IdentityReference<'a>>,
    attribute_name: &'a str,
    attribute_value: &'a str,
    source_schema_object_type: &'a str,
    source_name: &'a Text,
    source_type: &'a str,
    source_id: Id,
    has_permissions: bool,
    is_permission: bool,
    revocable: bool,
    cloud_governed: bool,
    contains_data_access: bool,
    data_access: Option<DataAccessDto<'a>>,
    account: Option<Account<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataAccessDto<'a> {
    policies: Vec<Named<'a>>,
    categories: Vec<Category<'a>>,
    impact_score: Named<'a>,
}

#[derive(Serialize)]
struct Named<'a> {
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Category<'a> {
    value: &'a str,
    match_count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    native_identity: String,
    disabled: bool,
    locked: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<Id>,
    name: Option<&'a Text>,
    created: Option<Time>,
    modified: Option<Time>,
    activity_insights: ActivityInsights,
    description: Option<&'static str>,
    governance_group_id: Option<Id>,
    owner: Option<AccountOwner<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityInsights {
    // The vendor's spelling of this field fits no rule.
    #[serde(rename = "accountID")]
    account_id: Id,
    usage_days: u64,
    usage_days_state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountOwner<'a> {
    id: Id,
    #[serde(rename = "type")]
    kind: &'static str,
    display_name: &'a Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewableAccessProfile<'a> {
    id: Id,
    name: &'a Text,
    description: &'a str,
    privileged: bool,
    cloud_governed: bool,
    end_date: Option<Time>,
    owner: Option<IdentityReference<'a>>,
    entitlements: Vec<ReviewableEntitlement<'a>>,
    created: Time,
    modified: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewableRole<'a> {
    id: Id,
    name: &'a Text,
    description: &'a str,
    privileged: bool,
    owner: Option<IdentityReference<'a>>,
    revocable: bool,
    // Not nullable, unlike that of an access profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<Time>,
    access_profiles: Vec<ReviewableAccessProfile<'a>>,
    entitlements: Vec<ReviewableEntitlement<'a>>,
}

impl<'a> AccessSummary<'a> {
    /// The access of an item.
    pub(super) fn of(tenant: &'a Tenant, item: &Item) -> Self {
        let mut summary = Self::new(tenant, item.access, item.subject);
        if item.access_omitted {
            summary.access = None;
        }
        summary
    }

    /// The access that `subject` has, or, without a subject, the access without an account.
    pub(super) fn new(tenant: &'a Tenant, access: Access, subject: Option<Ix<Person>>) -> Self {
        let view = View { tenant, subject };
        let (entitlement, access_profile, role) = match access {
            Access::Entitlement(ix) => (Some(view.entitlement(ix)), None, None),
            Access::Profile(ix) => (None, Some(view.profile(ix)), None),
            Access::Role(ix) => (None, None, Some(view.role(ix))),
        };
        Self {
            access: Some(AccessReference {
                kind: access.kind(),
                id: access.id(tenant),
                name: access.name(tenant),
            }),
            entitlement,
            access_profile,
            role,
        }
    }
}

/// The tenant as one subject's accounts show it.
#[derive(Clone, Copy)]
struct View<'a> {
    tenant: &'a Tenant,
    subject: Option<Ix<Person>>,
}

impl<'a> View<'a> {
    fn entitlement(self, ix: Ix<Entitlement>) -> ReviewableEntitlement<'a> {
        let entitlement = &self.tenant.entitlements[ix];
        let source = &self.tenant.sources[entitlement.source];
        ReviewableEntitlement {
            id: entitlement.id,
            name: &entitlement.name,
            description: entitlement.description.as_deref(),
            privileged: entitlement.privileged,
            owner: self.reference(entitlement.owner),
            attribute_name: &entitlement.attribute,
            attribute_value: &entitlement.value,
            source_schema_object_type: &entitlement.object_type,
            source_name: &source.name,
            source_type: &source.kind,
            source_id: source.id,
            has_permissions: !entitlement.permissions.is_empty(),
            is_permission: false,
            revocable: entitlement.revocable,
            cloud_governed: entitlement.cloud_governed,
            contains_data_access: entitlement.data_access.is_some(),
            data_access: entitlement.data_access.as_ref().map(data_access),
            account: self.subject.map(|person| self.account(person, source)),
        }
    }

    fn profile(self, ix: Ix<AccessProfile>) -> ReviewableAccessProfile<'a> {
        let profile = &self.tenant.profiles[ix];
        ReviewableAccessProfile {
            id: profile.id,
            name: &profile.name,
            description: &profile.description,
            privileged: profile.privileged,
            cloud_governed: profile.cloud_governed,
            end_date: profile.end_date.map(Time),
            owner: self.reference(profile.owner),
            entitlements: self.entitlements(&profile.entitlements),
            created: Time(profile.created),
            modified: Time(profile.modified),
        }
    }

    fn role(self, ix: Ix<Role>) -> ReviewableRole<'a> {
        let role = &self.tenant.roles[ix];
        ReviewableRole {
            id: role.id,
            name: &role.name,
            description: &role.description,
            privileged: role.privileged,
            owner: self.reference(role.owner),
            revocable: role.revocable,
            end_date: role.end_date.map(Time),
            access_profiles: role.profiles.iter().map(|ix| self.profile(*ix)).collect(),
            entitlements: self.entitlements(&role.entitlements),
        }
    }

    fn entitlements(self, entitlements: &[Ix<Entitlement>]) -> Vec<ReviewableEntitlement<'a>> {
        entitlements
            .iter()
            .map(|ix| self.entitlement(*ix))
            .collect()
    }

    fn reference(self, person: Option<Ix<Person>>) -> Option<IdentityReference<'a>> {
        person.map(|person| IdentityReference::new(self.tenant, person))
    }

    /// The account of a person on a source. It is not stored: its identifier determines all its
    /// details, so they are always the same.
    fn account(self, person: Ix<Person>, source: &Source) -> Account<'a> {
        let person = &self.tenant.people[person];
        let id = person.id.derive(source.id);
        let is_known = id.draw(0, 12) > 0;
        let created = days_after(person.created, id.draw(1, 100));
        let usage_known = id.draw(2, 5) > 0;
        let owner = person.machine_owner.map(|owner| &self.tenant.people[owner]);
        Account {
            native_identity: native_identity(person, source),
            disabled: id.draw(3, 15) == 0,
            locked: id.draw(4, 25) == 0,
            kind: "ACCOUNT",
            // An account that was aggregated before it was correlated has neither.
            id: is_known.then_some(id),
            name: is_known.then_some(&person.name),
            created: is_known.then_some(Time(created)),
            modified: (is_known && id.draw(5, 3) > 0)
                .then(|| Time(days_after(created, id.draw(6, 100)))),
            activity_insights: ActivityInsights {
                account_id: id,
                usage_days: if usage_known { id.draw(7, 91) } else { 0 },
                usage_days_state: if usage_known { "COMPLETE" } else { "UNKNOWN" },
            },
            description: owner.map(|_| "Runs unattended; see the run book of its owner"),
            governance_group_id: owner
                .filter(|_| id.draw(8, 2) == 0)
                .and_then(|_| self.tenant.groups.rows().first())
                .map(|group| group.id),
            owner: owner.map(|owner| AccountOwner {
                id: owner.id,
                kind: "IDENTITY",
                display_name: &owner.name,
            }),
        }
    }
}

/// The name of an account on its source: a distinguished name in a directory, a login elsewhere.
fn native_identity(person: &Person, source: &Source) -> String {
    let login = person.email.as_str().split('@').next().unwrap_or_default();
    if source.kind.starts_with("Active Directory") {
        format!(
            "CN={},OU=People,DC=northwind,DC=example",
            person.name.as_str()
        )
    } else if source.kind.starts_with("SAP") || source.kind.starts_with("Oracle") {
        login.replace('.', "_").to_uppercase()
    } else {
        login.to_owned()
    }
}

fn data_access(data: &DataAccess) -> DataAccessDto<'_> {
    DataAccessDto {
        policies: data.policies.iter().map(|value| Named { value }).collect(),
        categories: data
            .categories
            .iter()
            .map(|(value, match_count)| Category {
                value,
                match_count: *match_count,
            })
            .collect(),
        impact_score: Named {
            value: &data.impact,
        },
    }
}

fn days_after(start: Timestamp, days: u64) -> Timestamp {
    let hours = i64::try_from(days * 24).unwrap_or_default();
    start.checked_add(Span::new().hours(hours)).unwrap_or(start)
}
