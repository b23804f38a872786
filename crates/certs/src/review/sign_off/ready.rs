//! Checks whether a certification is ready for sign-off, or waits until it is.

use std::time::Duration;

use crate::api::certifications::Review;
use crate::api::poll::{Poll, is_passing};
use crate::error::{Error, Result};
use crate::filter::item;
use crate::model::{AccessReviewItem, Certification, Phase, Task};
use crate::review::pending_tasks;

/// How many open items an error names.
const NAMED: u32 = 3;

/// The state that a sign-off depends on.
#[derive(Debug)]
pub(super) struct Readiness {
    certification: Certification,
    /// The tasks that are running on it.
    tasks: Vec<Task>,
}

impl Readiness {
    /// Reads the tasks, then the certification: by the time a task is no longer listed, the
    /// certification shows its changes.
    pub(super) async fn of(review: &Review) -> Result<Self> {
        Ok(Self {
            tasks: pending_tasks(&review.api, review.id()).await?,
            certification: review.get().await?,
        })
    }

    /// Whether it may become ready in time.
    pub(super) fn is_worth_a_wait(&self) -> bool {
        let is_settled = self.certification.is_signed() || self.is_staged();
        !is_settled && (self.open().is_some() || !self.tasks.is_empty())
    }

    /// Refuses the sign-off unless the certification is ready.
    pub(super) async fn check(&self, review: &Review, waited: Option<Duration>) -> Result<()> {
        let id = review.id();
        if self.certification.is_signed() {
            let when = self.certification.signed.map(|it| format!(", on {it}"));
            return Err(Error::refused(format!(
                "certification {id} is signed off already{}",
                when.unwrap_or_default()
            )));
        }
        if self.is_staged() {
            return Err(Error::not_ready(format!(
                "certification {id} is staged: nothing can be decided or signed off before its \
                 campaign starts"
            )));
        }
        let mut missing = Vec::new();
        if let Some(open) = self.open() {
            missing.push(open + &named(review).await);
        }
        missing.extend(self.running());
        if missing.is_empty() {
            return Ok(());
        }
        let after = waited.map_or_else(String::new, |limit| format!(", after {limit:?}"));
        Err(Error::not_ready(format!(
            "certification {id} cannot be signed off yet{after}: {}. Finish that, or let the \
             sign-off wait for it",
            missing.join(" and ")
        )))
    }

    fn is_staged(&self) -> bool {
        self.certification.phase == Some(Phase::Staged)
    }

    /// Describes the open decisions. If the response does not have the counts, the service decides.
    fn open(&self) -> Option<String> {
        let progress = self.certification.progress();
        let total = progress.total;
        match (self.certification.completed, progress.remaining()) {
            (Some(true), _) => None,
            (_, 1) => Some(format!("1 of {total} decisions is open")),
            (_, open) if open > 0 => Some(format!("{open} of {total} decisions are open")),
            (Some(false), _) if total == 0 => Some("decisions are open".to_owned()),
            _ => None,
        }
    }

    fn running(&self) -> Option<String> {
        let tasks = self.tasks.iter().map(|task| match &task.task_type {
            Some(kind) => format!("{} ({kind})", task.id),
            None => task.id.to_string(),
        });
        let tasks: Vec<_> = tasks.collect();
        match &tasks[..] {
            [] => None,
            [task] => Some(format!("task {task} is running")),
            _ => Some(format!("tasks {} are running", tasks.join(", "))),
        }
    }
}

/// Returns when the certification is ready for sign-off.
pub(super) async fn until_ready(review: &Review, wait: Option<Duration>) -> Result<()> {
    let limit = wait.unwrap_or_default();
    let mut poll = Poll::new(limit);
    let mut last = Err(Error::not_ready(format!(
        "the service did not say within {limit:?} whether certification {} can be signed off",
        review.id()
    )));
    while let Some(seen) = poll.once(Readiness::of(review)).await {
        let at_least = match &seen {
            Ok(readiness) if !readiness.is_worth_a_wait() => {
                return readiness.check(review, None).await;
            }
            Ok(_) => None,
            Err(error) if is_passing(error) => error.retry_after(),
            Err(error) => return Err(error.clone()),
        };
        last = seen;
        if !poll.pause(at_least).await {
            break;
        }
    }
    last?.check(review, wait.filter(|it| !it.is_zero())).await
}

/// Names the first few open items, to help a person find them. If they cannot be read, the error
/// goes without them.
async fn named(review: &Review) -> String {
    let open = review.items().filter(item::completed().eq(false));
    let Ok(page) = open.in_stable_order().page_size(NAMED + 1).send().await else {
        return String::new();
    };
    let shown = page.items.iter().take(NAMED as usize).map(label);
    let mut shown: Vec<_> = shown.collect();
    if shown.is_empty() {
        return String::new();
    }
    if page.items.len() > shown.len() {
        shown.push("…".to_owned());
    }
    format!(" ({})", shown.join(", "))
}

fn label(item: &AccessReviewItem) -> String {
    match item.access_name() {
        Some(access) => format!("item {} `{access}`", item.id),
        None => format!("item {}", item.id),
    }
}
