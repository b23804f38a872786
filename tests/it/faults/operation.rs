//! The operations that faults hit: how to request each, and how to see its effect.

use certs::model::ReviewDecision;
use certs::{BulkOutcome, Client, Error};
use certs_sim::view::Certification;
use certs_sim::{Decision, Operation, Phase, Simulator};

use crate::support::{another_reviewer, open_certification};

/// Columns of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Read,
    Decide,
    Reassign,
    ReassignAsync,
    SignOff,
    Token,
}

impl Asked {
    pub(super) const ALL: [Self; 6] = [
        Self::Read,
        Self::Decide,
        Self::Reassign,
        Self::ReassignAsync,
        Self::SignOff,
        Self::Token,
    ];

    /// The operation that the fault hits.
    pub(super) fn target(self) -> Operation {
        match self {
            Self::Read => Operation::Certifications,
            Self::Decide => Operation::Decide,
            Self::Reassign => Operation::Reassign,
            Self::ReassignAsync => Operation::ReassignAsync,
            Self::SignOff => Operation::SignOff,
            Self::Token => Operation::Token,
        }
    }

    pub(super) fn is_write(self) -> bool {
        !matches!(self, Self::Read | Self::Token)
    }

    /// The end of the path of its requests, to find them in the log.
    fn path_ends_with(self) -> &'static str {
        match self {
            Self::Read => "/v3/certifications",
            Self::Decide => "/decide",
            Self::Reassign => "/reassign",
            Self::ReassignAsync => "/reassign-async",
            Self::SignOff => "/sign-off",
            Self::Token => "/oauth/token",
        }
    }
}

/// A certification on which every operation is possible.
pub(super) struct Scene {
    pub(super) sim: Simulator,
    certification: Certification,
    items: Vec<String>,
    to: String,
}

impl Scene {
    /// Begins with an empty log.
    pub(super) async fn new(sim: Simulator, asked: Asked, client: &Client) -> Self {
        let certification = open_certification(&sim);
        let to = another_reviewer(&sim, &certification);
        let items: Vec<_> = sim
            .items_of(&certification.id)
            .into_iter()
            .map(|item| item.id)
            .collect();
        let scene = Self {
            sim,
            certification,
            items,
            to,
        };
        if asked == Asked::SignOff {
            let review = client.certification(&scene.certification.id);
            let approvals = scene.items.iter().map(ReviewDecision::approve);
            let outcome = review.decide(approvals).await.unwrap();
            assert!(outcome.is_complete(), "{outcome}");
        }
        scene.sim.clear_requests();
        scene
    }

    /// Makes the call. Only its success matters.
    pub(super) async fn call(&self, asked: Asked, client: &Client) -> Result<(), Error> {
        let review = client.certification(&self.certification.id);
        let approve = || review.decide([ReviewDecision::approve(&self.items[0])]);
        let decided = |outcome: BulkOutcome| outcome.ensure_complete();
        let reassign = || {
            review
                .reassign(&self.to, "on leave")
                .items([&self.items[0]])
        };
        match asked {
            Asked::Read | Asked::Token => client.certifications().send().await.map(drop),
            Asked::Decide => approve().await.and_then(decided),
            Asked::Reassign => reassign().await.and_then(decided),
            Asked::ReassignAsync => reassign().in_background().await.map(drop),
            Asked::SignOff => review.sign_off().unchecked().await.map(drop),
        }
    }

    /// How often the operation was requested.
    pub(super) fn requests(&self, asked: Asked) -> usize {
        self.count(asked, |_| true)
    }

    /// How often it was done, by the log.
    pub(super) fn effects(&self, asked: Asked) -> usize {
        self.count(asked, |request| request.processed)
    }

    fn count(&self, asked: Asked, counts: impl Fn(&certs_sim::RecordedRequest) -> bool) -> usize {
        let requests = self.sim.requests();
        let asked_for = requests
            .iter()
            .filter(|request| request.path.ends_with(asked.path_ends_with()));
        asked_for.filter(|request| counts(request)).count()
    }

    /// How often it was done, by the tenant's state, which shows neither reads nor repeated
    /// decisions.
    pub(super) fn traces(&self, asked: Asked) -> usize {
        let id = &self.certification.id;
        match asked {
            Asked::Read | Asked::Token => 0,
            Asked::Decide => {
                let items = self.sim.items_of(id);
                let decided = |item: &&certs_sim::view::Item| {
                    item.id == self.items[0] && item.decision == Some(Decision::Approve)
                };
                items.iter().filter(decided).count()
            }
            Asked::Reassign => {
                let items = self.sim.items();
                let moved = |item: &&certs_sim::view::Item| {
                    item.id == self.items[0] && item.certification_id != *id
                };
                items.iter().filter(moved).count()
            }
            Asked::ReassignAsync => {
                let tasks = self.sim.tasks();
                tasks.iter().filter(|t| t.target_id == *id).count()
            }
            Asked::SignOff => {
                let rows = self.sim.certifications();
                let signed = |row: &&Certification| row.id == *id && row.phase == Phase::Signed;
                rows.iter().filter(signed).count()
            }
        }
    }
}
