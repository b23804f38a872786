//! `certs demo`.

use certs::Client;
use certs::model::Reviewer;
use certs_sim::Simulator;
use clap::{Args, Parser as _};
use jiff::tz::TimeZone;

use crate::cli::Cli;
use crate::context::Context;
use crate::effects::name_of;
use crate::scope::Narrow;
use crate::status::{Failure, Result, Status};
use crate::time::Clock;

/// Show a whole review on a simulator within this program
///
/// It opens no connection and needs no tenant. The commands after a `$` are the ones that you would
/// type. The simulator's date is 2 March 2026.
#[derive(Debug, Args)]
pub(crate) struct Options {}

/// The date of the demo.
const START: &str = "2026-03-02T08:00:00Z";

const RULES: &str = r#"[[rule]]
name = "privileged"
privileged = true
decision = "revoke"
comment = "privileged access needs a new request"

[[rule]]
name = "all others"
decision = "approve"
comment = "still needed"
"#;

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let clock = Clock {
            now: START
                .parse()
                .map_err(|_| Failure::error("there is no such day"))?,
            zone: TimeZone::UTC,
        };
        // The data set depends on the day.
        let still = certs_sim::Clock::manual(clock.now);
        let simulator = Simulator::builder().items(200).clock(still).build();
        let simulator = simulator.map_err(|error| Failure::error(error.to_string()))?;
        let admin = simulator.admin();
        let client = Client::builder(simulator.base_url())
            .client_credentials(admin.client_id, admin.client_secret)
            .http_service(simulator.service())
            .build()?;
        let folder = std::env::temp_dir().join(format!("certs-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let demo = Demo {
            context: context.on(client.clone(), clock),
            folder: folder.display().to_string(),
        };
        let result = demo.run(&client).await;
        // Nothing in the folder is worth keeping.
        let _ = std::fs::remove_dir_all(&folder);
        result
    }
}

struct Demo {
    context: Context,
    /// The folder that the printed commands show as `.`.
    folder: String,
}

impl Demo {
    async fn run(&self, client: &Client) -> Result {
        let mut rows = Narrow::default().list(client, None).await?;
        // Evidence of a campaign in which a governance group reviews is never complete.
        let of_groups = rows.iter().filter(|row| {
            row.reviewer
                .as_ref()
                .is_some_and(Reviewer::is_governance_group)
        });
        let of_groups: Vec<_> = of_groups
            .filter_map(|row| row.campaign_id())
            .map(str::to_owned)
            .collect();
        rows.retain(|row| {
            let campaign = row.campaign_id().unwrap_or_default();
            let is_whole = !of_groups.iter().any(|group| group == campaign);
            is_whole && row.is_workable() && (3..16).contains(&row.progress().remaining())
        });
        rows.sort_by_key(|row| (row.due.is_none(), row.due));
        let chosen = rows
            .first()
            .ok_or_else(|| Failure::error("nothing is open"))?;
        let (id, campaign) = (
            chosen.id.get().unwrap_or_default(),
            chosen.campaign_name().unwrap_or_default(),
        );
        std::fs::write(format!("{}/rules.toml", self.folder), RULES)?;

        self.say("Who am I, and what may I do?")?;
        self.command(&["whoami"]).await?;
        self.say("What is due?")?;
        self.command(&["due", "--within", "7d"]).await?;
        self.say(&format!("One of them, `{}`:", name_of(chosen)))?;
        self.command(&["items", id, "--open"]).await?;
        self.say("Rules decide. First, what they would do:")?;
        self.command(&["decide", id, "--rules", "./rules.toml", "--dry-run"])
            .await?;
        self.say("The plan is right, so carry it out; `--yes` because nobody can answer here:")?;
        let journal = "./decide.jsonl";
        self.command(&[
            "decide",
            id,
            "--rules",
            "./rules.toml",
            "--yes",
            "--journal",
            journal,
        ])
        .await?;
        self.command(&["sign-off", id, "--yes", "--no-journal"])
            .await?;
        self.say("What an auditor gets:")?;
        self.command(&[
            "evidence",
            "--campaign",
            campaign,
            "--out",
            "./evidence",
            "--html",
        ])
        .await?;
        self.command(&["verify", "./evidence"]).await?;
        self.say("All of this ran on a simulator. To try it yourself: `certs simulate`")?;
        Ok(Status::Done)
    }

    fn say(&self, text: &str) -> Result<()> {
        self.context.output.line(format!("\n# {text}"))
    }

    /// Shows a command as a person would type it, and runs it.
    async fn command(&self, words: &[&str]) -> Result<()> {
        let quoted = |word: &&str| {
            if word.contains(' ') {
                format!("'{word}'")
            } else {
                (*word).to_owned()
            }
        };
        let line: Vec<_> = words.iter().map(quoted).collect();
        self.context
            .output
            .line(format!("$ certs {}", line.join(" ")))?;
        let here = |word: &str| match word.strip_prefix("./") {
            Some(file) => format!("{}/{file}", self.folder),
            None => word.to_owned(),
        };
        let words = std::iter::once("certs".to_owned()).chain(words.iter().map(|word| here(word)));
        let cli = Cli::try_parse_from(words).map_err(|error| Failure::error(error.to_string()))?;
        super::run(cli.command, &self.context).await.map(|_| ())
    }
}
