//! A program that is killed again and again, and continues each time.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use certs_sim::view::Certification;
use certs_sim::{Clock, Fault, Operation, Phase, Simulator, TaskStatus, TaskTimes};
use futures_util::future::join_all;

use super::reassign::reassigned;
use crate::bulk_decide::{assert_decided_once, item_ids, largest, times_decided};
use crate::support::{another_reviewer, tenant};

/// How often it is killed in each test.
const KILLS: usize = 25;

/// How often a program that does more than deciding is killed.
const KILLS_OF_ALL: usize = 20;

/// A random generator that is the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn of_round(seed: u64, round: u64) -> Self {
        // Seeds of neighbouring rounds must differ much.
        Self(seed ^ (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// When a run is killed: after this many more requests, or lines of its journal.
#[derive(Clone, Copy, Debug)]
enum When {
    Requests(u64),
    Lines(u64),
}

impl When {
    fn random(dice: &mut Dice, most_requests: u64) -> Self {
        match dice.below(2) {
            0 => Self::Requests(dice.below(most_requests)),
            _ => Self::Lines(dice.below(2 * most_requests)),
        }
    }
}

/// Counts the lines that are written to a file from now on, and reads each byte once.
struct NewLines<'a> {
    path: &'a Path,
    read: u64,
    lines: u64,
}

impl<'a> NewLines<'a> {
    fn of(path: &'a Path) -> Self {
        let read = std::fs::metadata(path).map_or(0, |file| file.len());
        let lines = 0;
        Self { path, read, lines }
    }

    fn count(&mut self) -> u64 {
        let mut new = Vec::new();
        // The file does not exist before the program starts.
        if let Ok(mut file) = File::open(self.path) {
            file.seek(SeekFrom::Start(self.read)).unwrap();
            file.read_to_end(&mut new).unwrap();
        }
        self.read += new.len() as u64;
        self.lines += new.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.lines
    }
}

/// A tenant in real time, because the killed process is real.
struct Scene {
    sim: Simulator,
    certification: Certification,
    items: Vec<String>,
    journal: PathBuf,
    /// Options of the program: the reviewer who gets some of the items, the end of revoked access,
    /// a decision that is refused.
    options: Vec<String>,
}

impl Scene {
    async fn new(folder: &Path, round: u64) -> Self {
        let task_time = Duration::from_millis(15);
        let builder = tenant().clock(Clock::system()).items(500);
        let builder = builder.task_times(TaskTimes {
            queued: task_time,
            running: task_time,
        });
        let sim = builder.start().await.unwrap();
        let responses = Fault::Latency(Duration::from_millis(4));
        for operation in [
            Operation::Decide,
            Operation::Reassign,
            Operation::ReassignAsync,
            Operation::SignOff,
        ] {
            sim.faults().add(responses.on(operation));
        }
        let certification = largest(&sim);
        Self {
            items: item_ids(&sim, &certification),
            options: Vec::new(),
            journal: folder.join(format!("{round}.jsonl")),
            certification,
            sim,
        }
    }

    fn start(&self) -> Child {
        let admin = self.sim.admin();
        Command::new(env!("CARGO_BIN_EXE_bulk_decider"))
            .args([self.sim.base_url(), &self.certification.id])
            .arg(&self.journal)
            .args(&self.options)
            .env("SAIL_CLIENT_ID", admin.client_id)
            .env("SAIL_CLIENT_SECRET", admin.client_secret)
            .env_remove("RUST_LOG")
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap()
    }

    /// Runs the program and kills it at a random point, after at most this many requests. Returns
    /// false if it had ended by then.
    async fn kill(&self, dice: &mut Dice, most_requests: u64) -> bool {
        let when = When::random(dice, most_requests);
        let grace = Duration::from_micros(dice.below(4_000));
        let requests = || self.sim.traffic().requests.values().sum::<u64>();
        let (requests_before, mut journal) = (requests(), NewLines::of(&self.journal));
        let mut is_now = || match when {
            When::Requests(more) => requests() >= requests_before + more,
            When::Lines(more) => journal.count() > more,
        };
        let mut child = self.start();
        while !is_now() && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        tokio::time::sleep(grace).await;
        let runs = child.try_wait().unwrap().is_none();
        // On Unix, this is a signal that cannot be caught.
        child.kill().unwrap();
        child.wait().unwrap();
        runs
    }

    async fn finish(&self) {
        let mut child = self.start();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        };
        assert!(status.success(), "{}: {status}", self.journal.display());
    }
}

/// Rounds that run at the same time. They mostly wait, because a restarted program gives the
/// service time to show earlier requests.
const AT_ONCE: u64 = 8;

/// Runs the program with these options and kills it, again and again.
async fn killed_at_random_points(seed: u64, options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (mut kills, mut rounds, mut in_the_middle) = (0, 0, 0);
    while kills < KILLS {
        let killed = join_all((0..AT_ONCE).map(|n| {
            let round = rounds + n;
            killed_in_one_round(Dice::of_round(seed, round), folder.path(), round, options)
        }));
        for (killed, hit) in killed.await {
            kills += killed;
            in_the_middle += hit;
        }
        rounds += AT_ONCE;
    }
    assert!(
        in_the_middle > kills / 4,
        "{in_the_middle} of {kills} kills hit a run in the middle"
    );
}

/// How often it was killed, and how often in the middle of its decisions.
async fn killed_in_one_round(
    mut dice: Dice,
    folder: &Path,
    round: u64,
    options: &[&str],
) -> (usize, usize) {
    let mut scene = Scene::new(folder, round).await;
    scene.options = options.iter().map(|&option| option.to_owned()).collect();
    let (mut kills, mut in_the_middle) = (0, 0);
    for _ in 0..4 {
        if scene.kill(&mut dice, 26).await {
            kills += 1;
            let before = times_decided(&scene.sim).len();
            in_the_middle += usize::from(before > 0 && before < scene.items.len());
        }
    }
    scene.finish().await;
    assert_decided_once(&scene.sim, &scene.certification, &scene.items);
    (kills, in_the_middle)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_points_and_run_again_it_does_everything_once() {
    killed_at_random_points(0x5eed_0b61_1c0f_fee5, &[]).await;
}

/// Responses do not show end dates, so reading back cannot confirm all that was sent.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_sends_end_dates_it_does_everything_once() {
    let until = ["--until", "2026-12-31T00:00:00Z"];
    killed_at_random_points(0x0bad_cafe_dead_beef, &until).await;
}

/// A batch is refused, and halved until the bad decision is found.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_halves_a_batch_it_does_everything_once() {
    let stranger = ["--stranger", "no-such-item"];
    killed_at_random_points(0x00c0_ffee_5eed_1234, &stranger).await;
}

/// Reassigning, at once and by tasks, then deciding, then signing off.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_reassigns_and_signs_off_it_does_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut kills, mut rounds) = (0, 0);
    while kills < KILLS_OF_ALL {
        let killed = join_all((rounds..rounds + AT_ONCE / 2).map(|round| {
            let dice = Dice::of_round(0x0ddb_a11c_0ffe_e5ed, round);
            killed_while_it_does_all(dice, folder.path(), round)
        }));
        kills += killed.await.into_iter().sum::<usize>();
        rounds += AT_ONCE / 2;
    }
}

/// How often it was killed in a round.
async fn killed_while_it_does_all(mut dice: Dice, folder: &Path, round: u64) -> usize {
    let mut kills = 0;
    let mut scene = Scene::new(folder, round).await;
    let to = another_reviewer(&scene.sim, &scene.certification);
    scene.options = vec!["--to".to_owned(), to];
    for _ in 0..6 {
        kills += usize::from(scene.kill(&mut dice, 60).await);
    }
    scene.finish().await;

    let (sim, to) = (&scene.sim, &scene.options[1]);
    let goes = |id: &&String| id.bytes().last().unwrap().is_multiple_of(5);
    let (gone, kept): (Vec<_>, Vec<_>) = scene.items.iter().partition(goes);
    assert_eq!(item_ids(sim, &scene.certification), owned(&kept));
    let moved = reassigned(sim);
    for id in &gone {
        assert_eq!(moved.get(*id), Some(&1), "item {id} of round {round}");
    }
    assert_eq!(moved.len(), gone.len(), "others were reassigned as well");
    let rows = sim.certifications();
    let theirs = rows.iter().filter(|row| {
        row.reviewer.id() == to && row.reassigned_from.as_ref() == Some(&scene.certification.id)
    });
    let theirs: HashSet<_> = theirs.flat_map(|row| item_ids(sim, row)).collect();
    assert_eq!(theirs, gone.iter().map(|id| (*id).clone()).collect());

    assert_decided_once(sim, &scene.certification, &owned(&kept));
    let row = rows.iter().find(|row| row.id == scene.certification.id);
    assert_eq!(row.unwrap().phase, Phase::Signed);
    let signed = sim.requests().into_iter();
    let signed = signed.filter(|r| r.processed && r.path.ends_with("/sign-off"));
    assert_eq!(signed.count(), 1);
    let tasks = sim.tasks();
    assert!(tasks.iter().all(|task| task.status == TaskStatus::Success));
    kills
}

fn owned(ids: &[&String]) -> Vec<String> {
    ids.iter().map(|id| (*id).clone()).collect()
}
