//! Reports of a campaign: starting them, and waiting until they are ready.

use std::time::Duration;

use certs_raw::{Operation, v3};

use super::CampaignHandle;
use super::create::some;
use crate::api::awaited::awaited;
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::api::{Api, poll};
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry::Idempotency;
use crate::model::{CampaignReport, CampaignReportsConfig, ReportStatus, ReportType, convert};

impl CampaignHandle {
    /// Gets the campaign's reports, each with its last run (`GET /campaigns/{id}/reports`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn reports(&self) -> Result<Vec<CampaignReport>> {
        let request = || {
            let request = self.api.raw().get_campaign_reports();
            Ok(request.id(self.path_id()?).request()?)
        };
        let reports: Vec<Option<CampaignReport>> = self.api.read(STATUS, request).await?.body;
        Ok(reports.into_iter().flatten().collect())
    }

    /// A handle to one of the campaign's reports, to run or read. Nothing is sent yet.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// use certs::model::ReportType;
    ///
    /// let report = campaign.report(ReportType::Status);
    /// report.start().await?;
    /// let ready = report.wait().await?;
    /// println!("{:?} is ready since {:?}", ready.name, ready.last_run_at);
    /// # Ok(()) });
    /// ```
    pub fn report(&self, report_type: ReportType) -> ReportHandle {
        ReportHandle {
            campaign: self.clone(),
            report_type,
        }
    }
}

/// Which identity attributes the reports of all campaigns have as columns.
pub(crate) async fn config(api: &Api) -> Result<CampaignReportsConfig> {
    let operation = v3::builder::GetCampaignReportsConfig::OPERATION;
    let request = || Ok(api.raw().get_campaign_reports_config().request()?);
    Ok(api.read(operation, request).await?.body)
}

/// Sets them.
pub(crate) async fn set_config(api: &Api, columns: Vec<String>) -> Result<CampaignReportsConfig> {
    let operation = v3::builder::SetCampaignReportsConfig::OPERATION;
    let request = || {
        let config = v3::types::CampaignReportsConfig {
            identity_attribute_columns: some(columns),
            ..Default::default()
        };
        Ok(api
            .raw()
            .set_campaign_reports_config()
            .body(config)
            .request()?)
    };
    api.set(operation, request, async || config(api).await)
        .await
}

const STATUS: Operation = v3::builder::GetCampaignReports::OPERATION;

/// One report of a campaign.
///
/// Made by [`CampaignHandle::report`].
#[derive(Clone, Debug)]
pub struct ReportHandle {
    campaign: CampaignHandle,
    report_type: ReportType,
}

impl ReportHandle {
    /// Which report it is.
    #[must_use]
    pub fn report_type(&self) -> &ReportType {
        &self.report_type
    }

    /// Starts a run of the report (`POST /campaigns/{id}/run-report/{type}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden. If the response is lost, the
    /// [status](Self::status) shows whether it runs; running it twice does no harm.
    pub async fn start(&self) -> Result<()> {
        let campaign = &self.campaign;
        let request = || {
            let request = campaign.api.raw().start_campaign_report();
            let request = request.type_(convert::v3::report_type(&self.report_type));
            Ok(request.id(campaign.path_id()?).request()?)
        };
        let operation = v3::builder::StartCampaignReport::OPERATION;
        let once = Idempotency::NotIdempotent;
        campaign.api.order(operation, once, request).await
    }

    /// Gets the report with its last run, which may still be going on (`GET
    /// /campaigns/{id}/reports`). A report that was never run has no status.
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn status(&self) -> Result<CampaignReport> {
        let reports = self.campaign.reports().await?;
        let own = |report: &CampaignReport| report.report_type.as_ref() == Some(&self.report_type);
        let found = reports.into_iter().find(own);
        // The list may omit reports that were never run.
        Ok(found.unwrap_or_else(|| CampaignReport {
            report_type: Some(self.report_type.clone()),
            ..CampaignReport::default()
        }))
    }

    /// Waits until the last run has made a report. The wait begins when the result is awaited.
    pub fn wait(&self) -> WaitForReport {
        WaitForReport {
            report: self.clone(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// Waits for a report when it is awaited, and returns the report.
///
/// It polls as [`WaitForTask`](crate::WaitForTask) does, for at most 10 minutes or the
/// [`timeout`](Self::timeout). Dropping it changes nothing.
///
/// # Errors
///
/// [`ErrorKind::TaskFailed`] if the run failed or was stopped, [`ErrorKind::TaskPending`] if the
/// report is not ready in time, and errors that polling again would not change.
#[derive(Clone, Debug)]
#[must_use = "the wait begins when this is awaited"]
pub struct WaitForReport {
    report: ReportHandle,
    timeout: Duration,
}

impl WaitForReport {
    /// Sets the longest time to wait. Zero means to poll once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(self) -> Result<CampaignReport> {
        let Self { report, timeout } = self;
        let ReportHandle {
            campaign,
            report_type,
        } = &report;
        let is_not = format!("{report_type} of campaign {} is not ready", campaign.id);
        let pending = |found: &CampaignReport| match &found.status {
            _ if found.is_ready() => Ok(None),
            Some(status @ (ReportStatus::Error | ReportStatus::Terminated)) => {
                let why = format!("{is_not}: it ended with {status}. Start it again");
                Err(Error::task(ErrorKind::TaskFailed, why, Vec::new()))
            }
            Some(status) => Ok(Some(status.to_string())),
            None => Ok(Some("never run".to_owned())),
        };
        let ready = poll::until(timeout, &is_not, || report.status(), pending);
        let operation = campaign.api.operation(STATUS);
        ready.await.map_err(|error| error.during(operation))
    }
}

awaited!(WaitForReport -> CampaignReport);
