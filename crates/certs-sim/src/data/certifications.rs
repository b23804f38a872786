//! Certifications and their items.

use std::sync::Arc;

use jiff::SignedDuration;

use super::campaigns::{CAMPAIGNS, Plan, Stage};
use super::draw::Draw;
use super::people::{TEAM_SIZE, Team};
use super::words::{APPROVALS, REVOCATIONS};
use crate::state::campaign::{self, Campaign};
use crate::state::counters::Counters;
use crate::state::reassign::{ReassignRequest, Reference};
use crate::state::review::{Access, Certification, Decided, Item, Reviewer};
use crate::state::table::Ix;
use crate::state::tenant::Person;
use crate::state::{Extent, State};
use crate::text::Text;
use crate::view::{CampaignType, CommentRequirement, Decision, Phase, ReassignType};

/// The purpose of the draw by which two items of five name their access only in `entitlement`,
/// `accessProfile` or `role`.
const OMITTED: u64 = 0x6f6d_6974;

/// The usual number of items in a certification.
const USUAL_SIZE: usize = 60;
const FEWEST_CERTIFICATIONS: usize = 5;
/// Enough items to decide some, reassign some and keep some.
const FEWEST_ITEMS: usize = 4;
/// The greatest number of accesses of one identity in one certification.
const MOST_OF_ONE: usize = 12;
/// Neighbours in the catalogue are alike, so items are taken at a prime step: that gives variety
/// and, as no catalogue is a multiple of it, no repetition.
const STRIDE: usize = 37;
/// The campaign with the largest certification.
const LARGEST_IN: &str = "Company-wide Access Review";
/// The campaign with the certification of a governance group.
const GROUP_IN: &str = "Privileged Access Review";
/// The campaign in which something went wrong.
const ERROR_IN: &str = "Finance Source Owner Review";
/// The campaign in which items have changed hands.
const REASSIGNED_IN: &str = "Quarterly Manager Review";

/// Adds all campaigns, with roughly `items` items in all.
pub(super) fn fill(
    draw: &mut Draw,
    state: &mut State,
    teams: &[Team],
    machines: &[Ix<Person>],
    items: usize,
) {
    state.items.reserve(items);
    let sizes = Sizes::for_items(items);
    let remarks = Remarks::new();
    for plan in CAMPAIGNS {
        let owner = draw.pick(teams).manager;
        let campaign = state.campaigns.push(Campaign {
            id: draw.id(),
            name: Text::new(plan.name),
            description: plan.description.map(Into::into),
            kind: plan.kind,
            correlated: plan.correlated,
            comments: plan.comments,
            owner,
            deadline: draw.end_of_day(plan.deadline),
            created: draw.end_of_day(plan.deadline.min(0) - 31 - plan.deadline.rem_euclid(7)),
            modified: draw.end_of_day(plan.deadline.min(0) - 31 - plan.deadline.rem_euclid(7)),
            stage: match plan.stage {
                Stage::Ahead => campaign::Stage::Staged,
                Stage::Running => campaign::Stage::Active,
                Stage::Over => campaign::Stage::Completed,
            },
            transition: None,
            error: None,
            settings: campaign::Settings::new(),
            reports: Vec::new(),
        });
        let first_team = draw.below(teams.len());
        let mut filler = Filler {
            first_team,
            draw,
            state,
            teams,
            machines,
            remarks: &remarks,
            plan,
            campaign,
        };
        let certifications: Vec<_> = (0..sizes.certifications)
            .map(|number| filler.certification(number, &sizes))
            .collect();
        if plan.name == REASSIGNED_IN {
            filler.reassign_some(certifications[1], certifications[2]);
        }
    }
}

/// The number of certifications of a campaign, and the numbers of their items.
struct Sizes {
    certifications: usize,
    usual: usize,
    largest: usize,
}

impl Sizes {
    /// Two fifths are in one certification, so that there is always one with several
    /// pages; the others share the rest.
    fn for_items(items: usize) -> Self {
        let largest = items / 5 * 2;
        let rest = items - largest;
        let certifications = (rest / CAMPAIGNS.len() / USUAL_SIZE).max(FEWEST_CERTIFICATIONS);
        let usual = (rest / (certifications * CAMPAIGNS.len() - 1)).max(FEWEST_ITEMS);
        Self {
            certifications,
            usual,
            largest: largest.max(FEWEST_ITEMS),
        }
    }
}

/// The comments of decisions, which all items share.
struct Remarks {
    approvals: Vec<Arc<str>>,
    revocations: Vec<Arc<str>>,
}

impl Remarks {
    fn new() -> Self {
        let shared = |texts: &[&str]| texts.iter().map(|text| Arc::from(*text)).collect();
        Self {
            approvals: shared(APPROVALS),
            revocations: shared(REVOCATIONS),
        }
    }
}

/// The state for filling one campaign.
struct Filler<'a> {
    draw: &'a mut Draw,
    state: &'a mut State,
    teams: &'a [Team],
    machines: &'a [Ix<Person>],
    remarks: &'a Remarks,
    plan: &'a Plan,
    campaign: Ix<Campaign>,
    /// The team with which this campaign starts.
    first_team: usize,
}

impl<'a> Filler<'a> {
    fn certification(&mut self, number: usize, sizes: &Sizes) -> Ix<Certification> {
        let is_largest = number == 1 && self.plan.name == LARGEST_IN;
        let size = if is_largest {
            sizes.largest
        } else {
            sizes.usual
        };
        let reviewer = self.team(number).manager;
        let phase = self.phase(number);
        let deadline = self.state.campaigns[self.campaign].deadline;
        let created = self.draw.day(self.plan.deadline.min(0) - 30);
        // Reviewers have different dates; the third one is late, or has none yet.
        let due = match (number, self.plan.stage) {
            (2, Stage::Running) => Some(self.draw.end_of_day(-3)),
            (2, Stage::Ahead) => None,
            _ => {
                let days_earlier = i64::try_from(number % 5).unwrap_or_default();
                Some(deadline - SignedDuration::from_hours(24 * days_earlier))
            }
        };
        let has_error = number == 3 && self.plan.name == ERROR_IN;
        let group = (number == 3 && self.plan.name == GROUP_IN)
            .then(|| self.state.tenant.groups.wrapping(1));
        let reviewer_name = match group {
            Some(group) => &self.state.tenant.groups[group].name,
            None => &self.state.tenant.people[reviewer].name,
        };
        let certification = self.state.certifications.push(Certification {
            id: self.draw.id(),
            name: Text::new(format!("{} - {}", self.plan.name, reviewer_name.as_str())),
            campaign: self.campaign,
            reviewer: group.map_or(Reviewer::Identity(reviewer), Reviewer::Group),
            phase,
            created,
            modified: created,
            due,
            signed: None,
            reassignment: None,
            error: has_error.then(|| {
                "The accounts of one source could not be read; their items are missing".into()
            }),
            items: Vec::new(),
            counters: Counters::default(),
            extra: None,
        });
        self.add_items(certification, number, size);
        self.decide(certification, number);
        if phase == Phase::Signed {
            let signed = self.draw.day(self.plan.deadline.min(0) - 2);
            self.state.seal(certification, signed.max(created));
        }
        certification
    }

    /// The first certification of a campaign is the administrator's, so that their
    /// credentials are enough to try every operation.
    fn team(&self, number: usize) -> &'a Team {
        match number {
            0 => &self.teams[0],
            _ => &self.teams[1 + (self.first_team + number) % (self.teams.len() - 1)],
        }
    }

    fn phase(&self, number: usize) -> Phase {
        match self.plan.stage {
            Stage::Ahead => Phase::Staged,
            Stage::Over => Phase::Signed,
            Stage::Running if number % 5 == 4 => Phase::Signed,
            Stage::Running => Phase::Active,
        }
    }

    /// How many of `items` are decided: nothing, a part, or everything although it is
    /// not signed yet.
    fn decided(number: usize, phase: Phase, items: usize) -> usize {
        match (phase, number % 5) {
            (Phase::Staged, _) | (Phase::Active, 0) => 0,
            (Phase::Active, 1) => items * 3 / 10,
            (Phase::Active, 2) => items * 6 / 10,
            (Phase::Active, _) | (Phase::Signed, _) => items,
        }
    }

    fn add_items(&mut self, certification: Ix<Certification>, number: usize, size: usize) {
        let offering = self.offering(number);
        let mut left = size;
        let mut subjects = self.subjects(number, size).into_iter();
        while left > 0 {
            // A role composition campaign has no subjects: one round takes all items.
            let (subject, most) = match self.plan.kind {
                CampaignType::RoleComposition => (None, size),
                CampaignType::Manager => (subjects.next(), size.div_ceil(TEAM_SIZE)),
                _ => (subjects.next(), 2 + self.draw.below(MOST_OF_ONE - 1)),
            };
            if subject.is_none() && self.plan.kind != CampaignType::RoleComposition {
                return;
            }
            let first = self.draw.below(offering.len());
            let count = most.min(left).min(offering.len());
            for position in 0..count {
                self.add_item(
                    certification,
                    subject,
                    offering[(first + position * STRIDE) % offering.len()],
                );
            }
            left = match subject {
                Some(_) => left - count,
                None => 0,
            };
        }
    }

    fn add_item(
        &mut self,
        certification: Ix<Certification>,
        subject: Option<Ix<Person>>,
        access: Access,
    ) {
        let id = self.draw.id();
        let item = self.state.items.push(Item {
            id,
            certification,
            subject,
            access,
            duplicate: 0,
            // Derived from the identifier, so that it does not affect other random choices.
            access_omitted: id.draw(OMITTED, 5) < 2,
            new_access: self.draw.one_in(10),
            extra: None,
            decided: None,
        });
        self.state.certifications[certification].items.push(item);
    }

    /// The people whose access is reviewed. They are not managers, and reviewers are, so nobody
    /// starts with their own access.
    fn subjects(&mut self, number: usize, size: usize) -> Vec<Ix<Person>> {
        match self.plan.kind {
            CampaignType::RoleComposition => Vec::new(),
            CampaignType::Manager => self.team(number).reports.clone(),
            CampaignType::MachineAccount => self.machines.to_vec(),
            CampaignType::Search | CampaignType::SourceOwner => {
                let everybody = self.teams.len() * TEAM_SIZE;
                let first = self.draw.below(everybody);
                (0..everybody.min(size))
                    .map(|position| (first + position) % everybody)
                    .map(|place| self.teams[place / TEAM_SIZE].reports[place % TEAM_SIZE])
                    .collect()
            }
        }
    }

    /// The access that the subjects of a certification can have, each once.
    fn offering(&self, number: usize) -> Vec<Access> {
        let tenant = &self.state.tenant;
        let source = tenant.sources.wrapping(number + self.first_team);
        let only_one_source = self.plan.kind == CampaignType::SourceOwner;
        let entitlements = tenant
            .entitlements
            .iter()
            .filter(|(_, row)| !only_one_source || row.source == source)
            .map(|(ix, _)| Access::Entitlement(ix));
        let profiles = tenant.profiles.iter().map(|(ix, _)| Access::Profile(ix));
        let roles = tenant.roles.iter().map(|(ix, _)| Access::Role(ix));
        match self.plan.kind {
            CampaignType::Manager | CampaignType::Search => {
                // Profiles and roles are few among all, yet most people have some.
                let per_profile = tenant.entitlements.len() / tenant.profiles.len().max(1);
                let per_role = tenant.profiles.len() / tenant.roles.len().max(1) + 1;
                let (mut profiles, mut roles) = (profiles, roles);
                let mut mixed = Vec::new();
                for (position, entitlement) in entitlements.enumerate() {
                    mixed.push(entitlement);
                    if position % per_profile == 0 {
                        mixed.extend(profiles.next());
                    }
                    if position % (per_profile * per_role) == 0 {
                        mixed.extend(roles.next());
                    }
                }
                mixed
            }
            CampaignType::RoleComposition => profiles.chain(entitlements).collect(),
            CampaignType::SourceOwner | CampaignType::MachineAccount => entitlements.collect(),
        }
    }

    fn decide(&mut self, certification: Ix<Certification>, number: usize) {
        let row = &self.state.certifications[certification];
        let decided = Self::decided(number, row.phase, row.items.len());
        let items = row.items[..decided].to_vec();
        for item in items {
            let decision = if self.draw.one_in(8) {
                Decision::Revoke
            } else {
                Decision::Approve
            };
            let comments = self.comment(decision);
            let end_date = decision == Decision::Revoke && self.draw.one_in(4);
            self.state.items[item].decided = Some(Decided {
                decision,
                comments,
                proposed_end_date: end_date.then(|| self.draw.end_of_day(30)),
                bulk: self.draw.one_in(2),
            });
        }
        self.state.recount(certification);
    }

    fn comment(&mut self, decision: Decision) -> Option<Arc<str>> {
        let is_needed = match self.plan.comments {
            CommentRequirement::AllDecisions => true,
            CommentRequirement::RevokeOnlyDecisions => decision == Decision::Revoke,
            CommentRequirement::NoDecisions => false,
        };
        let remarks = match decision {
            Decision::Approve => &self.remarks.approvals,
            Decision::Revoke => &self.remarks.revocations,
        };
        (is_needed || self.draw.one_in(5)).then(|| Arc::clone(self.draw.pick(remarks)))
    }

    /// Two items have gone from one reviewer to another before the data set begins, one at a
    /// time so that no review summary is doubled.
    fn reassign_some(&mut self, from: Ix<Certification>, to: Ix<Certification>) {
        let when = self.draw.day(-4);
        let items = &self.state.certifications[from].items;
        let last = items[items.len().saturating_sub(2)..].to_vec();
        for item in last {
            let request = ReassignRequest {
                references: vec![Reference {
                    kind: ReassignType::Item,
                    id: self.state.items[item].id.to_string(),
                }],
                to: self.state.reviewer_id(to).to_string(),
                reason: "Works in your project for the rest of the year".to_owned(),
            };
            self.state
                .reassign(from, &request, Extent::Whole, when)
                .expect("managers review nothing of their own, and both reviews are open");
        }
    }
}
