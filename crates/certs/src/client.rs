//! The client, how it is made, and the ways into everything it can do.

mod base_url;
mod builder;
mod config;

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use crate::api::Api;
use crate::api::beta::BetaClient;
use crate::api::certifications::Review;
use crate::api::list::List;
use crate::api::tasks::TaskHandle;
use crate::api::version::Version;
use crate::auth::TokenClaims;
use crate::effects::journal::Journal;
use crate::effects::resume::Resume;
use crate::error::Result;
use crate::evidence::Evidence;
use crate::filter::endpoint::{Certifications, Tasks};
use crate::http::counters::Counters;
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
    /// Starts to make a client for the tenant at `base_url`, such as
    /// `https://acme.api.identitynow.com`, without a version.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into())
    }

    /// Makes a client from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`, the ones that the vendor's own tools read, and `SAIL_API_VERSION` if
    /// it is set. Id and secret are those of a personal access token.
    ///
    /// [`ClientBuilder::from_env`] and [`ClientBuilder::from_file`] leave room for more
    /// settings.
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
    /// Lists certifications that the token's owner may review (`GET /certifications`).
    pub fn certifications(&self) -> List<Certifications> {
        List::new(self.api.clone(), None)
    }

    /// The certification of this id, to be worked on. Nothing is sent yet, and whether it
    /// exists shows with the first call.
    pub fn certification(&self, id: impl Into<String>) -> Review {
        Review::new(&self.api, id)
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

    /// The task of this id, to look at or wait for. Nothing is sent yet.
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
    /// Finishes what a journal holds as unfinished. Await the result; see [`Resume`].
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
    /// whenever that may help, anything else only if it surely was not processed.
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
