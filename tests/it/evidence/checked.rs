//! Folders: nothing is overwritten, nothing looks whole that is not, and what was changed
//! later shows.

use std::fs;
use std::path::Path;

use certs::evidence::{FileProblem, Manifest, VerifyError};
use certs_sim::{Fault, Operation, Target};

use super::small_tenant;

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn problems(folder: &Path) -> Vec<(String, FileProblem)> {
    match Manifest::read(folder).unwrap().verify(folder) {
        Ok(()) => Vec::new(),
        Err(VerifyError::Files(problems)) => problems,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_was_changed_later_is_found() {
    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let written = client.evidence().write_to(folder).await.unwrap();
    assert_eq!(Manifest::read(folder).unwrap(), written);
    assert!(problems(folder).is_empty());

    let csv = folder.join("evidence.csv");
    let original = fs::read_to_string(&csv).unwrap();
    fs::write(&csv, original.replacen("REVOKE", "REVOKF", 1)).unwrap();
    let [(name, FileProblem::Sha256 { .. })] = &problems(folder)[..] else {
        panic!("{:?}", problems(folder));
    };
    assert_eq!(name, "evidence.csv");

    fs::write(&csv, original.replacen("REVOKE", "APPROVE", 1)).unwrap();
    assert!(matches!(
        problems(folder)[..],
        [(_, FileProblem::Bytes { .. })]
    ));

    fs::write(&csv, &original).unwrap();
    fs::remove_file(folder.join("evidence.jsonl")).unwrap();
    assert!(matches!(
        problems(folder)[..],
        [(_, FileProblem::Unreadable(_))]
    ));
}

#[tokio::test]
async fn the_number_of_records_is_checked_in_every_format() {
    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    client.evidence().write_to(folder).await.unwrap();
    let manifest = folder.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"rows\": 4", "\"rows\": 5")).unwrap();
    let problems = problems(folder);
    assert_eq!(problems.len(), 3);
    for (name, problem) in problems {
        assert_eq!(problem.to_string(), "has 4 records, not 5", "{name}");
    }
    fs::write(
        &manifest,
        text.replace("\"format_version\": 1", "\"format_version\": 2"),
    )
    .unwrap();
    let error = Manifest::read(folder).unwrap_err().to_string();
    assert!(
        error.contains("its form is 2, and this version knows 1"),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in [
        "evidence.jsonl",
        "evidence.csv",
        "evidence.parquet",
        "manifest.json",
        "evidence.csv.partial",
    ] {
        fs::write(folder.join(name), "mine").unwrap();
        let error = client.evidence().write_to(folder).await.unwrap_err();
        assert!(error.is_refused());
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(names(folder), [name]);
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "mine");
        fs::remove_file(folder.join(name)).unwrap();
    }
    // And what appears during the run stays, too.
    let csv = folder.join("evidence.csv");
    let appears = csv.clone();
    let evidence = client
        .evidence()
        .progress(move |_| fs::write(&appears, "mine").unwrap());
    assert!(evidence.write_to(folder).await.unwrap_err().is_refused());
    assert_eq!(fs::read_to_string(csv).unwrap(), "mine");
    assert!(!names(folder).contains(&"manifest.json".to_owned()));
}

#[tokio::test]
async fn a_run_that_breaks_leaves_nothing() {
    let (sim, client) = small_tenant().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let items = Target::Operation(Operation::Items);
    sim.faults().add(Fault::InternalError.on(items));
    let error = client.evidence().write_to(&folder).await.unwrap_err();
    assert!(error.is_server());
    assert!(names(&folder).is_empty());

    // One that is given up does not, either.
    sim.faults().clear();
    let folder_of_run = folder.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    let run = tokio::spawn(async move {
        let evidence = client.evidence().progress(move |_| {
            tell.lock().unwrap().take().map(|tell| tell.send(()));
        });
        evidence.write_to(folder_of_run).await
    });
    told.await.unwrap();
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert!(names(&folder).is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let (_sim, client) = small_tenant().await;
    let place = tempfile::NamedTempFile::new().unwrap();
    let error = client.evidence().write_to(place.path()).await.unwrap_err();
    assert!(error.is_output());
    let path = place.path().display().to_string();
    assert!(error.to_string().contains(&path), "{error}");
}
