//! A release from end to end, over the library of the import tests.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Options, run};
use crate::files::testing::{edit, fixtures};
use crate::workspace::Workspace;

struct House {
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        let house = House { dir: fixtures() };
        fs::create_dir_all(house.path("crates/certs-raw/src")).unwrap();
        fs::create_dir_all(house.path("openapi/overlays")).unwrap();
        fs::write(
            house.path("openapi/overlays/v3.yaml"),
            "overlay: 1.0.0\nx-reason: A test.\nactions:\n\
             \x20 - target: $.components.schemas.Book\n    update: {description: A book.}\n",
        )
        .unwrap();
        fs::write(house.path("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n").unwrap();
        fs::write(
            house.path("Cargo.toml"),
            "[workspace.package]\nversion = \"0.4.2\"\n",
        )
        .unwrap();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn edit(&self, name: &str, old: &str, new: &str) {
        edit(&self.path(name), old, new);
    }

    fn release(&self, dry_run: bool) -> Result<String, String> {
        self.release_with(dry_run, false)
    }

    fn release_with(&self, dry_run: bool, scaffold: bool) -> Result<String, String> {
        let options = Options {
            dir: self.path("upstream"),
            dry_run,
            scaffold,
            report: Some(self.path("report.md")),
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            date: Some("2024-05-06".to_owned()),
        };
        let folder = self.dir.path().display().to_string();
        run(&options, &Workspace::at(self.dir.path()))
            .map(|text| text.replace(&folder, "[dir]"))
            .map_err(|error| format!("{error:#}").replace(&folder, "[dir]"))
    }

    /// Every file but the specifications and the report.
    fn files(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut open = vec![self.path("openapi"), self.path("crates")];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push((path.clone(), fs::read_to_string(path).unwrap()));
                }
            }
        }
        let changelog = self.path("CHANGELOG.md");
        found.push((changelog.clone(), fs::read_to_string(changelog).unwrap()));
        found.sort();
        found
    }
}

#[test]
fn a_release_is_taken_and_says_what_is_left_to_do() {
    let house = House::new();
    let before = house.files();
    house.release(true).unwrap();
    assert_eq!(before, house.files(), "a dry run wrote something");
    house.release(false).unwrap();

    // The next release: one field more, one fewer, a value, an order.
    house.edit(
        "upstream/idn/v3/schemas/Book.yaml",
        "properties:\n",
        "properties:\n  pages: {type: integer, format: int32}\n",
    );
    house.edit(
        "upstream/idn/v3/paths/books.yaml",
        "**title, author.name**",
        "**title**",
    );
    house.edit(
        "upstream/idn/v3/schemas/Cover.yaml",
        "  - SOFT\n",
        "  - SOFT\n  - LEATHER\n",
    );
    let text = house.release(false).unwrap();
    insta::assert_snapshot!("text", text);
    insta::assert_snapshot!(
        "report",
        fs::read_to_string(house.path("report.md")).unwrap()
    );
    insta::assert_snapshot!(
        "changelog",
        fs::read_to_string(house.path("CHANGELOG.md")).unwrap()
    );

    let taken = house.files();
    house.release(false).unwrap();
    assert_eq!(
        taken,
        house.files(),
        "the same release again changes something"
    );
}

#[test]
fn what_can_be_begun_is_begun_in_a_release_that_changes_a_contract() {
    let house = House::new();
    house.release(false).unwrap();
    let path = house.path("upstream/idn/v3/schemas/Shelf.yaml");
    fs::write(path, "type: object\nproperties: {mark: {type: string}}\n").unwrap();
    house.edit(
        "upstream/idn/v3/schemas/Book.yaml",
        "properties:\n",
        "properties:\n  shelf: {$ref: ./Shelf.yaml}\n",
    );
    fs::write(
        house.path("openapi/overlays/beta-docs.yaml"),
        "overlay: 1.0.0\nx-role: documentation\nx-reason: A test.\nactions:\n",
    )
    .unwrap();
    house.edit(
        "upstream/idn/v3/paths/book.yaml",
        "tags: [Staff]",
        "tags: [Books]",
    );
    let path = house.path("upstream/idn/v3/responses/nobody-wrote-this.yaml");
    fs::write(path, "description: Now there is one.\n").unwrap();
    let text = house.release_with(false, true).unwrap();
    assert!(text.contains("begun: openapi/overlays/v3.yaml"), "{text}");
    let overlay = fs::read_to_string(house.path("openapi/overlays/v3.yaml")).unwrap();
    let shelf = "- target: $.components.schemas.Shelf\n    update:\n      description: …";
    assert!(overlay.contains(shelf), "{overlay}");
    let manifest = fs::read_to_string(house.path("openapi/manifest.toml")).unwrap();
    assert_eq!(
        manifest.matches("PATCH /books/{id}").count(),
        1,
        "{manifest}"
    );
}

#[test]
fn a_release_that_fails_changes_nothing() {
    let house = House::new();
    house.edit("openapi/overlays/v3.yaml", "schemas.Book", "schemas.Boook");
    let before = house.files();
    insta::assert_snapshot!(house.release(false).unwrap_err(), @"version v3: action 1 of openapi/overlays/v3.yaml does not apply: `$.components.schemas.Boook` matches nothing any more. It was there because: A test. Remove the action, or mend its target");
    assert_eq!(before, house.files());
}
