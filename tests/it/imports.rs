//! The modules of the client depend on each other in one direction.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module may use besides itself.
fn order() -> BTreeMap<&'static str, Vec<&'static str>> {
    // Each layer may use all those before it; modules of one layer may not use each other.
    const LAYERS: [&[&str]; 9] = [
        &["time", "progress", "sync"],
        &["model", "http"],
        &["filter", "error"],
        &["auth"],
        &["api"],
        &["effects"],
        &["review"],
        &["evidence"],
        &["client"],
    ];
    let mut order = BTreeMap::new();
    let mut lower = Vec::new();
    for layer in LAYERS {
        for module in layer {
            order.insert(*module, lower.clone());
        }
        lower.extend_from_slice(layer);
    }
    // Filters depend on the model, not on requests.
    order.insert("filter", vec!["time", "progress", "sync", "model"]);
    order
}

/// A module that a line of code names by its path from the root of the crate.
struct Import {
    file: PathBuf,
    line: usize,
    from: String,
    to: String,
}

/// All imports of a crate's sources, without those of its unit tests.
fn imports(src: &Path) -> Vec<Import> {
    let mut imports = Vec::new();
    for file in rust_files(src) {
        let path = file.strip_prefix(src).unwrap();
        let from = path.iter().next().unwrap().to_str().unwrap();
        let from = from.trim_end_matches(".rs").to_owned();
        if path.ends_with("tests.rs") || ["lib", "guide", "fuzzing"].contains(&&*from) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for (line, code) in code_lines(&text) {
            imports.extend(roots_named(code).map(|to| Import {
                file: path.to_owned(),
                line,
                from: from.clone(),
                to: to.to_owned(),
            }));
        }
    }
    imports
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines that are neither comments nor part of a `#[cfg(test)] mod`, with their numbers.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut numbered = text.lines().enumerate().peekable();
    while let Some((index, line)) = numbered.next() {
        if line.trim() == "#[cfg(test)]" {
            let is_module = |(_, next): &(usize, &str)| {
                let next = next.trim_start();
                next.starts_with("mod ") && next.ends_with('{')
            };
            if let Some((_, module)) = numbered.next_if(is_module) {
                // The code is formatted, so the closing brace has the indentation of the opening
                // line.
                let indentation = &module[..module.len() - module.trim_start().len()];
                let end = format!("{indentation}}}");
                while numbered.next_if(|(_, line)| *line != end).is_some() {}
                continue;
            }
        }
        if !line.trim_start().starts_with("//") {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// What follows each `crate::` of a line.
fn roots_named(code: &str) -> impl Iterator<Item = &str> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices("crate::")
        .filter_map(move |(at, found)| {
            // The name of another crate may end in `crate`.
            let before = code[..at].chars().next_back();
            let rest = &code[at + found.len()..];
            let end = rest.find(|character| !is_name(character));
            let whole = !before.is_some_and(is_name);
            whole.then(|| &rest[..end.unwrap_or(rest.len())])
        })
}

#[test]
fn modules_use_only_what_is_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/certs/src");
    let order = order();
    let mut used = BTreeMap::<_, usize>::new();
    let mut offences = Vec::new();
    for import in imports(&src) {
        let Import {
            file,
            line,
            from,
            to,
        } = import;
        let place = format!("crates/certs/src/{}:{line}", file.display());
        let Some(lower) = order.get(&*from) else {
            offences.push(format!("{place}: `{from}` has no place in the order"));
            continue;
        };
        if from != to && !lower.contains(&&*to) {
            // A name of the root hides the module that it comes from.
            offences.push(format!("{place}: `{from}` uses `crate::{to}`"));
        }
        *used.entry(from).or_default() += 1;
    }
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
    // The scan has read all modules. These use no other.
    let unread = order.keys().filter(|module| !used.contains_key(**module));
    assert_eq!(unread.collect::<Vec<_>>(), [&"progress", &"sync", &"time"]);
}

#[test]
fn code_is_separated_from_comments_and_tests() {
    let text = "\
use crate::model::Item;
// crate::client
    /// crate::client
fn f() -> crate::error::Result<$crate::api::Api, mycrate::x> {}
#[cfg(test)]
mod tests {
    use crate::client;
    fn g() {
    }
}
    #[cfg(test)]
    fn h(_: crate::review::Decide) {}
";
    let found: Vec<_> = code_lines(text)
        .into_iter()
        .flat_map(|(line, code)| roots_named(code).map(move |root| (line, root)))
        .collect();
    let expected = [(1, "model"), (4, "error"), (4, "api"), (12, "review")];
    assert_eq!(found, expected);
}
