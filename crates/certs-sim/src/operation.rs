//! What requests ask for.

use axum::http::Method;

use crate::version::Version;

/// Declares the operations with their names in rules.
macro_rules! operations {
    ($( $(#[$about:meta])* $variant:ident = $name:literal ),+ $(,)?) => {
        /// What a request asks for, the same in every version. Its name in rules is
        /// beside it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $( $(#[$about])* #[doc = concat!(" `", $name, "`")] $variant, )+
        }

        impl Operation {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }
        }
    };
}

operations! {
    /// Getting a token:
    Token = "token",
    /// Listing certifications:
    Certifications = "certifications",
    /// Getting a certification:
    Certification = "certification",
    /// Listing the items of a certification:
    Items = "items",
    /// Listing the permissions of an item's entitlement:
    Permissions = "permissions",
    /// Listing the reviewers of a certification:
    Reviewers = "reviewers",
    /// Summing up the decisions of a certification:
    DecisionSummary = "decision-summary",
    /// Listing identity summaries:
    IdentitySummaries = "identity-summaries",
    /// Getting an identity summary:
    IdentitySummary = "identity-summary",
    /// Listing access summaries:
    AccessSummaries = "access-summaries",
    /// Deciding on items:
    Decide = "decide",
    /// Reassigning at once:
    Reassign = "reassign",
    /// Reassigning as a task:
    ReassignAsync = "reassign-async",
    /// Signing off:
    SignOff = "sign-off",
    /// Listing pending tasks:
    Tasks = "tasks",
    /// Getting a task:
    Task = "task",
    /// Listing campaigns:
    Campaigns = "campaigns",
    /// Getting a campaign:
    Campaign = "campaign",
    /// Creating a campaign:
    CreateCampaign = "create-campaign",
    /// Changing a campaign:
    UpdateCampaign = "update-campaign",
    /// Deleting campaigns:
    DeleteCampaigns = "delete-campaigns",
    /// Activating a campaign:
    ActivateCampaign = "activate-campaign",
    /// Completing a campaign:
    CompleteCampaign = "complete-campaign",
    /// Reassigning whole certifications:
    ReassignCertifications = "reassign-certifications",
    /// Scanning for remediation:
    RemediationScan = "remediation-scan",
    /// Listing the reports of a campaign:
    Reports = "reports",
    /// Running a report:
    RunReport = "run-report",
    /// Getting the configuration of reports:
    ReportsConfiguration = "reports-configuration",
    /// Setting the configuration of reports:
    SetReportsConfiguration = "set-reports-configuration",
    /// Listing campaign templates:
    Templates = "templates",
    /// Getting a campaign template:
    Template = "template",
    /// Creating a campaign template:
    CreateTemplate = "create-template",
    /// Changing a campaign template:
    UpdateTemplate = "update-template",
    /// Deleting a campaign template:
    DeleteTemplate = "delete-template",
    /// Making a campaign of a template:
    GenerateCampaign = "generate-campaign",
    /// Getting the schedule of a template:
    Schedule = "schedule",
    /// Setting the schedule of a template:
    SetSchedule = "set-schedule",
    /// Deleting the schedule of a template:
    DeleteSchedule = "delete-schedule",
    /// Listing campaign filters:
    CampaignFilters = "campaign-filters",
    /// Getting a campaign filter:
    CampaignFilter = "campaign-filter",
    /// Creating a campaign filter:
    CreateCampaignFilter = "create-campaign-filter",
    /// Replacing a campaign filter:
    ReplaceCampaignFilter = "replace-campaign-filter",
    /// Deleting campaign filters:
    DeleteCampaignFilters = "delete-campaign-filters",
}

impl Operation {
    /// The operation at an address, if there is one.
    pub(crate) fn at(method: &Method, path: &str) -> Option<Self> {
        let method = method.as_str();
        if (method, path) == ("POST", "/oauth/token") {
            return Some(Self::Token);
        }
        let (_, segments) = Version::of(path)?;
        Some(match (method, segments.as_slice()) {
            ("GET", ["certifications"]) => Self::Certifications,
            ("GET", ["certifications", _]) => Self::Certification,
            ("GET", ["certifications", _, "access-review-items"]) => Self::Items,
            ("GET", ["certifications", _, "access-review-items", _, "permissions"]) => {
                Self::Permissions
            }
            ("GET", ["certifications", _, "reviewers"]) => Self::Reviewers,
            ("GET", ["certifications", _, "decision-summary"]) => Self::DecisionSummary,
            ("GET", ["certifications", _, "identity-summaries"]) => Self::IdentitySummaries,
            ("GET", ["certifications", _, "identity-summaries", _]) => Self::IdentitySummary,
            ("GET", ["certifications", _, "access-summaries", _]) => Self::AccessSummaries,
            ("POST", ["certifications", _, "decide"]) => Self::Decide,
            ("POST", ["certifications", _, "reassign"]) => Self::Reassign,
            ("POST", ["certifications", _, "reassign-async"]) => Self::ReassignAsync,
            ("POST", ["certifications", _, "sign-off"]) => Self::SignOff,
            ("GET", ["certification-tasks"] | ["certifications", _, "tasks-pending"]) => {
                Self::Tasks
            }
            ("GET", ["campaigns"]) => Self::Campaigns,
            ("POST", ["campaigns"]) => Self::CreateCampaign,
            ("POST", ["campaigns", "delete"]) => Self::DeleteCampaigns,
            ("GET", ["campaigns", "reports-configuration"]) => Self::ReportsConfiguration,
            ("PUT", ["campaigns", "reports-configuration"]) => Self::SetReportsConfiguration,
            ("GET", ["campaigns", _]) => Self::Campaign,
            ("PATCH", ["campaigns", _]) => Self::UpdateCampaign,
            ("POST", ["campaigns", _, "activate"]) => Self::ActivateCampaign,
            ("POST", ["campaigns", _, "complete"]) => Self::CompleteCampaign,
            ("POST", ["campaigns", _, "reassign"]) => Self::ReassignCertifications,
            ("POST", ["campaigns", _, "run-remediation-scan"]) => Self::RemediationScan,
            ("GET", ["campaigns", _, "reports"]) => Self::Reports,
            ("POST", ["campaigns", _, "run-report", _]) => Self::RunReport,
            ("GET", ["campaign-templates"]) => Self::Templates,
            ("POST", ["campaign-templates"]) => Self::CreateTemplate,
            ("GET", ["campaign-templates", _]) => Self::Template,
            ("PATCH", ["campaign-templates", _]) => Self::UpdateTemplate,
            ("DELETE", ["campaign-templates", _]) => Self::DeleteTemplate,
            ("POST", ["campaign-templates", _, "generate"]) => Self::GenerateCampaign,
            ("GET", ["campaign-templates", _, "schedule"]) => Self::Schedule,
            ("PUT", ["campaign-templates", _, "schedule"]) => Self::SetSchedule,
            ("DELETE", ["campaign-templates", _, "schedule"]) => Self::DeleteSchedule,
            ("GET", ["campaign-filters"]) => Self::CampaignFilters,
            ("POST", ["campaign-filters"]) => Self::CreateCampaignFilter,
            ("POST", ["campaign-filters", "delete"]) => Self::DeleteCampaignFilters,
            ("GET", ["campaign-filters", _]) => Self::CampaignFilter,
            ("POST", ["campaign-filters", _]) => Self::ReplaceCampaignFilter,
            ("GET", ["certification-tasks", _] | ["certifications", _, "tasks", _]) => Self::Task,
            _ => return None,
        })
    }

    pub(crate) fn is_write(self) -> bool {
        matches!(
            self,
            Self::Decide
                | Self::Reassign
                | Self::ReassignAsync
                | Self::SignOff
                | Self::CreateCampaign
                | Self::UpdateCampaign
                | Self::DeleteCampaigns
                | Self::ActivateCampaign
                | Self::CompleteCampaign
                | Self::ReassignCertifications
                | Self::RemediationScan
                | Self::RunReport
                | Self::SetReportsConfiguration
                | Self::CreateTemplate
                | Self::UpdateTemplate
                | Self::DeleteTemplate
                | Self::GenerateCampaign
                | Self::SetSchedule
                | Self::DeleteSchedule
                | Self::CreateCampaignFilter
                | Self::ReplaceCampaignFilter
                | Self::DeleteCampaignFilters
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_an_operation_or_none() {
        for (method, path, operation) in [
            ("POST", "/oauth/token", Some(Operation::Token)),
            ("GET", "/oauth/token", None),
            ("GET", "/v3/certifications", Some(Operation::Certifications)),
            (
                "GET",
                "/beta/certifications/a%2Fb",
                Some(Operation::Certification),
            ),
            (
                "POST",
                "/v3/certifications/a/decide",
                Some(Operation::Decide),
            ),
            (
                "GET",
                "/beta/certifications/a/tasks/b",
                Some(Operation::Task),
            ),
            ("GET", "/v3/certification-tasks", Some(Operation::Tasks)),
            (
                "POST",
                "/v2026/certifications/a/sign-off",
                Some(Operation::SignOff),
            ),
            ("GET", "/certifications/v1", Some(Operation::Certifications)),
            ("GET", "/certification-tasks/v1/a", Some(Operation::Task)),
            ("GET", "/v4/certifications", None),
            ("GET", "/", None),
            ("GET", "", None),
        ] {
            let method = method.parse().unwrap();
            assert_eq!(Operation::at(&method, path), operation, "{path}");
        }
    }
}
