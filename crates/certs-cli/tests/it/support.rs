//! A simulator on the loopback, and the program to run on it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certs_sim::{Builder, Phase, Reviewer, Scenario, Simulator, view};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A tenant, and a home directory for the program.
pub(crate) struct Tenant {
    pub(crate) sim: Simulator,
    pub(crate) home: TempDir,
    // The runtime of the simulator's server.
    _runtime: Runtime,
}

/// The result of a run of the program.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tenant {
    pub(crate) fn new(builder: Builder) -> Self {
        let runtime = Runtime::new().unwrap();
        let sim = runtime.block_on(builder.start()).unwrap();
        Self {
            sim,
            home: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    /// The default data set, in a small size.
    pub(crate) fn small() -> Self {
        Self::new(Simulator::builder().items(300))
    }

    /// One certification with this many undecided items: a function returns the identity of each by
    /// its number.
    pub(crate) fn of_items(items: usize) -> Self {
        Self::new(Simulator::builder().scenario(one_certification(items)))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, with nothing in its environment but this tenant.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Command {
        let admin = self.sim.admin();
        let mut command = program(self.home.path());
        command
            .env("SAIL_BASE_URL", self.sim.base_url())
            .env("SAIL_CLIENT_ID", admin.client_id)
            .env("SAIL_CLIENT_SECRET", admin.client_secret)
            .args(words);
        command
    }

    /// Runs the program without a terminal. Words are separated by blanks.
    pub(crate) fn run(&self, words: &str) -> Finished {
        self.run_words(words.split_whitespace())
    }

    pub(crate) fn run_words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Finished {
        finished(self.command(words).output().unwrap())
    }

    /// An active certification of a person that has undecided items.
    pub(crate) fn open(&self) -> view::Certification {
        let is_open = |row: &view::Certification| {
            row.phase == Phase::Active
                && matches!(row.reviewer, Reviewer::Identity(_))
                && !row.is_completed()
        };
        self.sim.certifications().into_iter().find(is_open).unwrap()
    }

    /// How many items are decided.
    pub(crate) fn decided(&self) -> usize {
        let items = self.sim.items();
        items.iter().filter(|item| item.decision.is_some()).count()
    }

    /// The only journal that was kept.
    pub(crate) fn journal(&self) -> PathBuf {
        let folder = self.path(".local/state/certs/journals");
        let mut files = std::fs::read_dir(folder).unwrap();
        files.next().unwrap().unwrap().path()
    }
}

/// The program in an environment like a scheduler's.
pub(crate) fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
    command
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .current_dir(home);
    command
}

pub(crate) fn finished(output: Output) -> Finished {
    Finished {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Finished {
    /// Asserts that the program succeeded.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.with(0)
    }

    #[track_caller]
    pub(crate) fn with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// Asserts that standard error contains this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "no `{text}` in {self:#?}");
        self
    }

    /// Asserts that standard output contains this.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.out.contains(text), "no `{text}` in {self:#?}");
        self
    }
}

pub(crate) fn item_id(number: usize) -> String {
    format!("1{number:031x}")
}

pub(crate) const CERTIFICATION: &str = "ce000000000000000000000000000001";
pub(crate) const OTHER: &str = "a0000000000000000000000000000002";

fn one_certification(items: usize) -> Scenario {
    let mut list = String::new();
    for number in 0..items {
        let comma = if number == 0 { "" } else { "," };
        let id = item_id(number);
        write!(
            list,
            r#"{comma}{{ "id": "{id}", "identity": "b{:031x}",
              "access": {{ "type": "ENTITLEMENT", "id": "e{:031x}" }} }}"#,
            number / 100,
            number % 100
        )
        .unwrap();
    }
    let identities: Vec<_> = (0..items.div_ceil(100))
        .map(|n| {
            format!(
                r#"{{ "id": "b{n:031x}", "name": "Person {n}", "email": "p{n}@acme.example" }}"#
            )
        })
        .collect();
    let entitlements: Vec<_> = (0..items.min(100))
        .map(|n| {
            format!(
                r#"{{ "id": "e{n:031x}", "name": "Access {n}",
                  "source": "50000000000000000000000000000001" }}"#
            )
        })
        .collect();
    let json = format!(
        r#"{{
      "identities": [
        {{ "id": "a0000000000000000000000000000001", "name": "Mei Tanaka", "email": "mei@acme.example" }},
        {{ "id": "{OTHER}", "name": "Omar Haddad", "email": "omar@acme.example" }},
        {}
      ],
      "sources": [{{ "id": "50000000000000000000000000000001", "name": "Workday" }}],
      "entitlements": [{}],
      "campaigns": [
        {{ "id": "ca000000000000000000000000000001", "name": "Spring Review", "type": "MANAGER" }}
      ],
      "certifications": [
        {{ "id": "{CERTIFICATION}", "name": "Mei's part",
          "campaign": "ca000000000000000000000000000001",
          "reviewer": {{ "type": "IDENTITY", "id": "a0000000000000000000000000000001" }},
          "items": [{list}] }}
      ]
    }}"#,
        identities.join(","),
        entitlements.join(",")
    );
    Scenario::from_json(&json).unwrap()
}
