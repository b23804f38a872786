//! Changes of a campaign's status, and the rules for them.

use bytes::Bytes;
use certs_raw::Operation;
use http::Request;
use jiff::Timestamp;

use super::CampaignHandle;
use crate::error::{Error, Result};
use crate::http::retry::Idempotency;
use crate::model::Campaign;
use crate::time;

/// A change of status.
pub(super) struct Transition {
    pub(super) operation: Operation,
    /// Completes `Only a campaign …`: which campaigns may change, and what to do about others.
    pub(super) rule: &'static str,
    /// Whether the campaign satisfies the rule, as far as the response shows.
    pub(super) is_allowed: fn(&Campaign, Timestamp) -> bool,
}

impl CampaignHandle {
    /// Starts a change of status. Unless `unchecked`, it reads the campaign first and does not send
    /// what the service would refuse.
    pub(super) async fn begin(
        &self,
        transition: &Transition,
        unchecked: bool,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<()> {
        let Transition {
            operation,
            rule,
            is_allowed,
        } = transition;
        if !unchecked {
            let found = self.get().await?;
            if !is_allowed(&found, time::wall_clock()) {
                let state = state(&found);
                let why = format!("campaign {} is {state}. Only a campaign {rule}", self.id);
                return Err(Error::refused(why).during(self.api.operation(*operation)));
            }
        }
        let sent = self
            .api
            .order(*operation, Idempotency::NotIdempotent, request);
        sent.await
            .map_err(|error| error.advise(format!("Only a campaign {rule}")))
    }
}

/// Status and deadline, worded for a sentence.
fn state(campaign: &Campaign) -> String {
    let status = campaign.status.as_ref();
    let status = status.map_or("without a status", |status| status.as_str());
    match campaign.deadline {
        Some(deadline) => format!("{status}, with the deadline {deadline}"),
        None => status.to_owned(),
    }
}
