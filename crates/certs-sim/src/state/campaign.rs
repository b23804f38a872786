//! The life of a campaign: creation, activation, completion, deletion.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::State;
use super::review::{Certification, Decided, Item};
use super::table::{Entity, Ix};
use super::tenant::Person;
use crate::clock::later;
use crate::error::ApiError;
use crate::id::Id;
use crate::text::Text;
use crate::view::{CampaignStatus, CampaignType, CommentRequirement, Decision, Phase, ReportType};

/// A set of certifications with one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) description: Option<Box<str>>,
    pub(crate) kind: CampaignType,
    pub(crate) correlated: bool,
    pub(crate) comments: CommentRequirement,
    pub(crate) owner: Ix<Person>,
    /// When the campaign ends. Certifications may be due earlier, and have no due
    /// date of their own before a staged campaign sets one.
    pub(crate) deadline: Timestamp,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) stage: Stage,
    /// The change in progress.
    pub(crate) transition: Option<Transition>,
    /// The error of its creation.
    pub(crate) error: Option<Box<str>>,
    /// Its other fields, as the API spells them.
    pub(crate) settings: Settings,
    pub(crate) reports: Vec<Report>,
}

/// Fields of a campaign that change nothing in the simulator.
pub(crate) type Settings = Map<String, Value>;

/// The stage of a campaign between changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Staged,
    Active,
    Completed,
    Archived,
    /// Deleted: neither it nor its certifications can be seen.
    Deleted,
}

/// A change of a campaign, and when it takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) kind: TransitionKind,
    pub(crate) ends: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransitionKind {
    Create,
    /// Staged certifications become active.
    Activate,
    /// Items without a decision get this one, and everything is signed.
    Complete(Decision),
    Delete,
}

/// The last run of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) kind: ReportType,
    pub(crate) id: Id,
    pub(crate) started: Timestamp,
    pub(crate) ends: Timestamp,
}

impl Entity for Campaign {
    fn id(&self) -> Id {
        self.id
    }
}

impl State {
    /// The campaigns that are not deleted.
    pub(crate) fn live_campaigns(&self) -> impl Iterator<Item = (Ix<Campaign>, &Campaign)> {
        let all = self.campaigns.iter();
        all.filter(|(_, row)| row.stage != Stage::Deleted)
    }

    /// The certifications of campaigns that are not deleted.
    pub(crate) fn live_certifications(
        &self,
    ) -> impl Iterator<Item = (Ix<Certification>, &Certification)> {
        let all = self.certifications.iter();
        all.filter(|(certification, _)| self.is_live(*certification))
    }

    /// Whether a certification's campaign is not deleted.
    pub(crate) fn is_live(&self, certification: Ix<Certification>) -> bool {
        let campaign = self.certifications[certification].campaign;
        self.campaigns[campaign].stage != Stage::Deleted
    }

    /// The items of campaigns that are not deleted.
    pub(crate) fn live_items(&self) -> impl Iterator<Item = &Item> {
        let all = self.items.rows().iter();
        all.filter(|item| self.is_live(item.certification))
    }

    /// The certifications of a campaign.
    pub(crate) fn certifications_of(
        &self,
        campaign: Ix<Campaign>,
    ) -> impl Iterator<Item = (Ix<Certification>, &Certification)> {
        let all = self.certifications.iter();
        all.filter(move |(_, row)| row.campaign == campaign)
    }

    /// The campaign with this id, if it exists.
    pub(crate) fn campaign(&self, id: &str) -> Result<Ix<Campaign>, ApiError> {
        Id::parse(id)
            .and_then(|id| self.campaigns.find(id))
            .filter(|campaign| self.campaigns[*campaign].stage != Stage::Deleted)
            .ok_or_else(|| ApiError::not_found(format!("There is no campaign \"{id}\".")))
    }

    /// The status follows from the change in progress and from the certifications: the last
    /// sign-off completes an active campaign.
    pub(crate) fn campaign_status(&self, campaign: Ix<Campaign>) -> CampaignStatus {
        let row = &self.campaigns[campaign];
        match row.transition.map(|transition| transition.kind) {
            Some(TransitionKind::Create) => return CampaignStatus::Pending,
            Some(TransitionKind::Activate) => return CampaignStatus::Activating,
            Some(TransitionKind::Complete(_)) => return CampaignStatus::Completing,
            Some(TransitionKind::Delete) => return CampaignStatus::Canceling,
            None => {}
        }
        match row.stage {
            Stage::Staged if row.error.is_some() => CampaignStatus::Error,
            Stage::Archived => CampaignStatus::Archived,
            Stage::Staged => CampaignStatus::Staged,
            Stage::Active if self.is_signed(campaign) => CampaignStatus::Completed,
            Stage::Active => CampaignStatus::Active,
            Stage::Completed | Stage::Deleted => CampaignStatus::Completed,
        }
    }

    fn is_signed(&self, campaign: Ix<Campaign>) -> bool {
        let mut rows = self.certifications_of(campaign).peekable();
        rows.peek().is_some() && rows.all(|(_, row)| row.phase == Phase::Signed)
    }

    /// The default stage of a campaign, from its certifications.
    pub(crate) fn shown_stage(&self, campaign: Ix<Campaign>) -> Stage {
        let is_in = |phase| {
            let mut rows = self.certifications_of(campaign);
            rows.any(|(_, row)| row.phase == phase)
        };
        if is_in(Phase::Active) {
            Stage::Active
        } else if self.is_signed(campaign) {
            Stage::Completed
        } else {
            Stage::Staged
        }
    }

    /// Starts creating a campaign. It gets no certifications, because they would need the tenant's
    /// identity data.
    pub(crate) fn create_campaign(&mut self, campaign: Campaign, now: Timestamp) -> Ix<Campaign> {
        let campaign = self.campaigns.push(campaign);
        self.begin(campaign, TransitionKind::Create, now);
        campaign
    }

    /// Starts activating a staged campaign.
    pub(crate) fn activate(
        &mut self,
        campaign: Ix<Campaign>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_status(campaign, CampaignStatus::Staged)?;
        let deadline = self.campaigns[campaign].deadline;
        if deadline <= now {
            return Err(ApiError::content(format!(
                "The deadline of the campaign, {deadline}, must be in the future."
            )));
        }
        self.begin(campaign, TransitionKind::Activate, now);
        Ok(())
    }

    /// Starts completing an active campaign that is past due.
    pub(crate) fn complete(
        &mut self,
        campaign: Ix<Campaign>,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_status(campaign, CampaignStatus::Active)?;
        let deadline = self.campaigns[campaign].deadline;
        if deadline > now {
            return Err(ApiError::content(format!(
                "The campaign is not past due: its deadline is {deadline}."
            )));
        }
        self.begin(campaign, TransitionKind::Complete(decision), now);
        Ok(())
    }

    /// Starts deleting campaigns that nobody works on; all of them or none.
    pub(crate) fn delete_campaigns(
        &mut self,
        campaigns: &[Ix<Campaign>],
        now: Timestamp,
    ) -> Result<(), ApiError> {
        for campaign in campaigns {
            let status = self.campaign_status(*campaign);
            if matches!(
                status,
                CampaignStatus::Activating | CampaignStatus::Active | CampaignStatus::Completing
            ) {
                return Err(ApiError::content(format!(
                    "The campaign {} is {status} and cannot be deleted.",
                    self.campaigns[*campaign].id
                )));
            }
        }
        for campaign in campaigns {
            self.begin(*campaign, TransitionKind::Delete, now);
        }
        Ok(())
    }

    /// Starts a run of a report.
    pub(crate) fn run_report(&mut self, campaign: Ix<Campaign>, kind: ReportType, now: Timestamp) {
        let ends = self.done_at(now);
        let row = &mut self.campaigns[campaign];
        let position = ReportType::SPELLINGS
            .iter()
            .position(|name| *name == kind.as_str());
        let id = row
            .id
            .derive(Id::new(position.unwrap_or_default() as u128 + 1));
        row.reports.retain(|report| report.kind != kind);
        row.reports.push(Report {
            kind,
            id,
            started: now,
            ends,
        });
    }

    pub(crate) fn require_status(
        &self,
        campaign: Ix<Campaign>,
        required: CampaignStatus,
    ) -> Result<(), ApiError> {
        let status = self.campaign_status(campaign);
        if status == required {
            return Ok(());
        }
        Err(ApiError::content(format!(
            "The campaign {} must be {required}, but it is {status}.",
            self.campaigns[campaign].id
        )))
    }

    fn begin(&mut self, campaign: Ix<Campaign>, kind: TransitionKind, now: Timestamp) {
        let ends = self.done_at(now);
        self.campaigns[campaign].transition = Some(Transition { kind, ends });
    }

    /// When a change that starts now takes effect: it takes as long as a task.
    fn done_at(&self, now: Timestamp) -> Timestamp {
        later(later(now, self.task_times.queued), self.task_times.running)
    }

    /// Finishes the change of a campaign.
    pub(super) fn finish_transition(&mut self, campaign: Ix<Campaign>) {
        let has_wrong_filter = self.has_wrong_filter(campaign);
        let row = &mut self.campaigns[campaign];
        let Some(Transition { kind, ends }) = row.transition.take() else {
            return;
        };
        if kind == TransitionKind::Create && has_wrong_filter {
            let why = "The campaign filter has a composite criterion without children, or another \
                       criterion with some.";
            row.error = Some(why.into());
        }
        row.modified = ends;
        row.stage = match kind {
            TransitionKind::Create => Stage::Staged,
            TransitionKind::Activate => Stage::Active,
            TransitionKind::Complete(_) => Stage::Completed,
            TransitionKind::Delete => Stage::Deleted,
        };
        let deadline = row.deadline;
        let all: Vec<_> = self.certifications_of(campaign).map(|(ix, _)| ix).collect();
        for certification in all {
            let row = &mut self.certifications[certification];
            match (kind, row.phase) {
                (TransitionKind::Activate, Phase::Staged) => {
                    row.phase = Phase::Active;
                    row.due.get_or_insert(deadline);
                    row.modified = ends;
                }
                (TransitionKind::Complete(decision), Phase::Staged | Phase::Active) => {
                    self.decide_open(certification, decision);
                    self.seal(certification, ends);
                }
                _ => {}
            }
        }
    }

    fn has_wrong_filter(&self, campaign: Ix<Campaign>) -> bool {
        let settings = &self.campaigns[campaign].settings;
        let id = settings
            .get("filter")
            .and_then(|filter| filter["id"].as_str());
        let id = id.and_then(Id::parse);
        let mut filters = self.campaign_filters.iter();
        filters
            .find(|filter| Some(filter.id) == id)
            .is_some_and(|filter| !filter.is_well_formed())
    }

    /// Decides all open items.
    fn decide_open(&mut self, certification: Ix<Certification>, decision: Decision) {
        let items = self.certifications[certification].items.clone();
        let comments: Arc<str> = Arc::from("Completed by an administrator");
        for item in items {
            self.items[item].decided.get_or_insert_with(|| Decided {
                decision,
                comments: Some(Arc::clone(&comments)),
                proposed_end_date: None,
                bulk: true,
            });
        }
        self.recount(certification);
    }
}
