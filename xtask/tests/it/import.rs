//! Import from end to end, over a small library in the vendor's layout. A test takes a copy, spoils
//! one thing, and looks at what import makes of it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use xtask::import::{Options, Upstream, run};
use xtask::manifest::Manifest;
use xtask::yaml;

use crate::library::{Library, SHA};

/// The same library, to be imported.
struct Imports(Library);

impl Imports {
    fn new() -> Self {
        Imports(Library::new())
    }

    fn openapi(&self) -> PathBuf {
        self.0.path("openapi")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path(&format!("upstream/idn/{name}"))
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &Self {
        self.0.write(&format!("upstream/idn/{name}"), contents);
        self
    }

    /// Replaces a piece of a file of the vendor, which must be there.
    fn edit(&self, name: &str, old: &str, new: &str) -> &Self {
        self.0.edit(&format!("upstream/idn/{name}"), old, new);
        self
    }

    fn remove(&self, name: &str) -> &Self {
        fs::remove_file(self.file(name)).unwrap();
        self
    }

    fn edit_manifest(&self, old: &str, new: &str) -> &Self {
        self.0.edit("openapi/manifest.toml", old, new);
        self
    }

    fn options(&self) -> Options {
        Options {
            upstream: Upstream {
                dir: self.0.path("upstream"),
                commit: None,
                date: None,
            },
            version: None,
            out: None,
        }
    }

    /// The options for a release that is known by its commit.
    fn of(&self, commit: &str, date: &str) -> Options {
        let mut options = self.options();
        options.upstream.commit = Some(commit.to_owned());
        options.upstream.date = Some(date.to_owned());
        options
    }

    /// The options for the whole of a release.
    fn dated(&self) -> Options {
        self.of(SHA, "2024-05-06")
    }

    fn run(&self, options: &Options) -> Result<String, String> {
        self.0.said(run(options, &self.openapi()))
    }

    /// Imports one version elsewhere: the contract, and the report.
    fn import(&self, version: &str) -> Result<(String, String), String> {
        let options = Options {
            version: Some(version.to_owned()),
            out: Some(self.0.path("out.yaml")),
            ..self.options()
        };
        let report = self.run(&options)?;
        Ok((self.0.read("out.yaml"), report))
    }

    fn contract(&self, version: &str) -> Value {
        self.import(version).unwrap();
        yaml::load_json(&self.0.path("out.yaml")).unwrap()
    }

    fn error(&self, version: &str) -> String {
        let before = self.0.files("openapi");
        let error = self.import(version).unwrap_err();
        let after = self.0.files("openapi");
        assert_eq!(before, after, "a failed import wrote something");
        assert!(!self.0.path("out.yaml").exists());
        error
    }
}

// What import survives, with the right facts.

#[test]
fn the_contract_holds_facts_in_canonical_order() {
    let (contract, report) = Imports::new().import("v3").unwrap();
    insta::assert_snapshot!("v3_contract", contract);
    insta::assert_snapshot!("v3_report", report);
}

#[test]
fn references_cross_the_folders_of_versions() {
    let contract = Imports::new().contract("beta");
    assert_eq!(
        contract["components"]["schemas"]["Loan"]["allOf"][0],
        json!({ "$ref": "#/components/schemas/LoanBase" })
    );
    assert!(contract.get("security").is_none());
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let library = Imports::new();
    let (before, _) = library.import("v3").unwrap();
    for name in [
        "sailpoint-api.v3.yaml",
        "v3/paths/books.yaml",
        "v3/schemas/Book.yaml",
    ] {
        let text = fs::read_to_string(library.file(name)).unwrap();
        let shuffled = reversed(&yaml::load(name, text.as_bytes()).unwrap().0.to_json());
        // JSON is YAML; nothing of the old spelling is left.
        let text = serde_json::to_string_pretty(&shuffled).unwrap();
        library.write(name, text.replace('\n', "  \r\n"));
    }
    let (after, _) = library.import("v3").unwrap();
    assert_eq!(before, after);
}

/// The same value with the keys of all mappings in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .rev()
            .map(|(key, value)| (key.clone(), reversed(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_has_no_section_of_its_own_takes_the_place_of_its_reference() {
    let library = Imports::new();
    library
        .edit(
            "v3/paths/book-loans.yaml",
            "  requestBody:\n",
            "  requestBody:\n    $ref: '#/post/x-body'\n  x-body:\n",
        )
        .edit(
            "v3/responses/401.yaml",
            "content:\n",
            "headers:\n  Retry-After: {$ref: ../headers/wait.yaml}\ncontent:\n",
        )
        .write(
            "v3/headers/wait.yaml",
            "description: Wait.\nschema: {type: integer, example: 1}\n",
        );
    let contract = library.contract("v3");
    let post = &contract["paths"]["/books/{id}/loans"]["post"];
    assert_eq!(post["requestBody"]["required"], true);
    assert_eq!(
        contract["components"]["responses"]["401"]["headers"],
        json!({ "Retry-After": { "schema": { "type": "integer" } } })
    );
}

#[test]
fn schemas_may_be_named_by_a_discriminator() {
    let library = Imports::new();
    library.edit(
        "v3/schemas/LoanBase.yaml",
        "type: object\n",
        "type: object\ndiscriminator:\n  propertyName: book\n  mapping:\n    one: ../../beta/schemas/Loan.yaml\n    two: Book\n",
    );
    assert_eq!(
        library.contract("beta")["components"]["schemas"]["LoanBase"]["discriminator"],
        json!({
            "propertyName": "book",
            "mapping": { "one": "#/components/schemas/Loan", "two": "Book" },
        })
    );
}

#[test]
fn a_copy_of_a_schema_is_the_same_schema() {
    let library = Imports::new();
    library
        .write(
            "beta/schemas/Cover.yaml",
            "nullable: true\ntype: string\nenum: [SOFT, HARD]\n",
        )
        .edit(
            "beta/schemas/Reader.yaml",
            "{type: string}",
            "{$ref: ./Cover.yaml}",
        );
    let contract = library.contract("v3");
    assert_eq!(contract["components"]["schemas"]["Cover"]["nullable"], true);
}

#[test]
fn another_name_in_the_manifest_settles_a_clash() {
    let library = Imports::new();
    library
        .write("beta/schemas/Cover.yaml", "type: object\n")
        .edit(
            "beta/schemas/Reader.yaml",
            "{type: string}",
            "{$ref: ./Cover.yaml}",
        )
        .edit_manifest(
            "tags = [\"Books\", \"Loans\"]",
            "tags = [\"Books\", \"Loans\"]\n\
             names = { \"idn/beta/schemas/Cover.yaml\" = \"ReaderCover\" }",
        );
    let schemas = library.contract("v3")["components"]["schemas"].clone();
    assert_eq!(schemas["ReaderCover"]["type"], "object");
    assert_eq!(
        schemas["Reader"]["properties"]["name"]["$ref"],
        "#/components/schemas/ReaderCover"
    );
}

#[test]
fn an_older_release_may_lack_what_came_since() {
    let library = Imports::new();
    library.edit("sailpoint-api.beta.yaml", "  /loans:\n", "  /left-out:\n");
    let (_, report) = library.import("beta").unwrap();
    insta::assert_snapshot!(report, @r"
    beta: 1 operations, 3 schemas; [dir]/out.yaml written
      not in this release: GET /loans
    ");
    let dated = |date: &str| {
        library.run(&Options {
            version: Some("beta".to_owned()),
            out: Some(library.0.path("dated.yaml")),
            ..library.of(SHA, date)
        })
    };
    assert!(dated("2023-12-31").is_ok());
    insta::assert_snapshot!(dated("2024-01-01").unwrap_err(), @"`GET /loans` of version beta is not in the checkout: idn/sailpoint-api.beta.yaml has no such operation; if it moved, add its new place to `operations` of the manifest, and if it is gone, take it out");
}

#[test]
fn an_operation_may_have_been_elsewhere() {
    let library = Imports::new();
    library.edit(
        "sailpoint-api.v3.yaml",
        "/books/{id}/loans:",
        "/books/{id}/loan:",
    );
    let contract = library.contract("v3");
    assert!(contract["paths"]["/books/{id}/loan"]["post"].is_object());
}

#[test]
fn a_path_that_nobody_expects_may_be_broken() {
    let library = Imports::new();
    library.edit(
        "sailpoint-api.v3.yaml",
        "paths:\n",
        "paths:\n  /books/{id}/smell:\n    $ref: ./v3/paths/broken.yaml\n  /books/{id}/taste:\n    $ref: ./v3/paths/nowhere.yaml\n",
    );
    let (_, report) = library.import("v3").unwrap();
    insta::assert_snapshot!(report, @r"
    v3: 4 operations, 5 schemas; [dir]/out.yaml written
      warning: /books/{id}/smell cannot be read, and nothing on it is expected: idn/v3/paths/broken.yaml:1:4: not valid YAML: unclosed bracket '[' (referred to by idn/sailpoint-api.v3.yaml:18)
      warning: /books/{id}/taste cannot be read, and nothing on it is expected: idn/sailpoint-api.v3.yaml:20 refers to idn/v3/paths/nowhere.yaml, which does not exist in the checkout (case matters)
      warning: idn/v3/paths/books.yaml:11: `x-hint` holds prose or references, and is left out
    ");
}

#[test]
fn an_operation_that_the_manifest_does_not_name_is_reported() {
    let library = Imports::new();
    library.edit("v3/paths/book.yaml", "tags: [Staff]", "tags: [Books]");
    library.write(
        "v3/responses/nobody-wrote-this.yaml",
        "description: Now there is one.\n",
    );
    let (_, report) = library.import("v3").unwrap();
    assert!(report.contains("new; add it to `operations` of the manifest: PATCH /books/{id}"));
}

#[test]
fn a_version_with_a_root_for_each_service_is_an_entry_in_the_manifest() {
    let library = Imports::new();
    for (service, id) in [("books", "listBooksV1"), ("loans", "listLoansV1")] {
        library.write(
            &format!("apis/{service}/openapi.yaml"),
            format!(
                "openapi: 3.0.1\ninfo: {{title: T, version: 1.0.0}}\n\
                 servers: [{{url: https://library.example.org}}]\n\
                 security: [{{token: []}}]\n\
                 paths:\n  /{service}/v1:\n    $ref: paths/all.yaml\n"
            ),
        );
        library.write(
            &format!("apis/{service}/paths/all.yaml"),
            format!("get: {{operationId: {id}, tags: [{service}], responses: {{}}}}\n"),
        );
    }
    let path = library.openapi().join("manifest.toml");
    let mut manifest = fs::read_to_string(&path).unwrap();
    manifest.push_str(
        r#"
[version.v1]
title = "Library, v1"
contract = "v1.yaml"
overlays = []
sha256 = ""
source = { repository = "", commit = "", date = "" }

[version.v1.selection]
roots = ["idn/apis/books/openapi.yaml", "idn/apis/loans/openapi.yaml"]
paths = ["/books/v1/**", "/loans/v1/**"]
tags = ["books", "loans"]
operations = [{ at = "GET /books/v1" }, { at = "GET /loans/v1" }]
"#,
    );
    fs::write(path, manifest).unwrap();
    let (contract, report) = library.import("v1").unwrap();
    assert!(contract.contains("listBooksV1") && contract.contains("listLoansV1"));
    assert!(report.contains("no root declares the security scheme `token`"));

    library.edit("apis/loans/openapi.yaml", "[{token: []}]", "[]");
    insta::assert_snapshot!(library.import("v1").unwrap_err(), @"the roots of version v1 disagree about `security`: idn/apis/books/openapi.yaml and idn/apis/loans/openapi.yaml");
}

#[test]
fn oddities_are_reported_and_left_out() {
    let library = Imports::new();
    library
        .edit(
            "v3/schemas/Cover.yaml",
            "type: string",
            "type: string\ntype: string",
        )
        .edit(
            "v3/schemas/LoanBase.yaml",
            "type: string",
            "type: string\n    required: true\n    nulable: true",
        )
        .edit("v3/parameters/limit.yaml", "format: int32", "format:");
    let (contract, report) = library.import("v3").unwrap();
    assert!(!contract.contains("nulable"));
    insta::assert_snapshot!(report, @r"
    v3: 4 operations, 5 schemas; [dir]/out.yaml written
      warning: idn/v3/schemas/Cover.yaml:2: key `type` was already given on line 1, with the same value
      warning: idn/v3/paths/books.yaml:11: `x-hint` holds prose or references, and is left out
      warning: idn/v3/parameters/limit.yaml:7: `format` of a schema is empty, and left out
      warning: idn/v3/schemas/LoanBase.yaml:6: OpenAPI 3.0 has no `nulable` in a schema; left out
      warning: idn/v3/schemas/LoanBase.yaml:5: `required` of a schema must be a list, not a boolean; left out
    ");
}

// What import writes, and when.

#[test]
fn both_contracts_and_the_manifest_are_written_together() {
    let library = Imports::new();
    let before = library.0.read("openapi/manifest.toml");
    library
        .run(&library.of(&SHA.to_uppercase(), "2024-05-06"))
        .unwrap();

    let manifest = library.0.read("openapi/manifest.toml");
    assert!(manifest.contains(&format!("commit = \"{SHA}\" # no release yet")));
    assert_eq!(before.lines().count(), manifest.lines().count());
    for (before, after) in before.lines().zip(manifest.lines()) {
        let is_source = ["sha256 = ", "commit = ", "date = "]
            .iter()
            .any(|key| before.starts_with(key) && after.starts_with(key));
        assert!(before == after || is_source, "{before} -> {after}");
    }
    for version in Manifest::load(&library.openapi()).unwrap().versions() {
        version.verify().unwrap();
        assert_eq!(version.source.date, "2024-05-06");
    }

    // Without a word about the source: nothing changed, so nothing need be known.
    let before = library.0.files("openapi");
    let report = library.run(&library.options()).unwrap();
    assert!(report.contains("unchanged"));
    assert_eq!(before, library.0.files("openapi"));
}

#[test]
fn a_failure_in_one_version_leaves_the_other_alone() {
    let library = Imports::new();
    // Versions are read by name: beta succeeds before V3 fails.
    library.remove("v3/schemas/Book.yaml");
    let before = library.0.files("openapi");
    library.run(&library.dated()).unwrap_err();
    assert_eq!(before, library.0.files("openapi"));
}

#[test]
fn a_file_that_cannot_be_written_names_those_before_it() {
    let library = Imports::new();
    // A file cannot take the place of a folder.
    fs::create_dir(library.openapi().join("v3.yaml")).unwrap();
    insta::assert_snapshot!(library.run(&library.dated()).unwrap_err(), @"[dir]/openapi/v3.yaml could not be written: Is a directory (os error 21); restore from git what changed: [dir]/openapi/beta.yaml");
    let names = fs::read_dir(library.openapi()).unwrap().count();
    assert_eq!(names, 3, "a temporary file was left behind");

    let options = Options {
        version: Some("v3".to_owned()),
        out: Some(library.0.path("nowhere/file")),
        ..library.options()
    };
    let error = library.run(&options).unwrap_err();
    assert!(
        error.starts_with("[dir]/nowhere/file could not be written"),
        "{error}"
    );
    assert!(error.ends_with("nothing has changed"), "{error}");
}

#[test]
fn the_source_is_asked_from_git() {
    let library = Imports::new();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .arg("-C")
            .arg(library.0.path("upstream"))
            .args([
                "-c",
                "user.name=nobody",
                "-c",
                "user.email=nobody@example.org",
            ])
            .args(arguments)
            .env("GIT_COMMITTER_DATE", "2023-04-05T12:00:00Z")
            .output()
            .unwrap()
            .status;
        assert!(status.success());
    };
    git(&["init", "-q"]);
    let error = library.run(&library.options()).unwrap_err();
    assert!(
        error.starts_with("say which commit [dir]/upstream is at"),
        "{error}"
    );
    git(&["commit", "-q", "--allow-empty", "-m", "a release"]);
    library.run(&library.options()).unwrap();
    let manifest = Manifest::load(&library.openapi()).unwrap();
    let source = manifest.version("v3").unwrap().source.clone();
    assert_eq!(source.date, "2023-04-05");
    assert_eq!(source.commit.len(), 40);
}

#[test]
fn what_cannot_be_recorded_is_refused() {
    let library = Imports::new();
    let error = |options: &Options| library.run(options).unwrap_err();
    insta::assert_snapshot!(error(&library.options()), @"the contract of version beta changes, and [dir]/upstream is not a git work tree: say what it is with --commit SHA --date YYYY-MM-DD");
    insta::assert_snapshot!(error(&library.of("main", "2024-05-06")), @"`main` is not a commit: 40 hexadecimal digits");
    insta::assert_snapshot!(error(&library.of(SHA, "2024-13-06")), @"`2024-13-06` is not a day: YYYY-MM-DD");
    insta::assert_snapshot!(
        error(&Options { out: Some("out.yaml".into()), ..library.options() }),
        @"--out names one file: say which version with --version"
    );
    insta::assert_snapshot!(
        error(&Options { version: Some("v4".to_owned()), ..library.options() }),
        @"[dir]/openapi/manifest.toml has no version `v4`; it has `beta`, `v3`"
    );
    let mut nowhere = library.options();
    nowhere.upstream.dir = library.0.path("nowhere");
    insta::assert_snapshot!(error(&nowhere), @"[dir]/nowhere: No such file or directory (os error 2); give the folder of a checkout of the vendor's repository");
}

// What import refuses.

/// One test for each way to spoil the library: its name, what it does, what import says.
macro_rules! refuses {
    ($($name:ident: $spoil:expr;)*) => {
        $(
            #[test]
            fn $name() {
                let library = Imports::new();
                let spoil: fn(&Imports) -> &Imports = $spoil;
                insta::assert_snapshot!(stringify!($name), spoil(&library).error("v3"));
            }
        )*
    };
}

refuses! {
    a_missing_file: |it| it.remove("v3/schemas/Cover.yaml");
    a_missing_root: |it| it.remove("sailpoint-api.v3.yaml");
    a_wrong_case: |it| it.edit("v3/schemas/Book.yaml", "./Cover.yaml", "../Schemas/cover.yaml");
    a_bad_pointer: |it| it
        .edit("v3/paths/book-loans.yaml", "#/components/parameters/id", "#/components/parameters/a~1b");
    a_pointer_without_a_slash: |it| it.edit("v3/schemas/Book.yaml", "./Cover.yaml", "'#Cover'");
    an_empty_reference: |it| it.edit("v3/schemas/Book.yaml", "$ref: ./Cover.yaml", "$ref: ''");
    a_reference_that_is_no_string: |it| it
        .edit("v3/schemas/Book.yaml", "$ref: ./Cover.yaml", "$ref: [./Cover.yaml]");
    a_reference_out_of_the_checkout: |it| it
        .edit("v3/schemas/Book.yaml", "./Cover.yaml", "../../../../openapi/manifest.toml");
    an_absolute_reference: |it| it.edit("v3/schemas/Book.yaml", "./Cover.yaml", "/etc/hostname");
    a_url: |it| it.edit("v3/schemas/Book.yaml", "./Cover.yaml", "https://example.org/Cover.yaml");
    a_reference_loop: |it| it
        .write("v3/schemas/Cover.yaml", "$ref: ./Jacket.yaml\ndescription: See there.\n")
        .write("v3/schemas/Jacket.yaml", "$ref: ./Cover.yaml\n");
    a_schema_that_is_itself: |it| it
        .write("v3/schemas/Cover.yaml", "nullable: true\n$ref: ./Cover.yaml\n");
    a_schema_made_of_itself: |it| it
        .write("v3/schemas/Cover.yaml", "allOf: [{$ref: ./Jacket.yaml}]\n")
        .write("v3/schemas/Jacket.yaml", "allOf: [{type: object}, {$ref: ./Cover.yaml}]\n");
    invalid_yaml: |it| it.write("v3/schemas/Cover.yaml", "type: [string\nenum: {\n");
    two_operations_with_one_id: |it| it
        .edit("v3/paths/book.yaml", "operationId: deleteBook", "operationId: getBook");
    an_operation_without_an_id: |it| it
        .edit("v3/paths/book.yaml", "  operationId: deleteBook\n", "");
    one_parameter_twice: |it| it
        .edit("v3/paths/book.yaml", "  parameters:\n", "  parameters:\n    - {name: trace, in: header, schema: {type: integer}}\n");
    a_parameter_without_a_name: |it| it
        .edit("v3/paths/book.yaml", "  - name: id\n    in: path", "  - in: path");
    two_schemas_with_one_name: |it| it
        .write("beta/schemas/Cover.yaml", "type: object\n")
        .edit("beta/schemas/Reader.yaml", "{type: string}", "{$ref: ./Cover.yaml}");
    a_name_that_no_component_can_have: |it| it
        .write("v3/schemas/Front Cover.yaml", "type: string\n")
        .edit("v3/schemas/Book.yaml", "./Cover.yaml", "./Front%20Cover.yaml");
    a_filter_line_that_cannot_be_read: |it| it
        .edit("v3/paths/books.yaml", "**author.name**: *in, eq*", "**author.name**: *in, like*");
    sorters_that_cannot_be_read: |it| it
        .edit("v3/paths/books.yaml", "**title, author.name**", "**title and author**");
    a_vanished_operation: |it| it.edit("v3/paths/book.yaml", "delete:", "options:");
    an_operation_that_lost_its_tag: |it| it
        .edit("v3/paths/book-loans.yaml", "[Loans]", "[Lending]");
    another_openapi: |it| it.edit("sailpoint-api.v3.yaml", "openapi: 3.0.1", "openapi: 3.1.0");
    no_version: |it| it.edit("sailpoint-api.v3.yaml", "  version: 3.0.0\n", "");
    a_schema_that_is_a_list: |it| it.write("v3/schemas/Cover.yaml", "- string\n");
    a_path_that_is_a_word: |it| it
        .edit("sailpoint-api.v3.yaml", "\n    $ref: './v3/paths/books.yaml'", " books");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_checkout() {
    let library = Imports::new();
    let cover = library.file("v3/schemas/Cover.yaml");
    let outside = library.0.path("outside.yaml");
    fs::rename(&cover, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &cover).unwrap();
    insta::assert_snapshot!(library.error("v3"), @"idn/v3/schemas/Book.yaml:15 refers to `idn/v3/schemas/Cover.yaml`, which leaves the checkout");
}

#[test]
fn one_operation_in_two_roots() {
    let library = Imports::new();
    library.write(
        "again.yaml",
        fs::read(library.file("sailpoint-api.v3.yaml")).unwrap(),
    );
    library.edit_manifest(
        "roots = [\"idn/sailpoint-api.v3.yaml\"]",
        "roots = [\"idn/sailpoint-api.v3.yaml\", \"idn/again.yaml\"]",
    );
    insta::assert_snapshot!(library.error("v3"), @"`GET /books` is both at idn/sailpoint-api.v3.yaml:17 and at idn/again.yaml:17");
}
