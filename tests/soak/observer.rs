//! What the client tells in its traces, counted.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use certs_sim::Clock;
use jiff::{SignedDuration, Timestamp};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Subscribes to the client's traces. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Observer(Arc<Mutex<Seen>>);

/// What was seen since the beginning of a campaign.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    clock: Clock,
    /// Requests that were sent.
    pub(super) attempts: u64,
    pub(super) retries: u64,
    pub(super) renewals: u64,
    /// How often the next in the queue had to wait for the budget.
    pub(super) waits: u64,
    full: Option<Full>,
    /// For how long, in seconds, there was more to send than the budget let through.
    busy: f64,
    /// Requests that were sent during that time.
    sent_while_busy: u64,
}

/// The last time that the budget was used up and somebody had to wait.
#[derive(Clone, Copy, Debug)]
struct Full {
    at: Timestamp,
    /// Requests that were sent until then.
    sent: u64,
    /// When the next request was sent after that.
    resumed: Option<Timestamp>,
}

/// Who has work waiting sends a whole window's requests in less time, and then waits again.
const BURST: SignedDuration = SignedDuration::from_secs(1);

impl Seen {
    /// Requests in a second, while there was more to send than the budget let through.
    pub(super) fn rate_while_busy(&self) -> Option<f64> {
        (self.busy > 0.0).then(|| self.sent_while_busy as f64 / self.busy)
    }

    /// For how long that was, in seconds.
    pub(super) fn busy(&self) -> f64 {
        self.busy
    }

    fn sent(&mut self) {
        self.attempts += 1;
        if let Some(full) = &mut self.full {
            full.resumed.get_or_insert_with(|| self.clock.now());
        }
    }

    /// Somebody waits. If that follows on the last wait without a gap, there was work waiting
    /// all the time in between.
    fn waits(&mut self) {
        self.waits += 1;
        let now = self.clock.now();
        if let Some(Full { at, sent, resumed }) = self.full
            && resumed.is_none_or(|resumed| now.duration_since(resumed) < BURST)
        {
            self.busy += now.duration_since(at).as_secs_f64();
            self.sent_while_busy += self.attempts - sent;
        }
        self.full = Some(Full {
            at: now,
            sent: self.attempts,
            resumed: None,
        });
    }

    fn count(&mut self, message: &str) {
        match message {
            "sending" => self.sent(),
            "trying again" => self.retries += 1,
            "waiting for the request budget" => self.waits(),
            message if message.starts_with("the token was refused") => self.renewals += 1,
            _ => {}
        }
    }
}

impl Observer {
    pub(super) fn begin(&self, clock: Clock) {
        let seen = Seen {
            clock,
            ..Seen::default()
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    pub(super) fn seen(&self) -> Seen {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Subscriber for Observer {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("certs::")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // Spans are not enabled, so this is not called.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.count(&message.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
