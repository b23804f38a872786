//! Everything can be sent to another thread, including unfinished calls. `cargo xtask api` checks
//! every public type; these tests cover what it cannot see.

use certs::filter::endpoint::{Items, Permissions};
use certs::filter::{Filter, Sorter};
use certs::model::{AccessType, ReviewDecision};
use certs::{
    Client, Error, ItemStream, List, ListEndpoint, Page, PageStream, Review, TokenProvider,
};
use certs_sim::Simulator;
use static_assertions::assert_impl_all;

// Shared by all tasks of a program.
assert_impl_all!(Client: Clone, Send, Sync);
assert_impl_all!(Review: Clone, Send, Sync);
assert_impl_all!(dyn TokenProvider: Send, Sync);
assert_impl_all!(Simulator: Send, Sync);
// Converts to `anyhow::Error` and `Box<dyn Error + Send + Sync>`.
assert_impl_all!(Error: std::error::Error, Send, Sync);
// For any endpoint.
assert_impl_all!(Filter<Items>: Clone, Send, Sync);
assert_impl_all!(Sorter<Permissions>: Clone, Send, Sync);

/// Compiles only if this is true for every endpoint.
fn lists_and_streams_of<E: ListEndpoint>()
where
    E::Item: Send + Sync,
{
    fn both<T: Send + Sync>() {}
    both::<List<E>>();
    both::<ItemStream<E::Item>>();
    both::<PageStream<E::Item>>();
    both::<Page<E::Item>>();
}

/// Checks that `tokio::spawn` accepts the future.
fn spawnable<F: Future + Send + 'static>(_: F) {}

#[test]
fn lists_and_their_streams_go_anywhere() {
    lists_and_streams_of::<Items>();
}

#[tokio::test]
async fn every_call_can_be_spawned() {
    let client = Client::builder("https://tenant.test")
        .token("t")
        .build()
        .unwrap();
    let review = client.certification("c-1");

    spawnable(client.certifications().send().into_future());
    spawnable(client.certifications().count().into_future());
    let items = review.items();
    spawnable(async move { items.stream().try_collect::<Vec<_>>().await });
    let mine = review.clone();
    spawnable(async move { mine.get().await });
    spawnable(
        review
            .decide([ReviewDecision::approve("i-1")])
            .into_future(),
    );
    spawnable(
        review
            .reassign("p-1", "why")
            .items(["i-1"])
            .into_future()
            .into_future(),
    );
    spawnable(
        review
            .reassign("p-1", "why")
            .items(["i-1"])
            .in_background()
            .into_future(),
    );
    spawnable(review.sign_off().into_future());
    let rules = certs::Policy::new().otherwise(certs::Verdict::approve());
    spawnable(review.decide_by(rules).into_future());
    spawnable(client.evidence().write_to("folder"));
    spawnable(review.decision_summary().into_future());
    spawnable(
        review
            .access_summaries(AccessType::Role)
            .send()
            .into_future(),
    );
    let task = client.task("t-1");
    spawnable(async move { task.wait().await });
    let beta = client.beta().certification("c-1");
    spawnable(async move { beta.tasks_pending().await });
}
