//! The entry of a release in the changelog.

use anyhow::{Result, bail};

/// Around what this command writes about one release, so that it can be written again. What
/// it wrote about others stays.
const END: &str = "<!-- End of what `cargo xtask release` wrote. -->";
const UNRELEASED: &str = "## Unreleased";

fn begin(release: &str) -> String {
    format!("<!-- Written by `cargo xtask release` about {release}. -->")
}

/// The changelog with an entry about a release under "Unreleased", which replaces the entry of an
/// earlier run. An empty entry changes nothing: a second run has nothing new to say.
pub(super) fn with_entry(text: &str, release: &str, entry: &str) -> Result<String> {
    if entry.is_empty() {
        return Ok(text.to_owned());
    }
    let Some((before, after)) = split_once_after_line(text, UNRELEASED) else {
        bail!("there is no line `{UNRELEASED}` to put the entry under");
    };
    // The next release's heading ends the section.
    let end = after.find("\n## ").map_or(after.len(), |at| at + 1);
    let (section, rest) = after.split_at(end);
    let begin = begin(release);
    let section = match section.split_once(&begin) {
        None => section.to_owned(),
        Some((kept, written)) => {
            let Some((_, after)) = written.split_once(END) else {
                bail!("nothing ends what begins with `{begin}`; remove that line, or what follows");
            };
            format!("{}\n\n{}", kept.trim_end(), after.trim_start_matches('\n'))
        }
    };
    let section = section.trim_matches('\n');
    let mut new = format!("{before}\n{begin}\n\n{entry}\n\n{END}\n");
    if !section.is_empty() {
        new.push_str(&format!("\n{section}\n"));
    }
    if !rest.is_empty() {
        new.push_str(&format!("\n{rest}"));
    }
    Ok(new)
}

/// The text up to the end of a line, and what comes after.
fn split_once_after_line<'a>(text: &'a str, line: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for found in text.split_inclusive('\n') {
        at += found.len();
        if found.trim_end() == line {
            return Some(text.split_at(at));
        }
    }
    None
}
