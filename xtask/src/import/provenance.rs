//! Which commit of the vendor's repository a checkout is.

use anyhow::{Context as _, Result, bail};

use super::Options;
use crate::workspace::git;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Provenance {
    /// 40 hexadecimal digits.
    pub(super) commit: String,
    /// `YYYY-MM-DD`.
    pub(super) date: String,
}

/// What the options say; else what git says of a work tree; else nothing.
pub(super) fn of(options: &Options) -> Result<Option<Provenance>> {
    if let (Some(commit), Some(date)) = (&options.commit, &options.date) {
        return Ok(Some(checked(commit.clone(), date.clone())?));
    }
    // Nothing is recorded of a contract that goes elsewhere, so git need not know it.
    //
    // Only the work tree's own folder counts: a plain folder inside some other
    // repository, such as ours, must not be taken for a commit of that one.
    if options.out.is_some() || !options.dir.join(".git").exists() {
        return Ok(None);
    }
    let line = git(&options.dir, &["log", "-1", "--format=%H %cs"]).with_context(|| {
        let dir = options.dir.display();
        format!(
            "say which commit {dir} is at with --commit SHA --date YYYY-MM-DD, since git cannot"
        )
    })?;
    let (commit, date) = line.trim().split_once(' ').unwrap_or_default();
    Ok(Some(checked(commit.to_owned(), date.to_owned())?))
}

fn checked(commit: String, date: String) -> Result<Provenance> {
    if commit.len() != 40 || !commit.chars().all(|digit| digit.is_ascii_hexdigit()) {
        bail!("`{commit}` is not a commit: 40 hexadecimal digits");
    }
    if !is_day(&date) {
        bail!("`{date}` is not a day: YYYY-MM-DD");
    }
    Ok(Provenance {
        commit: commit.to_lowercase(),
        date,
    })
}

fn is_day(text: &str) -> bool {
    let moment = text.parse::<toml_edit::Datetime>();
    text.len() == 10 && moment.is_ok_and(|moment| moment.date.is_some())
}
