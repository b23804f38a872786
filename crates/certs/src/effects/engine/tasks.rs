//! Background tasks that work on parts of an effect.

use std::sync::Arc;

use super::Run;
use super::notes::After;
use crate::effects::Part;
use crate::effects::journal::{PartId, TaskRef};
use crate::effects::outcome::Outcome;
use crate::error::Error;
use crate::model::{Id, Task};

/// The items that a task works on.
#[derive(Debug)]
pub(super) struct InTask {
    /// Their part's number in the journal.
    id: Option<PartId>,
    items: Vec<usize>,
    /// The error that lost the task's id, if the task was found afterwards.
    lost: Option<Error>,
}

impl InTask {
    pub(super) fn new(id: Option<PartId>, items: &[usize], lost: Option<Error>) -> Self {
        let items = items.to_vec();
        Self { id, items, lost }
    }
}

impl Run<'_> {
    /// Reads the task that worked on a part in an earlier run.
    pub(super) async fn read_task(&self, part: &Part, name: &TaskRef) {
        let lost = name.found.then(|| self.during(Error::of_earlier_run()));
        let in_task = InTask::new(part.id, &part.items, lost);
        let id = Id::from(&name.task);
        match self.effect.task(self.api, &id).get().await {
            Ok(task) => self.take_in(in_task, task).await,
            // It is not documented how long the service keeps tasks.
            Err(error) if error.is_not_found() => {
                let after = After::Losing(&error);
                self.read_back(part.id, &part.items, after).await;
            }
            Err(error) => {
                let task = Task {
                    id: id.clone(),
                    ..Task::default()
                };
                self.pending(&in_task.items, Some(Arc::new(task)), Some(&error));
                self.wait_later(id, in_task);
            }
        }
    }

    /// Records the status of a task for its items.
    pub(super) async fn take_in(&self, in_task: InTask, task: Task) {
        let InTask { id, items, lost } = &in_task;
        self.pending(items, Some(Arc::new(task.clone())), lost.as_ref());
        if !task.is_finished() {
            self.state().other_tasks.push(task.id.clone());
            if let Some((journal, id)) = self.journal(*id) {
                let task = TaskRef {
                    task: task.id.to_string(),
                    found: lost.is_some(),
                };
                let items = items.iter().map(|item| self.effect.id(*item).to_string());
                self.stop_on(journal.task(id, task, items.collect()).await);
            }
            return self.wait_later(task.id, in_task);
        }
        let handle = self.effect.task(self.api, &task.id);
        match (handle.succeeded(task), lost) {
            (Err(error), _) => {
                self.read_back(*id, items, After::Failing(&error)).await;
            }
            (Ok(_), None) => self.note(*id, items, &Outcome::Applied).await,
            // A task that was found, not named by a response, may be somebody else's.
            (Ok(_), Some(lost)) => {
                self.read_back(*id, items, After::Losing(lost)).await;
            }
        }
    }

    fn pending(&self, items: &[usize], task: Option<Arc<Task>>, error: Option<&Error>) {
        let mut state = self.state();
        for item in items {
            let item = &mut state.outcome.items[*item];
            item.outcome = Outcome::Pending(error.cloned());
            item.task = task.clone().or_else(|| item.task.take());
        }
    }

    fn wait_later(&self, task: Id, in_task: InTask) {
        if !self.settings.waits {
            self.settings.progress.done(in_task.items.len());
        }
        self.state().under_way.push((task, in_task));
    }

    /// Waits for all tasks, if the settings say so. They run concurrently, so waiting for one after
    /// the other takes no longer.
    pub(super) async fn wait_for_tasks(&self) {
        if !self.settings.waits {
            return;
        }
        let under_way = std::mem::take(&mut self.state().under_way);
        for (task, in_task) in under_way {
            let left = self.settings.timeout();
            let left = left.saturating_sub(self.started.elapsed());
            match self.effect.task(self.api, &task).until_ended(left).await {
                Ok(ended) => self.take_in(in_task, ended).await,
                Err(error) => self.pending(&in_task.items, None, Some(&error)),
            }
        }
    }
}
