//! A tenant to query from synchronous code.

use std::collections::BTreeSet;
use std::time::Duration;

use certs::{Client, List, ListEndpoint, RateLimit};
use certs_sim::view::{Certification, Reviewer};
use certs_sim::{CampaignType, Credentials, Phase, Scenario, Simulator, TaskTimes};
use tokio::runtime::Runtime;

use super::terms::PIECES;
use crate::support::{another_reviewer, client_builder, clock};

pub(super) struct Tenant {
    pub(super) client: Client,
    sim: Simulator,
    runtime: Runtime,
}

impl Tenant {
    /// A tenant with hostile names, in which tasks stay pending.
    pub(super) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let for_ever = TaskTimes {
            queued: Duration::from_secs(3600),
            running: Duration::from_secs(3600),
        };
        let builder = Simulator::builder()
            .items(1_000)
            .clock(clock())
            .rate_limit(None)
            .task_times(for_ever);
        let usual = builder.clone().build().unwrap();
        let scenario = spoilt(usual.export());
        let sim = builder.scenario(scenario).build().unwrap();
        Self {
            client: client(&sim, &sim.admin()),
            sim,
            runtime,
        }
    }

    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Every record of a list.
    pub(super) fn all<E: ListEndpoint>(&self, list: &List<E>) -> Vec<E::Item> {
        let stream = list.clone().stream();
        self.wait(stream.try_collect()).unwrap()
    }

    /// A certification with everything: all types of access, decided and open items.
    pub(super) fn varied(&self) -> String {
        let variety = |certification: &Certification| {
            let items = self.sim.items_of(&certification.id);
            let kinds: BTreeSet<_> = items
                .iter()
                .map(|item| (item.access_type.as_str(), item.decision.is_some()))
                .collect();
            kinds.len()
        };
        let of_identities = self.certifications(|certification| {
            matches!(certification.reviewer, Reviewer::Identity(_))
                && certification.identities_total > 0
        });
        of_identities.max_by_key(variety).unwrap().id
    }

    /// A certification that reviews nobody's access.
    pub(super) fn role_composition(&self) -> String {
        let mut found = self.certifications(|certification| {
            certification.campaign_type == CampaignType::RoleComposition
                && matches!(certification.reviewer, Reviewer::Identity(_))
                && certification.decisions_total > 1
        });
        found.next().unwrap().id
    }

    /// A certification with several reviewers.
    pub(super) fn of_a_group(&self) -> String {
        let mut found = self.certifications(|certification| {
            matches!(certification.reviewer, Reviewer::GovernanceGroup(_))
        });
        found.next().unwrap().id
    }

    /// A certification and one of its items with many permissions.
    pub(super) fn with_permissions(&self) -> (String, String) {
        let items = self.sim.items().into_iter();
        let item = items.max_by_key(|item| item.permissions).unwrap();
        (item.certification_id, item.id)
    }

    /// Submits tasks of several certifications, by administrators and by reviewers.
    pub(super) fn submit_tasks(&self) {
        let open = self.certifications(|certification| {
            certification.phase == Phase::Active
                && matches!(certification.reviewer, Reviewer::Identity(_))
                && certification.decisions_total > 1
        });
        for (index, certification) in open.take(8).enumerate() {
            let client = match index % 2 {
                0 => self.client.clone(),
                _ => client(
                    &self.sim,
                    &self.sim.credentials_for(certification.reviewer.id()),
                ),
            };
            let item = self.sim.items_of(&certification.id).swap_remove(0);
            let to = another_reviewer(&self.sim, &certification);
            let review = client.certification(&certification.id);
            let submitted = review.reassign(to, "on leave").items([item.id]);
            let outcome = self.wait(submitted.in_background().into_future()).unwrap();
            assert_eq!(outcome.tasks().count(), 1);
        }
    }

    fn certifications(
        &self,
        wanted: impl Fn(&Certification) -> bool,
    ) -> impl Iterator<Item = Certification> {
        self.sim.certifications().into_iter().filter(wanted)
    }
}

/// Without a rate limit, because there are a thousand requests.
fn client(sim: &Simulator, credentials: &Credentials) -> Client {
    client_builder(sim)
        .client_credentials(&credentials.client_id, &credentials.client_secret)
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

/// The same tenant, with hostile text in every second name that can be filtered by.
fn spoilt(mut scenario: Scenario) -> Scenario {
    let people = scenario.identities.iter_mut();
    let sources = scenario.sources.iter_mut();
    let entitlements = scenario.entitlements.iter_mut();
    let profiles = scenario.access_profiles.iter_mut();
    let roles = scenario.roles.iter_mut();
    let mut names: Vec<&mut String> = Vec::new();
    names.extend(people.flat_map(|person| [&mut person.name, &mut person.email]));
    names.extend(sources.map(|source| &mut source.name));
    names.extend(profiles.map(|profile| &mut profile.name));
    names.extend(roles.map(|role| &mut role.name));
    for entitlement in entitlements {
        names.push(&mut entitlement.name);
        for permission in &mut entitlement.permissions {
            names.push(&mut permission.target);
            names.extend(&mut permission.rights);
        }
    }
    for (index, name) in names.into_iter().enumerate() {
        let piece = PIECES[index % PIECES.len()];
        match index % 4 {
            0 => name.insert_str(0, piece),
            1 => name.push_str(piece),
            _ => {}
        }
        // Some are long, too.
        if index % 97 == 0 {
            name.push_str(&"x".repeat(10_240));
        }
    }
    scenario
}
