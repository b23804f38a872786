//! `cargo xtask check`: is what is committed what the generator makes?

use std::fs;

use anyhow::{Context, Result, bail};

use crate::generate;
use crate::workspace;

/// Generates in memory and compares, byte for byte. Writes nothing.
pub(crate) fn run() -> Result<String> {
    let mut stale = Vec::new();
    let sources = generate::all()?;
    for (version, source) in &sources {
        let path = workspace::generated(version);
        let committed = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", workspace::shown(&path)))?;
        if let Some(line) = first_difference(&committed, source) {
            stale.push(format!("{}, from line {line}", workspace::shown(&path)));
        }
    }
    if !stale.is_empty() {
        bail!(
            "generated files are not what the contracts and overlays make: {}. Run `cargo xtask \
             generate` and commit what it writes",
            stale.join("; ")
        );
    }
    let names: Vec<_> = sources
        .iter()
        .map(|(version, _)| version.as_str())
        .collect();
    Ok(format!("up to date: {}", names.join(", ")))
}

/// The first line that differs, counted from 1.
fn first_difference(committed: &str, generated: &str) -> Option<usize> {
    if committed == generated {
        return None;
    }
    let same = committed
        .split('\n')
        .zip(generated.split('\n'))
        .take_while(|(a, b)| a == b)
        .count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        if let Err(error) = run() {
            panic!("{error:#}");
        }
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\nb", "a\nb\n"), Some(3));
    }
}
