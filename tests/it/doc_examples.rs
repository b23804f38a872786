//! Examples in the documentation hide few lines, so they show what a caller writes.

use std::path::{Path, PathBuf};

use crate::support::assert_no_failures;

/// The most hidden lines of an example.
const MAX_HIDDEN: usize = 3;

#[test]
fn examples_hide_three_lines_at_most() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut failures = Vec::new();
    let mut examples = 0;
    for file in sources(&crates) {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        let mut hidden = None;
        for (number, line) in text.lines().enumerate() {
            let line = if is_rust { doc(line) } else { Some(line) };
            let Some(line) = line.map(str::trim) else {
                hidden = None;
                continue;
            };
            let is_hidden = line == "#" || line.starts_with("# ");
            match &mut hidden {
                Some(count) if line.starts_with("```") => {
                    examples += 1;
                    if *count > MAX_HIDDEN {
                        let place = format!("{}:{}", file.display(), number + 1);
                        failures.push(format!("{place}: {count} lines are hidden"));
                    }
                    hidden = None;
                }
                Some(count) => *count += usize::from(is_hidden),
                None if line.starts_with("```") => hidden = Some(0),
                None => {}
            }
        }
    }
    assert_no_failures(failures);
    assert!(examples > 100, "{examples} examples are found");
}

/// The text of a line of documentation.
fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|of| of == "rs" || of == "md") {
            found.push(path);
        }
    }
    found
}
