//! Modules depend on each other in one direction.
//!
//! Reads the sources: a `use` or a path that begins with `crate::` names a module of the first
//! level. Modules within a folder may use each other.

use std::fs;
use std::path::Path;

/// Each may use those before it. The builder makes simulators, so the two may use each other.
const ORDER: &[&str] = &[
    "sync",
    "clock",
    "credentials",
    "id",
    "text",
    "view",
    "version",
    "operation",
    "error",
    "query",
    "state",
    "data",
    "scenario",
    "rate_limit",
    "auth",
    "fault",
    "connection",
    "log",
    "listener",
    "app",
    "exchange",
    "api",
    "service",
    "builder simulator",
];

fn place(module: &str) -> Option<usize> {
    let is_here = |entry: &str| entry.split(' ').any(|name| name == module);
    ORDER.iter().position(|entry| is_here(entry))
}

/// The modules that a line names.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let after = code.split("crate::").skip(1);
    after
        .map(|path| {
            path.split(|c: char| c != '_' && !c.is_alphanumeric())
                .next()
                .unwrap()
        })
        .filter(|name| !name.starts_with(char::is_uppercase))
        .collect()
}

/// The wrong imports of one file.
fn broken(file: &Path, module: &str, found: &mut Vec<String>) {
    let text = fs::read_to_string(file).unwrap();
    for (number, line) in text.lines().enumerate() {
        for name in named(line) {
            let says = |what: String| {
                format!("{}:{}: {what}: {}", file.display(), number + 1, line.trim())
            };
            match (place(module), place(name)) {
                (Some(own), Some(other)) if other <= own => {}
                (Some(_), Some(_)) => found.push(says(format!("{module} is below {name}"))),
                _ => found.push(says(format!("{module} or {name} is not in the order"))),
            }
        }
    }
}

fn walk(folder: &Path, module: Option<&str>, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = module.unwrap_or(&name);
        if path.is_dir() {
            walk(&path, Some(module), found);
        } else if name == "mod" {
            found.push(format!("{}: a module is name.rs", path.display()));
        } else if !["lib", "main", "cli", "tests"].contains(&name.as_str()) {
            broken(&path, module, found);
        }
    }
}

#[test]
fn a_module_uses_only_those_below_it() {
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        None,
        &mut found,
    );
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
