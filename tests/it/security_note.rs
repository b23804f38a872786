//! The tests that SECURITY.md names exist.

use std::fs;
use std::path::{Path, PathBuf};

const ROOTS: [&str; 4] = [
    "tests/it",
    "crates/certs/src",
    "crates/certs-sim/tests/it",
    "xtask/tests/it",
];

#[test]
fn every_test_that_it_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let note = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let quoted = note.split('`').skip(1).step_by(2);
    let named: Vec<_> = quoted.filter(|text| text.contains("::")).collect();
    assert!(named.len() > 20, "{named:?}");
    let missing: Vec<_> = named
        .into_iter()
        .filter(|name| {
            !ROOTS
                .iter()
                .any(|folder| has_test(&root.join(folder), name))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether a folder has the file of `file::test`, and the file the test or module.
fn has_test(folder: &Path, name: &str) -> bool {
    let mut steps: Vec<_> = name.split("::").collect();
    let test = steps.pop().unwrap_or_default();
    let has = |steps: &[&str]| {
        let file = folder.join(steps.iter().collect::<PathBuf>());
        let text = fs::read_to_string(file.with_extension("rs")).unwrap_or_default();
        text.contains(&format!("fn {test}()")) || text.contains(&format!("mod {test}"))
    };
    // Unit tests are in `tests.rs`, or in the file that they test.
    let own = has(&steps);
    steps.retain(|step| *step != "tests");
    own || has(&steps)
}
