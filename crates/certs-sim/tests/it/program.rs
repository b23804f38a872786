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
        let answer = reqwest::get(format!("{url}/v3/certifications"))
            .await
            .unwrap();
        assert_eq!(answer.status(), 401);
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
fn a_taken_address_is_told_on_standard_error() {
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

#[test]
fn help_tells_what_it_takes_to_use_it() {
    let help = program(&["--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for word in [
        "--listen",
        "--seed",
        "--items",
        "sim-admin",
        "sim-secret",
        "/oauth/token",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
