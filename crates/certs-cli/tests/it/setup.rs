//! Configuration: the tenant and the credentials.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::{Tenant, finished, program};

#[test]
fn a_missing_configuration_says_what_to_set() {
    let home = tempfile::tempdir().unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = program(home.path());
        command.envs(variables.iter().copied()).arg("due");
        finished(command.output().unwrap()).with(1)
    };
    run(&[])
        .says("no tenant is configured")
        .says("SAIL_BASE_URL")
        .says("certs simulate");
    run(&[
        ("SAIL_BASE_URL", "https://acme.example"),
        ("SAIL_CLIENT_ID", "i"),
    ])
    .says("SAIL_CLIENT_SECRET is not set");
}

#[test]
fn the_configuration_of_the_vendors_tool_is_read_if_nothing_is_set() {
    let tenant = Tenant::small();
    std::fs::create_dir(tenant.path(".sailpoint")).unwrap();
    let url = tenant.sim.base_url();
    let text = format!(
        "activeenvironment: acme\nenvironments:\n    acme:\n        baseurl: {url}\n        \
         pat:\n            clientid: sim-admin\n            clientsecret: sim-secret\n"
    );
    tenant.write(".sailpoint/config.yaml", text);
    let who = finished(program(tenant.home.path()).arg("whoami").output().unwrap()).done();
    who.prints(url);
    // Variables that are set count, even if some are missing.
    let mut other = program(tenant.home.path());
    other
        .env("SAIL_BASE_URL", "https://acme.example")
        .arg("whoami");
    finished(other.output().unwrap()).with(1).says("is not set");
}

/// Loopback addresses are reached directly, and an address without TLS needs no certificate
/// authorities.
#[test]
fn neither_a_proxy_nor_certificates_are_needed_for_the_loopback() {
    let tenant = Tenant::small();
    let missing = tenant.path("missing");
    let mut command = tenant.command(["whoami"]);
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
    ] {
        // Nobody listens there.
        command.env(name, "http://127.0.0.1:9");
    }
    command
        .env("SSL_CERT_FILE", &missing)
        .env("SSL_CERT_DIR", &missing);
    finished(command.output().unwrap())
        .done()
        .prints(tenant.sim.base_url());

    // With TLS, the error names what is missing.
    command.env("SAIL_BASE_URL", "https://127.0.0.1:9");
    let refused = finished(command.output().unwrap()).with(1);
    refused.says("root_certificates");
}

#[test]
fn whoami_says_who_and_where() {
    let tenant = Tenant::small();
    let who = tenant.run("whoami").done();
    let host = tenant.sim.base_url();
    who.prints(host).prints("sim-admin").prints("sp:scopes:all");
    let json = tenant.run("login --output json").done().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["scopes"], serde_json::json!(["sp:scopes:all"]));
    let mut wrong = tenant.command(["whoami"]);
    wrong.env("SAIL_CLIENT_SECRET", "not-the-secret");
    let wrong = finished(wrong.output().unwrap()).with(1);
    assert!(!wrong.err.contains("not-the-secret"), "{wrong:?}");
    wrong.says("certs whoami");
}

#[test]
fn a_simulator_that_others_can_reach_is_warned_of() {
    let home = tempfile::tempdir().unwrap();
    for (address, is_warned_of) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
        let mut command = program(home.path());
        command.args(["simulate", "--listen", address, "--items", "0"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut simulator = command.spawn().unwrap();
        let mut lines = BufReader::new(simulator.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        simulator.kill().unwrap();
        let said = finished(simulator.wait_with_output().unwrap()).err;
        let warned = said.contains("other machines can reach");
        assert_eq!(warned, is_warned_of, "{said}");
    }
}

#[test]
fn what_simulate_prints_is_a_file_to_work_with() {
    let home = tempfile::tempdir().unwrap();
    let mut command = program(home.path());
    command.args(["simulate", "--listen", "127.0.0.1:0", "--items", "200"]);
    let mut simulator = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(simulator.stdout.take().unwrap()).lines();
    let lines: Vec<_> = lines.take(3).map(Result::unwrap).collect();
    let file = home.path().join("sim.env");
    std::fs::write(&file, lines.join("\n")).unwrap();

    let mut due = program(home.path());
    due.arg("due").arg("--env-file").arg(&file);
    finished(due.output().unwrap())
        .done()
        .prints("CERTIFICATION");
    simulator.kill().unwrap();
    simulator.wait().unwrap();
}
