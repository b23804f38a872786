//! What the compiler says to the likely mistakes with filters.

use std::process::Command;

/// The compiler whose words are recorded. Others put them differently: with those, only the
/// documentation's `compile_fail` examples hold that wrong filters do not compile.
///
/// To move on to another: change this, run the test with `TRYBUILD=overwrite`, and read
/// what has changed in `cases/*.stderr`.
const RECORDED: &str = "rustc 1.95.";

fn main() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8(output.stdout).expect("UTF-8");
    let is_recording = std::env::var_os("TRYBUILD").is_some();
    if !version.starts_with(RECORDED) && !is_recording {
        println!(
            "\ntest ui ... ignored, the messages are those of {RECORDED}*, and this is {version}"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
