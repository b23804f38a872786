//! On a terminal: questions, progress bars, colours, width.

use std::io::{Read as _, Write as _};
use std::process::ExitStatus;

use certs_sim::Decision;
use pty_process::{Size, blocking};

use crate::support::{CERTIFICATION, Tenant, item_id};

/// Runs the program on a terminal, types once it asks, and returns everything that the terminal
/// shows.
fn on_a_terminal(
    tenant: &Tenant,
    words: &[&str],
    typed: &str,
    variables: &[(&str, &str)],
) -> (ExitStatus, String) {
    answered(tenant, words, || typed, variables)
}

/// The same, with something that happens before the answer is typed.
fn answered<'a>(
    tenant: &Tenant,
    words: &[&str],
    answer: impl FnOnce() -> &'a str,
    variables: &[(&str, &str)],
) -> (ExitStatus, String) {
    let admin = tenant.sim.admin();
    let (mut terminal, other_end) = blocking::open().unwrap();
    terminal.resize(Size::new(24, 80)).unwrap();
    let mut child = blocking::Command::new(env!("CARGO_BIN_EXE_certs"))
        .env_clear()
        .env("HOME", tenant.home.path())
        .env("TERM", "xterm")
        .env("SAIL_BASE_URL", tenant.sim.base_url())
        .env("SAIL_CLIENT_ID", admin.client_id)
        .env("SAIL_CLIENT_SECRET", admin.client_secret)
        .envs(variables.iter().copied())
        .args(words)
        .spawn(other_end)
        .unwrap();
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    let mut answer = Some(answer);
    // When the program ends, reading from its terminal fails.
    while let Ok(count @ 1..) = terminal.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..count]);
        if String::from_utf8_lossy(&shown).contains("[y/N]")
            && let Some(answer) = answer.take()
        {
            terminal.write_all(answer().as_bytes()).unwrap();
        }
    }
    (child.wait().unwrap(), String::from_utf8(shown).unwrap())
}

fn decide(tenant: &Tenant) -> Vec<String> {
    let rules = tenant.write("rules.toml", "[[rule]]\ndecision = \"approve\"\n");
    let rules = rules.display().to_string();
    ["decide", CERTIFICATION, "--rules", &rules]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn it_asks_with_the_tenants_name_and_accepts_a_no() {
    let tenant = Tenant::of_items(600);
    let words = decide(&tenant);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let host = tenant
        .sim
        .base_url()
        .trim_start_matches("http://")
        .to_owned();
    for (typed, status) in [("n\n", 1), ("\n", 1), ("\x03", 1)] {
        let (exit, shown) = on_a_terminal(&tenant, &words, typed, &[]);
        assert_eq!(exit.code(), Some(status), "{typed:?}: {shown}");
        assert!(
            shown.contains(&format!("Decide 600 items on {host}? [y/N]")),
            "{shown}"
        );
        assert!(shown.contains("nothing was changed"), "{shown}");
        assert_eq!(tenant.decided(), 0);
    }
    let (exit, shown) = on_a_terminal(&tenant, &words, "yes\n", &[]);
    assert_eq!(exit.code(), Some(0), "{shown}");
    assert!(shown.contains("600 of 600 applied"), "{shown}");
    assert_eq!(tenant.decided(), 600);
}

/// What was shown is what is done, and nothing that a person has decided since.
#[test]
fn what_happens_while_it_asks_is_neither_overwritten_nor_decided() {
    for by_rules in [false, true] {
        for overwrites in [false, true] {
            let tenant = Tenant::of_items(3);
            let (theirs, opened) = (item_id(0), item_id(1));
            let decide = |item| tenant.sim.decide(item, Decision::Revoke, Some("no"));
            decide(&opened).unwrap();
            let mut words = decide_two(&tenant, by_rules);
            if overwrites {
                words.push("--overwrite-changed".to_owned());
            }
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let meanwhile = || {
                decide(&theirs).unwrap();
                tenant.sim.undecide(&opened).unwrap();
                "yes\n"
            };
            let (exit, shown) = answered(&tenant, &words, meanwhile, &[]);
            let status = if overwrites { 0 } else { 3 };
            assert_eq!(exit.code(), Some(status), "{shown}");
            let of = |item| tenant.sim.item(item).unwrap().decision;
            let expected = if overwrites {
                Decision::Approve
            } else {
                Decision::Revoke
            };
            assert_eq!(of(&theirs), Some(expected), "{shown}");
            assert_eq!(of(&opened), None, "it was not in the plan: {shown}");
            assert_eq!(of(&item_id(2)), Some(Decision::Approve), "{shown}");
        }
    }
}

/// Approves the first and the last of three items, or those that are open.
fn decide_two(tenant: &Tenant, by_rules: bool) -> Vec<String> {
    if by_rules {
        return decide(tenant);
    }
    let rows = format!(
        "item,decision\n{},approve\n{},approve\n",
        item_id(0),
        item_id(2)
    );
    let table = tenant.write("d.csv", rows).display().to_string();
    ["decide", "--csv", &table].map(str::to_owned).to_vec()
}

#[test]
fn long_work_has_a_bar_on_a_terminal_only() {
    let tenant = Tenant::of_items(600);
    let words = decide(&tenant);
    let mut words: Vec<_> = words.iter().map(String::as_str).collect();
    words.push("--yes");
    let (exit, shown) = on_a_terminal(&tenant, &words, "", &[]);
    assert_eq!(exit.code(), Some(0), "{shown}");
    assert!(shown.contains("/600"), "{shown}");

    let tenant = Tenant::of_items(600);
    decide(&tenant);
    let piped = tenant.run_words(words).done();
    assert!(!piped.err.contains("/600"), "{piped:?}");
}

#[test]
fn tables_are_cut_to_the_terminal_and_colours_can_be_off() {
    let tenant = Tenant::small();
    let (_, shown) = on_a_terminal(&tenant, &["due"], "", &[]);
    assert!(shown.contains("\x1b[1m"), "a heading is bold: {shown}");
    assert!(
        shown.contains("\x1b[31m"),
        "what is overdue is red: {shown}"
    );
    let (_, plain) = on_a_terminal(&tenant, &["due"], "", &[("NO_COLOR", "1")]);
    assert!(!plain.contains('\x1b'), "{plain}");
    for line in plain.lines() {
        assert!(line.trim_end().chars().count() <= 80, "{line}");
    }
}
