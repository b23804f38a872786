//! The help of the program.

use crate::support::{finished, program};

fn help(words: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = program(home.path());
    let help = finished(command.args(words).output().unwrap()).done();
    help.out
}

#[test]
fn every_verb_explains_itself() {
    insta::assert_snapshot!("certs -h", help(&["-h"]));
    insta::assert_snapshot!("certs --help", help(&["--help"]));
    let verbs = help(&["-h"]);
    let verbs = verbs
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1);
    let verbs = verbs.take_while(|line| !line.is_empty());
    let verbs: Vec<_> = verbs
        .filter(|line| !line.starts_with("   ") && !line.starts_with("  help "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        insta::assert_snapshot!(format!("certs {verb} --help"), help(&[verb, "--help"]));
    }
}

#[test]
fn completions_and_manual_pages_are_made() {
    assert!(help(&["completions", "bash"]).contains("sign-off"));
    assert!(help(&["man"]).contains(".TH certs 1"));
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    help(&["man", "--out", out]);
    assert!(folder.path().join("certs-decide.1").exists());
}
