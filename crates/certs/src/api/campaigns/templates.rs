//! Campaign templates, their schedules, and the campaigns that they generate.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::create::{NewCampaign, required};
use crate::api::Api;
use crate::api::awaited::awaited;
use crate::api::ids::path_id;
use crate::api::list::{PagedEndpoint, Query, StableOrder, paged};
use crate::api::patch::{Patch, json};
use crate::error::{Error, Result};
use crate::filter::endpoint::CampaignTemplates;
use crate::filter::{Sorter, campaign_template};
use crate::http::retry::Idempotency;
use crate::model::{CampaignReference, CampaignTemplate, Id, Schedule};

impl StableOrder for CampaignTemplates {
    fn stable_order() -> Sorter<Self> {
        campaign_template::name()
            .asc()
            .then(campaign_template::created().asc())
    }
}

impl PagedEndpoint for CampaignTemplates {
    type Scope = ();
    const OPERATION: Operation = v3::builder::GetCampaignTemplates::OPERATION;

    fn request(api: &Api, (): (), query: Query) -> Result<Request<Bytes>> {
        Ok(paged!(api.raw().get_campaign_templates(), query, sorters).request()?)
    }

    fn key(item: &CampaignTemplate) -> Option<&str> {
        item.id.get()
    }
}

/// The content of a new template.
#[derive(Clone, Debug)]
#[must_use = "a template is created by `Client::create_campaign_template`"]
pub struct NewCampaignTemplate(Result<v3::types::CampaignTemplate>);

impl NewCampaignTemplate {
    /// A template with a name and description of its own, and the campaign that it generates. In
    /// the campaign's name and description, `%Y` and the like are replaced with parts of the date;
    /// its deadline is left out.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        campaign: NewCampaign,
    ) -> Self {
        let new = || {
            Ok(v3::types::CampaignTemplate {
                name: Some(required("name", name)?),
                description: Some(required("description", description)?),
                campaign: Some(campaign.into_raw()?),
                ..Default::default()
            })
        };
        Self(new())
    }

    /// Sets how long its campaigns take, as an ISO 8601 duration such as `P2W`.
    pub fn deadline_duration(self, text: impl Into<String>) -> Self {
        let text = duration(text.into());
        Self(self.0.and_then(|new| {
            Ok(v3::types::CampaignTemplate {
                deadline_duration: Some(text?),
                ..new
            })
        }))
    }
}

fn duration(text: String) -> Result<String> {
    match text.parse::<jiff::Span>() {
        Ok(_) => Ok(text),
        Err(_) => Err(Error::refused(format!(
            "`{text}` is not an ISO 8601 duration such as `P2W`"
        ))),
    }
}

/// Creates a template.
pub(crate) async fn create(api: &Api, new: NewCampaignTemplate) -> Result<CampaignTemplate> {
    let operation = v3::builder::CreateCampaignTemplate::OPERATION;
    let request = || {
        let request = api.raw().create_campaign_template();
        Ok(request.body(new.0?).request()?)
    };
    api.create(operation, request).await
}

/// One campaign template.
///
/// Made by [`Client::campaign_template`](crate::Client::campaign_template). It holds an id and a
/// client, no data.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::{NewCampaign, NewCampaignTemplate, NewSchedule};
///
/// let review = NewCampaign::manager("%Y manager review", "Yearly review of all access");
/// let new = NewCampaignTemplate::new("Yearly review", "By managers", review);
/// let new = new.deadline_duration("P4W");
/// let template = client.create_campaign_template(new).await?;
/// let template = client.campaign_template(&template.id);
/// let schedule = NewSchedule::monthly([15], [17]).time_zone("Europe/Berlin");
/// template.set_schedule(schedule).await?;
/// let generated = template.generate().await?; // and one at once
/// println!("{:?}", generated.name);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
pub struct TemplateHandle {
    pub(crate) api: Api,
    pub(crate) id: Id,
}

impl TemplateHandle {
    /// The template's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Gets the template (`GET /campaign-templates/{id}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn get(&self) -> Result<CampaignTemplate> {
        let request = || {
            let request = self.api.raw().get_campaign_template();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::GetCampaignTemplate::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    /// Changes the template (`PATCH /campaign-templates/{id}`). The request is sent when the result
    /// is awaited.
    pub fn update(&self) -> UpdateTemplate {
        UpdateTemplate {
            template: self.clone(),
            patch: Ok(Patch::default()),
        }
    }

    /// Deletes the template (`DELETE /campaign-templates/{id}`). Campaigns that it generated stay.
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn delete(&self) -> Result<()> {
        let request = || {
            let request = self.api.raw().delete_campaign_template();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::DeleteCampaignTemplate::OPERATION;
        self.api
            .order(operation, Idempotency::Idempotent, request)
            .await
    }

    /// Generates a campaign now (`POST /campaign-templates/{id}/generate`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden. If the response is lost, the
    /// list of campaigns shows whether it was made.
    pub async fn generate(&self) -> Result<CampaignReference> {
        let operation = v3::builder::StartGenerateCampaignTemplate::OPERATION;
        let request = || {
            let request = self.api.raw().start_generate_campaign_template();
            Ok(request.id(self.path_id()?).request()?)
        };
        self.api.create(operation, request).await
    }

    /// Gets the schedule by which the template generates campaigns (`GET
    /// /campaign-templates/{id}/schedule`).
    ///
    /// # Errors
    ///
    /// Not found if the template has no schedule or does not exist. Other errors are those of any
    /// call.
    pub async fn schedule(&self) -> Result<Schedule> {
        let request = || {
            let request = self.api.raw().get_campaign_template_schedule();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::GetCampaignTemplateSchedule::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    /// Sets the schedule by which the template generates campaigns, and replaces any earlier one
    /// (`PUT /campaign-templates/{id}/schedule`).
    ///
    /// # Errors
    ///
    /// Refused if the schedule has no hours or no days, or invalid ones. Other errors are those of
    /// any call.
    pub async fn set_schedule(&self, schedule: super::NewSchedule) -> Result<()> {
        let request = || {
            let request = self.api.raw().set_campaign_template_schedule();
            let request = request.id(self.path_id()?);
            Ok(request.body(schedule.into_raw()?).request()?)
        };
        let operation = v3::builder::SetCampaignTemplateSchedule::OPERATION;
        self.api
            .order(operation, Idempotency::Idempotent, request)
            .await
    }

    /// Removes the schedule, so that the template generates no more campaigns by itself (`DELETE
    /// /campaign-templates/{id}/schedule`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn delete_schedule(&self) -> Result<()> {
        let request = || {
            let request = self.api.raw().delete_campaign_template_schedule();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::DeleteCampaignTemplateSchedule::OPERATION;
        self.api
            .order(operation, Idempotency::Idempotent, request)
            .await
    }

    fn path_id(&self) -> Result<String> {
        path_id("template id", &self.id)
    }
}

/// Changes a template when it is awaited, and returns the changed template.
///
/// # Errors
///
/// Refused if there is nothing to change, or if the service would refuse a new value. Other errors
/// are those of any call.
#[derive(Clone, Debug)]
#[must_use = "the template is changed when this is awaited"]
pub struct UpdateTemplate {
    template: TemplateHandle,
    patch: Result<Patch>,
}

impl UpdateTemplate {
    /// Changes the name.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set("/name", required("name", name).map(Into::into))
    }

    /// Changes the description.
    pub fn description(self, description: impl Into<String>) -> Self {
        let description = required("description", description);
        self.set("/description", description.map(Into::into))
    }

    /// Sets how long its campaigns take, as an ISO 8601 duration such as `P2W`.
    pub fn deadline_duration(self, text: impl Into<String>) -> Self {
        self.set("/deadlineDuration", duration(text.into()).map(Into::into))
    }

    /// Changes the campaign that it generates.
    pub fn campaign(self, campaign: NewCampaign) -> Self {
        self.set("/campaign", campaign.into_raw().and_then(|raw| json(&raw)))
    }

    fn set(mut self, path: &str, value: Result<serde_json::Value>) -> Self {
        self.patch = self.patch.and_then(|mut patch| {
            patch.replace(path, value?);
            Ok(patch)
        });
        self
    }

    async fn run(self) -> Result<CampaignTemplate> {
        let Self { template, patch } = self;
        let api = &template.api;
        let request = || {
            let request = api.raw().patch_campaign_template();
            let request = request.id(template.path_id()?);
            Ok(request.body(patch?.into_raw()?).request()?)
        };
        let operation = v3::builder::PatchCampaignTemplate::OPERATION;
        api.set(operation, request, async || template.get().await)
            .await
    }
}

awaited!(UpdateTemplate -> CampaignTemplate);
