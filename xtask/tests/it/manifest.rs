//! The manifest: what it says of versions, and what is refused in it.

use xtask::manifest::{Manifest, Version};

const TEXT: &str = r#"# Kept.
[version.a]
title = "A"
contract = "a.yaml" # and this
overlays = ["overlays/a.yaml", "overlays/more.yaml"]
sha256 = "" # and this

[version.a.source]
repository = "https://example.org"
commit = "old"
date = "2000-01-01"

[version.a.selection]
roots = []
paths = []
tags = []
operations = []
"#;

/// The manifest with a version that is like the first.
fn with_likeness(text: &str) -> String {
    let selecting = TEXT
        .replace("paths = []", r#"paths = ["/books/**"]"#)
        .replace(
            "operations = []",
            r#"operations = [{ at = "GET /books/{id}" }, { at = "GET /books" }]"#,
        );
    format!("{selecting}{text}")
}

const LIKE: &str = r#"
[version.b]
title = "B"
like = "a"
path = "/{service}/v1/{rest}"
since = "2026-01-01"
contract = "b.yaml"
sha256 = ""
differences = [{ is = "x", because = "y" }]
source = { repository = "", commit = "", date = "" }
selection = { roots = ["b"] }
"#;

fn manifest(text: &str) -> Result<Manifest, String> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("manifest.toml"), text).unwrap();
    let folder = dir.path().display().to_string();
    Manifest::load(dir.path()).map_err(|error| format!("{error:#}").replace(&folder, "[dir]"))
}

#[test]
fn a_contract_is_verified_by_its_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let hash = "81ae8a79e80245ea3eff12f8e6a6a285a4904b11358e72b866108e03b153e9ab";
    let text = TEXT.replace("sha256 = \"\"", &format!("sha256 = \"{hash}\""));
    std::fs::write(dir.path().join("manifest.toml"), text).unwrap();
    let manifest = Manifest::load(dir.path()).unwrap();
    let version = manifest.version("a").unwrap();
    assert!(version.verify().is_err());
    std::fs::write(version.contract_path(), "openapi: 3.0.1\n").unwrap();
    version.verify().unwrap();
    std::fs::write(version.contract_path(), "openapi: 3.0.2\n").unwrap();
    let error = version.verify().unwrap_err().to_string();
    let folder = dir.path().display().to_string();
    insta::assert_snapshot!(error.replace(&folder, "[dir]"), @"[dir]/a.yaml: sha256 is acddd61ac40eb819f6bd4e886056943783c8499affc0f6c62b6df14e77295999, the manifest says 81ae8a79e80245ea3eff12f8e6a6a285a4904b11358e72b866108e03b153e9ab; undo the edit (corrections belong in an overlay), or run `cargo xtask import` again");
}

#[test]
fn the_rule_for_paths_goes_both_ways() {
    let with_rule =
        |rule: &str| manifest(&with_likeness(&LIKE.replace("/{service}/v1/{rest}", rule)));
    for (rule, base, path) in [
        ("/v2024/{service}/{rest}", "/v2024", "/books/{id}"),
        ("/{service}/v1/{rest}", "", "/books/v1/{id}"),
    ] {
        let manifest = with_rule(rule).unwrap();
        let b = manifest.version("b").unwrap();
        let [one, list] = [0, 1].map(|n| b.selection.operations[n].at.trim_start_matches("GET "));
        let rule = &b.likeness().unwrap().path;
        assert_eq!(rule.base, base);
        assert_eq!(one, path);
        assert_eq!(rule.undo(one), "/books/{id}");
        assert_eq!(rule.undo(list), "/books");
    }
    let manifest = with_rule("/{service}/v1/{rest}").unwrap();
    let v1 = &manifest.version("b").unwrap().likeness().unwrap().path;
    assert_eq!(v1.undo("/books/v2/{id}"), "/books/v2/{id}");
    assert_eq!(v1.undo("/books/v10"), "/books/v10");
    for slip in ["/v2024", "v2024/{service}/{rest}", "/{service}{rest}"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(with_rule(slip).unwrap_err(), @r#"[dir]/manifest.toml: version b: say how its paths are made: `path = "/v2024/{service}/{rest}"`, or with what is between the two"#);
        }
    }
}

#[test]
fn a_version_that_is_like_another_selects_the_same() {
    let text = with_likeness(LIKE);
    let good = manifest(&text).unwrap();
    let b = good.version("b").unwrap();
    assert_eq!(b.selection.paths, ["/books/v1/**"]);
    assert_eq!(b.selection.operations[0].at, "GET /books/v1/{id}");
    assert_eq!(b.likeness().unwrap().version, "a");
    assert_eq!(good.clients().map(Version::name).collect::<Vec<_>>(), ["a"]);

    let error = |from: &str, to: &str| manifest(&text.replace(from, to)).unwrap_err();
    insta::assert_snapshot!(error(r#"like = "a""#, r#"like = "c""#), @"[dir]/manifest.toml: version b: it is like `c`, which has no client of its own");
    insta::assert_snapshot!(error(r#"like = "a""#, ""), @"[dir]/manifest.toml: version b: it has a `path` or `differences`, but no `like`; add it");
    insta::assert_snapshot!(error(r#"roots = ["b"]"#, r#"roots = ["b"], tags = ["c"]"#), @"[dir]/manifest.toml: version b: it selects what `a` selects; leave `paths`, `tags` and `operations` out");
}

#[test]
fn a_slip_in_the_manifest_is_shown_with_its_line() {
    insta::assert_snapshot!(manifest(&TEXT.replace("tags =", "tag =")).unwrap_err(), @r"
    [dir]/manifest.toml: TOML parse error at line 16, column 1
       |
    16 | tag = []
       | ^^^
    unknown field `tag`, expected one of `roots`, `paths`, `tags`, `operations`, `names`
    ");
}
