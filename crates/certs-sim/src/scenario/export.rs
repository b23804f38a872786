//! Converts the state to the scenario that describes it.

use super::model;
use crate::id::Id;
use crate::state::State;
use crate::state::campaign::{Campaign, Report, TransitionKind};
use crate::state::reassign::Reference;
use crate::state::review::{Access, Certification, Decided, Item};
use crate::state::sign_off::Remediation;
use crate::state::table::{Entity, Ix, Table};
use crate::state::task::{Outcome, Task, Work};
use crate::state::template::{CampaignFilter, Template};
use crate::state::tenant::{
    AccessProfile, DataAccess, Entitlement, Group, Permission, Person, Role, Source, Tenant,
};
use crate::text::Text;

/// Writes everything that [`super::import::load`] reads, and omits a field only if its default is
/// the same at every start.
pub(crate) fn save(state: &State) -> model::Scenario {
    let tenant = &state.tenant;
    model::Scenario {
        schema: None,
        identities: rows(&tenant.people, |row| identity(tenant, row)),
        governance_groups: rows(&tenant.groups, |row| group(tenant, row)),
        sources: rows(&tenant.sources, source),
        entitlements: rows(&tenant.entitlements, |row| entitlement(tenant, row)),
        access_profiles: rows(&tenant.profiles, |row| profile(tenant, row)),
        roles: rows(&tenant.roles, |row| role(tenant, row)),
        campaigns: state
            .live_campaigns()
            .map(|(ix, row)| campaign(state, ix, row))
            .collect(),
        certifications: state
            .live_certifications()
            .map(|(ix, row)| certification(state, ix, row))
            .collect(),
        tasks: state
            .tasks
            .rows()
            .iter()
            .filter(|row| is_live(state, row))
            .map(|row| task(state, row))
            .collect(),
        remediations: Some(
            state
                .remediations
                .iter()
                .filter(|row| state.is_live(state.items[row.item].certification))
                .map(|row| remediation(state, row))
                .collect(),
        ),
        report_columns: state.report_columns.clone(),
        campaign_templates: state
            .templates
            .iter()
            .map(|row| template(tenant, row))
            .collect(),
        campaign_filters: state
            .campaign_filters
            .iter()
            .map(|row| campaign_filter(tenant, row))
            .collect(),
    }
}

fn rows<T: Entity, U>(table: &Table<T>, write: impl Fn(&T) -> U) -> Vec<U> {
    table.rows().iter().map(write).collect()
}

fn shown(text: &Text) -> String {
    text.as_str().to_owned()
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn id_of(tenant: &Tenant, person: Ix<Person>) -> String {
    tenant.people[person].id.to_string()
}

fn ids<T: Entity>(table: &Table<T>, positions: &[Ix<T>]) -> Vec<String> {
    positions
        .iter()
        .map(|ix| table[*ix].id().to_string())
        .collect()
}

fn identity(tenant: &Tenant, row: &Person) -> model::Identity {
    let Person {
        id,
        name,
        email,
        created,
        modified,
        level,
        machine_owner,
    } = row;
    model::Identity {
        id: id.to_string(),
        name: shown(name),
        email: shown(email),
        level: *level,
        machine_owner: machine_owner.map(|owner| id_of(tenant, owner)),
        created: Some(*created),
        modified: Some(*modified),
    }
}

fn group(tenant: &Tenant, row: &Group) -> model::GovernanceGroup {
    let Group { id, name, members } = row;
    model::GovernanceGroup {
        id: id.to_string(),
        name: shown(name),
        members: ids(&tenant.people, members),
    }
}

fn source(row: &Source) -> model::Source {
    let Source { id, name, kind } = row;
    model::Source {
        id: id.to_string(),
        name: shown(name),
        source_type: kind.to_string(),
    }
}

fn entitlement(tenant: &Tenant, row: &Entitlement) -> model::Entitlement {
    let Entitlement {
        id,
        name,
        description,
        privileged,
        owner,
        attribute,
        value,
        object_type,
        source,
        revocable,
        cloud_governed,
        data_access,
        permissions,
    } = row;
    model::Entitlement {
        id: id.to_string(),
        name: shown(name),
        source: tenant.sources[*source].id.to_string(),
        description: owned(description.as_deref()),
        owner: owner.map(|owner| id_of(tenant, owner)),
        attribute_name: attribute.to_string(),
        attribute_value: Some(value.to_string()),
        source_schema_object_type: object_type.to_string(),
        privileged: *privileged,
        revocable: *revocable,
        cloud_governed: *cloud_governed,
        data_access: data_access.as_ref().map(data),
        permissions: permissions.iter().map(permission).collect(),
    }
}

fn data(data: &DataAccess) -> model::DataAccess {
    let DataAccess {
        policies,
        categories,
        impact,
    } = data;
    model::DataAccess {
        policies: policies.iter().map(ToString::to_string).collect(),
        categories: categories
            .iter()
            .map(|(value, match_count)| model::Category {
                value: value.to_string(),
                match_count: *match_count,
            })
            .collect(),
        impact_score: impact.to_string(),
    }
}

fn permission(permission: &Permission) -> model::Permission {
    let Permission {
        id: _,
        target,
        rights,
    } = permission;
    model::Permission {
        target: shown(target),
        rights: rights.iter().map(shown).collect(),
    }
}

fn profile(tenant: &Tenant, row: &AccessProfile) -> model::AccessProfile {
    let AccessProfile {
        id,
        name,
        description,
        privileged,
        cloud_governed,
        end_date,
        owner,
        source,
        entitlements,
        created,
        modified,
    } = row;
    model::AccessProfile {
        id: id.to_string(),
        name: shown(name),
        source: tenant.sources[*source].id.to_string(),
        description: description.to_string(),
        owner: owner.map(|owner| id_of(tenant, owner)),
        privileged: *privileged,
        cloud_governed: *cloud_governed,
        end_date: *end_date,
        entitlements: ids(&tenant.entitlements, entitlements),
        created: Some(*created),
        modified: Some(*modified),
    }
}

fn role(tenant: &Tenant, row: &Role) -> model::Role {
    let Role {
        id,
        name,
        description,
        privileged,
        owner,
        revocable,
        end_date,
        profiles,
        entitlements,
    } = row;
    model::Role {
        id: id.to_string(),
        name: shown(name),
        description: description.to_string(),
        owner: owner.map(|owner| id_of(tenant, owner)),
        privileged: *privileged,
        revocable: *revocable,
        end_date: *end_date,
        access_profiles: ids(&tenant.profiles, profiles),
        entitlements: ids(&tenant.entitlements, entitlements),
    }
}

fn campaign(state: &State, ix: Ix<Campaign>, row: &Campaign) -> model::Campaign {
    let Campaign {
        id,
        name,
        description,
        kind,
        correlated,
        comments,
        owner,
        deadline,
        created,
        modified,
        stage: _,
        transition,
        error,
        settings,
        reports,
    } = row;
    model::Campaign {
        id: id.to_string(),
        name: shown(name),
        campaign_type: *kind,
        description: owned(description.as_deref()),
        correlated: *correlated,
        mandatory_comment_requirement: *comments,
        owner: Some(id_of(&state.tenant, *owner)),
        deadline: Some(*deadline),
        created: Some(*created),
        modified: Some(*modified),
        status: Some(state.campaign_status(ix)),
        status_ends: transition.map(|transition| transition.ends),
        error: owned(error.as_deref()),
        open_items: transition.and_then(|transition| match transition.kind {
            TransitionKind::Complete(decision) => Some(decision),
            _ => None,
        }),
        reports: reports.iter().map(report).collect(),
        settings: settings.clone(),
    }
}

fn template(tenant: &Tenant, row: &Template) -> model::CampaignTemplate {
    let Template {
        id,
        name,
        owner,
        created,
        modified,
        fields,
        schedule,
    } = row;
    model::CampaignTemplate {
        id: id.to_string(),
        name: shown(name),
        owner: Some(id_of(tenant, *owner)),
        created: Some(*created),
        modified: Some(*modified),
        fields: fields.clone(),
        schedule: schedule.clone(),
    }
}

fn campaign_filter(tenant: &Tenant, row: &CampaignFilter) -> model::CampaignFilter {
    let CampaignFilter { id, owner, fields } = row;
    model::CampaignFilter {
        id: id.to_string(),
        owner: owner.map(|owner| id_of(tenant, owner)),
        fields: fields.clone(),
    }
}

fn report(row: &Report) -> model::Report {
    let Report {
        kind,
        id,
        started,
        ends,
    } = row;
    model::Report {
        report_type: *kind,
        id: id.to_string(),
        started: *started,
        ends: *ends,
    }
}

fn certification(
    state: &State,
    ix: Ix<Certification>,
    row: &Certification,
) -> model::Certification {
    let Certification {
        id,
        name,
        campaign,
        reviewer: _,
        phase,
        created,
        modified,
        due,
        signed,
        reassignment,
        error,
        items,
        counters: _,
        extra,
    } = row;
    model::Certification {
        id: id.to_string(),
        name: Some(shown(name)),
        campaign: state.campaigns[*campaign].id.to_string(),
        reviewer: state.view_reviewer(ix),
        phase: *phase,
        created: Some(*created),
        modified: Some(*modified),
        due: *due,
        signed: *signed,
        reassignment: reassignment
            .as_ref()
            .map(|reassignment| model::Reassignment {
                from: state.certifications[reassignment.from].id.to_string(),
                reviewer: (reassignment.reviewer
                    != state.certifications[reassignment.from].reviewer)
                    .then(|| state.view_reviewer_of(reassignment.reviewer)),
                comment: reassignment.comment.to_string(),
            }),
        error_message: owned(error.as_deref()),
        items: items
            .iter()
            .map(|ix| item(&state.tenant, &state.items[*ix]))
            .collect(),
        extra: extra.as_deref().cloned().unwrap_or_default(),
    }
}

fn item(tenant: &Tenant, row: &Item) -> model::Item {
    let Item {
        id,
        certification: _,
        subject,
        access,
        duplicate,
        access_omitted,
        new_access,
        extra,
        decided,
    } = row;
    let undecided = model::Item {
        id: id.to_string(),
        identity: subject.map(|person| id_of(tenant, person)),
        access: reviewed(tenant, *access),
        duplicate_summary: *duplicate,
        access_omitted: *access_omitted,
        new_access: *new_access,
        decision: None,
        comments: None,
        proposed_end_date: None,
        bulk: false,
        extra: extra.as_deref().cloned().unwrap_or_default(),
    };
    let Some(Decided {
        decision,
        comments,
        proposed_end_date,
        bulk,
    }) = decided
    else {
        return undecided;
    };
    model::Item {
        decision: Some(*decision),
        comments: owned(comments.as_deref()),
        proposed_end_date: *proposed_end_date,
        bulk: *bulk,
        ..undecided
    }
}

fn reviewed(tenant: &Tenant, access: Access) -> model::Access {
    model::Access {
        access_type: access.kind(),
        id: access.id(tenant).to_string(),
    }
}

/// Whether the certifications of the task still exist.
fn is_live(state: &State, row: &Task) -> bool {
    match &row.work {
        Work::Items(certification, _) => state.is_live(*certification),
        Work::Certifications(_, request) => {
            let mut all = request.certifications.iter();
            all.all(|certification| state.is_live(*certification))
        }
    }
}

fn task(state: &State, row: &Task) -> model::Task {
    let Task {
        id,
        kind,
        work,
        submitter,
        created,
        starts,
        ends,
        outcome,
    } = row;
    let id_of_certification = |ix: &Ix<Certification>| state.certifications[*ix].id.to_string();
    let (certification, certifications, reassign, to, reason) = match work {
        Work::Items(certification, request) => (
            Some(id_of_certification(certification)),
            Vec::new(),
            request.references.iter().map(reference).collect(),
            &request.to,
            &request.reason,
        ),
        Work::Certifications(_, request) => (
            None,
            request
                .certifications
                .iter()
                .map(id_of_certification)
                .collect(),
            Vec::new(),
            &request.to,
            &request.reason,
        ),
    };
    model::Task {
        id: id.to_string(),
        task_type: *kind,
        certification,
        certifications,
        submitted_by: Some(id_of(&state.tenant, *submitter)),
        created: Some(*created),
        starts: Some(*starts),
        ends: Some(*ends),
        reassign,
        reassign_to: to.clone(),
        reason: reason.clone(),
        outcome: outcome.as_ref().map(ended),
    }
}

fn reference(reference: &Reference) -> model::Reference {
    let Reference { kind, id } = reference;
    model::Reference {
        reassign_type: *kind,
        id: id.clone(),
    }
}

fn ended(outcome: &Outcome) -> model::Outcome {
    let text = Id::to_string;
    match outcome {
        Outcome::Reassigned { previous, new } => model::Outcome::Success {
            previous_owner: text(previous),
            new_owner: text(new),
        },
        Outcome::Failed(errors) => model::Outcome::Error {
            errors: errors.clone(),
        },
    }
}

fn remediation(state: &State, row: &Remediation) -> model::Remediation {
    let Remediation { item, started } = row;
    model::Remediation {
        item: state.items[*item].id.to_string(),
        started: *started,
    }
}
