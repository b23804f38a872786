//! What import guarantees for any checkout: it ends, in a contract that can be
//! read back or in an error that says something. cargo-fuzz makes up checkouts; the tests
//! go through those that were kept.

use std::fs;
use std::path::{Component, Path};

use tempfile::TempDir;

use crate::{import, yaml};

/// Imports a checkout that is written as one text: before each file is a line with two
/// percent signs, a blank and its path.
/// Returns how many versions of the API were found in it.
///
/// # Panics
///
/// If import does not keep what it promises.
pub fn import(text: &[u8]) -> usize {
    let checkout = TempDir::new().expect("there is room for temporary files");
    for (path, contents) in files(text) {
        // A path may be longer than the system allows, or go through what is a file.
        let path = checkout.path().join(path);
        let folder = path.parent().unwrap_or(checkout.path());
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&path, contents));
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/openapi");
    let mut found = 0;
    for version in ["v3", "beta"] {
        match import::in_memory(checkout.path(), version, &manifest) {
            Ok(contract) => {
                found += 1;
                let written = contract.to_yaml().expect("what was read can be written");
                let reread = yaml::load("written", written.as_bytes());
                let reread = reread.ok().map(|(root, _)| root.to_json());
                assert_eq!(reread.as_ref(), Some(&contract.document), "{written}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    found
}

/// The files of a text, except those that would be outside the checkout.
fn files(text: &[u8]) -> Vec<(&str, &[u8])> {
    let mut files = Vec::new();
    let mut rest = text;
    while let Some(after) = rest.strip_prefix(b"%% ") {
        let line = after.iter().position(|byte| *byte == b'\n');
        let (path, body) = after.split_at(line.unwrap_or(after.len()));
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        let end = body.windows(4).position(|window| window == b"\n%% ");
        let (contents, next) = body.split_at(end.map_or(body.len(), |end| end + 1));
        if let Ok(path) = str::from_utf8(path)
            && is_inside(path)
        {
            files.push((path, contents));
        }
        rest = next;
    }
    files
}

fn is_inside(path: &str) -> bool {
    let steps = Path::new(path).components();
    !path.is_empty()
        && !path.contains('\0')
        && steps
            .into_iter()
            .all(|step| matches!(step, Component::Normal(_)))
}
