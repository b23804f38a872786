//! Changes of a campaign's status: which campaigns the service makes them for.

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
    /// Which campaigns it is for, and what to do about others, after `Only a campaign …`.
    pub(super) rule: &'static str,
    /// Whether the rule is kept, as far as the answer says it.
    pub(super) is_allowed: fn(&Campaign, Timestamp) -> bool,
}

impl CampaignHandle {
    /// Begins a change of status. Unless it is `unchecked`, the campaign is read first, and what
    /// the service would refuse is not sent.
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

/// Status and deadline, as a sentence has them.
fn state(campaign: &Campaign) -> String {
    let status = campaign.status.as_ref();
    let status = status.map_or("without a status", |status| status.as_str());
    match campaign.deadline {
        Some(deadline) => format!("{status}, with the deadline {deadline}"),
        None => status.to_owned(),
    }
}
