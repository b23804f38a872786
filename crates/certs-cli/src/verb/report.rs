//! `certs report`.

use std::time::Duration;

use certs::model::{CampaignReport, ReportType};
use clap::{Args, ValueEnum};

use super::campaign;
use crate::context::Context;
use crate::interrupt;
use crate::output::{Field, Record};
use crate::status::{Result, Status};
use crate::time::{self, Clock};

/// Have the service make a report of a campaign, and wait until it is ready
///
/// Another API of the service returns the file, by the id that is printed. `certs evidence` makes
/// its own files.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The campaign, by id or by exact name
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,

    /// Which report
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    kind: Kind,

    /// The longest time to wait
    #[arg(long, value_name = "TIME", value_parser = time::duration, default_value = "10m")]
    timeout: Duration,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// The contents of the campaign
    Composition,
    /// Which revocations have been carried out
    Remediation,
    /// The progress of the campaign
    Status,
    /// Who signed off what
    SignOff,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let campaign = campaign::find(&client, &self.campaign).await?;
        let report = campaign.report(match self.kind {
            Kind::Composition => ReportType::Composition,
            Kind::Remediation => ReportType::RemediationStatus,
            Kind::Status => ReportType::Status,
            Kind::SignOff => ReportType::SignOff,
        });
        let work = async {
            report.start().await?;
            eprintln!("Started. Waiting until it is ready…");
            report.wait().timeout(self.timeout).await
        };
        let ready = interrupt::reading(work).await?;
        context.output.one(&Ready(ready))?;
        Ok(Status::Done)
    }
}

struct Ready(CampaignReport);

impl Record for Ready {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let report = &self.0;
        let kind = report.report_type.as_ref();
        let time = report.last_run_at.map(|time| clock.day(time));
        vec![
            Field::text("name", report.name.as_deref()).column("Report"),
            Field::text("type", kind.map(|kind| kind.as_str())),
            Field::text("status", report.status.as_ref().map(|it| it.as_str())).column("Status"),
            Field::time("last_run_at", report.last_run_at)
                .shown(time.unwrap_or_default())
                .column("Made"),
            Field::text("result", report.id.get()).column("Result id"),
        ]
    }
}
