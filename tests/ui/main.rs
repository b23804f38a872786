//! The compiler's messages for likely mistakes with filters.
//!
//! Compiles each file in `cases/` with the `certs` that was built for this test, so that nothing is
//! built twice. The messages are snapshots.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

/// The compiler whose messages are recorded. Others word them differently; with those, only the
/// `compile_fail` examples of the documentation show that wrong filters do not compile.
///
/// To record another compiler's, change this, run the test with `INSTA_UPDATE=always`, and read
/// what has changed in `snapshots/`.
const RECORDED: &str = "rustc 1.95.";

fn main() {
    let version = Command::new(rustc()).arg("--version").output();
    let version = String::from_utf8(version.expect("rustc runs").stdout).expect("UTF-8");
    if !version.starts_with(RECORDED) {
        println!(
            "\ntest ui ... ignored, the messages are those of {RECORDED}*, and this is {version}"
        );
        return;
    }
    let certs = certs();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .expect("cases")
        .map(|case| case.expect("a case").path())
        .collect();
    cases.sort();
    for case in cases {
        let text = fs::read_to_string(&case).expect("a text");
        let output = compile(&text, &certs);
        assert!(!output.status.success(), "{} compiles", case.display());
        let name = case.file_stem().expect("a name").to_string_lossy();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(&*name, said(&output.stderr));
        });
        println!("test {name} ... ok");
    }
}

fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or("rustc".into(), PathBuf::from)
}

/// The folder of this test and its dependencies.
fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    test.parent().expect("a folder").to_owned()
}

/// The newest library that this compiler can read. Older ones may be built from other sources.
fn certs() -> PathBuf {
    let files = fs::read_dir(built()).expect("a folder");
    let mut libraries: Vec<PathBuf> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("libcerts-") && name.ends_with(".rlib")
        })
        .collect();
    libraries.sort_by_key(|path| fs::metadata(path).and_then(|file| file.modified()).ok());
    let is_readable = |path: &PathBuf| {
        let output = compile("use certs as _; fn main() {}", path);
        output.status.success()
    };
    let newest = libraries.into_iter().rev().find(is_readable);
    newest.expect("a library that was built for this test")
}

/// Compiles a program as far as needed to find mistakes.
fn compile(program: &str, certs: &Path) -> Output {
    let mut library = OsString::from("certs=");
    library.push(certs);
    let mut rustc = Command::new(rustc())
        .args(["--edition=2024", "--crate-name=case", "--crate-type=bin"])
        .args(["--emit=metadata", "-o", "-", "--error-format=json", "-"])
        .arg("--extern")
        .arg(library)
        .arg("-L")
        .arg(built())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rustc runs");
    let mut stdin = rustc.stdin.take().expect("it is piped");
    stdin.write_all(program.as_bytes()).expect("rustc reads");
    drop(stdin);
    rustc.wait_with_output().expect("rustc ends")
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    spans: Vec<Span>,
    #[serde(default)]
    children: Vec<Diagnostic>,
}

#[derive(Deserialize)]
struct Span {
    is_primary: bool,
    label: Option<String>,
    text: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
}

/// The errors with their places in the case, and the hints.
fn said(stderr: &[u8]) -> String {
    let mut said = String::new();
    for line in String::from_utf8_lossy(stderr).lines() {
        let error: Diagnostic = serde_json::from_str(line).expect("a message");
        let Some(place) = error.spans.iter().find(|span| span.is_primary) else {
            continue;
        };
        let code = place.text.first().map_or("", |line| line.text.trim());
        _ = writeln!(said, "{code}\n{}: {}", error.level, error.message);
        for label in error.spans.iter().filter_map(|span| span.label.as_ref()) {
            _ = writeln!(said, "  here: {label}");
        }
        for child in error.children {
            _ = writeln!(said, "  {}: {}", child.level, child.message);
        }
        said.push('\n');
    }
    said
}
