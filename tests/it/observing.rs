//! The guide's page on observing lists exactly the spans and events that occur, with their levels
//! and fields.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{HeaderValue, Request};
use certs::{Client, RateLimit, RequestBody, RetryPolicy};
use certs_sim::{Fault, FaultRule, Operation, Simulator, Target, TaskTimes};
use tower::{BoxError, ServiceExt as _, service_fn};
use tracing::field::{Field, Visit};
use tracing::span::Attributes;
use tracing::subscriber::set_default;
use tracing::{Event, Id, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::bulk_decide::{decision, item_ids};
use crate::support::log::is_own_process;
use crate::support::{another_reviewer, open_certification, running_clock, tenant};

const ATTEMPTS: u32 = 3;

const PAGE: &str = include_str!("../../crates/certs/src/guide/observing.md");

/// Spans and events, in the form of the page's tables: name or message, level, fields.
#[derive(Clone, Default)]
struct Observed {
    spans: Arc<Mutex<BTreeSet<String>>>,
    events: Arc<Mutex<BTreeSet<String>>>,
}

fn row(name: &str, metadata: &Metadata<'_>) -> String {
    let fields = metadata.fields().iter().map(|field| field.name());
    let fields: Vec<_> = fields.filter(|field| *field != "message").collect();
    format!("{name} | {} | {}", metadata.level(), fields.join(", "))
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: Subscriber> Layer<S> for Observed {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        if metadata.target().starts_with("certs::") {
            let row = row(metadata.name(), metadata);
            self.spans.lock().unwrap().insert(row);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("certs::") {
            let mut message = Message(String::new());
            event.record(&mut message);
            let row = row(&message.0, event.metadata());
            self.events.lock().unwrap().insert(row);
        }
    }
}

/// The rows of a table of the page, by its head.
fn table(head: &str) -> BTreeSet<String> {
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(head));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let line = line.replace('`', "");
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        format!("{} | {} | {}", cells[1], cells[2], cells[3])
    })
    .collect()
}

fn client(sim: &Simulator, retry: RetryPolicy) -> Client {
    let admin = sim.admin();
    let service = sim.service();
    let deprecated = service_fn(move |request: Request<RequestBody>| {
        let response = service.clone().oneshot(request);
        async move {
            let mut response = response.await?;
            let yes = HeaderValue::from_static("true");
            response.headers_mut().insert("x-deprecated", yes);
            Ok::<_, BoxError>(response)
        }
    });
    Client::builder(sim.base_url())
        .http_service(deprecated)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::new(20, Duration::from_secs(10)))
        .retry(retry)
        .build()
        .unwrap()
}

/// Causes every span and event at least once.
async fn everything() {
    let task_time = Duration::from_secs(5);
    let tenant = tenant().clock(running_clock()).task_times(TaskTimes {
        queued: task_time,
        running: task_time,
    });
    let sim = tenant.build().unwrap();
    let certification = open_certification(&sim);
    let items = item_ids(&sim, &certification);
    let to = another_reviewer(&sim, &certification);
    let fault = |rule: FaultRule| sim.faults().add(rule);
    let once = |fault: Fault, target: Operation| fault.on(target).times(1);

    let patient = client(&sim, RetryPolicy::default().max_attempts(ATTEMPTS));
    let review = patient.certification(&certification.id);
    // A response is lost, a token is refused, a read is tried again.
    fault(once(Fault::ExpiredToken, Operation::Decide));
    let decide = || review.decide([decision(&items[0])]);
    decide().await.unwrap().ensure_complete().unwrap();
    sim.faults().clear();
    fault(once(Fault::ResetAfter, Operation::Decide));
    decide().await.unwrap().ensure_complete().unwrap();
    fault(once(Fault::InternalError, Operation::Certification));
    review.get().await.unwrap();
    // One cannot be read back.
    fault(once(Fault::ResetAfter, Operation::Decide));
    fault(Fault::InternalError.on(Operation::Items));
    let _ = decide().await.unwrap();
    sim.faults().clear();

    let reassign = review.reassign(to, "on leave").items([&items[0]]);
    let outcome = reassign.in_background().await.unwrap();
    let task = patient.task(&outcome.tasks().next().unwrap().id);
    for _ in 0..ATTEMPTS {
        fault(once(Fault::InternalError, Operation::Task));
    }
    task.wait().await.unwrap();
    let _ = review.sign_off().await;
    let journal = certs::Journal::to_writer(tokio::io::sink());
    assert!(patient.resume(&journal).await.unwrap().is_empty());

    // A service that fails for long; and no token at all.
    fault(Fault::InternalError.on(Target::Reads));
    for _ in 0..60 {
        review.get().await.unwrap_err();
    }
    sim.faults().clear();
    fault(Fault::InternalError.on(Operation::Token));
    let without = client(&sim, RetryPolicy::none());
    without.certifications().send().await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn the_page_lists_every_span_and_event() {
    if !is_own_process(concat!(
        module_path!(),
        "::the_page_lists_every_span_and_event"
    )) {
        return;
    }
    let observed = Observed::default();
    let subscriber = tracing_subscriber::registry().with(observed.clone());
    let guard = set_default(subscriber);
    everything().await;
    drop(guard);
    let spans = observed.spans.lock().unwrap().clone();
    let events = observed.events.lock().unwrap().clone();
    assert_eq!(spans, table("| span | level | fields |"));
    assert_eq!(events, table("| event | level | fields |"));
}
