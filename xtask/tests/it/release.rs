//! A release from end to end, over the library of the import tests.

use std::path::PathBuf;

use xtask::Workspace;
use xtask::import::Upstream;
use xtask::release::{Options, run};

use crate::library::{Library, SHA};

/// The library in a workspace.
pub(crate) struct House(pub(crate) Library);

impl House {
    pub(crate) fn new() -> Self {
        let library = Library::new();
        library
            .write("crates/certs-raw/src/lib.rs", "")
            .write(
                "openapi/overlays/v3.yaml",
                "overlay: 1.0.0\nx-reason: A test.\nactions:\n\
                 \x20 - target: $.components.schemas.Book\n    update: {description: A book.}\n",
            )
            .write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n");
        let house = House(library);
        house.has_version("0.4.2");
        house
    }

    fn has_version(&self, version: &str) {
        let manifest = format!("[workspace.package]\nversion = \"{version}\"\n");
        self.0.write("Cargo.toml", manifest);
    }

    /// The vendor adds a field.
    fn adds_pages(&self) {
        self.0.edit(
            "upstream/idn/v3/schemas/Book.yaml",
            "properties:\n",
            "properties:\n  pages: {type: integer, format: int32}\n",
        );
    }

    fn options(&self) -> Options {
        Options {
            upstream: Upstream {
                dir: self.0.path("upstream"),
                commit: Some(SHA.to_owned()),
                date: Some("2024-05-06".to_owned()),
            },
            dry_run: false,
            scaffold: false,
            report: Some(self.0.path("report.md")),
        }
    }

    fn run(&self, options: &Options) -> Result<String, String> {
        self.0.said(run(options, &self.workspace()))
    }

    pub(crate) fn release(&self) -> Result<String, String> {
        self.run(&self.options())
    }

    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::at(self.0.dir.path())
    }

    /// Every file but the specifications and the report.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = self.0.files("openapi");
        found.extend(self.0.files("crates"));
        let changelog = self.0.read("CHANGELOG.md").into_bytes();
        found.push((self.0.path("CHANGELOG.md"), changelog));
        found
    }
}

#[test]
fn a_release_is_taken_and_says_what_is_left_to_do() {
    let house = House::new();
    let before = house.files();
    let dry_run = Options {
        dry_run: true,
        ..house.options()
    };
    house.run(&dry_run).unwrap();
    assert_eq!(before, house.files(), "a dry run wrote something");
    house.release().unwrap();

    // The next release: one field more, one fewer, a value, an order.
    house.adds_pages();
    house.0.edit(
        "upstream/idn/v3/paths/books.yaml",
        "**title, author.name**",
        "**title**",
    );
    house.0.edit(
        "upstream/idn/v3/schemas/Cover.yaml",
        "  - SOFT\n",
        "  - SOFT\n  - LEATHER\n",
    );
    let text = house.release().unwrap();
    insta::assert_snapshot!("text", text);
    insta::assert_snapshot!("report", house.0.read("report.md"));
    insta::assert_snapshot!("changelog", house.0.read("CHANGELOG.md"));

    let taken = house.files();
    house.release().unwrap();
    assert_eq!(
        taken,
        house.files(),
        "the same release again changes something"
    );
}

#[test]
fn what_can_be_begun_is_begun_in_a_release_that_changes_a_contract() {
    let house = House::new();
    house.release().unwrap();
    house.0.write(
        "upstream/idn/v3/schemas/Shelf.yaml",
        "type: object\nproperties: {mark: {type: string}}\n",
    );
    house.0.edit(
        "upstream/idn/v3/schemas/Book.yaml",
        "properties:\n",
        "properties:\n  shelf: {$ref: ./Shelf.yaml}\n",
    );
    house.0.write(
        "openapi/overlays/beta-docs.yaml",
        "overlay: 1.0.0\nx-role: documentation\nx-reason: A test.\nactions:\n",
    );
    house.0.edit(
        "upstream/idn/v3/paths/book.yaml",
        "tags: [Staff]",
        "tags: [Books]",
    );
    house.0.write(
        "upstream/idn/v3/responses/nobody-wrote-this.yaml",
        "description: Now there is one.\n",
    );
    let scaffold = Options {
        scaffold: true,
        ..house.options()
    };
    let text = house.run(&scaffold).unwrap();
    assert!(text.contains("begun: openapi/overlays/v3.yaml"), "{text}");
    let overlay = house.0.read("openapi/overlays/v3.yaml");
    let shelf = "- target: $.components.schemas.Shelf\n    update:\n      description: …";
    assert!(overlay.contains(shelf), "{overlay}");
    let manifest = house.0.read("openapi/manifest.toml");
    assert_eq!(
        manifest.matches("PATCH /books/{id}").count(),
        1,
        "{manifest}"
    );
}

#[test]
fn a_release_that_fails_changes_nothing() {
    let house = House::new();
    house
        .0
        .edit("openapi/overlays/v3.yaml", "schemas.Book", "schemas.Boook");
    let before = house.files();
    insta::assert_snapshot!(house.release().unwrap_err(), @"version v3: action 1 of openapi/overlays/v3.yaml does not apply: `$.components.schemas.Boook` matches nothing any more. It was there because: A test. Remove the action, or mend its target");
    assert_eq!(before, house.files());
}

#[test]
fn an_entry_is_first_under_unreleased_and_is_replaced() {
    let house = House::new();
    house.release().unwrap();
    let text = "# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0\n\nFirst.\n";
    house.0.write("CHANGELOG.md", text);
    house.release().unwrap();
    assert_eq!(house.0.read("CHANGELOG.md"), text, "nothing has changed");

    house.adds_pages();
    house.release().unwrap();
    let once = house.0.read("CHANGELOG.md");
    insta::assert_snapshot!(once);
    house
        .0
        .edit("upstream/idn/v3/schemas/Book.yaml", "  pages:", "  sheets:");
    house.release().unwrap();
    let twice = house.0.read("CHANGELOG.md");
    assert!(twice.contains("`Book.sheets`"), "{twice}");
    assert_eq!(twice.matches("### Changes").count(), 1, "{twice}");
    house.adds_pages();
    let mut another = house.options();
    another.upstream.date = Some("2024-06-07".to_owned());
    house.run(&another).unwrap();
    let both = house.0.read("CHANGELOG.md");
    assert!(
        both.contains("2024-05-06") && both.contains("2024-06-07"),
        "{both}"
    );

    house
        .0
        .edit("CHANGELOG.md", "## Unreleased", "## Unwritten");
    house
        .0
        .edit("upstream/idn/v3/schemas/Book.yaml", "  pages:", "  leaves:");
    insta::assert_snapshot!(house.release().unwrap_err(), @"CHANGELOG.md: add a line `## Unreleased`: the entry goes under it");
    let begin = "<!-- Written by `cargo xtask release` about the specifications of 2024-05-06. -->";
    house
        .0
        .write("CHANGELOG.md", text.replace("### Added", begin));
    insta::assert_snapshot!(house.release().unwrap_err(), @"CHANGELOG.md: nothing ends what begins with `<!-- Written by `cargo xtask release` about the specifications of 2024-05-06. -->`; remove that line, or what follows");
}

#[test]
fn the_next_version_is_by_cargos_rules() {
    let house = House::new();
    let suggested = || {
        ["0.3.1", "1.3.1"].map(|version| {
            house.has_version(version);
            let dry_run = Options {
                dry_run: true,
                ..house.options()
            };
            let text = house.run(&dry_run).unwrap();
            let line = text.lines().find(|line| line.starts_with("version "));
            line.unwrap().to_owned()
        })
    };
    insta::assert_debug_snapshot!(suggested(), @r#"
    [
        "version 0.3.1 -> 0.3.2: there is something new: 9 changes",
        "version 1.3.1 -> 1.4.0: there is something new: 9 changes",
    ]
    "#);
    house.release().unwrap();
    insta::assert_debug_snapshot!(suggested(), @r#"
    [
        "version 0.3.1: no new one; nothing differs",
        "version 1.3.1: no new one; nothing differs",
    ]
    "#);
    house.adds_pages();
    insta::assert_debug_snapshot!(suggested(), @r#"
    [
        "version 0.3.1 -> 0.4.0: certs-raw's structs have new fields: 1",
        "version 1.3.1 -> 2.0.0: certs-raw's structs have new fields: 1",
    ]
    "#);
}
