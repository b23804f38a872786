//! What rustdoc knows of a crate.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The Rust whose JSON the libraries `public-api` and `rustdoc-types` read. Its format has
/// no promise of stability, so the three move together.
const RUST: &str = "1.95.0";

/// Says that this program was started in rustdoc's place, and which rustdoc that is.
const REAL_RUSTDOC: &str = "XTASK_REAL_RUSTDOC";

/// Documents crates with all their features. Returns the JSON file of each.
pub(super) fn document<'a>(
    workspace: &Workspace,
    crates: &[&'a str],
) -> Result<Vec<(&'a str, PathBuf)>> {
    let target = workspace.target();
    let mut cargo = with_rust("cargo")?;
    cargo
        .current_dir(workspace.root())
        .args(["doc", "--quiet", "--lib", "--no-deps", "--all-features"])
        .args(crates.iter().flat_map(|name| ["--package", name]))
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTDOCFLAGS", "-Zunstable-options --output-format=json")
        .env("RUSTDOC", env::current_exe()?)
        .env(REAL_RUSTDOC, "rustdoc");
    let status = cargo.status().context("cargo cannot be started")?;
    if !status.success() {
        bail!(
            "rustdoc failed ({status}). It takes Rust {RUST}: `rustup toolchain install {RUST} \
             --profile minimal`"
        );
    }
    Ok(crates
        .iter()
        .map(|name| {
            let file = name.replace('-', "_");
            (*name, target.join("doc").join(file).with_extension("json"))
        })
        .collect())
}

/// A program of the Rust that is wanted: the active one if it is, or else rustup's.
fn with_rust(program: &str) -> Result<Command> {
    let version = Command::new("rustc").arg("--version").output();
    let version = version.context("rustc cannot be started")?.stdout;
    let wanted = format!("rustc {RUST} ");
    if version.starts_with(wanted.as_bytes()) {
        return Ok(Command::new(program));
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["run", RUST, program]);
    Ok(rustup)
}

/// Does rustdoc's work if cargo started this program in its place.
///
/// JSON is an unstable option, which a stable rustdoc takes only with `RUSTC_BOOTSTRAP`. Set
/// for all of cargo, it would make build scripts look for unstable features, and every crate
/// would be built again.
pub(crate) fn in_place_of() -> Option<ExitCode> {
    let rustdoc = env::var_os(REAL_RUSTDOC)?;
    let status = Command::new(rustdoc)
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
