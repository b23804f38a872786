//! Reports of campaigns.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{Id, ObjectType};

record! {
    /// A report of a campaign, and its last run.
    pub struct CampaignReport {
        /// What the report is about.
        pub report_type: Option<ReportType> => "reportType",
        /// The type of object: [`ObjectType::ReportResult`].
        pub kind: Option<ObjectType> => "type",
        /// The id of the last run's result, missing before the first run. Another API of the service
        /// returns the file of the result by this id.
        pub id: Id => "id",
        /// The report's name.
        pub name: Option<String> => "name",
        /// The status of the last run. `None` for a report that was never run.
        pub status: Option<ReportStatus> => "status",
        /// When it was run last.
        pub last_run_at: Option<Timestamp> => "lastRunAt",
    }
}

impl CampaignReport {
    /// Whether its last run is still going on.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == Some(ReportStatus::Pending)
    }

    /// Whether its last run made a report.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(
            self.status,
            Some(ReportStatus::Success | ReportStatus::Warning)
        )
    }
}

open_enum! {
    /// The reports that a campaign has.
    pub enum ReportType {
        /// The contents of the campaign.
        Composition => "CAMPAIGN_COMPOSITION_REPORT",
        /// Which revocations have been carried out.
        RemediationStatus => "CAMPAIGN_REMEDIATION_STATUS_REPORT",
        /// The progress of the campaign.
        Status => "CAMPAIGN_STATUS_REPORT",
        /// Who signed off what.
        SignOff => "CERTIFICATION_SIGNOFF_REPORT",
    }
}

open_enum! {
    /// The status of a run of a report.
    pub enum ReportStatus {
        /// It is ready.
        Success => "SUCCESS",
        /// It is ready, and something is remarkable.
        Warning => "WARNING",
        /// It failed.
        Error => "ERROR",
        /// It was stopped.
        Terminated => "TERMINATED",
        /// It failed, and is tried again.
        TempError => "TEMP_ERROR",
        /// It has not ended.
        Pending => "PENDING",
    }
}

record! {
    /// The additional columns in the reports of all campaigns.
    pub struct CampaignReportsConfig {
        /// The identity attributes that are columns, by their technical names.
        pub identity_attribute_columns: Vec<String> => "identityAttributeColumns",
    }
}
