use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_certs-sim"));
    program
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    program
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    line
}

#[tokio::test]
async fn it_says_where_it_listens_and_stops_when_told() {
    for signal in ["-TERM", "-INT"] {
        let mut child = program(&["--listen", "127.0.0.1:0", "--items", "0", "--seed", "3"])
            .spawn()
            .unwrap();
        let line = first_line(&mut child);
        let url = line.strip_suffix('\n').unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        let response = reqwest::get(format!("{url}/v3/certifications"))
            .await
            .unwrap();
        assert_eq!(response.status(), 401);
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(child.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn a_taken_address_is_reported_on_standard_error() {
    let mut first = program(&["--listen", "127.0.0.1:0", "--items", "0"])
        .spawn()
        .unwrap();
    let line = first_line(&mut first);
    let address = line.trim().trim_start_matches("http://");
    let mut second = program(&["--listen", address, "--items", "0"])
        .spawn()
        .unwrap();
    assert!(!second.wait().unwrap().success());
    let mut error = String::new();
    second
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut error)
        .unwrap();
    assert!(error.contains(address), "{error}");
    assert_eq!(first_line(&mut second), "");
    first.kill().unwrap();
    first.wait().unwrap();
}

fn stop(mut child: Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_state_can_be_exported_and_imported() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = ["first.json", "second.json"].map(|name| directory.path().join(name));
    let [first_name, second_name] = [&first, &second].map(|path| path.to_str().unwrap());
    for arguments in [
        &["--items", "0", "--export", first_name],
        &["--scenario", first_name, "--export", second_name],
    ] {
        let listen = ["--listen", "127.0.0.1:0"];
        let mut child = program(&[&listen[..], arguments].concat()).spawn().unwrap();
        first_line(&mut child);
        stop(child);
    }
    let [first, second] = [first, second].map(|path| std::fs::read_to_string(path).unwrap());
    assert!(first.contains("\"certifications\""));
    assert_eq!(first, second);
}

#[tokio::test]
async fn responses_of_the_service_are_an_initial_state() {
    let responses = tempfile::NamedTempFile::new().unwrap();
    let [certification, item] = ["ce", "17"].map(|start| format!("{start}{:030}", 1));
    let text = format!(
        r#"[{{ "id": "{certification}", "name": "Finance", "phase": "ACTIVE", "items": [
            {{ "id": "{item}", "accessSummary": {{ "role": {{ "name": "Clerk" }} }} }}] }}]"#
    );
    std::fs::write(&responses, text).unwrap();
    let name = responses.path().to_str().unwrap();
    let mut child = program(&["--listen", "127.0.0.1:0", "--import", name])
        .spawn()
        .unwrap();
    let url = first_line(&mut child).trim().to_owned();
    let state = reqwest::get(format!("{url}/scenario")).await.unwrap();
    let state = state.text().await.unwrap();
    stop(child);
    for text in [&certification, "Finance", &item, "Clerk"] {
        assert!(state.contains(text), "{text}: {state}");
    }

    std::fs::write(&responses, "[{").unwrap();
    let output = program(&["--listen", "127.0.0.1:0", "--import", name]).output();
    let output = output.unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(name) && error.contains("EOF"), "{error}");
}

#[test]
fn an_unusable_scenario_is_reported_on_standard_error() {
    let scenario = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&scenario, r#"{ "sources": [{ "id": "7", "name": "HR" }] }"#).unwrap();
    let name = scenario.path().to_str().unwrap();
    let output = program(&["--listen", "127.0.0.1:0", "--scenario", name])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains(name) && error.contains("sources[0].id"),
        "{error}"
    );
}

#[test]
fn an_export_that_cannot_be_written_is_known_at_the_start() {
    let output = program(&[
        "--listen",
        "127.0.0.1:0",
        "--export",
        "no/such/directory.json",
    ])
    .output()
    .unwrap();
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("no/such/directory.json"), "{error}");
}

#[test]
fn an_export_replaces_a_file_as_a_whole() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    std::fs::write(&file, "before").unwrap();
    let name = file.to_str().unwrap();
    let listen = ["--listen", "127.0.0.1:0", "--items", "0", "--export", name];
    let mut child = program(&listen).spawn().unwrap();
    first_line(&mut child);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
    stop(child);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with('{'));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn an_address_that_others_can_reach_is_warned_of() {
    for (address, is_warned_of) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
        let mut child = program(&["--listen", address, "--items", "0"])
            .spawn()
            .unwrap();
        first_line(&mut child);
        let mut stderr = child.stderr.take().unwrap();
        stop(child);
        let mut warning = String::new();
        stderr.read_to_string(&mut warning).unwrap();
        assert_eq!(
            warning.contains("other machines can reach"),
            is_warned_of,
            "{warning}"
        );
    }
}

#[test]
fn the_schema_of_scenarios_can_be_printed() {
    let output = program(&["--scenario-schema"]).output().unwrap();
    assert_eq!(output.stdout, certs_sim::scenario::SCHEMA.as_bytes());
}

#[test]
fn help_says_how_to_use_it() {
    let help = program(&["--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for word in [
        "--listen",
        "--seed",
        "--items",
        "--scenario",
        "--export",
        "sim-admin",
        "sim-secret",
        "/oauth/token",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
