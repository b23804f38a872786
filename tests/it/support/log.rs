//! The log as text, and a separate process for tests that read it.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The destination of the log.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Captured {
    /// Records the log from here on, including that of libraries, down to TRACE.
    pub(crate) fn everything(&self) -> DefaultGuard {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(self.clone())
            .set_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Runs a test in a separate process, and returns whether this process is that one. `tracing` caches
/// per process whether an event is enabled, and other tests have no subscriber.
///
/// `test` is its name with its module: `concat!(module_path!(), "::the_test")`.
#[track_caller]
pub(crate) fn is_own_process(test: &str) -> bool {
    const OWN: &str = "TEST_IN_A_PROCESS_OF_ITS_OWN";

    let (_, name) = test.split_once("::").unwrap();
    if std::env::var_os(OWN).is_some_and(|own| own == name) {
        return true;
    }
    let own = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(OWN, name)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&own.stdout);
    let errors = String::from_utf8_lossy(&own.stderr);
    let passed = own.status.success() && out.contains("1 passed");
    assert!(passed, "{name}, in a process of its own: {out}\n{errors}");
    false
}
