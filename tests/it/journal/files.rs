//! What can be at the path of a journal.

use std::process::Command;

use certs::Journal;

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

/// The lines of a journal without one of the plan, or with a number that no program has written.
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
    for changed in [
        without("journal"),
        without("call"),
        without("part"),
        whole.replace("\"call\":1,", "\"call\":18446744073709551615,"),
    ] {
        let error = opened(&changed).await.unwrap_err();
        assert!(error.to_string().contains("journal"), "{error}");
    }
}
