//! The operations of requests.

use axum::http::Method;

use crate::version::Version;

/// Declares the operations with their names in rules, methods and paths: `{}` is any segment.
macro_rules! operations {
    ($( $(#[$about:meta])* $variant:ident = $name:literal at $($address:literal)|+ ),+ $(,)?) => {
        /// The operation of a request, the same in every version. Each variant's docs have its name
        /// in rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $( $(#[$about])* #[doc = concat!(" `", $name, "`")] $variant, )+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in rules.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }

            /// Methods and paths, without the version.
            const fn addresses(self) -> &'static [&'static str] {
                match self {
                    $( Self::$variant => &[$($address),+], )+
                }
            }
        }
    };
}

operations! {
    /// Getting a token:
    Token = "token" at "POST /oauth/token",
    /// Listing certifications:
    Certifications = "certifications" at "GET /certifications",
    /// Getting a certification:
    Certification = "certification" at "GET /certifications/{}",
    /// Listing the items of a certification:
    Items = "items" at "GET /certifications/{}/access-review-items",
    /// Listing the permissions of an item's entitlement:
    Permissions = "permissions" at "GET /certifications/{}/access-review-items/{}/permissions",
    /// Listing the reviewers of a certification:
    Reviewers = "reviewers" at "GET /certifications/{}/reviewers",
    /// Summing up the decisions of a certification:
    DecisionSummary = "decision-summary" at "GET /certifications/{}/decision-summary",
    /// Listing identity summaries:
    IdentitySummaries = "identity-summaries" at "GET /certifications/{}/identity-summaries",
    /// Getting an identity summary:
    IdentitySummary = "identity-summary" at "GET /certifications/{}/identity-summaries/{}",
    /// Listing access summaries:
    AccessSummaries = "access-summaries" at "GET /certifications/{}/access-summaries/{}",
    /// Deciding on items:
    Decide = "decide" at "POST /certifications/{}/decide",
    /// Reassigning at once:
    Reassign = "reassign" at "POST /certifications/{}/reassign",
    /// Reassigning as a task:
    ReassignAsync = "reassign-async" at "POST /certifications/{}/reassign-async",
    /// Signing off:
    SignOff = "sign-off" at "POST /certifications/{}/sign-off",
    /// Listing pending tasks:
    Tasks = "tasks" at "GET /certification-tasks" | "GET /certifications/{}/tasks-pending",
    /// Getting a task:
    Task = "task" at "GET /certification-tasks/{}" | "GET /certifications/{}/tasks/{}",
    /// Listing campaigns:
    Campaigns = "campaigns" at "GET /campaigns",
    /// Getting a campaign:
    Campaign = "campaign" at "GET /campaigns/{}",
    /// Creating a campaign:
    CreateCampaign = "create-campaign" at "POST /campaigns",
    /// Changing a campaign:
    UpdateCampaign = "update-campaign" at "PATCH /campaigns/{}",
    /// Deleting campaigns:
    DeleteCampaigns = "delete-campaigns" at "POST /campaigns/delete",
    /// Activating a campaign:
    ActivateCampaign = "activate-campaign" at "POST /campaigns/{}/activate",
    /// Completing a campaign:
    CompleteCampaign = "complete-campaign" at "POST /campaigns/{}/complete",
    /// Reassigning whole certifications:
    ReassignCertifications = "reassign-certifications" at "POST /campaigns/{}/reassign",
    /// Scanning for remediation:
    RemediationScan = "remediation-scan" at "POST /campaigns/{}/run-remediation-scan",
    /// Listing the reports of a campaign:
    Reports = "reports" at "GET /campaigns/{}/reports",
    /// Running a report:
    RunReport = "run-report" at "POST /campaigns/{}/run-report/{}",
    /// Getting the configuration of reports:
    ReportsConfiguration = "reports-configuration" at "GET /campaigns/reports-configuration",
    /// Setting the configuration of reports:
    SetReportsConfiguration = "set-reports-configuration" at "PUT /campaigns/reports-configuration",
    /// Listing campaign templates:
    Templates = "templates" at "GET /campaign-templates",
    /// Getting a campaign template:
    Template = "template" at "GET /campaign-templates/{}",
    /// Creating a campaign template:
    CreateTemplate = "create-template" at "POST /campaign-templates",
    /// Changing a campaign template:
    UpdateTemplate = "update-template" at "PATCH /campaign-templates/{}",
    /// Deleting a campaign template:
    DeleteTemplate = "delete-template" at "DELETE /campaign-templates/{}",
    /// Making a campaign of a template:
    GenerateCampaign = "generate-campaign" at "POST /campaign-templates/{}/generate",
    /// Getting the schedule of a template:
    Schedule = "schedule" at "GET /campaign-templates/{}/schedule",
    /// Setting the schedule of a template:
    SetSchedule = "set-schedule" at "PUT /campaign-templates/{}/schedule",
    /// Deleting the schedule of a template:
    DeleteSchedule = "delete-schedule" at "DELETE /campaign-templates/{}/schedule",
    /// Listing campaign filters:
    CampaignFilters = "campaign-filters" at "GET /campaign-filters",
    /// Getting a campaign filter:
    CampaignFilter = "campaign-filter" at "GET /campaign-filters/{}",
    /// Creating a campaign filter:
    CreateCampaignFilter = "create-campaign-filter" at "POST /campaign-filters",
    /// Replacing a campaign filter:
    ReplaceCampaignFilter = "replace-campaign-filter" at "POST /campaign-filters/{}",
    /// Deleting campaign filters:
    DeleteCampaignFilters = "delete-campaign-filters" at "POST /campaign-filters/delete",
}

impl Operation {
    /// The operation at an address, if there is one. A path that is written out goes before one
    /// in which any segment can stand.
    pub(crate) fn at(method: &Method, path: &str) -> Option<Self> {
        if (method, path) == (&Method::POST, "/oauth/token") {
            return Some(Self::Token);
        }
        let (_, segments) = Version::of(path)?;
        let literals = |operation: &Self| {
            let addresses = operation.addresses().iter();
            addresses
                .filter_map(|address| address.split_once(" /"))
                .filter(|(verb, _)| method.as_str() == *verb)
                .filter_map(|(_, template)| literals(template, &segments))
                .max()
        };
        let all = Self::ALL
            .iter()
            .filter(|operation| **operation != Self::Token);
        let matching = all.filter_map(|operation| Some((literals(operation)?, *operation)));
        matching
            .max_by_key(|(literals, _)| *literals)
            .map(|(_, operation)| operation)
    }

    pub(crate) fn is_write(self) -> bool {
        let is_read = |address: &&str| address.starts_with("GET ");
        self != Self::Token && !self.addresses().iter().all(is_read)
    }
}

/// How many segments of a template are written out, if it matches.
fn literals(template: &str, segments: &[&str]) -> Option<usize> {
    let mut count = 0;
    let mut segments = segments.iter();
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected == *segment {
            count += 1;
        } else if expected != "{}" {
            return None;
        }
    }
    segments.next().is_none().then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_an_operation_or_unknown() {
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
            (
                "POST",
                "/v3/campaigns/delete",
                Some(Operation::DeleteCampaigns),
            ),
            ("PUT", "/v3/campaigns/a", None),
            (
                "GET",
                "/campaigns/v1/reports-configuration",
                Some(Operation::ReportsConfiguration),
            ),
            ("GET", "/v3/campaigns/a", Some(Operation::Campaign)),
            ("GET", "/v3/campaigns/a/b", None),
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
    #[test]
    fn every_operation_but_get_is_a_write() {
        assert!(!Operation::Token.is_write());
        assert!(!Operation::Tasks.is_write());
        let all = Operation::ALL
            .iter()
            .filter(|operation| operation.is_write());
        assert_eq!(all.count(), 22);
    }
}
