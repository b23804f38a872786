//! Campaign filters, which select the access that campaigns review.

use certs_raw::v3::{self, types};

use super::create::{required, some};
use crate::api::Api;
use crate::api::awaited::awaited;
use crate::api::ids::path_id;
use crate::api::list::MAX_PAGE_SIZE;
use crate::error::{Error, Result};
use crate::http::retry::Idempotency;
use crate::model::convert::open;
use crate::model::{
    CampaignFilter, CampaignFilterMode, CampaignFilterPage, CriterionType, FilterCriterion, Id,
};

/// Lists the campaign filters when it is awaited: all of them, however many pages they take.
///
/// # Errors
///
/// Errors are those of any call.
#[derive(Clone, Debug)]
#[must_use = "the filters are listed when this is awaited"]
pub struct ListCampaignFilters {
    pub(crate) api: Api,
    pub(crate) with_system: bool,
}

impl ListCampaignFilters {
    /// Leaves out the system's own filters.
    pub fn without_system_filters(mut self) -> Self {
        self.with_system = false;
        self
    }

    async fn run(self) -> Result<Vec<CampaignFilter>> {
        let mut all: Vec<CampaignFilter> = Vec::new();
        let operation = v3::builder::ListCampaignFilters::OPERATION;
        loop {
            let start = all.len();
            let request = || {
                let request = self.api.raw().list_campaign_filters();
                let request = request.limit(i32::try_from(MAX_PAGE_SIZE).unwrap_or(i32::MAX));
                let request = request.start(i32::try_from(start).unwrap_or(i32::MAX));
                let request = request.include_system_filters(self.with_system);
                Ok(request.request()?)
            };
            let page: CampaignFilterPage = self.api.read(operation, request).await?.body;
            if page.extra.contains_key("items") {
                let why = "the response has campaign filters that are not objects";
                let error = Error::undecodable(why);
                return Err(error.during(self.api.operation(operation)));
            }
            let page = page.items;
            let is_last = page.len() < MAX_PAGE_SIZE as usize;
            // A service that ignores `start` would repeat the page forever.
            let is_known = |new: &CampaignFilter| all.iter().any(|filter| filter.id == new.id);
            if page.first().is_some_and(is_known) {
                let why = "the service repeats a page of filters, so the list would never end";
                let error = Error::undecodable(why);
                return Err(error.during(self.api.operation(operation)));
            }
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }
}

awaited!(ListCampaignFilters -> Vec<CampaignFilter>);

/// The content of a campaign filter, to create one or replace another.
#[derive(Clone, Debug)]
#[must_use = "it is for `Client::create_campaign_filter` and `CampaignFilterHandle::replace`"]
pub struct NewCampaignFilter(Result<types::CampaignFilterDetails>);

impl NewCampaignFilter {
    /// A filter that includes what its criteria match, and nothing else.
    pub fn including(
        name: impl Into<String>,
        criteria: impl IntoIterator<Item = FilterCriterion>,
    ) -> Self {
        Self::new(name, CampaignFilterMode::Inclusion, criteria)
    }

    /// A filter that excludes what its criteria match.
    pub fn excluding(
        name: impl Into<String>,
        criteria: impl IntoIterator<Item = FilterCriterion>,
    ) -> Self {
        Self::new(name, CampaignFilterMode::Exclusion, criteria)
    }

    fn new(
        name: impl Into<String>,
        mode: CampaignFilterMode,
        criteria: impl IntoIterator<Item = FilterCriterion>,
    ) -> Self {
        let new = || {
            let criteria = criteria.into_iter().map(criterion);
            let criteria: Vec<_> = criteria.collect::<Result<_>>()?;
            if criteria.is_empty() {
                return Err(Error::refused(
                    "the filter has no criteria: add at least one",
                ));
            }
            Ok(types::CampaignFilterDetails {
                name: Some(required("name", name)?),
                mode: Some(open(mode.as_str())),
                criteria_list: some(criteria),
                ..Default::default()
            })
        };
        Self(new())
    }

    /// Sets the description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        if let Ok(new) = &mut self.0 {
            new.description = Some(description.into());
        }
        self
    }
}

fn criterion(criterion: FilterCriterion) -> Result<types::CampaignFilterDetailsCriteriaListItem> {
    let FilterCriterion {
        criterion_type,
        operation,
        property,
        value,
        negate_result,
        short_circuit,
        record_child_matches,
        id,
        suppress_matched_items,
        children,
        extra: _,
    } = criterion;
    let criterion_type = criterion_type.ok_or_else(|| Error::refused("a criterion has no type"))?;
    // The service would accept it, and put an alert on each campaign that uses the filter.
    let is_composite = criterion_type == CriterionType::Composite;
    if is_composite && children.is_empty() {
        return Err(Error::refused(
            "a criterion of type COMPOSITE has no children: add the criteria \
                                   that it combines",
        ));
    }
    if !is_composite && !children.is_empty() {
        let why = format!("a criterion about {criterion_type} cannot combine others");
        return Err(Error::refused(why));
    }
    let children: Vec<_> = children.into_iter().map(Some).collect();
    Ok(types::CampaignFilterDetailsCriteriaListItem {
        type_: Some(open(criterion_type.as_str())),
        operation: operation.map(|operation| open(operation.as_str())),
        property,
        value,
        negate_result,
        short_circuit,
        record_child_matches,
        id: id.get().map(str::to_owned),
        suppress_matched_items,
        children: (!children.is_empty()).then_some(children),
        ..Default::default()
    })
}

/// Creates a filter.
pub(crate) async fn create(api: &Api, new: NewCampaignFilter) -> Result<CampaignFilter> {
    let operation = v3::builder::CreateCampaignFilter::OPERATION;
    let request = || {
        let request = api.raw().create_campaign_filter();
        Ok(request.body(new.0?).request()?)
    };
    api.create(operation, request).await
}

/// One campaign filter.
///
/// Made by [`Client::campaign_filter`](crate::Client::campaign_filter). It holds an id and a
/// client, no data.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::NewCampaignFilter;
/// use certs::model::{CriterionOperation, CriterionType, FilterCriterion};
///
/// let payroll = FilterCriterion::new(CriterionType::Source)
///     .compares("name", CriterionOperation::Equals, "Payroll");
/// let new = NewCampaignFilter::including("Payroll only", [payroll]);
/// let filter = client.create_campaign_filter(new).await?;
/// let filter = client.campaign_filter(&filter.id);
/// println!("{:?}", filter.get().await?.criteria);
/// filter.delete().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
pub struct CampaignFilterHandle {
    pub(crate) api: Api,
    pub(crate) id: Id,
}

impl CampaignFilterHandle {
    /// The filter's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Gets the filter (`GET /campaign-filters/{id}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn get(&self) -> Result<CampaignFilter> {
        let request = || {
            let request = self.api.raw().get_campaign_filter_by_id();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::GetCampaignFilterById::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    /// Replaces the content of the filter, which keeps its id (`POST /campaign-filters/{id}`). The
    /// system's own filters cannot be replaced.
    ///
    /// # Errors
    ///
    /// Refused if the new content has no name or no criteria. Other errors are those of any call.
    pub async fn replace(&self, new: NewCampaignFilter) -> Result<CampaignFilter> {
        let operation = v3::builder::UpdateCampaignFilter::OPERATION;
        let request = || {
            let request = self.api.raw().update_campaign_filter();
            let request = request.id(self.path_id()?);
            Ok(request.body(new.0?).request()?)
        };
        self.api
            .set(operation, request, async || self.get().await)
            .await
    }

    /// Deletes the filter (`POST /campaign-filters/delete`). The system's own filters cannot be
    /// deleted.
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn delete(&self) -> Result<()> {
        let request = || {
            let request = self.api.raw().delete_campaign_filters();
            Ok(request.body(vec![self.path_id()?]).request()?)
        };
        let operation = v3::builder::DeleteCampaignFilters::OPERATION;
        let once = Idempotency::NotIdempotent;
        self.api.order(operation, once, request).await
    }

    fn path_id(&self) -> Result<String> {
        path_id("campaign filter id", &self.id)
    }
}
