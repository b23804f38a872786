//! The lines of a journal, which people and later versions read.

use std::time::Duration;

use certs::Journal;
use certs::model::ReviewDecision;
use certs_sim::{Fault, Operation};
use serde_json::Value;

use crate::reassign::Scene;
use crate::support::disk::Disk;
use crate::support::running_clock;

/// One line of each kind, with `[...]` for values that differ from run to run.
const LINES: &str = include_str!("format.jsonl");

/// Replaces values that differ with names.
fn redacted(scene: &Scene, text: &str) -> String {
    let mut redacted = String::new();
    for line in text.lines() {
        let (rest, at) = line.rsplit_once(",\"at\":\"").unwrap();
        let at = at.strip_suffix("\"}").unwrap();
        assert!(at.parse::<jiff::Timestamp>().is_ok());
        let mut line = format!("{rest},\"at\":\"2026-03-02T08:00:00Z\"}}\n");
        let value: Value = serde_json::from_str(&line).unwrap();
        if let (Some("ended"), Some(reason)) = (value["event"].as_str(), value["reason"].as_str()) {
            line = line.replace(&Value::from(reason).to_string(), "\"[reason]\"");
        }
        redacted.push_str(&line);
    }
    for (id, name) in &names(scene) {
        redacted = redacted.replace(id, name);
    }
    redacted
}

fn names(scene: &Scene) -> Vec<(String, String)> {
    let tenant = scene
        .sim
        .base_url()
        .trim_start_matches("http://")
        .to_owned();
    let mut names = vec![
        (tenant, "[tenant]".to_owned()),
        (scene.certification.clone(), "[certification]".to_owned()),
        (scene.to.clone(), "[to]".to_owned()),
    ];
    let items = scene.items.iter().enumerate();
    names.extend(items.map(|(n, id)| (id.clone(), format!("[item {n}]"))));
    let tasks = scene.sim.tasks().into_iter().enumerate();
    names.extend(tasks.map(|(n, task)| (task.id, format!("[task {n}]"))));
    names
}

async fn work(scene: &Scene, journal: &Journal) {
    let review = scene.client().certification(&scene.certification);
    let items = &scene.items;
    let reassign = |items: &[String]| review.reassign(&scene.to, "on leave").items(items);
    let at_once = reassign(&items[..1]).journal(journal).await.unwrap();
    at_once.ensure_complete().unwrap();
    let task = reassign(&items[1..2]).in_background().journal(journal);
    task.wait().await.unwrap().ensure_complete().unwrap();
    let beta = scene.client().beta().certification(&scene.certification);
    let lost = Fault::ResetAfter.on(Operation::ReassignAsync).times(1);
    scene.sim.faults().add(lost);
    let beta = beta.reassign(&scene.to, "on leave").items(&items[2..3]);
    beta.journal(journal)
        .wait()
        .await
        .unwrap()
        .ensure_complete()
        .unwrap();

    let wrong = ReviewDecision::approve("no-such-item");
    let error = review.decide([wrong]).journal(journal).await;
    assert_eq!(error.unwrap().refused().count(), 1);
    let approve = |id: &String| ReviewDecision::approve(id).comment("still needed");
    let decide = review.decide(items[3..].iter().map(approve));
    let decide = decide.batch_size(2).concurrency(1).journal(journal);
    decide.await.unwrap().ensure_complete().unwrap();
    let lost = Fault::ResetAfter.on(Operation::SignOff).times(1);
    scene.sim.faults().add(lost);
    let unknown = review.sign_off().unchecked().journal(journal).await;
    assert!(unknown.unwrap().is_signed());
    assert!(
        review
            .sign_off()
            .journal(journal)
            .await
            .unwrap()
            .is_signed()
    );
}

#[tokio::test(start_paused = true)]
async fn the_lines_are_as_documented() {
    let scene = Scene::new(6, running_clock(), Duration::from_secs(1)).await;
    let disk = Disk::default();
    work(&scene, &Journal::to_writer(disk.clone())).await;
    let text = String::from_utf8(disk.text()).unwrap();
    let written = redacted(&scene, &text);
    assert_eq!(written, LINES, "{written}");
}

/// A journal of this version, cut off after any line.
#[tokio::test]
async fn a_journal_of_today_can_be_continued() {
    let all: Vec<_> = LINES.lines().collect();
    for cut in 0..=all.len() {
        let scene = Scene::at_once(6).await;
        let mut text = all[..cut]
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>();
        for (id, name) in names(&scene) {
            text = text.replace(&name, &id);
        }
        // The changes that the lines describe were never made here.
        let journal = Journal::from_parts(text.as_bytes(), tokio::io::sink()).await;
        let journal = journal.unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        if cut == all.len() {
            assert!(scene.client().resume(&journal).await.unwrap().is_empty());
        }
    }
}
