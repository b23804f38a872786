//! A program with a journal that changes a certification in every way.

use std::time::Duration;

use certs::{Client, Decide, Error, Journal, RateLimit, Resume, Review};
use certs_sim::view::Certification;
use certs_sim::{Builder, Decision, Fault, FaultRule, Operation, Simulator};
use tokio::time::timeout;

use super::bulk::{decision, item_ids, largest};
use super::wire::api_requests;
use super::{another_reviewer, client_builder, running_clock, tenant};
use crate::support::disk::Disk;

/// A certification, and a program with a journal that works on it.
pub(crate) struct Scene {
    pub(crate) sim: Simulator,
    pub(crate) certification: Certification,
    pub(crate) items: Vec<String>,
    pub(crate) to: String,
    pub(crate) client: Client,
    pub(crate) disk: Disk,
    pub(crate) journal: Journal,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(|tenant| tenant)
    }

    pub(crate) fn with(tenant_with: impl FnOnce(Builder) -> Builder) -> Self {
        let sim = tenant_with(tenant().clock(running_clock()));
        let sim = sim.build().unwrap();
        let certification = largest(&sim);
        let admin = sim.admin();
        let client = client_builder(&sim)
            .client_credentials(admin.client_id, admin.client_secret)
            .rate_limit(RateLimit::unlimited())
            .build()
            .unwrap();
        let disk = Disk::default();
        Self {
            items: item_ids(&sim, &certification),
            to: another_reviewer(&sim, &certification),
            journal: Journal::to_writer(disk.clone()),
            certification,
            client,
            disk,
            sim,
        }
    }

    pub(crate) fn review(&self) -> Review {
        self.client.certification(&self.certification.id)
    }

    pub(crate) fn decide(&self, items: &[String]) -> Decide {
        let decide = self.review().decide(items.iter().map(|id| decision(id)));
        decide.concurrency(1).journal(&self.journal)
    }

    /// Runs the call until this many items are processed, and drops it while the next request waits
    /// for its response.
    pub(crate) async fn dropped(&self, decide: Decide, done: u64, next: Fault) {
        let faults = self.sim.faults().clone();
        let decide = decide.progress(move |report| {
            if report.done == done {
                faults.add(next.on(Operation::Decide));
            }
        });
        let call = timeout(Duration::from_secs(20), decide).await;
        assert!(call.is_err(), "it was to wait for a response");
        self.sim.faults().clear();
        self.sim.clear_requests();
    }

    /// The program starts again and resumes the journal on the disk.
    pub(crate) async fn resume(&self) -> Resume {
        let journal = self.disk.reopened().await.unwrap();
        self.client.resume(&journal)
    }

    pub(crate) fn writes(&self) -> usize {
        let requests = api_requests(&self.sim).into_iter();
        requests.filter(|request| request.method == "POST").count()
    }

    /// The ends in the journal.
    pub(crate) fn ends(&self) -> Vec<String> {
        let lines = self.disk.lines().into_iter();
        let ends = lines.filter(|line| line["event"] == "ended");
        ends.map(|line| line["end"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Every call that changes access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Decide,
    Reassign,
    ReassignInBackground,
    SignOff,
}

impl Change {
    pub(crate) const ALL: [Self; 4] = [
        Self::Decide,
        Self::Reassign,
        Self::ReassignInBackground,
        Self::SignOff,
    ];

    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Decide => Operation::Decide,
            Self::Reassign => Operation::Reassign,
            Self::ReassignInBackground => Operation::ReassignAsync,
            Self::SignOff => Operation::SignOff,
        }
    }

    /// A scene in which the change is possible, and a fault hits requests.
    pub(crate) fn scene(
        self,
        fault: FaultRule,
        tenant_with: impl FnOnce(Builder) -> Builder,
    ) -> Scene {
        let scene = Scene::with(tenant_with);
        if self == Self::SignOff {
            for item in &scene.items {
                let decided = scene.sim.decide(item, Decision::Approve, Some("audited"));
                decided.unwrap();
            }
        }
        scene.sim.faults().add(fault);
        scene
    }

    pub(crate) async fn run(self, scene: &Scene) -> Result<(), Error> {
        let review = scene.review();
        let reassign = || {
            let reassign = review.reassign(&scene.to, "on leave");
            let reassign = reassign.items(&scene.items[..1]);
            reassign.journal(&scene.journal)
        };
        let outcome = match self {
            Self::Decide => scene.decide(&scene.items[..2]).await?,
            Self::Reassign => reassign().await?,
            Self::ReassignInBackground => reassign().in_background().wait().await?,
            Self::SignOff => return review.sign_off().journal(&scene.journal).await.map(drop),
        };
        outcome.ensure_complete()
    }
}
