//! `cargo xtask api`: the public API as a list that is read when it changes.

mod listing;
mod rules;
mod rustdoc;

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

use crate::files::{Staged, read_if_there};
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
    let mut staged = Staged::default();
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
        let committed = read_if_there(&path).with_context(|| path.display().to_string())?;
        if committed.as_deref() == Some(text.as_bytes()) {
            report.push(format!("{name}: {items} public items, up to date"));
        } else if options.check {
            let _ = write!(
                wrong,
                "\n  {} is not the public API: run `cargo xtask api`, read what changed and commit it",
                workspace.shown(&path)
            );
        } else {
            staged.add(path.clone(), &text)?;
            let path = workspace.shown(&path);
            report.push(format!("{name}: {items} public items, {path} written"));
        }
    }
    staged.commit()?;
    if !wrong.is_empty() {
        bail!("the public API:{wrong}");
    }
    Ok(report.join("\n"))
}
