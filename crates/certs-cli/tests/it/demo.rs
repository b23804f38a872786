//! The output of `certs demo`, which README's screens show, too.

use crate::support::{finished, program};

/// The output of the demo, which is the same on every day.
fn demo() -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = program(home.path());
    finished(command.arg("demo").output().unwrap()).done().out
}

#[test]
fn the_demo_does_a_whole_review() {
    let mut settings = insta::Settings::clone_current();
    // Rows and the report have the time of reading.
    settings.add_filter(
        r"((?:jsonl|csv|html) +(?:\d+ +)?)\d+ +[0-9a-f]{64}",
        "$1[bytes] [sha256]",
    );
    settings.bind(|| insta::assert_snapshot!("demo", demo()));
}

/// README's screens: commands and their output.
#[test]
fn the_screens_of_readme_are_the_programs() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md"));
    let readme = readme.unwrap();
    let demo = demo();
    let blocks = readme.split("```console\n").skip(1);
    let screens: Vec<_> = blocks
        .filter_map(|block| block.split("```").next())
        .filter(|block| block.starts_with("$ certs"))
        .collect();
    assert!(!screens.is_empty());
    for screen in screens {
        for line in screen.lines().filter(|line| *line != "…") {
            assert!(
                demo.lines().any(|real| real == line),
                "the demo has no line\n{line}"
            );
        }
    }
}
