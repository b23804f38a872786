//! What can stand where a journal is looked for.

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
