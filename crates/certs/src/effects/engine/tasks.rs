//! The tasks that a service does parts in.

use std::sync::Arc;

use super::Run;
use super::notes::After;
use crate::effects::Part;
use crate::effects::journal::{PartId, TaskRef};
use crate::effects::outcome::Outcome;
use crate::error::Error;
use crate::model::Task;

/// Items that a task does.
#[derive(Debug)]
pub(super) struct InTask {
    /// Their part's number in the journal.
    id: Option<PartId>,
    items: Vec<usize>,
    /// The task's id.
    task: String,
    /// The error that lost its id, if it was only found.
    lost: Option<Error>,
}

impl InTask {
    pub(super) fn new(
        id: Option<PartId>,
        items: &[usize],
        task: &Task,
        lost: Option<&Error>,
    ) -> Self {
        Self {
            id,
            items: items.to_vec(),
            task: task.id.clone(),
            lost: lost.cloned(),
        }
    }
}

impl Run<'_> {
    /// Looks at the task that was doing a part in an earlier run.
    pub(super) async fn look_at_task(&self, part: &Part, name: &TaskRef) {
        let in_task = InTask {
            id: part.id,
            items: part.items.clone(),
            task: name.task.clone(),
            lost: name.found.then(|| self.during(Error::of_earlier_run())),
        };
        match self.effect.task(self.api, &name.task).get().await {
            Ok(task) => self.take_in(in_task, task).await,
            // Nothing says for how long the service remembers tasks.
            Err(error) if error.is_not_found() => {
                let observed = self.observed(&part.items).await;
                let left = self.sort(part.id, observed, After::Losing(&error)).await;
                self.note(part.id, &left, &Outcome::Unknown(error)).await;
            }
            Err(error) => {
                let task = Task {
                    id: name.task.clone(),
                    ..Task::default()
                };
                self.pending(&in_task.items, Some(Arc::new(task)), Some(&error));
                self.wait_later(in_task);
            }
        }
    }

    /// Takes in how far the task of items is.
    pub(super) async fn take_in(&self, in_task: InTask, task: Task) {
        let InTask {
            id, items, lost, ..
        } = &in_task;
        self.pending(items, Some(Arc::new(task.clone())), lost.as_ref());
        if !task.is_finished() {
            self.state().other_tasks.push(task.id);
            if let Some((journal, id)) = self.journal(*id) {
                let task = TaskRef {
                    task: in_task.task.clone(),
                    found: lost.is_some(),
                };
                self.stop_on(journal.task(id, task).await);
            }
            return self.wait_later(in_task);
        }
        let handle = self.effect.task(self.api, &task.id);
        match (handle.succeeded(task), lost) {
            (Err(error), _) => self.note(*id, items, &Outcome::Refused(error)).await,
            (Ok(_), None) => self.note(*id, items, &Outcome::Applied).await,
            // A task that was only found, and not answered, may be somebody else's.
            (Ok(_), Some(lost)) => match self.probe(items, items.len()).await {
                Ok(probe) => {
                    let observed = items.iter().copied().zip(probe.items);
                    let left = self.sort(*id, observed, After::Losing(lost)).await;
                    self.note_lost(*id, &left, lost).await;
                }
                Err(_) => self.note(*id, items, &Outcome::Unknown(lost.clone())).await,
            },
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

    fn wait_later(&self, in_task: InTask) {
        if !self.settings.waits {
            self.settings.progress.done(in_task.items.len());
        }
        self.state().under_way.push(in_task);
    }

    /// Waits for all tasks, if that is wanted. They go on side by side, so that waiting for one is
    /// waiting for all.
    pub(super) async fn wait_for_tasks(&self) {
        if !self.settings.waits {
            return;
        }
        let under_way = std::mem::take(&mut self.state().under_way);
        for in_task in under_way {
            let left = self
                .settings
                .timeout()
                .saturating_sub(self.started.elapsed());
            let handle = self.effect.task(self.api, &in_task.task);
            match handle.until_ended(left).await {
                Ok(ended) => self.take_in(in_task, ended).await,
                Err(error) => self.pending(&in_task.items, None, Some(&error)),
            }
        }
    }
}
