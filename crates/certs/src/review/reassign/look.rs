//! Looking for the effect of a part whose answer was lost.

use std::collections::HashSet;

use super::part::{Order, Way};
use crate::api::certifications::Review;
use crate::api::ids;
use crate::api::poll::settle;
use crate::error::Result;
use crate::filter::endpoint::Items;
use crate::filter::{Filter, IntoFilter as _, item, task};
use crate::model::{AccessReviewItem, ReassignReference, ReassignType, Task, TaskType};

/// What a look shows of a part.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing that it named is in the certification any more.
    Moved,
    /// All of it is still there, and no task is about to change that.
    StillThere,
    /// A task that may be its own is queued or running.
    Task(Box<Task>),
    /// It cannot be told.
    Unclear,
}

/// What became of a part that was sent this way. `known` are the tasks of other parts.
///
/// A request that arrived may still be worked on, so that what is still there is looked for
/// more than once.
pub(super) async fn what_became_of(
    order: &Order,
    way: Way,
    references: &[ReassignReference],
    known: &HashSet<String>,
) -> Result<Found> {
    let look = || look(order, way, references, known);
    settle(look, |found| !matches!(found, Found::StillThere)).await
}

async fn look(
    order: &Order,
    way: Way,
    references: &[ReassignReference],
    known: &HashSet<String>,
) -> Result<Found> {
    // The tasks come first: what one has moved by the time it is not listed any more, the
    // items show.
    if way != Way::AtOnce {
        let mut tasks = pending(order, way).await?;
        tasks.retain(|task| is_reassignment(task) && !known.contains(&task.id));
        match (tasks.pop(), tasks.is_empty()) {
            (None, _) => {}
            (Some(task), true) => return Ok(Found::Task(Box::new(task))),
            // Somebody else reassigns as well, and nothing says whose is which.
            (Some(_), false) => return Ok(Found::Unclear),
        }
    }
    still_there(order, references).await
}

/// Whether what a part named is still in the certification.
pub(super) async fn still_there(order: &Order, references: &[ReassignReference]) -> Result<Found> {
    let review = order.client.certification(&order.certification);
    let of = |wanted: ReassignType| {
        let named = references.iter();
        let named = named.filter(move |reference| reference.reassign_type == wanted);
        named
            .map(|reference| reference.id.as_str())
            .collect::<Vec<_>>()
    };
    let (items, identities) = (of(ReassignType::Item), of(ReassignType::IdentitySummary));
    // No filter finds the items of any other target.
    let looked_for = items.len() + identities.len();

    let mut left = HashSet::new();
    for ids in ids::parts(&items) {
        let filter = item::id().is_in(ids.iter().copied()).into_filter();
        left.extend(
            listed(&review, filter)
                .await?
                .into_iter()
                .map(|item| item.id),
        );
    }
    let mut identities_left = HashSet::new();
    for ids in ids::parts(&identities) {
        let filter = item::identity_summary_id().is_in(ids.iter().copied());
        let listed = listed(&review, filter.into_filter()).await?;
        let summaries = listed.into_iter().filter_map(|item| item.identity_summary);
        identities_left.extend(summaries.map(|summary| summary.id));
    }
    Ok(match left.len() + identities_left.len() {
        _ if looked_for == 0 => Found::Unclear,
        0 => Found::Moved,
        left if left == looked_for => Found::StillThere,
        _ => Found::Unclear,
    })
}

async fn listed(review: &Review, filter: Filter<Items>) -> Result<Vec<AccessReviewItem>> {
    let items = review.items().filter(filter).in_stable_order();
    items.stream().try_collect().await
}

async fn pending(order: &Order, way: Way) -> Result<Vec<Task>> {
    match way {
        Way::AtOnce | Way::AsTask => {
            let on_it = task::target_id().eq(&order.certification);
            let tasks = order.client.tasks().filter(on_it).stream();
            tasks.try_collect().await
        }
        Way::AsTaskOfBeta => {
            let review = order.client.beta().certification(&order.certification);
            review.tasks_pending().await
        }
    }
}

/// One of a kind that nobody knows may be one.
fn is_reassignment(task: &Task) -> bool {
    match &task.task_type {
        Some(TaskType::Reassign | TaskType::AdminReassign) | None => true,
        Some(other) => !other.is_recognized(),
    }
}
