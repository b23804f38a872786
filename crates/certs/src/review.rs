//! Deciding, reassigning and signing off: how each is checked, split into requests, and read back.
//! The engine does the rest.

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
use crate::effects::journal::spec::CallSpec;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::{item, task};
use crate::model::{AccessReviewItem, Certification, Id, Task};
use decide::effect::Decisions;
use reassign::effect::Reassignment;

/// Rebuilds an effect from its description in a journal, which only has checked effects. A sign-off
/// may wait up to `limit` before it is sent.
pub(crate) fn rebuild(
    api: &Api,
    spec: &CallSpec,
    items: OpenItems,
    limit: Duration,
) -> Result<Box<dyn Effect>> {
    Ok(match spec.clone() {
        CallSpec::Decide(spec) => Box::new(Decisions::resumed(spec, items)?),
        CallSpec::Reassign(spec) => Box::new(Reassignment::resumed(spec, items)?),
        CallSpec::SignOff(spec) => {
            let mut sign_off = Review::new(api, spec.certification).sign_off();
            sign_off.checks = spec.checked;
            sign_off.wait = spec.waits.then_some(limit);
            Box::new(sign_off)
        }
    })
}

/// Reads the current state of the items with these ids. The result lacks items that are not in the
/// certification.
async fn items_by_id(review: &Review, ids: &[&str]) -> Result<HashMap<Id, AccessReviewItem>> {
    let mut items = HashMap::new();
    for ids in ids::parts(ids) {
        let list = review.items().filter(item::id().is_in(ids.iter().copied()));
        // One item that cannot be read should not hide the others.
        let page = list.lenient().send().await?;
        items.extend(page.items.into_iter().map(|item| (item.id.clone(), item)));
    }
    Ok(items)
}

/// The text of an id that was checked.
fn text(id: &Id) -> &str {
    id.get().unwrap_or_default()
}

/// Reads items by their ids, in parts because items are large, and calls `found` for each of `all`.
/// Stops without an error if the token may not read them.
async fn read_items<T>(
    review: &Review,
    all: Vec<T>,
    id: impl Fn(&T) -> &Id,
    mut found: impl FnMut(T, Option<&AccessReviewItem>),
) -> Result<()> {
    let ids: Vec<_> = all.iter().map(|it| text(id(it))).collect();
    let counts: Vec<_> = ids::parts(&ids).map(<[_]>::len).collect();
    let mut all = all.into_iter();
    for count in counts {
        let part: Vec<_> = all.by_ref().take(count).collect();
        let ids: Vec<_> = part.iter().map(|it| text(id(it))).collect();
        let items = match items_by_id(review, &ids).await {
            Ok(items) => items,
            // A token that may not read items may still be allowed to change them: the request will
            // tell.
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for one in part {
            let item = items.get(id(&one));
            found(one, item);
        }
    }
    Ok(())
}

/// Reads the certification, and returns an error if its state rules out the effect. `None` if the
/// token may not read it, though it may still be allowed to change it.
async fn certification_for(api: &Api, effect: &dyn Effect) -> Result<Option<Certification>> {
    let id = effect.certification();
    let certification = match Review::new(api, id).get().await {
        Ok(certification) => certification,
        Err(error) if error.kind() == ErrorKind::Forbidden => return Ok(None),
        Err(error) => return Err(error),
    };
    match effect.refusal(&certification) {
        None => Ok(Some(certification)),
        Some(why) => Err(Error::refused(format!("certification {id} is {why}"))),
    }
}

fn refusal_of_group(certification: &Certification) -> Option<&'static str> {
    let reviewer = certification.reviewer.as_ref();
    let is_groups = reviewer.is_some_and(|reviewer| reviewer.is_governance_group());
    is_groups.then_some("a governance group's: the service lets nobody work on it through this API")
}

/// Lists the pending tasks of a certification or campaign.
async fn pending_tasks(api: &Api, target: impl Into<Id>) -> Result<Vec<Task>> {
    let on_it = task::target_id().eq(target);
    let tasks = List::new(api.clone(), None).filter(on_it).stream();
    tasks.try_collect().await
}
