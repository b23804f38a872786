//! `cargo xtask VERB`. The work is in the library, where fuzzing reaches it, too.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::main()
}
