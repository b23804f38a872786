//! Which commit of the vendor's repository a checkout is.

use anyhow::{Context as _, Result, bail};

use super::Upstream;
use crate::workspace::git;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Provenance {
    /// 40 hexadecimal digits.
    pub(super) commit: String,
    /// `YYYY-MM-DD`.
    pub(super) date: String,
}

/// What the options say; else what git says of a work tree, if it is asked; else nothing.
pub(super) fn of(upstream: &Upstream, ask_git: bool) -> Result<Option<Provenance>> {
    let Upstream { dir, commit, date } = upstream;
    if let (Some(commit), Some(date)) = (commit, date) {
        return checked(commit, date).map(Some);
    }
    // Only the work tree's own folder counts: a plain folder inside some other
    // repository, such as ours, must not be taken for a commit of that one.
    if !ask_git || !dir.join(".git").exists() {
        return Ok(None);
    }
    let line = git(dir, &["log", "-1", "--format=%H %cs"]).with_context(|| {
        let dir = dir.display();
        format!(
            "say which commit {dir} is at with --commit SHA --date YYYY-MM-DD, since git cannot"
        )
    })?;
    let (commit, date) = line.trim().split_once(' ').unwrap_or_default();
    checked(commit, date).map(Some)
}

fn checked(commit: &str, date: &str) -> Result<Provenance> {
    if commit.len() != 40 || !commit.chars().all(|digit| digit.is_ascii_hexdigit()) {
        bail!("`{commit}` is not a commit: 40 hexadecimal digits");
    }
    let moment = date.parse::<toml_edit::Datetime>();
    if date.len() != 10 || !moment.is_ok_and(|moment| moment.date.is_some()) {
        bail!("`{date}` is not a day: YYYY-MM-DD");
    }
    Ok(Provenance {
        commit: commit.to_lowercase(),
        date: date.to_owned(),
    })
}
