//! `cargo xtask api`: the public API as a list that is read when it changes.

mod listing;
mod rules;
mod rustdoc;

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::files;
use crate::workspace::Workspace;
use listing::Listing;
use rules::Rules;
pub(crate) use rustdoc::in_place_of as in_place_of_rustdoc;

/// The crates whose API is kept as a list. That of `certs-raw` follows from the contracts,
/// whose differences are reported by `release`.
const CRATES: [&str; 2] = ["certs", "certs-sim"];

/// The options of `cargo xtask api`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a list is not up to date.
    #[arg(long)]
    check: bool,
}

/// Writes the list of each crate, or compares it, and holds the API to the crate's rules.
pub(crate) fn run(options: &Options, workspace: &Workspace) -> Result<String> {
    let mut files = Vec::new();
    let mut report = Vec::new();
    let mut wrong = String::new();
    for (name, json) in rustdoc::document(workspace, &CRATES)? {
        let folder = workspace.krate(name);
        let listing = Listing::read(&json)?;
        let rules = Rules::read(&folder.join("api.toml"))?;
        for broken in rules.broken_by(&listing) {
            // Writing to a String cannot fail.
            let _ = write!(wrong, "\n  {name}: {broken}");
        }
        let path = folder.join("api.txt");
        let text = listing.to_string();
        let items = listing.len();
        if files::has(&path, &text) {
            report.push(format!("{name}: {items} public items, up to date"));
        } else if options.check {
            let _ = write!(
                wrong,
                "\n  {} is not the public API: run `cargo xtask api`, read what changed and commit it",
                workspace.shown(&path)
            );
        } else {
            let shown = workspace.shown(&path);
            report.push(format!("{name}: {items} public items, {shown} written"));
            files.push((path, text));
        }
    }
    files::write(&files)?;
    if !wrong.is_empty() {
        bail!("the public API:{wrong}");
    }
    Ok(report.join("\n"))
}
