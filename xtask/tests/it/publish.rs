//! The manifests of published crates.

use std::fs;
use std::path::Path;

use xtask::publish::{Edits, rename};

const CRATES: [&str; 4] = ["certs-raw", "certs", "certs-sim", "certs-cli"];

fn tree(manifest: &str, certs: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    for name in CRATES {
        let folder = dir.path().join("crates").join(name);
        fs::create_dir_all(&folder).unwrap();
        let manifest = format!("[package]\nname = \"{name}\"\n");
        let more = if name == "certs" { certs } else { "" };
        fs::write(folder.join("Cargo.toml"), manifest + more).unwrap();
    }
    dir
}

fn read(tree: &Path, folder: &str) -> String {
    fs::read_to_string(tree.join(folder).join("Cargo.toml")).unwrap()
}

#[test]
fn crates_find_each_other_where_they_are_published() {
    let tree = tree(
        r#"
[workspace.package]
version = "0.1.0"

[workspace.dependencies]
certs = { version = "0.1.0", path = "crates/certs" }
certs-raw = { version = "0.1.0", path = "crates/certs-raw" }
serde = "1"
"#,
        r#"
[dependencies]
certs-raw.workspace = true

[dev-dependencies]
certs-sim = { path = "../certs-sim" }
"#,
    );
    let renames = ["certs=acme-certs", "certs-cli=acme"].map(|text| rename(text).unwrap());
    let edits = Edits::new(Some("acme"), &renames, Some("https://git.acme.test/certs")).unwrap();
    assert_eq!(edits.apply(tree.path()).unwrap(), "0.1.0");
    insta::assert_snapshot!(read(tree.path(), ""), @r#"
    [workspace.package]
    version = "0.1.0"

    [workspace.dependencies]
    certs = { version = "0.1.0", path = "crates/certs" , package = "acme-certs", registry = "acme" }
    certs-raw = { version = "0.1.0", path = "crates/certs-raw" , registry = "acme" }
    serde = "1"
    "#);
    insta::assert_snapshot!(read(tree.path(), "crates/certs"), @r#"
    lib = { name = "certs" }
    [package]
    name = "acme-certs"
    repository = "https://git.acme.test/certs"

    [dependencies]
    certs-raw.workspace = true

    [dev-dependencies]
    certs-sim = { path = "../certs-sim" }
    "#);
    insta::assert_snapshot!(read(tree.path(), "crates/certs-cli"), @r#"
    [package]
    name = "acme"
    repository = "https://git.acme.test/certs"
    "#);
}

#[test]
fn two_crates_cannot_have_one_name() {
    let renames = [rename("certs=certs-raw").unwrap()];
    let error = Edits::new(None, &renames, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "two crates cannot have one name: certs-cli, certs-raw, certs-raw, certs-sim"
    );
    let error = rename("serde=cerde").unwrap_err();
    assert_eq!(
        error,
        "serde is not one of certs-raw, certs, certs-sim, certs-cli"
    );
}
