//! Working on a certification: what is only deciding's, reassigning's and signing off's own.
//! Checks before anything is sent, cutting, and what reading back means; the rest is the engine's.

pub(crate) mod decide;
pub(crate) mod policy;
pub(crate) mod reassign;
pub(crate) mod sign_off;

use std::time::Duration;

use crate::api::Api;
use crate::effects::Effect;
use crate::effects::journal::spec::{CallSpec, ItemSpec};
use crate::error::Result;

/// Makes an effect of what a journal says of it, which may wait for so long before it is sent.
pub(crate) fn rebuild(
    api: &Api,
    spec: &CallSpec,
    items: Vec<ItemSpec>,
    limit: Duration,
) -> Result<Box<dyn Effect>> {
    Ok(match spec {
        CallSpec::Decide {
            certification,
            batch_size,
        } => Box::new(decide::effect::rebuild(certification, *batch_size, items)?),
        CallSpec::Reassign { .. } => Box::new(reassign::effect::rebuild(spec, items)?),
        CallSpec::ReassignCertifications {
            campaign,
            to,
            reason,
        } => Box::new(reassign::certifications::rebuild(
            campaign, to, reason, items,
        )),
        CallSpec::SignOff {
            certification,
            checked,
            waits,
        } => {
            let wait = waits.then_some(limit);
            Box::new(sign_off::rebuild(api, certification, *checked, wait))
        }
    })
}
