//! `certs completions` and `certs man`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::status::{Failure, Result, Status};

/// Print completions for a shell
///
/// For bash: certs completions bash > ~/.local/share/bash-completion/completions/certs
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page, or write one for each verb into a folder
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// A folder, such as ~/.local/share/man/man1
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Completions {
    pub(crate) fn run(&self) -> Result {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "certs", &mut text);
        io::stdout().lock().write_all(&text)?;
        Ok(Status::Done)
    }
}

impl Man {
    pub(crate) fn run(&self) -> Result {
        if let Some(folder) = &self.out {
            let unwritable = |error: io::Error| {
                Failure::error(format!("{} cannot be written: {error}", folder.display()))
            };
            std::fs::create_dir_all(folder).map_err(unwritable)?;
            clap_mangen::generate_to(Cli::command(), folder).map_err(unwritable)?;
        } else {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            io::stdout().lock().write_all(&text)?;
        }
        Ok(Status::Done)
    }
}
