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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0\n\nFirst.\n";

    #[test]
    fn an_entry_stands_first_under_unreleased_and_is_replaced() {
        let once = with_entry(TEXT, "May", "### One").unwrap();
        insta::assert_snapshot!(once);
        let twice = with_entry(&once, "May", "### Two").unwrap();
        assert_eq!(twice, once.replace("### One", "### Two"));
        assert_eq!(with_entry(&twice, "May", "").unwrap(), twice);
        let another = with_entry(&twice, "June", "### Three").unwrap();
        assert!(another.contains("### Two") && another.contains("### Three"));
    }

    #[test]
    fn what_cannot_be_written_to_is_refused() {
        let error = |text: &str| with_entry(text, "May", "x").unwrap_err().to_string();
        insta::assert_snapshot!(error("# Changelog\n"), @"there is no line `## Unreleased` to put the entry under");
        let half = TEXT.replace("### Added", &begin("May"));
        insta::assert_snapshot!(error(&half), @"nothing ends what begins with `<!-- Written by `cargo xtask release` about May. -->`; remove that line, or what follows");
    }
}
