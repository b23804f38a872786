//! The files that can be at the path of a journal.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use certs::{ErrorKind, Journal};
use serde_json::json;

use crate::support::canned::Canned;
use crate::support::change::Scene;
use crate::support::disk::Disk;

/// Opening a pipe would wait for its other end, and a device never ends.
#[cfg(unix)]
#[tokio::test]
async fn only_a_regular_file_is_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for path in [pipe.as_path(), "/dev/zero".as_ref(), folder.path()] {
        let error = Journal::open(path).await.unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
        assert!(Journal::open_or_create(path).await.is_err());
    }
}

/// Nobody could resume from a file that is gone or lacks lines, so nothing more is sent.
#[tokio::test]
async fn a_file_that_somebody_removes_or_changes_ends_the_call() {
    type Harm = fn(&Path) -> io::Result<()>;
    let harms: [(Harm, &str); 3] = [
        #[cfg(unix)]
        (
            |path| fs::remove_file(path),
            "somebody has removed the file",
        ),
        (
            |path| fs::write(path, ""),
            "somebody else has changed the file",
        ),
        (
            |path| {
                let mut file = File::options().append(true).open(path)?;
                file.write_all(b"{\"event\":\"torn\"}\n")
            },
            "somebody else has changed the file",
        ),
    ];
    for (harm, why) in harms {
        let scene = Scene::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let journal = Journal::create(&path).await.unwrap();
        let decide = scene.decide(&scene.items[..6]).batch_size(2);
        let decide = decide.journal(&journal).progress(move |report| {
            if report.done == 2 {
                harm(&path).unwrap();
            }
        });
        let outcome = decide.await.unwrap();
        assert_eq!(outcome.applied().count(), 2, "{outcome}");
        assert_eq!(scene.writes(), 1);
        let error = outcome.ensure_complete().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal);
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// A journal that lacks a line of the plan or the id of an item, or has a number that no program
/// would write.
#[tokio::test]
async fn a_journal_that_was_changed_is_refused() {
    let whole = include_str!("format.jsonl");
    let without = |event: &str| {
        let event = format!("{{\"event\":\"{event}\"");
        let gone = whole.lines().position(|line| line.starts_with(&event));
        let rest = whole.lines().enumerate().filter(|(n, _)| Some(*n) != gone);
        rest.map(|(_, line)| format!("{line}\n"))
            .collect::<String>()
    };
    let opened = async |text: &str| Journal::from_parts(text.as_bytes(), tokio::io::sink()).await;
    opened(whole).await.unwrap();
    for (changed, why) in [
        (without("journal"), "not a journal"),
        (without("call"), "the plan of call 1, but not the call"),
        (without("part"), "0 of the 1 parts of call 1"),
        (
            whole.replace("\"call\":1,", "\"call\":18446744073709551615,"),
            "the impossible number",
        ),
        (
            whole.replacen("\"id\":\"[item 0]\",", "", 1),
            "an item of part 1 has no id",
        ),
        (
            whole.replacen("\"part\":1,\"items\"", "\n", 1),
            "line 3 of the journal",
        ),
        (
            whole.replace("\"format\":3", "\"format\":4"),
            "newer version",
        ),
        (
            r#"{"event":"journal","format":4,"host":"acme"}"#.to_owned(),
            "newer version",
        ),
        (
            whole.replace("\"format\":3", "\"format\":2"),
            "older version",
        ),
        (whole.repeat(2), "two journals"),
        ("hello".to_owned(), "not a journal"),
        ("{}\n".to_owned(), "not a journal"),
        (whole.replace('{', "\0{"), "not a journal"),
    ] {
        let error = opened(&changed).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// Wherever a crash cuts a journal off, it can be continued, and then read completely.
#[tokio::test]
async fn a_torn_end_is_left_out_and_repaired() {
    let text = r#"{"event":"journal","format":3,"tenant":"127.0.0.1:0","certs":"0.1.0"}
{"event":"call","call":1,"kind":"sign_off","certification":"c-„1“","checked":true,"waits":false}
{"event":"part","call":1,"part":1,"items":[{"id":"c-1"}]}
"#;
    let service = Canned::start();
    service
        .respond_json(&json!({ "id": "c-2", "phase": "SIGNED", "signed": "2026-03-02T08:00:00Z" }));
    let client = service.client();
    for cut in 0..=text.len() {
        let disk = Disk::default();
        disk.text.lock().unwrap().extend(&text.as_bytes()[..cut]);
        let journal = disk.reopened().await.unwrap();
        let resumed = client.resume(&journal).await.unwrap();
        let whole = text.as_bytes()[..cut]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert_eq!(
            resumed.dropped_calls(),
            usize::from(whole >= 2),
            "cut at {cut}"
        );
        let sign_off = client.certification("c-2").sign_off().unchecked();
        sign_off.journal(&journal).await.unwrap();

        let journal = disk.reopened().await.unwrap();
        assert!(client.resume(&journal).await.unwrap().is_empty());
        let signed = client.certification("c-2").sign_off().journal(&journal);
        assert!(signed.await.unwrap().is_signed(), "cut at {cut}");
        let written = String::from_utf8_lossy(&disk.text()).into_owned();
        assert_eq!(written.matches("\"sending\"").count(), 1, "cut at {cut}");
    }
}
