//! The entry of a release in the changelog.

use anyhow::{Result, bail};

/// Around what this command writes about one release, so that it can be written again. What
/// it wrote about others stays.
const END: &str = "<!-- End of what `cargo xtask release` wrote. -->";
const UNRELEASED: &str = "## Unreleased";

/// The changelog with an entry about a release under "Unreleased", which replaces the entry of an
/// earlier run. An empty entry changes nothing: a second run has nothing new to say.
pub(super) fn with_entry(text: &str, release: &str, entry: &str) -> Result<String> {
    if entry.is_empty() {
        return Ok(text.to_owned());
    }
    let heading = format!("\n{UNRELEASED}\n");
    let Some((before, after)) = text.split_once(&heading) else {
        bail!("add a line `{UNRELEASED}`: the entry goes under it");
    };
    // The next release's heading ends the section.
    let end = after.find("\n## ").map_or(after.len(), |at| at + 1);
    let (section, rest) = after.split_at(end);
    let begin = format!("<!-- Written by `cargo xtask release` about {release}. -->");
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
    let mut new = format!("{before}{heading}\n{begin}\n\n{entry}\n\n{END}\n");
    if !section.is_empty() {
        new.push_str(&format!("\n{section}\n"));
    }
    if !rest.is_empty() {
        new.push_str(&format!("\n{rest}"));
    }
    Ok(new)
}
