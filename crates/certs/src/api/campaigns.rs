//! Campaigns: finding them, and the handle to one.

mod activate;
mod complete;
pub(crate) mod create;
mod delete;
pub(crate) mod filters;
mod named;
mod overview;
pub(crate) mod reports;
mod schedule;
pub(crate) mod templates;
mod transition;
mod update;
mod wait;
mod write;

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::ids::path_id;
use super::list::{List, PagedEndpoint, Query, StableOrder, paged};
use crate::error::Result;
use crate::filter::endpoint::{Campaigns, Certifications};
use crate::filter::{Sorter, campaign, certification};
use crate::http::retry::Idempotency;
use crate::model::{Campaign, Id};

pub use activate::Activate;
pub use complete::Complete;
pub use create::{CampaignReviewer, MAX_ACCESS_CONSTRAINTS, NewCampaign, RoleScope, SearchScope};
pub use delete::DeleteCampaign;
pub use filters::{CampaignFilterHandle, ListCampaignFilters, NewCampaignFilter};
pub use overview::{CampaignOverview, GetOverview, ReviewerOverview};
pub use reports::{ReportHandle, WaitForReport};
pub use schedule::NewSchedule;
pub use templates::{NewCampaignTemplate, TemplateHandle, UpdateTemplate};
pub use update::UpdateCampaign;
pub use wait::WaitForCampaign;

/// Whether a list has slim or full campaigns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detail {
    Slim,
    Full,
}

impl List<Campaigns> {
    /// Lists full campaigns, with filter, scope and comment requirements. By default, these are
    /// left out.
    pub fn full(mut self) -> Self {
        self.scope = Detail::Full;
        self
    }
}

impl StableOrder for Campaigns {
    fn stable_order() -> Sorter<Self> {
        campaign::name().asc().then(campaign::created().asc())
    }
}

impl PagedEndpoint for Campaigns {
    type Scope = Detail;
    const OPERATION: Operation = v3::builder::GetActiveCampaigns::OPERATION;

    fn request(api: &Api, detail: Detail, query: Query) -> Result<Request<Bytes>> {
        let mut request = paged!(api.raw().get_active_campaigns(), query, sorters);
        if detail == Detail::Full {
            request = request.detail(v3::enums::GetActiveCampaignsDetail::Full);
        }
        Ok(request.request()?)
    }

    fn key(item: &Campaign) -> Option<&str> {
        item.id.get()
    }
}

/// A handle to one campaign: its certifications, its reports, its changes of status.
///
/// Made by [`Client::campaign`](crate::Client::campaign). It holds an id and a client, no data;
/// clones are cheap.
///
/// Campaigns are for administrators: the token's owner has to be an ORG_ADMIN or CERT_ADMIN. For
/// reports and remediation scans, a REPORT_ADMIN is enough.
///
/// The service accepts a change of status at once and makes it later.
/// [`wait_until`](Self::wait_until) waits for it.
#[derive(Clone, Debug)]
pub struct CampaignHandle {
    pub(crate) api: Api,
    pub(crate) id: Id,
}

impl CampaignHandle {
    /// The campaign's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Gets the campaign with all details (`GET /campaigns/{id}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn get(&self) -> Result<Campaign> {
        let request = || {
            let request = self.api.raw().get_campaign().id(self.path_id()?);
            let request = request.detail(v3::enums::GetCampaignDetail::Full);
            Ok(request.request()?)
        };
        let operation = v3::builder::GetCampaign::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    /// Lists the certifications of the campaign: [`Client::certifications`] with the filter set.
    /// Narrow it with [`and_filter`](List::and_filter).
    ///
    /// [`Client::certifications`]: crate::Client::certifications
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// use certs::filter::certification;
    /// use certs::model::Phase;
    ///
    /// let open = certification::phase().eq(Phase::Active);
    /// let open = campaign.certifications().and_filter(open).in_stable_order();
    /// let open: Vec<_> = open.stream().try_collect().await?;
    /// println!("{} certifications are open", open.len());
    /// # Ok(()) });
    /// ```
    pub fn certifications(&self) -> List<Certifications> {
        let of_campaign = certification::campaign_id().eq(&self.id);
        List::new(self.api.clone(), None).filter(of_campaign)
    }

    /// Starts a scan for revoked access that still exists (`POST
    /// /campaigns/{id}/run-remediation-scan`). The report
    /// [`RemediationStatus`](crate::model::ReportType::RemediationStatus) shows what was found.
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn scan_remediation(&self) -> Result<()> {
        let request = || {
            let request = self.api.raw().start_campaign_remediation_scan();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::StartCampaignRemediationScan::OPERATION;
        let once = Idempotency::NotIdempotent;
        self.api.order(operation, once, request).await
    }

    pub(crate) fn path_id(&self) -> Result<String> {
        path_id("campaign id", &self.id)
    }
}
