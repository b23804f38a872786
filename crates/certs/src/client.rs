//! The client, its constructors, and the entry points of all calls.

mod base_url;
mod builder;
mod config;
mod placeholder;

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use crate::api::Api;
use crate::api::beta::BetaClient;
use crate::api::campaigns::{
    self, CampaignFilterHandle, CampaignHandle, Detail, ListCampaignFilters, NewCampaign,
    NewCampaignFilter, NewCampaignTemplate, TemplateHandle,
};
use crate::api::certifications::Review;
use crate::api::list::List;
use crate::api::tasks::TaskHandle;
use crate::api::version::Version;
use crate::auth::TokenClaims;
use crate::effects::journal::Journal;
use crate::effects::resume::Resume;
use crate::error::Result;
use crate::evidence::Evidence;
use crate::filter::endpoint::{CampaignTemplates, Campaigns, Certifications, Tasks};
use crate::http::counters::Counters;
use crate::model::{Campaign, CampaignFilter, CampaignReportsConfig, CampaignTemplate, Id};
use crate::review;

pub use builder::ClientBuilder;

/// A client of one tenant's Certifications APIs.
///
/// It holds a pool of connections and the access token. Clones are cheap and share both:
/// make one, clone it into every task.
///
/// Its methods are the operations of the chosen [version](ClientBuilder::version), which are the
/// same in all of them; [`beta`](Self::beta) gives those of beta.
#[derive(Clone)]
pub struct Client {
    api: Api,
}

/// Creating a client.
impl Client {
    /// Starts building a client for the tenant at `base_url`, such as
    /// `https://acme.api.identitynow.com`, without a version.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into())
    }

    /// Makes a client from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`, the ones that the vendor's own tools read, and `SAIL_API_VERSION` if
    /// it is set. Id and secret are those of a personal access token.
    ///
    /// [`ClientBuilder::from_env`] and [`ClientBuilder::from_file`] allow more settings.
    ///
    /// # Errors
    ///
    /// If one of them is missing, and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }
}

/// Finding, reviewing and administering.
impl Client {
    /// Lists certifications (`GET /certifications`): with the token of a reviewer, their own; with
    /// that of an administrator of the tenant (`ORG_ADMIN`) or of certifications (`CERT_ADMIN`),
    /// everybody's. [`reviewer`](List::reviewer) narrows the list to one reviewer.
    ///
    /// Those of a governance group are listed, but the service returns 400 for every other call
    /// about them: see [`is_workable`](crate::model::Certification::is_workable).
    pub fn certifications(&self) -> List<Certifications> {
        List::new(self.api.clone(), None)
    }

    /// A handle to the certification with this id. Nothing is sent yet: the first call shows
    /// whether it exists.
    pub fn certification(&self, id: impl Into<Id>) -> Review {
        Review::new(&self.api, id)
    }

    /// Lists the tenant's campaigns (`GET /campaigns`), or finds one [by its
    /// name](List::named).
    pub fn campaigns(&self) -> List<Campaigns> {
        List::new(self.api.clone(), Detail::Slim)
    }

    /// A handle to the campaign with this id. Nothing is sent yet: the first call shows whether it
    /// exists.
    pub fn campaign(&self, id: impl Into<Id>) -> CampaignHandle {
        CampaignHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Starts creating a campaign (`POST /campaigns`). It is `PENDING` until its certifications
    /// exist; [wait](CampaignHandle::wait_until) until it is `STAGED`, check it, and
    /// [activate](CampaignHandle::activate) it.
    ///
    /// # Errors
    ///
    /// Refused if a name, a description, an id or a list of ids is empty. Other errors are those of
    /// any call; if the response is lost, the list shows whether the campaign was created.
    pub async fn create_campaign(&self, new: NewCampaign) -> Result<Campaign> {
        campaigns::create::create(&self.api, new).await
    }

    /// Lists the tenant's campaign templates (`GET /campaign-templates`).
    pub fn campaign_templates(&self) -> List<CampaignTemplates> {
        List::new(self.api.clone(), ())
    }

    /// The campaign template of this id. Nothing is sent yet.
    pub fn campaign_template(&self, id: impl Into<Id>) -> TemplateHandle {
        TemplateHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Creates a campaign template (`POST /campaign-templates`).
    ///
    /// # Errors
    ///
    /// Refused if a name, a description or an id is empty, or the duration is invalid. Other errors
    /// are those of any call; if the response is lost, the list shows whether the template was
    /// created.
    pub async fn create_campaign_template(
        &self,
        new: NewCampaignTemplate,
    ) -> Result<CampaignTemplate> {
        campaigns::templates::create(&self.api, new).await
    }

    /// Lists the tenant's campaign filters (`GET /campaign-filters`). The request is sent when the
    /// result is awaited.
    pub fn campaign_filters(&self) -> ListCampaignFilters {
        ListCampaignFilters {
            api: self.api.clone(),
            with_system: true,
        }
    }

    /// The campaign filter of this id. Nothing is sent yet.
    pub fn campaign_filter(&self, id: impl Into<Id>) -> CampaignFilterHandle {
        CampaignFilterHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Creates a campaign filter (`POST /campaign-filters`).
    ///
    /// # Errors
    ///
    /// Refused if it has no name or no criteria. Other errors are those of any call; if the
    /// response is lost, the list shows whether the filter was created.
    pub async fn create_campaign_filter(&self, new: NewCampaignFilter) -> Result<CampaignFilter> {
        campaigns::filters::create(&self.api, new).await
    }

    /// Gets the identity attributes that are columns in the reports of all campaigns (`GET
    /// /campaigns/reports-configuration`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as forbidden.
    pub async fn campaign_reports_config(&self) -> Result<CampaignReportsConfig> {
        campaigns::reports::config(&self.api).await
    }

    /// Sets the identity attributes, by their technical names, that are columns in the reports of
    /// all campaigns, and replaces any earlier ones (`PUT /campaigns/reports-configuration`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as forbidden.
    pub async fn set_campaign_reports_config(
        &self,
        columns: impl IntoIterator<Item: Into<String>>,
    ) -> Result<CampaignReportsConfig> {
        let columns = columns.into_iter().map(Into::into).collect();
        campaigns::reports::set_config(&self.api, columns).await
    }

    /// Gathers evidence: a row for each review item of a selection of certifications, and a
    /// manifest (`GET /certifications` and `GET /certifications/{id}/access-review-items`). See
    /// [`evidence`](crate::evidence).
    pub fn evidence<'w>(&self) -> Evidence<'w> {
        Evidence::new(self.api.clone())
    }

    /// Lists tasks that are queued or in progress (`GET /certification-tasks`). To read a task that
    /// has ended, use [`task`](Self::task).
    pub fn tasks(&self) -> List<Tasks> {
        List::new(self.api.clone(), None)
    }

    /// A handle to the task with this id, to read or wait for. Nothing is sent yet.
    pub fn task(&self, id: impl Into<Id>) -> TaskHandle {
        TaskHandle::new(&self.api, id)
    }

    /// The beta APIs of the same tenant, with the same connections and token.
    #[must_use]
    pub fn beta(&self) -> BetaClient {
        BetaClient {
            api: self.api.clone(),
        }
    }
}

/// Recovering from a crash.
impl Client {
    /// Finishes the unfinished calls of a journal when it is awaited. See [`Resume`].
    pub fn resume(&self, journal: &Journal) -> Resume {
        Resume::new(&self.api, journal, review::rebuild)
    }
}

/// Tenant, token, version and counters.
impl Client {
    /// The tenant's address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.api.base_url()
    }

    /// Reads the claims of the token: whose it is, and what it may do. Requests a token if the
    /// client has none, and sends nothing else: it shows whether the address and the credentials
    /// are right.
    ///
    /// # Errors
    ///
    /// The reason why the client could not get a token.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, _| {
    /// let claims = client.token_claims().await?;
    /// println!("{:?} may {:?}", claims.identity_id, claims.scopes);
    /// # Ok(()) });
    /// ```
    pub async fn token_claims(&self) -> Result<TokenClaims> {
        self.api.token().await.map(|token| TokenClaims::of(&token))
    }

    /// The version of the API that it uses.
    #[must_use]
    pub fn version(&self) -> Version {
        self.api.version()
    }

    /// The number of requests, retries and waits so far, clones included.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.api.counting().read()
    }
}

/// Escape hatches for what this crate does not cover.
impl Client {
    /// Sends a request of your own to the tenant and returns the response, whatever its status: for
    /// operations that this crate does not have.
    ///
    /// The path begins after the base URL and names the version. The request gets a token and is
    /// traced, waits for the rate limit, and is tried again like all others: reads (`GET`, `HEAD`)
    /// whenever that may help, anything else only if it cannot have been processed.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, _| {
    /// let request = http::Request::get("/v3/public-identities?limit=1").body(Default::default())?;
    /// let response = client.execute(request).await?;
    /// println!("{}: {} bytes", response.status(), response.body().len());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// Refused if the request names a host, since the token is for the tenant alone. Any other error
    /// says why there is no response. A response of any status is not an error here.
    pub async fn execute(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        self.api.execute(request).await
    }

    /// The generated client of the operations that this crate has: it builds the requests for
    /// [`execute`](Self::execute), and [sends](certs_raw::Execute) requests like every other
    /// call, in the client's version.
    ///
    /// Its types are those of `certs-raw`: they change with every release of the specification, and
    /// are not kept stable.
    #[must_use]
    pub fn raw(&self) -> &certs_raw::v3::Client {
        self.api.raw()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
