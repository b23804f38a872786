//! Asks before anything is changed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::interrupt;
use crate::status::{Failure, Result};

/// Asks, and returns an error unless the answer is yes.
pub(crate) async fn ask(question: &str) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{question}\nThere is no terminal to ask on: add --yes to do it, or --dry-run to see \
             what it would do"
        )));
    }
    eprint!("{question} [y/N] ");
    io::stderr().flush()?;
    // Reads in a separate thread, so that Ctrl-C works meanwhile.
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let answer = match interrupt::unless_stopped(answer).await? {
        Some(answer) => answer.map_err(io::Error::other)??,
        None => {
            eprintln!();
            return Err(interrupt::stopped());
        }
    };
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Failure::error("nothing was changed"))
    }
}
