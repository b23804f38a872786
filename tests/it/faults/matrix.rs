//! Every fault with every operation: the table of the client's retries, row by row.

use std::time::Duration;

use certs::{Client, ErrorKind, RateLimit, RetryPolicy};
use certs_sim::Fault;
use futures_util::stream::{self, StreamExt as _};

use super::operation::{Asked, Scene};
use crate::support::{assert_no_failures, client_builder, running_clock, tenant};

/// How many attempts the client makes.
const ATTEMPTS: u32 = 3;

/// How often decisions with lost responses are sent.
const SENDINGS: usize = 3;

/// The client's reaction to a fault.
#[derive(Clone, Copy, Debug)]
enum Cell {
    /// The call succeeds.
    Fine,
    /// It retries; if the fault stays, it ends with this kind of error.
    Again(ErrorKind),
    /// It ends at once.
    Ends(ErrorKind),
    /// It reads back what was done, and sends the rest again; if the fault stays and nothing is
    /// ever done, it ends with this kind of error.
    Probes(ErrorKind),
    /// It reads back and does not send again; if it was done, the call succeeds.
    ProbesOnce(ErrorKind),
    /// It gets a new token and sends once more; if that fails, it ends with this kind of error.
    Renews(ErrorKind),
}

use Cell::{Again, Ends, Fine, Probes, ProbesOnce, Renews};
use ErrorKind::{
    Decode, Interrupted, RateLimited, Redirected, Server, Timeout, TooLarge, Unauthorized,
};

const fn after(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

/// A line for each fault, a column for each operation.
#[rustfmt::skip]
const MATRIX: &[(Fault, [Cell; 6])] = &[
    // the response is late or odd, but complete
    //                          read, decide, reassign, reassign-async, sign-off, token
    (LATENCY,                 [Fine, Fine, Fine, Fine, Fine, Fine]),
    (DRIP,                    [Fine, Fine, Fine, Fine, Fine, Fine]),
    (Fault::UnknownEnumValue, [Fine, Fine, Fine, Fine, Fine, Fine]),
    (Fault::NumbersAsText,    [Fine, Fine, Fine, Fine, Fine, Fine]),
    // a success other than the specified one, with or without the specified body
    (CREATED,                 [Fine, Fine, Fine, Fine, Fine, Fine]),
    (ACCEPTED,                [Fine, Fine, Fine, Fine, Fine, Fine]),
    (CREATED_EMPTY,           [Ends(Decode), Fine, Fine, Fine, Fine, Ends(Decode)]),
    (ACCEPTED_EMPTY,          [Ends(Decode), Fine, Fine, Fine, Fine, Ends(Decode)]),
    (Fault::NoContent,        [Ends(Decode), Fine, Fine, Fine, Fine, Ends(Decode)]),
    (Fault::SeeOther,         [Ends(Redirected), Fine, Fine, Fine, Fine, Ends(Redirected)]),
    // nothing was done, and the response says so
    (TOO_MANY,                [Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited)]),
    (TOO_MANY_2S,             [Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited), Again(RateLimited)]),
    (TOO_MANY_1H,             [Ends(RateLimited), Ends(RateLimited), Ends(RateLimited), Ends(RateLimited), Ends(RateLimited), Ends(RateLimited)]),
    (Fault::ExpiredToken,     [Renews(Unauthorized), Renews(Unauthorized), Renews(Unauthorized), Renews(Unauthorized), Renews(Unauthorized), Ends(Unauthorized)]),
    // something failed, and the outcome is unknown
    (Fault::InternalError,    [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    (Fault::Echo,             [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    (Fault::BadGateway,       [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    (UNAVAILABLE,             [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    (UNAVAILABLE_2S,          [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    (Fault::GatewayTimeout,   [Again(Server), Probes(Server), ProbesOnce(Server), ProbesOnce(Server), Probes(Server), Again(Server)]),
    // no response, or an incomplete one
    (Fault::ResetBefore,      [Again(Interrupted), Probes(Interrupted), ProbesOnce(Interrupted), ProbesOnce(Interrupted), Probes(Interrupted), Again(Interrupted)]),
    (Fault::ResetAfter,       [Again(Interrupted), Probes(Interrupted), ProbesOnce(Interrupted), ProbesOnce(Interrupted), Probes(Interrupted), Again(Interrupted)]),
    (Fault::TruncatedBody,    [Again(Interrupted), Probes(Interrupted), ProbesOnce(Interrupted), ProbesOnce(Interrupted), Probes(Interrupted), Again(Interrupted)]),
    (Fault::SilenceBefore,    [Again(Timeout), Probes(Timeout), ProbesOnce(Timeout), ProbesOnce(Timeout), Probes(Timeout), Again(Timeout)]),
    (Fault::SilenceAfter,     [Again(Timeout), Probes(Timeout), ProbesOnce(Timeout), ProbesOnce(Timeout), Probes(Timeout), Again(Timeout)]),
    // an unusable response
    (Fault::InvalidJson,      [Ends(Decode), Probes(Decode), ProbesOnce(Decode), ProbesOnce(Decode), Probes(Decode), Ends(Decode)]),
    (HUGE,                    [Ends(TooLarge), Probes(TooLarge), ProbesOnce(TooLarge), ProbesOnce(TooLarge), Probes(TooLarge), Ends(TooLarge)]),
];

const LATENCY: Fault = Fault::Latency(Duration::from_secs(2));
const DRIP: Fault = Fault::SlowDrip(Duration::from_millis(20));
const CREATED: Fault = Fault::Created { body: true };
const CREATED_EMPTY: Fault = Fault::Created { body: false };
const ACCEPTED: Fault = Fault::Accepted { body: true };
const ACCEPTED_EMPTY: Fault = Fault::Accepted { body: false };
const HUGE: Fault = Fault::HugeBody(2 * MAX_RESPONSE_SIZE as u64);
const TOO_MANY: Fault = Fault::TooManyRequests { retry_after: None };
const TOO_MANY_2S: Fault = Fault::TooManyRequests {
    retry_after: after(2),
};
const TOO_MANY_1H: Fault = Fault::TooManyRequests {
    retry_after: after(3600),
};
const UNAVAILABLE: Fault = Fault::Unavailable { retry_after: None };
const UNAVAILABLE_2S: Fault = Fault::Unavailable {
    retry_after: after(2),
};

/// Larger than any regular response of a small tenant.
const MAX_RESPONSE_SIZE: usize = 1024 * 1024;

/// How long the fault stays.
#[derive(Clone, Copy, Debug)]
enum Stay {
    Once,
    Always,
}

/// A combination, and its name for messages.
#[derive(Clone, Copy, Debug)]
struct Row {
    fault: Fault,
    asked: Asked,
    stay: Stay,
    cell: Cell,
}

/// The result of a combination.
#[derive(Debug, PartialEq)]
struct Outcome {
    error: Option<ErrorKind>,
    /// How often the operation was requested.
    requests: usize,
    /// How often it was done.
    effects: usize,
}

impl Row {
    fn expected(self) -> Outcome {
        let attempts = ATTEMPTS as usize;
        let (error, requests) = match (self.cell, self.stay) {
            (Fine, _) => (None, 1),
            (Again(_), Stay::Once) | (Renews(_), Stay::Once) => (None, 2),
            (Again(kind), Stay::Always) => (Some(kind), attempts),
            (Renews(kind), Stay::Always) => (Some(kind), 2),
            (Ends(kind), _) => (Some(kind), 1),
            (Probes(_), _) if self.fault.processes() => (None, 1),
            (Probes(_), Stay::Once) => (None, 2),
            (Probes(kind), Stay::Always) => (Some(kind), SENDINGS),
            (ProbesOnce(_), _) if self.fault.processes() => (None, 1),
            (ProbesOnce(kind), _) => (Some(kind), 1),
        };
        let hit = match self.stay {
            Stay::Once => 1,
            Stay::Always => requests,
        };
        let of_hit = if self.fault.processes() { hit } else { 0 };
        Outcome {
            error,
            requests,
            effects: requests - hit + of_hit,
        }
    }

    async fn run(self) -> Vec<String> {
        let sim = tenant().items(0).clock(running_clock()).build().unwrap();
        let client = impatient(&sim);
        let scene = Scene::new(sim, self.asked, &client).await;
        let rule = self.fault.on(self.asked.target());
        scene.sim.faults().add(match self.stay {
            Stay::Once => rule.times(1),
            Stay::Always => rule,
        });
        let called = scene.call(self.asked, &client).await;

        let mut failures = Vec::new();
        let mut check = |holds: bool, why: String| {
            if !holds {
                let Self {
                    fault, asked, stay, ..
                } = self;
                failures.push(format!("{asked:?} with {fault}, {stay:?}: {why}"));
            }
        };
        let outcome = Outcome {
            error: called.as_ref().err().map(certs::Error::kind),
            requests: scene.requests(self.asked),
            effects: scene.effects(self.asked),
        };
        let expected = self.expected();
        check(
            outcome == expected,
            format!("{outcome:?}, expected {expected:?}"),
        );
        self.check_effects(&scene, &called, &mut check);
        if let Err(error) = &called
            && self.asked != Asked::Token
            && !matches!(self.cell, Renews(_) | Probes(_))
        {
            let attempts = error.attempts() as usize;
            check(
                attempts == outcome.requests,
                format!("{attempts} attempts said"),
            );
        }
        failures
    }

    /// Whatever the table says: a write that succeeded was done once, one that must not be repeated
    /// was never done twice, and one that failed was not done, unless the error leaves it open.
    fn check_effects(
        self,
        scene: &Scene,
        called: &Result<(), certs::Error>,
        check: &mut impl FnMut(bool, String),
    ) {
        if !self.asked.is_write() {
            return;
        }
        let traces = scene.traces(self.asked);
        check(traces <= 1, format!("it was done {traces} times"));
        match called {
            Ok(()) => check(traces == 1, "it was said to be done and is not".to_owned()),
            Err(error) => {
                let leaves_it_open = matches!(
                    error.kind(),
                    Interrupted | Timeout | Decode | TooLarge | Server
                );
                check(
                    traces == 0 || leaves_it_open,
                    format!("it was done, and the error says that it was not: {error}"),
                );
            }
        }
    }
}

/// A client with retries but without a rate limit, so that only the faults count.
fn impatient(sim: &certs_sim::Simulator) -> Client {
    let admin = sim.admin();
    client_builder(sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::default().max_attempts(ATTEMPTS))
        .max_response_size(MAX_RESPONSE_SIZE)
        .read_timeout(Duration::from_secs(3))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_fault_with_every_operation() {
    let rows = MATRIX.iter().flat_map(|(fault, cells)| {
        Asked::ALL.into_iter().zip(cells).flat_map(|(asked, cell)| {
            [Stay::Once, Stay::Always].map(|stay| Row {
                fault: *fault,
                asked,
                stay,
                cell: *cell,
            })
        })
    });
    let runs = stream::iter(rows).map(Row::run);
    let failures: Vec<Vec<String>> = runs.buffer_unordered(32).collect().await;
    assert_eq!(failures.len(), MATRIX.len() * Asked::ALL.len() * 2);
    assert_no_failures(failures.concat());
}

/// The seed decides which field is null, so the token has no single outcome.
#[tokio::test(start_paused = true)]
async fn a_null_anywhere_fails_nothing_but_the_token() {
    let run = |(seed, asked): (u64, Asked)| async move {
        let builder = tenant().items(0).clock(running_clock()).fault_seed(seed);
        let sim = builder.build().unwrap();
        let client = impatient(&sim);
        let scene = Scene::new(sim, asked, &client).await;
        scene.sim.faults().add(Fault::NullField.on(asked.target()));
        match scene.call(asked, &client).await {
            Ok(()) => None,
            Err(error) if asked == Asked::Token && error.kind() == ErrorKind::Decode => None,
            Err(error) => Some(format!("{asked:?} with seed {seed}: {error}")),
        }
    };
    let rows = (0..12).flat_map(|seed| Asked::ALL.map(|asked| (seed, asked)));
    let failures: Vec<_> = stream::iter(rows)
        .map(run)
        .buffer_unordered(32)
        .collect()
        .await;
    assert_no_failures(failures.into_iter().flatten().collect());
}
