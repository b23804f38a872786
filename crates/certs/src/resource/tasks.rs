//! Tasks: what the service does in the background, and waiting for it.

use std::future::IntoFuture;
use std::time::Duration;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use super::certifications::ReviewerIdentity;
use super::{Fetching, Sealed, beta, paged, path_id, v3};
use crate::beta::BetaReview;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::endpoint::Tasks;
use crate::list::{List, Listed, Query};
use crate::model::{Task, convert};
use crate::time;
use crate::transport::{call, call_list};

const V3_TASK: Operation = v3("get_certification_task");
const BETA_TASK: Operation = beta("get_identity_certification_task_status");

impl Client {
    /// Lists tasks that are queued or in progress (`GET /v3/certification-tasks`). A task
    /// that has ended is found by [`task`](Self::task) only.
    pub fn tasks(&self) -> List<Tasks> {
        List::new(self.clone(), None)
    }

    /// The task of this id, to look at or wait for. Nothing is sent yet.
    pub fn task(&self, id: impl Into<String>) -> TaskHandle {
        TaskHandle {
            client: self.clone(),
            certification: None,
            id: id.into(),
        }
    }
}

impl List<Tasks> {
    /// Lists only the tasks of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.scope = Some(reviewer.into());
        self
    }
}

impl Sealed for Tasks {}

impl Listed for Tasks {
    type Item = Task;
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = v3("get_pending_certification_tasks");

    fn fetch(client: Client, reviewer: Self::Scope, query: Query) -> Fetching<Task> {
        Box::pin(async move {
            let mut request = paged!(client.raw().get_pending_certification_tasks(), query);
            if let Some(reviewer) = reviewer {
                request = request.reviewer_identity(reviewer.into_wire(Self::OPERATION)?);
            }
            call_list(Self::OPERATION, query.lenient, request.send()).await
        })
    }

    fn key(item: &Task) -> &str {
        &item.id
    }
}

impl BetaReview {
    /// Gets the certification's tasks that are queued or in progress, all at once
    /// (`GET /beta/certifications/{id}/tasks-pending`).
    ///
    /// # Errors
    ///
    /// Not found, forbidden, and whatever else the call meets.
    pub async fn tasks_pending(&self) -> Result<Vec<Task>> {
        const OPERATION: Operation = beta("get_identity_certification_pending_tasks");
        let id = path_id("certification id", self.id.clone())
            .map_err(|error| error.during(OPERATION))?;
        let request = self
            .client
            .raw_beta()
            .get_identity_certification_pending_tasks()
            .id(id);
        let pending = call_list(OPERATION, false, request.send())
            .await?
            .body
            .items;
        Ok(pending.into_iter().map(convert::beta::task).collect())
    }

    /// The task of this id, to look at or wait for. Nothing is sent yet.
    pub fn task(&self, id: impl Into<String>) -> TaskHandle {
        let certification = Some(self.id.clone());
        TaskHandle {
            client: self.client.clone(),
            certification,
            id: id.into(),
        }
    }
}

/// One task, to look at or wait for.
///
/// Made by [`Client::task`] and [`BetaReview::task`].
#[derive(Clone, Debug)]
pub struct TaskHandle {
    client: Client,
    /// Beta finds a task by its certification.
    certification: Option<String>,
    id: String,
}

impl TaskHandle {
    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gets the task as it is now (`GET /v3/certification-tasks/{id}` or
    /// `GET /beta/certifications/{id}/tasks/{task}`).
    ///
    /// # Errors
    ///
    /// Not found, forbidden, and whatever else the call meets. That the task itself failed
    /// is no error here.
    pub async fn get(&self) -> Result<Task> {
        let refused = |error: Error| error.during(self.operation());
        let id = path_id("task id", self.id.clone()).map_err(refused)?;
        match self.certification.clone() {
            None => {
                let request = self.client.raw().get_certification_task().id(id);
                Ok(call(V3_TASK, request.send()).await?.body)
            }
            Some(certification) => {
                let certification = path_id("certification id", certification).map_err(refused)?;
                let request = self
                    .client
                    .raw_beta()
                    .get_identity_certification_task_status();
                let request = request.id(certification).task_id(id);
                Ok(convert::beta::task(
                    call(BETA_TASK, request.send()).await?.body,
                ))
            }
        }
    }

    /// Waits until the task has ended well. Await the result.
    pub fn wait(&self) -> WaitForTask {
        WaitForTask {
            task: self.clone(),
            timeout: DEFAULT_TIMEOUT,
        }
    }

    fn pending(&self, timeout: Duration, status: Option<&str>) -> Error {
        let seen = match status {
            Some(status) => format!("its status is `{status}`"),
            None => "its status was not answered in that time".to_owned(),
        };
        let why = format!(
            "task {} has not ended after {timeout:?}; {seen}. Wait for it again, it goes on",
            self.id
        );
        Error::task(ErrorKind::TaskPending, self.operation(), why, Vec::new())
    }

    fn operation(&self) -> Operation {
        if self.certification.is_some() {
            BETA_TASK
        } else {
            V3_TASK
        }
    }
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A wait for a task. Await it to get the task as it ended.
///
/// It looks again and again, with pauses that grow from 0.2 to 5 seconds, for at most 10
/// minutes unless [`timeout`](Self::timeout) says otherwise. To give up earlier, drop it:
/// the task goes on regardless.
///
/// # Errors
///
/// [`ErrorKind::TaskFailed`] with the task's own messages among
/// [`causes`](Error::causes) if it ended badly, [`ErrorKind::TaskPending`] if it has not
/// ended in time, and whatever a look meets.
#[derive(Clone, Debug)]
#[must_use = "nothing is waited for until this is awaited"]
pub struct WaitForTask {
    task: TaskHandle,
    timeout: Duration,
}

impl WaitForTask {
    /// For how long to wait at most, looks that take long included. Zero means to look once,
    /// however long that takes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(self) -> Result<Task> {
        let Self {
            task: handle,
            timeout,
        } = self;
        let started = time::now();
        let (mut pause, mut status) = (FIRST_PAUSE, None::<String>);
        loop {
            let left = timeout.saturating_sub(started.elapsed());
            let look = match timeout.is_zero() {
                true => Some(handle.get().await),
                false => time::within(left, handle.get()).await,
            };
            let Some(task) = look.transpose()? else {
                return Err(handle.pending(timeout, status.as_deref()));
            };
            if task.succeeded() {
                return Ok(task);
            }
            if task.failed() {
                let why = format!("task {} ended in an error", handle.id);
                return Err(Error::task(
                    ErrorKind::TaskFailed,
                    handle.operation(),
                    why,
                    task.errors,
                ));
            }
            status = Some(
                task.status
                    .map_or_else(String::new, |status| status.to_string()),
            );
            let left = timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(handle.pending(timeout, status.as_deref()));
            }
            time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl IntoFuture for WaitForTask {
    type Output = Result<Task>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
