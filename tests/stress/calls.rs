//! Every call of the client.

use std::cell::RefCell;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use certs::filter::item;
use certs::model::{AccessType, CampaignStatus, ReportType, ReviewDecision};
use certs::{Client, Journal, Policy, Review, Verdict};
use certs_sim::{Phase, Simulator};
use tokio::io::sink;

/// A call that has not begun. Only that it ends matters here, not how.
pub(super) type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

fn call<T: Send + 'static, E: Send + 'static>(
    call: impl IntoFuture<Output = Result<T, E>, IntoFuture: Send + 'static>,
) -> Call {
    let call = call.into_future();
    Box::pin(async move { drop(call.await) })
}

/// Makes calls about what a tenant has.
#[derive(Debug)]
pub(super) struct Calls {
    client: Client,
    certifications: Vec<(String, Vec<String>)>,
    campaigns: Vec<String>,
    identities: Vec<String>,
    draw: RefCell<fastrand::Rng>,
}

impl Calls {
    pub(super) fn new(sim: &Simulator, client: Client, seed: u64) -> Self {
        let open = sim.certifications().into_iter();
        let open = open.filter(|certification| certification.phase == Phase::Active);
        let campaigns = sim.certifications().into_iter().map(|it| it.campaign_id);
        let with_items = open.map(|certification| {
            let items = sim.items_of(&certification.id).into_iter();
            (certification.id, items.map(|item| item.id).collect())
        });
        Self {
            client,
            certifications: with_items.collect(),
            campaigns: campaigns.collect(),
            identities: sim.identities().into_iter().map(|row| row.id).collect(),
            draw: RefCell::new(fastrand::Rng::with_seed(seed)),
        }
    }

    /// A call that ends soon.
    pub(super) fn short(&self) -> Call {
        let review = self.review().0;
        call(async move { review.get().await })
    }

    /// A number below this.
    pub(super) fn draw(&self, end: usize) -> usize {
        self.draw.borrow_mut().usize(..end.max(1))
    }

    fn review(&self) -> (Review, &[String]) {
        let (id, items) = &self.certifications[self.draw(self.certifications.len())];
        (self.client.certification(id), items)
    }

    /// One of each, in any order.
    pub(super) fn each(&self) -> Vec<Call> {
        let client = &self.client;
        let (review, items) = self.review();
        let (other, other_items) = self.review();
        let one = items.first().map_or("none", String::as_str).to_owned();
        let to = &self.identities[self.draw(self.identities.len())];
        let decisions = |items: &[String]| {
            let decision = |id: &String| ReviewDecision::approve(id).comment("fine");
            items.iter().map(decision).collect::<Vec<_>>()
        };
        let journal = Journal::to_writer(sink());
        let policy = Policy::new()
            .when(item::completed().eq(true), Verdict::revoke().comment("no"))
            .otherwise(Verdict::approve().comment("fine"));
        let ahead = client.certifications().page_size(10).fetch_ahead(4);
        let evidence = client.evidence().certifications([review.id()]);
        let request = http::Request::get("/v3/certifications?limit=1").body(Default::default());
        let mut calls = vec![
            call(client.certifications().send()),
            call(client.certifications().count()),
            call(async move { ahead.stream().try_collect::<Vec<_>>().await }),
            call(review.items().send()),
            call(review.permissions(&one).send()),
            call(review.reviewers().send()),
            call(review.decision_summary()),
            call(review.identity_summaries().send()),
            call(review.access_summaries(AccessType::Role).send()),
            call(client.tasks().send()),
            call(client.beta().certifications().send()),
            call(review.decide(decisions(items)).batch_size(7).concurrency(3)),
            call(other.decide(decisions(other_items)).journal(&journal)),
            call(other.decide_by(policy)),
            call(review.reassign(to, "on leave").items(items.iter().take(3))),
            call(
                other
                    .reassign(to, "on leave")
                    .items(other_items.iter().take(2))
                    .in_background(),
            ),
            call(review.sign_off().wait(Duration::from_secs(1))),
            call(evidence.csv("csv", sink()).write()),
            self.short(),
        ];
        let (client, task) = (client.clone(), client.task("none"));
        calls.push(call(async move { task.wait().await }));
        let resuming = client.clone();
        calls.push(call(async move { resuming.resume(&journal).await }));
        if let Ok(request) = request {
            calls.push(call(async move { client.execute(request).await }));
        }
        calls.extend(self.of_campaigns(to));
        self.draw.borrow_mut().shuffle(&mut calls);
        calls
    }

    fn of_campaigns(&self, to: &str) -> Vec<Call> {
        let client = &self.client;
        let campaign = client.campaign(&self.campaigns[self.draw(self.campaigns.len())]);
        let second = Duration::from_secs(1);
        let moved = self.certifications[self.draw(self.certifications.len())]
            .0
            .as_str();
        let journal = Journal::to_writer(sink());
        let ended = campaign.wait_until(CampaignStatus::Completed);
        let report = campaign.report(ReportType::Composition);
        let (started, client_of_token) = (report.clone(), client.clone());
        let (named, read) = (client.campaigns(), campaign.clone());
        vec![
            call(client.campaigns().full().send()),
            call(async move { named.named("no such campaign").await }),
            call(async move { read.get().await }),
            call(campaign.overview()),
            call(campaign.activate()),
            call(campaign.update().description("as agreed")),
            call(ended.timeout(second)),
            call(async move { started.start().await }),
            call(report.wait().timeout(second)),
            call(client.campaign_templates().send()),
            call(client.campaign_filters()),
            call(
                campaign
                    .reassign(to, "on leave")
                    .certifications([moved])
                    .journal(&journal),
            ),
            call(async move { client_of_token.token_claims().await }),
        ]
    }
}
