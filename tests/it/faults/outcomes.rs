//! Resuming after a kill: every possible outcome, for every call that changes access.

use std::time::Duration;

use certs::model::ReviewDecision;
use certs::{ErrorKind, KeepTogether};
use certs_sim::{Decision, Fault};
use tokio::time::timeout;

use crate::support::change::{Change, Scene};

/// The progress of the program when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Killed {
    /// Everything was planned, and nothing announced.
    Planned,
    /// The request was announced, and never arrived.
    Announced,
    /// The request was processed, and its response never arrived.
    Processed,
}

/// What happens before it starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// A person decides differently, gives the items to somebody else, or signs off.
    Person,
}

/// The items of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Three items, or one certification.
    Plain,
    /// One of the three is not in the certification.
    WithStranger,
    /// Revocations with an end date, which no response shows.
    WithEndDate,
}

use Killed::{Announced, Planned, Processed};
use Meanwhile::{Nothing, Person};
use Work::{Plain, WithEndDate, WithStranger};

const ALL: &str = "3 of 3 applied";
const CHANGED: &str = "0 of 3 applied, 3 changed meanwhile";
const LEFT: &str = "an error, and nothing was done";
const REFUSED: &str = "2 of 3 applied, 1 refused";
const SIGNED: &str = "1 of 1 applied";

/// A line for each situation, a column for each call: decide, reassign, reassign-async, sign-off. A
/// dash where the situation cannot occur.
#[rustfmt::skip]
const TABLE: &[(Killed, Meanwhile, Work, [&str; 4])] = &[
    (Planned, Nothing, Plain,        [ALL, ALL, ALL, SIGNED]),
    // A sign-off counts as done, whoever made it.
    (Planned, Person,  Plain,        [CHANGED, CHANGED, CHANGED, SIGNED]),
    (Planned, Nothing, WithStranger, [REFUSED, "2 of 3 applied, 1 changed meanwhile", "2 of 3 applied, 1 changed meanwhile", "-"]),
    (Planned, Nothing, WithEndDate,  [ALL, "-", "-", "-"]),
    // Relative effects are never sent again.
    (Announced, Nothing, Plain,        [ALL, LEFT, LEFT, SIGNED]),
    (Announced, Person,  Plain,        [CHANGED, "-", "-", SIGNED]),
    (Announced, Nothing, WithStranger, [REFUSED, "-", "-", "-"]),
    (Announced, Nothing, WithEndDate,  [ALL, "-", "-", "-"]),
    (Processed,  Nothing, Plain,        [ALL, ALL, ALL, SIGNED]),
    (Processed,  Nothing, WithEndDate,  ["3 of 3 applied (3 of them not verifiable)", "-", "-", "-"]),
];

async fn begin(scene: &Scene, change: Change, work: Work) {
    let review = scene.review();
    let mut items = scene.items[..3].to_vec();
    if work == WithStranger {
        items[1] = "no-such-item".to_owned();
    }
    let revoke = |item: &String| {
        let revoke = ReviewDecision::revoke(item).comment("not needed");
        match work {
            WithEndDate => revoke.proposed_end_date("2026-06-30T00:00:00Z".parse().unwrap()),
            _ => revoke,
        }
    };
    let reassign = || {
        let reassign = review.reassign(&scene.to, "on leave").items(&items);
        let reassign = reassign.keep_together(KeepTogether::Nothing);
        reassign.journal(&scene.journal)
    };
    let journal = &scene.journal;
    let limit = Duration::from_secs(20);
    let is_dropped = match change {
        Change::Decide => {
            let decide = review.decide(items.iter().map(revoke)).journal(journal);
            timeout(limit, decide).await.is_err()
        }
        Change::Reassign => timeout(limit, reassign()).await.is_err(),
        Change::ReassignInBackground => {
            let reassign = reassign().in_background();
            timeout(limit, reassign).await.is_err()
        }
        Change::SignOff => {
            let sign_off = review.sign_off().journal(journal);
            timeout(limit, sign_off).await.is_err()
        }
    };
    assert!(is_dropped, "it was to wait for a response");
}

fn act(scene: &Scene, change: Change) {
    match change {
        Change::Decide => {
            for item in &scene.items[..3] {
                let says = Some("still needed");
                let decided = scene.sim.decide(item, Decision::Approve, says);
                decided.unwrap();
            }
        }
        Change::Reassign | Change::ReassignInBackground => {
            let third = scene.sim.certifications().into_iter().find(|row| {
                let id = row.reviewer.id();
                let mut items = scene.sim.items_of(&scene.certification.id).into_iter();
                id != scene.to
                    && id != scene.certification.reviewer.id()
                    && matches!(row.reviewer, certs_sim::Reviewer::Identity(_))
                    && !items.any(|item| item.identity_id.as_deref() == Some(id))
            });
            let third = third.unwrap().reviewer.id().to_owned();
            let items: Vec<_> = scene.items[..3].iter().map(String::as_str).collect();
            let moved = scene.sim.reassign(&items, &third, "knows better");
            moved.unwrap();
        }
        Change::SignOff => scene.sim.sign_off(&scene.certification.id).unwrap(),
    }
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_every_call_that_is_resumed() {
    for (killed, meanwhile, work, expected) in TABLE {
        for (change, expected) in Change::ALL.into_iter().zip(expected) {
            if *expected == "-" {
                continue;
            }
            let name = format!("{change:?}, {killed:?}, {meanwhile:?}, {work:?}");
            let fault = match killed {
                Planned | Announced => Fault::SilenceBefore,
                Processed => Fault::SilenceAfter,
            };
            let scene = change.scene(fault.on(change.operation()), |tenant| tenant);
            begin(&scene, change, *work).await;
            scene.sim.faults().clear();
            scene.sim.clear_requests();
            if *meanwhile == Person {
                act(&scene, change);
            }
            if *killed == Planned {
                scene.disk.cut_before("sending");
            }
            let journal = scene.disk.reopened().await.unwrap();
            let resume = scene.client.resume(&journal);
            let outcome = match resume.timeout(Duration::from_secs(60)).await {
                Ok(resumed) => resumed.calls()[0].outcome.to_string(),
                // Nothing was done at all.
                Err(error) if error.kind() == ErrorKind::Interrupted => LEFT.to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(outcome, *expected, "{name}");
            // Effects that are done, that somebody has changed, or that are relative are not sent
            // again.
            let is_relative = matches!(change, Change::Reassign | Change::ReassignInBackground);
            let is_settled = *meanwhile == Person || *killed == Processed;
            if is_settled || is_relative && *killed == Announced {
                assert_eq!(scene.writes(), 0, "{name}");
            }
            let sent = scene.writes();
            let _ = scene.client.resume(&journal).await;
            assert_eq!(scene.writes(), sent, "{name}: a resume of a resume sends");
        }
    }
}
