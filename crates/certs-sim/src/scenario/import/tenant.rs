//! Imports people and what they have access to.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Result;
use super::lookup::{find, find_all, new_id, owner, person};
use crate::id::Id;
use crate::scenario::model;
use crate::scenario::place::Place;
use crate::state::table::{Ix, Table};
use crate::state::tenant::{
    AccessProfile, DataAccess, Entitlement, Group, Permission, Person, Role, Source, Tenant,
};
use crate::text::Text;
use crate::view::UserLevel;

pub(super) fn people(identities: Vec<model::Identity>, now: Timestamp) -> Result<Tenant> {
    let list = Place::list("identities");
    let mut people: Table<Person> = Table::new();
    let mut machines = Vec::new();
    for (position, row) in identities.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Identity {
            id,
            name,
            email,
            level,
            machine_owner,
            created,
            modified,
        } = row;
        let created = created.unwrap_or(now);
        let ix = people.push(Person {
            id: new_id(&people, &place, &id)?,
            name: Text::new(name),
            email: Text::new(email),
            created,
            modified: modified.unwrap_or(created),
            level,
            machine_owner: None,
        });
        if let Some(owner) = machine_owner {
            if level != UserLevel::User {
                return Err(place
                    .field("level")
                    .refuse("a machine identity cannot be an administrator"));
            }
            machines.push((ix, position, owner));
        }
    }
    // The owner of a machine may come after it, and must not be one itself.
    let all_machines: HashSet<_> = machines.iter().map(|(machine, ..)| *machine).collect();
    for (machine, position, owner) in machines {
        let row = list.entry(position);
        let place = row.field("machineOwner");
        let ix = find(&people, "identity", place, &owner)?;
        if all_machines.contains(&ix) {
            return Err(place.refuse(format!("\"{owner}\" is a machine identity")));
        }
        people[machine].machine_owner = Some(ix);
    }
    let admin = administrator(&mut people, UserLevel::OrgAdmin, now);
    let cert_admin = administrator(&mut people, UserLevel::CertAdmin, now);
    Ok(Tenant {
        people,
        groups: Table::new(),
        sources: Table::new(),
        entitlements: Table::new(),
        profiles: Table::new(),
        roles: Table::new(),
        admin,
        cert_admin,
    })
}

/// The first administrator of a level. One is added if the scenario has none, so that the
/// simulator's credentials always work.
fn administrator(people: &mut Table<Person>, level: UserLevel, now: Timestamp) -> Ix<Person> {
    if let Some((ix, _)) = people.iter().find(|(_, person)| person.level == level) {
        return ix;
    }
    let (name, login) = match level {
        UserLevel::CertAdmin => ("Certification Administrator", "sim-cert-admin"),
        UserLevel::OrgAdmin | UserLevel::User => ("Organisation Administrator", "sim-admin"),
    };
    const SEED: Id = Id::new(0x51_3ad3_1415);
    let mut id = SEED.derive(Id::new(u128::from(level == UserLevel::CertAdmin)));
    while people.find(id).is_some() {
        id = id.derive(SEED);
    }
    people.push(Person {
        id,
        name: Text::new(name),
        email: Text::new(format!("{login}@northwind.example")),
        created: now,
        modified: now,
        level,
        machine_owner: None,
    })
}

pub(super) fn add_groups(tenant: &mut Tenant, groups: Vec<model::GovernanceGroup>) -> Result<()> {
    let list = Place::list("governanceGroups");
    for (position, row) in groups.into_iter().enumerate() {
        let place = list.entry(position);
        let model::GovernanceGroup { id, name, members } = row;
        let members_place = place.field("members");
        let members = members
            .iter()
            .enumerate()
            .map(|(position, member)| person(tenant, members_place.entry(position), member))
            .collect::<Result<_>>()?;
        tenant.groups.push(Group {
            id: new_id(&tenant.groups, &place, &id)?,
            name: Text::new(name),
            members,
        });
    }
    Ok(())
}

pub(super) fn add_sources(tenant: &mut Tenant, sources: Vec<model::Source>) -> Result<()> {
    let list = Place::list("sources");
    for (position, row) in sources.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Source {
            id,
            name,
            source_type,
        } = row;
        tenant.sources.push(Source {
            id: new_id(&tenant.sources, &place, &id)?,
            name: Text::new(name),
            kind: source_type.into(),
        });
    }
    Ok(())
}

pub(super) fn add_entitlements(
    tenant: &mut Tenant,
    entitlements: Vec<model::Entitlement>,
) -> Result<()> {
    let list = Place::list("entitlements");
    for (position, row) in entitlements.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Entitlement {
            id,
            name,
            source,
            description,
            owner: owned_by,
            attribute_name,
            attribute_value,
            source_schema_object_type,
            privileged,
            revocable,
            cloud_governed,
            data_access,
            permissions,
        } = row;
        let id = new_id(&tenant.entitlements, &place, &id)?;
        let entitlement = Entitlement {
            id,
            value: attribute_value.unwrap_or_else(|| name.clone()).into(),
            name: Text::new(name),
            description: description.map(Into::into),
            privileged,
            owner: owner(tenant, &place, owned_by.as_deref())?,
            attribute: attribute_name.into(),
            object_type: source_schema_object_type.into(),
            source: find(&tenant.sources, "source", place.field("source"), &source)?,
            revocable,
            cloud_governed,
            data_access: data_access.map(data),
            permissions: permissions
                .into_iter()
                .zip(0..)
                .map(|(permission, number)| rights(id, number, permission))
                .collect(),
        };
        tenant.entitlements.push(entitlement);
    }
    Ok(())
}

fn data(data: model::DataAccess) -> DataAccess {
    let model::DataAccess {
        policies,
        categories,
        impact_score,
    } = data;
    DataAccess {
        policies: policies.into_iter().map(Into::into).collect(),
        categories: categories
            .into_iter()
            .map(|model::Category { value, match_count }| (value.into(), match_count))
            .collect(),
        impact: impact_score.into(),
    }
}

/// No response shows the identifier of a permission: it only has to be unique.
fn rights(entitlement: Id, number: u128, permission: model::Permission) -> Permission {
    let model::Permission { target, rights } = permission;
    Permission {
        id: entitlement.derive(Id::new(number)),
        target: Text::new(target),
        rights: rights.into_iter().map(Text::new).collect(),
    }
}

pub(super) fn add_profiles(
    tenant: &mut Tenant,
    profiles: Vec<model::AccessProfile>,
    now: Timestamp,
) -> Result<()> {
    let list = Place::list("accessProfiles");
    for (position, row) in profiles.into_iter().enumerate() {
        let place = list.entry(position);
        let model::AccessProfile {
            id,
            name,
            source,
            description,
            owner: owned_by,
            privileged,
            cloud_governed,
            end_date,
            entitlements,
            created,
            modified,
        } = row;
        let created = created.unwrap_or(now);
        let profile = AccessProfile {
            id: new_id(&tenant.profiles, &place, &id)?,
            name: Text::new(name),
            description: description.into(),
            privileged,
            cloud_governed,
            end_date,
            owner: owner(tenant, &place, owned_by.as_deref())?,
            source: find(&tenant.sources, "source", place.field("source"), &source)?,
            entitlements: find_all(
                &tenant.entitlements,
                "entitlement",
                place.field("entitlements"),
                &entitlements,
            )?,
            created,
            modified: modified.unwrap_or(created),
        };
        tenant.profiles.push(profile);
    }
    Ok(())
}

pub(super) fn add_roles(tenant: &mut Tenant, roles: Vec<model::Role>) -> Result<()> {
    let list = Place::list("roles");
    for (position, row) in roles.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Role {
            id,
            name,
            description,
            owner: owned_by,
            privileged,
            revocable,
            end_date,
            access_profiles,
            entitlements,
        } = row;
        let role = Role {
            id: new_id(&tenant.roles, &place, &id)?,
            name: Text::new(name),
            description: description.into(),
            privileged,
            owner: owner(tenant, &place, owned_by.as_deref())?,
            revocable,
            end_date,
            profiles: find_all(
                &tenant.profiles,
                "access profile",
                place.field("accessProfiles"),
                &access_profiles,
            )?,
            entitlements: find_all(
                &tenant.entitlements,
                "entitlement",
                place.field("entitlements"),
                &entitlements,
            )?,
        };
        tenant.roles.push(role);
    }
    Ok(())
}
