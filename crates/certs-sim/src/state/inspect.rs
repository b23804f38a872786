//! Views of the state, for tests.

use std::collections::HashSet;

use jiff::Timestamp;

use super::State;
use super::review::{Access, Certification, Item, Reviewer};
use super::table::Ix;
use crate::id::Id;
use crate::view;

impl State {
    /// The identifier of the identity or governance group that reviews.
    pub(crate) fn reviewer_id(&self, certification: Ix<Certification>) -> Id {
        match self.certifications[certification].reviewer {
            Reviewer::Identity(person) => self.tenant.people[person].id,
            Reviewer::Group(group) => self.tenant.groups[group].id,
        }
    }

    pub(crate) fn view_campaigns(&self) -> Vec<view::Campaign> {
        self.live_campaigns()
            .map(|(ix, campaign)| view::Campaign {
                id: campaign.id.to_string(),
                name: campaign.name.as_str().to_owned(),
                campaign_type: campaign.kind,
                comment_requirement: campaign.comments,
                status: self.campaign_status(ix),
                deadline: campaign.deadline,
            })
            .collect()
    }

    pub(crate) fn view_certifications(&self) -> Vec<view::Certification> {
        self.live_certifications()
            .map(|(certification, _)| self.view_certification(certification))
            .collect()
    }

    pub(crate) fn view_reviewer(&self, certification: Ix<Certification>) -> view::Reviewer {
        self.view_reviewer_of(self.certifications[certification].reviewer)
    }

    pub(crate) fn view_reviewer_of(&self, reviewer: Reviewer) -> view::Reviewer {
        match reviewer {
            Reviewer::Identity(person) => {
                view::Reviewer::Identity(self.tenant.people[person].id.to_string())
            }
            Reviewer::Group(group) => {
                view::Reviewer::GovernanceGroup(self.tenant.groups[group].id.to_string())
            }
        }
    }

    fn view_certification(&self, certification: Ix<Certification>) -> view::Certification {
        let row = &self.certifications[certification];
        let campaign = &self.campaigns[row.campaign];
        view::Certification {
            id: row.id.to_string(),
            name: row.name.as_str().to_owned(),
            campaign_id: campaign.id.to_string(),
            campaign_type: campaign.kind,
            comment_requirement: campaign.comments,
            phase: row.phase,
            reviewer: self.view_reviewer(certification),
            due: row.due,
            signed: row.signed,
            decisions_made: row.counters.decisions.done,
            decisions_total: row.counters.decisions.total,
            identities_completed: row.counters.identities.done,
            identities_total: row.counters.identities.total,
            duplicate_summaries: self.duplicate_summaries(row),
            reassigned_from: row
                .reassignment
                .as_ref()
                .map(|reassignment| self.certifications[reassignment.from].id.to_string()),
            error_message: row.error.as_deref().map(str::to_owned),
        }
    }

    /// Review summaries, of identities and of accesses, beyond one for each.
    fn duplicate_summaries(&self, row: &Certification) -> usize {
        let items = || row.items.iter().map(|item| &self.items[*item]);
        let accesses: HashSet<_> = items().map(|item| item.access).collect();
        let access_summaries: HashSet<_> =
            items().map(|item| (item.access, item.duplicate)).collect();
        let identities = usize::try_from(row.counters.identities.total).unwrap_or(usize::MAX);
        let identity_summaries = row.counters.summaries.len();
        (identity_summaries - identities) + (access_summaries.len() - accesses.len())
    }

    pub(crate) fn view_items(&self) -> Vec<view::Item> {
        self.live_items().map(|item| self.view_item(item)).collect()
    }

    pub(crate) fn view_items_of(&self, certification: &str) -> Vec<view::Item> {
        let Some(certification) =
            Id::parse(certification).and_then(|id| self.certifications.find(id))
        else {
            return Vec::new();
        };
        self.certifications[certification]
            .items
            .iter()
            .map(|item| self.view_item(&self.items[*item]))
            .collect()
    }

    pub(crate) fn view_item_with(&self, id: &str) -> Option<view::Item> {
        let item = Id::parse(id).and_then(|id| self.items.find(id))?;
        Some(self.view_item(&self.items[item]))
    }

    fn view_item(&self, item: &Item) -> view::Item {
        let decided = item.decided.as_ref();
        view::Item {
            id: item.id.to_string(),
            certification_id: self.certifications[item.certification].id.to_string(),
            identity_id: item
                .subject
                .map(|person| self.tenant.people[person].id.to_string()),
            identity_summary_id: item.summary().map(|summary| {
                self.identity_summary_id(item.certification, summary)
                    .to_string()
            }),
            access_type: item.access.kind(),
            access_id: item.access.id(&self.tenant).to_string(),
            access_name: item.access.name(&self.tenant).as_str().to_owned(),
            access_omitted: item.access_omitted,
            grants_privileged: item.access.grants_privileged(&self.tenant),
            is_privileged: item.access.is_privileged(&self.tenant),
            permissions: match item.access {
                Access::Entitlement(ix) => self.tenant.entitlements[ix].permissions.len(),
                Access::Profile(_) | Access::Role(_) => 0,
            },
            decision: decided.map(|decided| decided.decision),
            comments: decided.and_then(|decided| decided.comments.as_deref().map(str::to_owned)),
            proposed_end_date: decided.and_then(|decided| decided.proposed_end_date),
            bulk: decided.map(|decided| decided.bulk),
        }
    }

    pub(crate) fn view_identities(&self) -> Vec<view::Identity> {
        self.tenant
            .people
            .rows()
            .iter()
            .map(|person| view::Identity {
                id: person.id.to_string(),
                name: person.name.as_str().to_owned(),
                email: person.email.as_str().to_owned(),
                is_machine: person.is_machine(),
            })
            .collect()
    }

    pub(crate) fn view_tasks(&self, now: Timestamp) -> Vec<view::Task> {
        self.tasks
            .rows()
            .iter()
            .map(|task| view::Task {
                id: task.id.to_string(),
                task_type: task.kind,
                target_id: self.task_target(task).to_string(),
                status: task.status(now),
                errors: task.errors().to_vec(),
            })
            .collect()
    }

    pub(crate) fn view_remediations(&self) -> Vec<view::Remediation> {
        self.remediations
            .iter()
            .map(|remediation| {
                let item = self.view_item(&self.items[remediation.item]);
                view::Remediation {
                    item_id: item.id,
                    certification_id: item.certification_id,
                    identity_id: item.identity_id,
                    access_id: item.access_id,
                    started: remediation.started,
                    proposed_end_date: item.proposed_end_date,
                }
            })
            .collect()
    }
}
