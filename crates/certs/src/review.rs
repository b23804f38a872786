//! Working on a certification: what is only deciding's, reassigning's and signing off's own.
//! Checks before anything is sent, cutting, and what reading back means; the rest is the engine's.

pub(crate) mod decide;
pub(crate) mod policy;
pub(crate) mod reassign;
pub(crate) mod sign_off;

use std::collections::HashMap;
use std::time::Duration;

use crate::api::Api;
use crate::api::certifications::Review;
use crate::api::ids;
use crate::api::list::List;
use crate::effects::Effect;
use crate::effects::journal::OpenItems;
use crate::effects::journal::spec::{CallSpec, ItemSpec};
use crate::error::Result;
use crate::filter::{item, task};
use crate::model::{AccessReviewItem, Task};
use reassign::KeepTogether;

/// Makes an effect of what a journal says of it, which may wait for so long before it is sent. It
/// was checked before it was written there.
pub(crate) fn rebuild(
    api: &Api,
    spec: &CallSpec,
    items: OpenItems,
    limit: Duration,
) -> Result<Box<dyn Effect>> {
    Ok(match spec.clone() {
        CallSpec::Decide {
            certification,
            batch_size,
        } => Box::new(decide::effect::Decisions {
            certification,
            batch_size,
            decisions: all(items, decide::effect::decision)?,
        }),
        CallSpec::Reassign {
            certification,
            to,
            reason,
            mode,
        } => Box::new(reassign::effect::Reassignment {
            certification,
            to,
            reason,
            mode,
            // It was cut when it was planned.
            keep_together: KeepTogether::Nothing,
            named: all(items, reassign::effect::named)?,
        }),
        CallSpec::ReassignCertifications {
            campaign,
            to,
            reason,
        } => Box::new(reassign::certifications::Moving {
            campaign,
            to,
            reason,
            certifications: items.into_iter().map(|item| item.id).collect(),
        }),
        CallSpec::SignOff {
            certification,
            checked,
            waits,
        } => {
            let mut sign_off = Review::new(api, certification).sign_off();
            sign_off.checks = checked;
            sign_off.wait = waits.then_some(limit);
            Box::new(sign_off)
        }
    })
}

fn all<T>(items: OpenItems, one: fn(ItemSpec) -> Result<T>) -> Result<Vec<T>> {
    items.into_iter().map(one).collect()
}

/// The items of these ids as they are now. One that the certification does not have, or not any
/// more, is missing.
async fn items_by_id<S: AsRef<str>>(
    review: &Review,
    ids: &[S],
) -> Result<HashMap<String, AccessReviewItem>> {
    let mut items = HashMap::new();
    for ids in ids::parts(ids) {
        let list = review
            .items()
            .filter(item::id().is_in(ids.iter().map(AsRef::as_ref)));
        // The others count even if one of them cannot be read.
        let page = list.lenient().send().await?;
        items.extend(page.items.into_iter().map(|item| (item.id.clone(), item)));
    }
    Ok(items)
}

/// The tasks that are pending on a certification, or campaign.
async fn pending_tasks(api: &Api, target: &str) -> Result<Vec<Task>> {
    let on_it = task::target_id().eq(target);
    let tasks = List::new(api.clone(), None).filter(on_it).stream();
    tasks.try_collect().await
}
