//! From a scenario to the state that it describes.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::error::ScenarioError;
use super::model;
use super::place::Place;
use crate::clock::later;
use crate::id::Id;
use crate::state::State;
use crate::state::reassign::{ReassignRequest, Reference};
use crate::state::review::{
    Access, Campaign, Certification, Decided, Item, Reassignment, Reviewer,
};
use crate::state::sign_off::Remediation;
use crate::state::table::{Entity, Ix, Table};
use crate::state::tally::Tally;
use crate::state::task::{Outcome, Task, TaskTimes};
use crate::state::tenant::{
    AccessProfile, DataAccess, Entitlement, Group, Permission, Person, Role, Source, Tenant,
};
use crate::text::Text;
use crate::view::{self, AccessType, Decision, Phase, UserLevel};

type Result<T> = std::result::Result<T, ScenarioError>;

/// How long a campaign goes on whose end nobody tells.
const CAMPAIGN_LENGTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Makes the state that a scenario describes; `now` stands for the dates that it leaves
/// out.
pub(crate) fn load(
    scenario: model::Scenario,
    now: Timestamp,
    task_times: TaskTimes,
) -> Result<State> {
    // Every list is taken apart, so that a new one cannot be forgotten.
    let model::Scenario {
        schema: _,
        identities,
        governance_groups,
        sources,
        entitlements,
        access_profiles,
        roles,
        campaigns,
        certifications,
        tasks,
        remediations,
    } = scenario;
    let mut tenant = people(identities, now)?;
    add_groups(&mut tenant, governance_groups)?;
    add_sources(&mut tenant, sources)?;
    add_entitlements(&mut tenant, entitlements)?;
    add_profiles(&mut tenant, access_profiles, now)?;
    add_roles(&mut tenant, roles)?;
    let mut state = State::new(tenant, task_times);
    add_campaigns(&mut state, campaigns, now)?;
    add_certifications(&mut state, certifications, now)?;
    add_tasks(&mut state, tasks, now)?;
    add_remediations(&mut state, remediations)?;
    Ok(state)
}

fn id(place: Place<'_>, text: &str) -> Result<Id> {
    Id::parse(text).ok_or_else(|| {
        place.refuse(format!(
            "\"{text}\" is no identifier: it must be 32 hexadecimal digits"
        ))
    })
}

/// The identifier of a row that is not in the table yet.
fn new_id<T: Entity>(table: &Table<T>, row: &Place<'_>, text: &str) -> Result<Id> {
    let place = row.field("id");
    let id = id(place, text)?;
    if table.find(id).is_some() {
        return Err(place.refuse(format!("\"{text}\" is there already")));
    }
    Ok(id)
}

/// The row that an identifier names.
fn find<T: Entity>(table: &Table<T>, what: &str, place: Place<'_>, text: &str) -> Result<Ix<T>> {
    table
        .find(id(place, text)?)
        .ok_or_else(|| place.refuse(format!("there is no {what} \"{text}\"")))
}

fn find_all<T: Entity>(
    table: &Table<T>,
    what: &str,
    place: Place<'_>,
    texts: &[String],
) -> Result<Vec<Ix<T>>> {
    texts
        .iter()
        .enumerate()
        .map(|(position, text)| find(table, what, place.entry(position), text))
        .collect()
}

/// Somebody who can review, own and answer for things.
fn person(tenant: &Tenant, place: Place<'_>, text: &str) -> Result<Ix<Person>> {
    let person = find(&tenant.people, "identity", place, text)?;
    if tenant.people[person].is_machine() {
        return Err(place.refuse(format!("\"{text}\" is a machine identity")));
    }
    Ok(person)
}

fn owner(tenant: &Tenant, row: &Place<'_>, text: Option<&str>) -> Result<Option<Ix<Person>>> {
    text.map(|text| person(tenant, row.field("owner"), text))
        .transpose()
}

fn people(identities: Vec<model::Identity>, now: Timestamp) -> Result<Tenant> {
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
                    .refuse("a machine identity is no administrator"));
            }
            machines.push((ix, position, owner));
        }
    }
    // The owner of a machine may stand after it, and must not be one itself.
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

/// The first administrator of a level. The simulator's credentials always work, so one
/// that nobody cared to name is added.
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

fn add_groups(tenant: &mut Tenant, groups: Vec<model::GovernanceGroup>) -> Result<()> {
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

fn add_sources(tenant: &mut Tenant, sources: Vec<model::Source>) -> Result<()> {
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

fn add_entitlements(tenant: &mut Tenant, entitlements: Vec<model::Entitlement>) -> Result<()> {
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

/// No answer shows the identifier of a permission: it only has to be its own.
fn rights(entitlement: Id, number: u128, permission: model::Permission) -> Permission {
    let model::Permission { target, rights } = permission;
    Permission {
        id: entitlement.derive(Id::new(number)),
        target: Text::new(target),
        rights: rights.into_iter().map(Text::new).collect(),
    }
}

fn add_profiles(
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

fn add_roles(tenant: &mut Tenant, roles: Vec<model::Role>) -> Result<()> {
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

fn add_campaigns(state: &mut State, campaigns: Vec<model::Campaign>, now: Timestamp) -> Result<()> {
    let list = Place::list("campaigns");
    for (position, row) in campaigns.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Campaign {
            id,
            name,
            campaign_type,
            description,
            correlated,
            mandatory_comment_requirement,
            owner: owned_by,
            deadline,
        } = row;
        state.campaigns.push(Campaign {
            id: new_id(&state.campaigns, &place, &id)?,
            name: Text::new(name),
            description: description.map(Into::into),
            kind: campaign_type,
            correlated,
            comments: mandatory_comment_requirement,
            owner: owner(&state.tenant, &place, owned_by.as_deref())?.unwrap_or(state.tenant.admin),
            deadline: deadline.unwrap_or_else(|| later(now, CAMPAIGN_LENGTH)),
        });
    }
    Ok(())
}

fn add_certifications(
    state: &mut State,
    certifications: Vec<model::Certification>,
    now: Timestamp,
) -> Result<()> {
    let list = Place::list("certifications");
    let items = certifications.iter().map(|row| row.items.len()).sum();
    state.items.reserve(items);
    let mut reassignments = Vec::new();
    for (position, row) in certifications.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Certification {
            id,
            name,
            campaign,
            reviewer: reviewed_by,
            phase,
            created,
            modified,
            due,
            signed,
            reassignment,
            error_message,
            items,
        } = row;
        let campaign = find(
            &state.campaigns,
            "campaign",
            place.field("campaign"),
            &campaign,
        )?;
        let reviewer = reviewer(&state.tenant, place.field("reviewer"), &reviewed_by)?;
        let created = created.unwrap_or(now);
        let modified = modified.unwrap_or(created);
        let name = name.unwrap_or_else(|| {
            let reviewer = match reviewer {
                Reviewer::Identity(person) => &state.tenant.people[person].name,
                Reviewer::Group(group) => &state.tenant.groups[group].name,
            };
            let campaign = &state.campaigns[campaign].name;
            format!("{} - {}", campaign.as_str(), reviewer.as_str())
        });
        let certification = state.certifications.push(Certification {
            id: new_id(&state.certifications, &place, &id)?,
            name: Text::new(name),
            campaign,
            reviewer,
            phase,
            created,
            modified,
            due,
            signed: signed_at(&place, phase, signed, modified)?,
            reassignment: None,
            error: error_message.map(Into::into),
            items: Vec::new(),
            tally: Tally::default(),
        });
        add_items(state, certification, place.field("items"), items)?;
        if phase == Phase::Signed
            && !state.certifications[certification]
                .tally
                .decisions
                .is_complete()
        {
            return Err(place
                .field("phase")
                .refuse("a SIGNED certification has a decision for every item"));
        }
        if let Some(reassignment) = reassignment {
            reassignments.push((certification, position, reassignment));
        }
    }
    // A certification may stand before the one that its items came from.
    for (certification, position, reassignment) in reassignments {
        let row = list.entry(position);
        let place = row.field("reassignment");
        set_reassignment(state, certification, place.field("from"), reassignment)?;
    }
    Ok(())
}

fn reviewer(tenant: &Tenant, place: Place<'_>, reviewer: &view::Reviewer) -> Result<Reviewer> {
    let place = place.field("id");
    match reviewer {
        view::Reviewer::Identity(id) => person(tenant, place, id).map(Reviewer::Identity),
        view::Reviewer::GovernanceGroup(id) => {
            find(&tenant.groups, "governance group", place, id).map(Reviewer::Group)
        }
    }
}

fn signed_at(
    row: &Place<'_>,
    phase: Phase,
    signed: Option<Timestamp>,
    modified: Timestamp,
) -> Result<Option<Timestamp>> {
    match (phase, signed) {
        (Phase::Signed, signed) => Ok(Some(signed.unwrap_or(modified))),
        (Phase::Staged | Phase::Active, None) => Ok(None),
        (Phase::Staged | Phase::Active, Some(_)) => Err(row.field("signed").refuse(format!(
            "only a SIGNED certification was signed, and this one is {phase}"
        ))),
    }
}

fn set_reassignment(
    state: &mut State,
    certification: Ix<Certification>,
    place: Place<'_>,
    reassignment: model::Reassignment,
) -> Result<()> {
    let model::Reassignment { from, comment } = reassignment;
    let ix = find(&state.certifications, "certification", place, &from)?;
    let campaign = state.certifications[certification].campaign;
    if ix == certification || state.certifications[ix].campaign != campaign {
        return Err(place.refuse(format!(
            "\"{from}\" is not another certification of the same campaign"
        )));
    }
    state.certifications[certification].reassignment = Some(Reassignment {
        from: ix,
        comment: comment.into(),
    });
    Ok(())
}

fn add_items(
    state: &mut State,
    certification: Ix<Certification>,
    list: Place<'_>,
    items: Vec<model::Item>,
) -> Result<()> {
    let reviewer = state.certifications[certification].reviewer;
    for (position, row) in items.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Item {
            id,
            identity,
            access,
            new_access,
            decision,
            comments,
            proposed_end_date,
            bulk,
        } = row;
        let subject = match &identity {
            Some(identity) => {
                let place = place.field("identity");
                let subject = find(&state.tenant.people, "identity", place, identity)?;
                if reviewer == Reviewer::Identity(subject) {
                    return Err(place.refuse("nobody reviews their own access"));
                }
                Some(subject)
            }
            None => None,
        };
        let decided = match decision {
            Some(decision) => {
                if decision == Decision::Approve && proposed_end_date.is_some() {
                    return Err(place
                        .field("proposedEndDate")
                        .refuse("only a REVOKE decision has one"));
                }
                Some(Decided {
                    decision,
                    comments: comments.map(Arc::from),
                    proposed_end_date,
                    bulk,
                })
            }
            None if comments.is_some() || proposed_end_date.is_some() || bulk => {
                return Err(place.refuse(
                    "comments, proposedEndDate and bulk belong to a decision, and there is none",
                ));
            }
            None => None,
        };
        let item = state.items.push(Item {
            id: new_id(&state.items, &place, &id)?,
            certification,
            subject,
            access: reviewed(&state.tenant, place.field("access"), &access)?,
            new_access,
            decided,
        });
        state.certifications[certification].items.push(item);
    }
    state.recount(certification);
    Ok(())
}

fn reviewed(tenant: &Tenant, place: Place<'_>, access: &model::Access) -> Result<Access> {
    let model::Access { access_type, id } = access;
    let place = place.field("id");
    match access_type {
        AccessType::Entitlement => {
            find(&tenant.entitlements, "entitlement", place, id).map(Access::Entitlement)
        }
        AccessType::AccessProfile => {
            find(&tenant.profiles, "access profile", place, id).map(Access::Profile)
        }
        AccessType::Role => find(&tenant.roles, "role", place, id).map(Access::Role),
    }
}

fn add_tasks(state: &mut State, tasks: Vec<model::Task>, now: Timestamp) -> Result<()> {
    let list = Place::list("tasks");
    for (position, row) in tasks.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Task {
            id,
            task_type,
            certification,
            submitted_by,
            created,
            starts,
            ends,
            reassign,
            reassign_to,
            reason,
            outcome,
        } = row;
        let created = created.unwrap_or(now);
        let starts = starts.unwrap_or_else(|| later(created, state.task_times.queued));
        let task = Task {
            id: new_id(&state.tasks, &place, &id)?,
            kind: task_type,
            certification: find(
                &state.certifications,
                "certification",
                place.field("certification"),
                &certification,
            )?,
            submitter: submitted_by
                .map(|by| person(&state.tenant, place.field("submittedBy"), &by))
                .transpose()?
                .unwrap_or(state.tenant.admin),
            created,
            starts,
            ends: ends.unwrap_or_else(|| later(starts, state.task_times.running)),
            request: ReassignRequest {
                references: reassign
                    .into_iter()
                    .map(|model::Reference { reassign_type, id }| Reference {
                        kind: reassign_type,
                        id,
                    })
                    .collect(),
                to: reassign_to,
                reason,
            },
            outcome: outcome
                .map(|outcome| self::outcome(place.field("outcome"), outcome))
                .transpose()?,
        };
        let is_pending = task.outcome.is_none();
        let ix = state.tasks.push(task);
        if is_pending {
            state.pending.push(ix);
        }
    }
    Ok(())
}

fn outcome(place: Place<'_>, outcome: model::Outcome) -> Result<Outcome> {
    match outcome {
        model::Outcome::Success {
            previous_owner,
            new_owner,
        } => Ok(Outcome::Reassigned {
            previous: id(place.field("previousOwner"), &previous_owner)?,
            new: id(place.field("newOwner"), &new_owner)?,
        }),
        model::Outcome::Error { errors } => Ok(Outcome::Failed(errors)),
    }
}

fn add_remediations(
    state: &mut State,
    remediations: Option<Vec<model::Remediation>>,
) -> Result<()> {
    let Some(remediations) = remediations else {
        let certifications: Vec<_> = state.certifications.iter().map(|(ix, _)| ix).collect();
        for certification in certifications {
            if let Some(signed) = state.certifications[certification].signed {
                state.remediate(certification, signed);
            }
        }
        return Ok(());
    };
    let list = Place::list("remediations");
    for (position, row) in remediations.into_iter().enumerate() {
        let entry = list.entry(position);
        let place = entry.field("item");
        let model::Remediation { item, started } = row;
        let ix = find(&state.items, "item", place, &item)?;
        if !state.is_revoked_for_good(ix) {
            return Err(place.refuse(format!(
                "\"{item}\" is not a revoked item of a signed certification"
            )));
        }
        state.remediations.push(Remediation { item: ix, started });
    }
    Ok(())
}
