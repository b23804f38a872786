//! The program `certs`: access reviews from the command line. See `certs --help`.
//!
//! Each verb is a file in `verb/`: its options, its calls of the library, and the display of its
//! result. Code that verbs share is in this folder.

mod cli;
mod config;
mod confirm;
mod context;
mod effects;
mod interrupt;
mod names;
mod output;
mod progress;
mod scope;
mod sheet;
mod status;
mod time;
mod verb;

use std::process::ExitCode;

use clap::Parser as _;

use cli::Cli;
use context::Context;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("certs: the program cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let context = Context::new(cli.global);
    let result = runtime.block_on(verb::run(cli.command, &context));
    // Does not wait for the thread that may still be reading an answer.
    runtime.shutdown_background();
    status::report(result)
}
