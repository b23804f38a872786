//! Giving items to another reviewer.

use std::fmt;
use std::marker::PhantomData;

use certs_raw::Operation;

use super::certifications::Review;
use super::{beta, path_id, v3};
use crate::beta::BetaReview;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::model::{Certification, ReassignReference, Task, convert};
use crate::transport::call;

/// The most items or identities that [`Reassign::send`] takes.
pub const MAX_REASSIGN: usize = 50;

/// The most items or identities that [`Reassign::submit`] takes.
pub const MAX_REASSIGN_ASYNC: usize = 500;

/// Marks calls of V3.
#[derive(Clone, Copy, Debug)]
pub enum V3 {}

/// Marks calls of beta.
#[derive(Clone, Copy, Debug)]
pub enum Beta {}

impl Review {
    /// Gives items to another reviewer, who finds them in a certification of their own.
    ///
    /// `to` is the new reviewer's identity id; `reason` is kept with the reassignment. Say
    /// what to give with [`items`](Reassign::items) or
    /// [`identities`](Reassign::identities), then [`send`](Reassign::send) or
    /// [`submit`](Reassign::submit).
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// // Refused before anything is sent: there is nothing to reassign.
    /// let error = client
    ///     .certification("ef38f943")
    ///     .reassign("2c918086", "on leave until May")
    ///     .send()
    ///     .await
    ///     .unwrap_err();
    /// assert!(error.is_refused());
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign<V3> {
        Reassign::new(
            self.client.clone(),
            self.id.clone(),
            to.into(),
            reason.into(),
        )
    }
}

impl BetaReview {
    /// Gives items to another reviewer, as a task. See [`Review::reassign`].
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign<Beta> {
        Reassign::new(
            self.client.clone(),
            self.id.clone(),
            to.into(),
            reason.into(),
        )
    }
}

/// A reassignment that is about to be sent.
#[must_use = "a reassignment does nothing until it is sent or submitted"]
pub struct Reassign<V> {
    client: Client,
    certification: String,
    to: String,
    reason: String,
    references: Vec<ReassignReference>,
    version: PhantomData<fn() -> V>,
}

impl<V> Reassign<V> {
    fn new(client: Client, certification: String, to: String, reason: String) -> Self {
        let (references, version) = (Vec::new(), PhantomData);
        Self {
            client,
            certification,
            to,
            reason,
            references,
            version,
        }
    }

    /// Gives these access review items, by id.
    pub fn items<S: Into<String>>(self, ids: impl IntoIterator<Item = S>) -> Self {
        self.references(ids.into_iter().map(ReassignReference::item))
    }

    /// Gives all items of these identities, by the id of their summary in the
    /// certification (not the identity's own id).
    pub fn identities<S: Into<String>>(self, ids: impl IntoIterator<Item = S>) -> Self {
        self.references(ids.into_iter().map(ReassignReference::identity))
    }

    /// Gives whatever the references name.
    pub fn references<R: Into<ReassignReference>>(
        mut self,
        references: impl IntoIterator<Item = R>,
    ) -> Self {
        self.references
            .extend(references.into_iter().map(Into::into));
        self
    }

    /// The reassignment itself, if it is worth sending.
    fn checked(mut self, operation: Operation, max: usize) -> Result<Self> {
        let refused = |error: Error| error.during(operation);
        self.check(max).map_err(refused)?;
        self.certification = path_id("certification id", self.certification).map_err(refused)?;
        Ok(self)
    }

    fn check(&self, max: usize) -> Result<()> {
        if self.references.is_empty() {
            return Err(Error::refused(
                "there is nothing to reassign: name items or identities",
            ));
        }
        if self.references.len() > max {
            return Err(Error::refused(format!(
                "{} items or identities are too many to reassign in one call: at most {max} at a time",
                self.references.len()
            )));
        }
        if self
            .references
            .iter()
            .any(|reference| reference.id.is_empty())
        {
            return Err(Error::refused(
                "one of the things to reassign has an empty id",
            ));
        }
        if self.to.is_empty() {
            return Err(Error::refused("the new reviewer's id is empty"));
        }
        if self.reason.trim().is_empty() {
            return Err(Error::refused("a reassignment needs a reason"));
        }
        Ok(())
    }
}

impl Reassign<V3> {
    /// Reassigns at most [`MAX_REASSIGN`] items or identities and answers when that is
    /// done, with the certification that they were taken from
    /// (`POST /v3/certifications/{id}/reassign`).
    ///
    /// # Errors
    ///
    /// Refused before sending: nothing to reassign, too much of it, no reviewer, no reason.
    /// Otherwise whatever the call meets.
    pub async fn send(self) -> Result<Certification> {
        const OPERATION: Operation = v3("reassign_identity_certifications");
        let Self {
            client,
            certification,
            to,
            reason,
            references,
            ..
        } = self.checked(OPERATION, MAX_REASSIGN)?;
        let body = convert::v3::review_reassign(references, to, reason);
        let request = client.raw().reassign_identity_certifications();
        let answer = call(OPERATION, request.id(certification).body(body).send()).await?;
        Ok(answer.body)
    }

    /// Reassigns at most [`MAX_REASSIGN_ASYNC`] items or identities in the background and
    /// answers with the task that does it
    /// (`POST /v3/certifications/{id}/reassign-async`).
    ///
    /// [`Client::task`] waits for it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send). What goes wrong in the background shows in the task.
    pub async fn submit(self) -> Result<Task> {
        const OPERATION: Operation = v3("submit_reassign_certs_async");
        let Self {
            client,
            certification,
            to,
            reason,
            references,
            ..
        } = self.checked(OPERATION, MAX_REASSIGN_ASYNC)?;
        let body = convert::v3::review_reassign(references, to, reason);
        let request = client.raw().submit_reassign_certs_async();
        let answer = call(OPERATION, request.id(certification).body(body).send()).await?;
        Ok(answer.body)
    }
}

impl Reassign<Beta> {
    /// Reassigns at most [`MAX_REASSIGN_ASYNC`] items or identities in the background and
    /// answers with the task that does it
    /// (`POST /beta/certifications/{id}/reassign-async`).
    ///
    /// [`BetaReview::task`] waits for it.
    ///
    /// # Errors
    ///
    /// Refused before sending: nothing to reassign, too much of it, no reviewer, no reason.
    /// Otherwise whatever the call meets.
    pub async fn submit(self) -> Result<Task> {
        const OPERATION: Operation = beta("submit_reassign_certs_async");
        let Self {
            client,
            certification,
            to,
            reason,
            references,
            ..
        } = self.checked(OPERATION, MAX_REASSIGN_ASYNC)?;
        let body = convert::beta::review_reassign(references, to, reason);
        let request = client.raw_beta().submit_reassign_certs_async();
        let answer = call(OPERATION, request.id(certification).body(body).send()).await?;
        Ok(convert::beta::task(answer.body))
    }
}

impl<V> fmt::Debug for Reassign<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassign")
            .field("certification", &self.certification)
            .field("to", &self.to)
            .field("references", &self.references.len())
            .finish_non_exhaustive()
    }
}
