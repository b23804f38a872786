//! The client, how it is made, and the ways into everything it can do.

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
use crate::model::{Campaign, CampaignFilter, CampaignReportsConfig, CampaignTemplate};
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

/// Making one.
impl Client {
    /// Starts a client for the tenant at `base_url`, such as `https://acme.api.identitynow.com`,
    /// without a version.
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

/// Finding and working.
impl Client {
    /// Lists certifications (`GET /certifications`): with the token of a reviewer, their own; with
    /// that of an administrator of the tenant (`ORG_ADMIN`) or of certifications (`CERT_ADMIN`),
    /// everybody's. [`reviewer`](List::reviewer) narrows the list to one reviewer.
    ///
    /// Those of a governance group are listed, but the service answers 400 to every other call
    /// about them: see [`is_workable`](crate::model::Certification::is_workable).
    pub fn certifications(&self) -> List<Certifications> {
        List::new(self.api.clone(), None)
    }

    /// A handle to the certification with this id. Nothing is sent yet: the first call shows
    /// whether it exists.
    pub fn certification(&self, id: impl Into<String>) -> Review {
        Review::new(&self.api, id)
    }

    /// Lists the tenant's campaigns (`GET /campaigns`), or finds one [by its
    /// name](List::named).
    pub fn campaigns(&self) -> List<Campaigns> {
        List::new(self.api.clone(), Detail::Slim)
    }

    /// A handle to the campaign with this id. Nothing is sent yet: the first call shows whether it
    /// exists.
    pub fn campaign(&self, id: impl Into<String>) -> CampaignHandle {
        CampaignHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Begins to create a campaign (`POST /campaigns`). It is `PENDING` until its certifications
    /// are made; [wait](CampaignHandle::wait_until) until it is `STAGED`, look it through, and
    /// [activate](CampaignHandle::activate) it.
    ///
    /// # Errors
    ///
    /// Refused if a name, a description, an id or a list of ids is empty. Otherwise whatever the
    /// call meets; if the answer is lost, the list shows whether it was made.
    pub async fn create_campaign(&self, new: NewCampaign) -> Result<Campaign> {
        campaigns::create::create(&self.api, new).await
    }

    /// Lists the tenant's campaign templates (`GET /campaign-templates`).
    pub fn campaign_templates(&self) -> List<CampaignTemplates> {
        List::new(self.api.clone(), ())
    }

    /// The campaign template of this id. Nothing is sent yet.
    pub fn campaign_template(&self, id: impl Into<String>) -> TemplateHandle {
        TemplateHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Creates a campaign template (`POST /campaign-templates`).
    ///
    /// # Errors
    ///
    /// Refused if a name, a description or an id is empty, or the duration is not one. Otherwise
    /// whatever the call meets; if the answer is lost, the list shows whether it was made.
    pub async fn create_campaign_template(
        &self,
        new: NewCampaignTemplate,
    ) -> Result<CampaignTemplate> {
        campaigns::templates::create(&self.api, new).await
    }

    /// Lists the tenant's campaign filters (`GET /campaign-filters`). Await the result.
    pub fn campaign_filters(&self) -> ListCampaignFilters {
        ListCampaignFilters {
            api: self.api.clone(),
            with_system: true,
        }
    }

    /// The campaign filter of this id. Nothing is sent yet.
    pub fn campaign_filter(&self, id: impl Into<String>) -> CampaignFilterHandle {
        CampaignFilterHandle {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// Creates a campaign filter (`POST /campaign-filters`).
    ///
    /// # Errors
    ///
    /// Refused if it has no name or no criteria. Otherwise the errors of a call; if the answer
    /// is lost, the list shows whether it was made.
    pub async fn create_campaign_filter(&self, new: NewCampaignFilter) -> Result<CampaignFilter> {
        campaigns::filters::create(&self.api, new).await
    }

    /// Which identity attributes the reports of all campaigns have as columns
    /// (`GET /campaigns/reports-configuration`).
    ///
    /// # Errors
    ///
    /// Forbidden, and the other errors of a call.
    pub async fn campaign_reports_config(&self) -> Result<CampaignReportsConfig> {
        campaigns::reports::config(&self.api).await
    }

    /// Says which identity attributes, by their technical names, the reports of all campaigns have
    /// as columns, instead of whatever was said before (`PUT /campaigns/reports-configuration`).
    ///
    /// # Errors
    ///
    /// Forbidden, and the other errors of a call.
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

    /// Lists tasks that are queued or in progress (`GET /certification-tasks`). A task that has
    /// ended is found by [`task`](Self::task) only.
    pub fn tasks(&self) -> List<Tasks> {
        List::new(self.api.clone(), None)
    }

    /// A handle to the task with this id, to read or wait for. Nothing is sent yet.
    pub fn task(&self, id: impl Into<String>) -> TaskHandle {
        TaskHandle::new(&self.api, id.into())
    }

    /// The beta APIs of the same tenant, with the same connections and token.
    #[must_use]
    pub fn beta(&self) -> BetaClient {
        BetaClient {
            api: self.api.clone(),
        }
    }
}

/// Going on.
impl Client {
    /// Finishes what is unfinished in a journal when it is awaited. See [`Resume`].
    pub fn resume(&self, journal: &Journal) -> Resume {
        Resume::new(&self.api, journal, review::rebuild)
    }
}

/// What it is, and what it has done.
impl Client {
    /// The tenant's address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.api.base_url()
    }

    /// Whose token it uses, and what that may do: gets a token, unless it has one, and reads what
    /// it says. It shows whether the address and the credentials are right, and asks for nothing
    /// else.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from a token.
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

    /// How many requests, retries and waits there were so far, clones included.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.api.counting().read()
    }
}

/// Ways out, for what this crate does not cover.
impl Client {
    /// Sends a request of your own to the tenant and returns the answer, whatever its status: for
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
    /// Refused if the request has a host of its own, since the token is for the tenant alone.
    /// Otherwise whatever keeps it from being answered; an answer that is not a success is not an
    /// error here.
    pub async fn execute(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        self.api.execute(request).await
    }

    /// The generated client of the operations that this crate has: it builds the requests for
    /// [`execute`](Self::execute) and friends, and [sends](certs_raw::Execute) them the same way
    /// as all others, in the client's version.
    ///
    /// Its types are those of `certs-raw` and change with every release of the specification;
    /// nothing here promises that they stay.
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
