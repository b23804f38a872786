//! Deciding on access review items.

use std::collections::HashSet;
use std::future::IntoFuture;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use super::certifications::Review;
use super::v3;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::model::{Certification, Decision, ReviewDecision, convert};
use crate::transport::{call, call_idempotent};

/// The most decisions that the service takes at once.
pub const MAX_DECISIONS: usize = 250;

const OPERATION: Operation = v3("make_identity_decision");

impl Review {
    /// Decides on items: approve or revoke, each with a comment
    /// (`POST /v3/certifications/{id}/decide`). Await the result to send.
    ///
    /// A decision can be changed by deciding again, until the certification is signed off.
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # use certs::{filter::certification, model::Phase};
    /// # let page = client.certifications()
    /// #     .filter(certification::phase().eq(Phase::Active).and(certification::completed().eq(false)))
    /// #     .send().await?;
    /// # let certification = page.items.iter()
    /// #     .find(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).unwrap();
    /// let review = client.certification(&certification.id);
    /// let page = review.items().page_size(10).send().await?;
    ///
    /// let outcome = review
    ///     .decide(page.items.iter().map(|item| item.approve().comment("still needed")))
    ///     .await?;
    /// println!("{}", outcome.certification().progress());
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn decide(&self, decisions: impl IntoIterator<Item = ReviewDecision>) -> Decide {
        Decide {
            client: self.client.clone(),
            certification: self.path_id(OPERATION),
            decisions: decisions.into_iter().collect(),
            idempotent: false,
        }
    }
}

/// Decisions that are about to be sent. Await it.
///
/// # Errors
///
/// Refused before sending: no decision at all, more than [`MAX_DECISIONS`], an item that is
/// decided twice or has no id, an end date on anything but a revocation. Otherwise
/// whatever the call meets; then no decision of the call has been made, unless the error
/// [`may_have_taken_effect`](Error::may_have_taken_effect).
#[derive(Debug)]
#[must_use = "decisions are sent when this is awaited"]
pub struct Decide {
    client: Client,
    certification: Result<String>,
    decisions: Vec<ReviewDecision>,
    idempotent: bool,
}

impl Decide {
    /// Sends the decisions again when it is not known whether they arrived: after a broken
    /// connection, a timeout, 408, 502, 503 or 504.
    ///
    /// A decision states an outcome, so making it twice is making it once, unless somebody
    /// else decides on the same item between the two.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

/// What came of deciding.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DecideOutcome {
    certification: Certification,
    applied: Vec<String>,
}

impl DecideOutcome {
    /// The certification after the decisions.
    #[must_use]
    pub fn certification(&self) -> &Certification {
        &self.certification
    }

    /// The ids of the items whose decisions were made, in the order they were given.
    #[must_use]
    pub fn applied(&self) -> &[String] {
        &self.applied
    }
}

impl Decide {
    /// Sends the decisions. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`Decide`].
    pub async fn send(self) -> Result<DecideOutcome> {
        self.await
    }
}

impl IntoFuture for Decide {
    type Output = Result<DecideOutcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            check(&self.decisions).map_err(|error| error.during(OPERATION))?;
            let applied = self
                .decisions
                .iter()
                .map(|decision| decision.id.clone())
                .collect();
            let body: Vec<_> = self
                .decisions
                .into_iter()
                .map(convert::v3::review_decision)
                .collect();
            let request = self
                .client
                .raw()
                .make_identity_decision()
                .id(self.certification?);
            let sent = request.body(body).send();
            let answer = match self.idempotent {
                true => call_idempotent(OPERATION, sent).await?,
                false => call(OPERATION, sent).await?,
            };
            Ok(DecideOutcome {
                certification: answer.body,
                applied,
            })
        })
    }
}

fn check(decisions: &[ReviewDecision]) -> Result<()> {
    if decisions.is_empty() {
        return Err(Error::refused("there is no decision to send"));
    }
    if decisions.len() > MAX_DECISIONS {
        return Err(Error::refused(format!(
            "{} decisions are too many for one call: send at most {MAX_DECISIONS} at a time",
            decisions.len()
        )));
    }
    let mut seen = HashSet::new();
    for (n, decision) in decisions.iter().enumerate() {
        if decision.id.is_empty() {
            return Err(Error::refused(format!("decision {} has no item id", n + 1)));
        }
        if !seen.insert(&decision.id) {
            return Err(Error::refused(format!(
                "item {} is decided twice",
                decision.id
            )));
        }
        if decision.proposed_end_date.is_some() && decision.decision != Decision::Revoke {
            return Err(Error::refused(format!(
                "the decision about item {} has an end date, which goes with {} only, and it is \
                 {}",
                decision.id,
                Decision::Revoke,
                decision.decision
            )));
        }
    }
    Ok(())
}
