//! A program that is killed, again and again, and goes on each time.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use certs_sim::{Clock, Fault, Operation, Simulator};

use crate::bulk_decide::{assert_decided_once, item_ids, largest};
use crate::support::tenant;

/// How often it is killed.
const KILLS: usize = 50;

/// The most requests that a run is left before it is killed.
const MOST_REQUESTS: u64 = 26;

/// A generator of which only this matters: that it is the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
enum When {
    Requests(usize),
    Lines(usize),
}

impl When {
    fn random(dice: &mut Dice) -> Self {
        match dice.below(2) {
            0 => Self::Requests(usize::try_from(dice.below(MOST_REQUESTS)).unwrap()),
            _ => Self::Lines(usize::try_from(dice.below(2 * MOST_REQUESTS)).unwrap()),
        }
    }

    fn is_now(self, sim: &Simulator, requests: usize, journal: &Path) -> bool {
        match self {
            Self::Requests(more) => sim.requests().len() >= requests + more,
            Self::Lines(more) => {
                let text = std::fs::read(journal).unwrap_or_default();
                text.iter().filter(|byte| **byte == b'\n').count() > more
            }
        }
    }
}

fn start(sim: &Simulator, certification: &str, journal: &Path) -> Child {
    let admin = sim.admin();
    Command::new(env!("CARGO_BIN_EXE_bulk_decider"))
        .args([sim.base_url(), certification])
        .arg(journal)
        .env("SAIL_CLIENT_ID", admin.client_id)
        .env("SAIL_CLIENT_SECRET", admin.client_secret)
        .env_remove("RUST_LOG")
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_points_and_run_again_it_does_everything_once() {
    let mut dice = Dice(0x5eed_0b61_1c0f_fee5);
    let folder = tempfile::tempdir().unwrap();
    let (mut kills, mut round, mut in_the_middle) = (0, 0, 0);
    while kills < KILLS {
        round += 1;
        // The process is real, so its time is.
        let builder = tenant().clock(Clock::system()).items(500);
        let sim = builder.start().await.unwrap();
        let answers = Fault::Latency(Duration::from_millis(4));
        sim.faults().add(answers.on(Operation::Decide));
        let certification = largest(&sim);
        let items = item_ids(&sim, &certification);
        let journal = folder.path().join(format!("{round}.jsonl"));
        for _ in 0..4 {
            let when = When::random(&mut dice);
            let grace = Duration::from_micros(dice.below(4_000));
            let requests = sim.requests().len();
            let mut child = start(&sim, &certification.id, &journal);
            while !when.is_now(&sim, requests, &journal) && child.try_wait().unwrap().is_none() {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            tokio::time::sleep(grace).await;
            if child.try_wait().unwrap().is_none() {
                kills += 1;
                let before = crate::bulk_decide::times_decided(&sim).len();
                in_the_middle += usize::from(before > 0 && before < items.len());
            }
            // On Unix, the signal that cannot be caught.
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let status = start(&sim, &certification.id, &journal).wait().unwrap();
        assert!(status.success(), "round {round}: {status}");
        assert_decided_once(&sim, &certification, &items);
    }
    assert!(
        in_the_middle > KILLS / 4,
        "{in_the_middle} kills hit a run in the middle"
    );
}
