//! Folders of evidence: nothing is overwritten, no incomplete folder looks complete, and later
//! changes are found.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use certs::ErrorKind;
use certs::evidence::{FileProblem, Manifest, VerifyError};
use certs_sim::{Fault, Operation, Target};

use super::small_tenant;

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
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
        assert_eq!(problem.to_string(), "has 4 rows, not 5", "{name}");
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
        "report.html",
        "manifest.json",
    ] {
        fs::write(folder.join(name), "mine").unwrap();
        let error = client.evidence().write_to(folder).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(names(folder), [name]);
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "mine");
        fs::remove_file(folder.join(name)).unwrap();
    }
    // A file that appears during the run is kept, too.
    let csv = folder.join("evidence.csv");
    let appears = csv.clone();
    let evidence = client
        .evidence()
        .progress(move |_| fs::write(&appears, "mine").unwrap());
    assert_eq!(
        evidence.write_to(folder).await.unwrap_err().kind(),
        ErrorKind::Refused
    );
    assert_eq!(names(folder), ["evidence.csv"]);
    assert_eq!(fs::read_to_string(csv).unwrap(), "mine");
}

#[tokio::test]
async fn files_of_an_unfinished_run_are_replaced() {
    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Killed while it wrote.
    for name in [
        "evidence.csv",
        "grants.csv",
        "revocations.html",
        "manifest.json",
    ] {
        fs::write(folder.join(format!("{name}.partial")), "half").unwrap();
    }
    client.evidence().write_to(folder).await.unwrap();
    let complete = names(folder);
    assert_eq!(complete.len(), 5);
    assert!(problems(folder).is_empty());

    // Killed when only the manifest lacked its final name.
    let unnamed = folder.join("manifest.json.partial");
    fs::rename(folder.join("manifest.json"), &unnamed).unwrap();
    let manifest = client.evidence().write_to(folder).await.unwrap();
    assert_eq!(names(folder), complete);
    assert_eq!(Manifest::read(folder).unwrap(), manifest);
    assert!(problems(folder).is_empty());

    // Files that somebody changed or added do not belong to the run.
    fs::rename(folder.join("manifest.json"), &unnamed).unwrap();
    fs::write(folder.join("evidence.csv"), "mine").unwrap();
    let error = client.evidence().write_to(folder).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(names(folder), ["evidence.csv"]);
}

#[tokio::test]
async fn two_runs_do_not_write_into_one_folder() {
    let (_sim, client) = small_tenant().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().to_owned();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let evidence = client.evidence().progress(move |_| tell.send(()).unwrap());
    let first = tokio::spawn(evidence.write_to(folder.clone()));
    told.recv().await.unwrap();
    let error = client.evidence().write_to(&folder).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("another run"), "{error}");
    first.await.unwrap().unwrap();
    assert!(problems(&folder).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    client.evidence().grants().write_to(&folder).await.unwrap();
    let names = names(folder.path());
    assert_eq!(names.len(), 8);
    for name in names {
        let metadata = fs::metadata(folder.path().join(&name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

/// A manifest can come from anybody.
#[cfg(unix)]
#[tokio::test]
async fn nothing_outside_the_folder_and_no_device_is_opened() {
    use std::os::unix::fs::symlink;

    let (_sim, client) = small_tenant().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let mut manifest = client.evidence().write_to(&folder).await.unwrap();
    let secret = place.path().join("secret");
    fs::write(&secret, "of somebody else").unwrap();
    symlink(&secret, folder.join("link")).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    let pipe = Command::new("mkfifo").arg(folder.join("pipe")).status();
    assert!(pipe.unwrap().success());

    let file = manifest.files[0].clone();
    let absolute = secret.display().to_string();
    let cases = [
        "../secret",
        &absolute,
        "a/../../secret",
        "..",
        ".",
        "",
        "C:secret",
        "a\\b",
    ];
    let links = ["link", "folder", "pipe"];
    for name in cases.iter().chain(&links) {
        let mut file = file.clone();
        file.name = (*name).to_owned();
        manifest.files.push(file);
    }
    let Err(VerifyError::Files(problems)) = manifest.verify(&folder) else {
        panic!("a path was accepted");
    };
    let shown = problems
        .iter()
        .map(|(name, problem)| (&**name, problem.to_string()));
    let shown = shown.collect::<Vec<_>>();
    let plain = cases.map(|name| (name, "is not a plain file name".to_owned()));
    let regular = links.map(|name| (name, "is not a regular file".to_owned()));
    assert_eq!(shown, [plain.as_slice(), regular.as_slice()].concat());

    fs::remove_file(folder.join("manifest.json")).unwrap();
    symlink("/dev/zero", folder.join("manifest.json")).unwrap();
    let error = Manifest::read(&folder).unwrap_err().to_string();
    assert!(error.contains("not a regular file"), "{error}");
}

#[tokio::test]
async fn a_run_that_breaks_leaves_nothing() {
    let (sim, client) = small_tenant().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let certifications = Target::Operation(Operation::Certifications);
    sim.faults().add(Fault::InternalError.on(certifications));
    let error = client.evidence().write_to(&folder).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(names(&folder).is_empty());

    // A run that is dropped leaves nothing either.
    sim.faults().clear();
    let items = Target::Operation(Operation::Items);
    let never = Fault::Latency(std::time::Duration::from_secs(3600));
    sim.faults().add(never.on(items));
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
async fn a_callback_that_panics_ends_its_run_and_no_other() {
    let (_sim, client) = small_tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_owned();
    for calls in [1, 2, 4] {
        let left = AtomicU32::new(calls);
        let evidence = client.evidence().progress(move |_| {
            assert!(
                left.fetch_sub(1, Ordering::Relaxed) > 1,
                "the callback's own"
            );
        });
        let run = tokio::spawn(evidence.write_to(folder.clone()));
        assert!(run.await.unwrap_err().is_panic());
        assert!(names(&folder).is_empty());
    }
    client.evidence().write_to(&folder).await.unwrap();
    assert!(problems(&folder).is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_created_is_reported() {
    let (_sim, client) = small_tenant().await;
    let place = tempfile::NamedTempFile::new().unwrap();
    let error = client.evidence().write_to(place.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    let path = place.path().display().to_string();
    assert!(error.to_string().contains(&path), "{error}");
}
