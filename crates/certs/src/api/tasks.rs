//! Tasks: what the service does in the background, and waiting for it.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use certs_raw::{Operation, beta, v3};
use futures_core::future::BoxFuture;
use futures_util::future::{self, Either};
use http::Request;

use super::Api;
use super::awaited::awaited;
use super::certifications::ReviewerIdentity;
use super::ids::path_id;
use super::list::{PagedEndpoint, Query, paged};
use super::poll;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::endpoint::Tasks;
use crate::model::{ErrorMessage, Id, Task};

impl PagedEndpoint for Tasks {
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = v3::builder::GetPendingCertificationTasks::OPERATION;

    fn request(api: &Api, reviewer: Self::Scope, query: Query) -> Result<Request<Bytes>> {
        let mut request = paged!(api.raw().get_pending_certification_tasks(), query);
        if let Some(reviewer) = reviewer {
            request = request.reviewer_identity(reviewer.into_wire()?);
        }
        Ok(request.request()?)
    }

    fn key(item: &Task) -> Option<&str> {
        item.id.get()
    }
}

/// A handle to one task, to read or wait for.
///
/// Made by [`Client::task`](crate::Client::task) and
/// [`BetaReview::task`](crate::BetaReview::task).
#[derive(Clone, Debug)]
pub struct TaskHandle {
    api: Api,
    /// Beta finds a task by its certification.
    certification: Option<Id>,
    id: Id,
}

impl TaskHandle {
    pub(crate) fn new(api: &Api, id: impl Into<Id>) -> Self {
        Self {
            api: api.clone(),
            certification: None,
            id: id.into(),
        }
    }

    pub(crate) fn of_beta(api: &Api, certification: impl Into<Id>, id: impl Into<Id>) -> Self {
        Self {
            api: api.clone(),
            certification: Some(certification.into()),
            id: id.into(),
        }
    }

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Gets the task (`GET /certification-tasks/{id}` or `GET
    /// /beta/certifications/{id}/tasks/{task}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden. A task that failed is not an
    /// error here.
    pub async fn get(&self) -> Result<Task> {
        let id = || path_id("task id", &self.id);
        let Some(certification) = &self.certification else {
            let request = || {
                Ok(self
                    .api
                    .raw()
                    .get_certification_task()
                    .id(id()?)
                    .request()?)
            };
            return Ok(self.api.read(self.operation(), request).await?.body);
        };
        let request = || {
            let request = self.api.raw_beta().get_identity_certification_task_status();
            let request = request.id(path_id("certification id", certification)?);
            Ok(request.task_id(id()?).request()?)
        };
        let task: Task = self.api.read(self.operation(), request).await?.body;
        Ok(task.of_certification())
    }

    /// Waits until the task has succeeded. The wait begins when the result is awaited.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, _| {
    /// use std::time::Duration;
    ///
    /// // If the caller stops waiting, the task continues.
    /// let has_gone = async { /* for example `tokio::signal::ctrl_c().await` */ };
    /// let wait = client.task("2c918086").wait();
    /// let error = wait
    ///     .timeout(Duration::from_secs(60))
    ///     .cancel_on(has_gone)
    ///     .await
    ///     .unwrap_err();
    /// assert!(error.is_cancelled());
    /// # Ok(()) });
    /// ```
    pub fn wait(&self) -> WaitForTask {
        WaitForTask {
            task: self.clone(),
            timeout: DEFAULT_TIMEOUT,
            cancelled: None,
        }
    }

    /// The ended task, whether it succeeded or failed.
    pub(crate) async fn until_ended(&self, timeout: Duration) -> Result<Task> {
        let has_not = format!("task {} has not ended", self.id);
        let pending = |task: &Task| {
            let status = task.status.as_ref().map_or("", |status| status.as_str());
            Ok((!task.is_finished()).then(|| status.to_owned()))
        };
        let ended = poll::until(timeout, &has_not, || self.get(), pending);
        let operation = self.api.operation(self.operation());
        ended.await.map_err(|error| error.during(operation))
    }

    /// The task, or an error if it failed.
    pub(crate) fn succeeded(&self, task: Task) -> Result<Task> {
        if !task.failed() {
            return Ok(task);
        }
        let why = format!("task {} failed", self.id);
        Err(self.error(ErrorKind::TaskFailed, why, task.errors))
    }

    fn cancelled(&self) -> Error {
        let why = format!(
            "the wait for task {} was cancelled. The task itself continues",
            self.id
        );
        self.error(ErrorKind::Cancelled, why, Vec::new())
    }

    fn error(&self, kind: ErrorKind, why: String, causes: Vec<ErrorMessage>) -> Error {
        Error::task(kind, why, causes).during(self.api.operation(self.operation()))
    }

    fn operation(&self) -> Operation {
        if self.certification.is_some() {
            beta::builder::GetIdentityCertificationTaskStatus::OPERATION
        } else {
            v3::builder::GetCertificationTask::OPERATION
        }
    }
}

/// How long to wait for tasks by default.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Waits for a task when it is awaited, and returns the ended task.
///
/// It reads the task with random pauses that grow to at most 5 seconds, for at most 10 minutes or
/// the [`timeout`](Self::timeout). To give up earlier, drop it or use
/// [`cancel_on`](Self::cancel_on): the task itself continues.
///
/// A service that cannot be reached, is overloaded or fails does not end the wait: the task is
/// read again, until time is up.
///
/// # Errors
///
/// [`ErrorKind::TaskFailed`] with the task's own messages among
/// [`causes`](Error::causes) if it failed, [`ErrorKind::TaskPending`] if it has not
/// ended in time, [`ErrorKind::Cancelled`] if the wait was cancelled, and errors that reading
/// again would not change: not found, forbidden.
#[must_use = "the wait begins when this is awaited"]
pub struct WaitForTask {
    task: TaskHandle,
    timeout: Duration,
    cancelled: Option<BoxFuture<'static, ()>>,
}

impl WaitForTask {
    /// Sets the longest time to wait, requests included. Zero means to read the task once, however
    /// long that takes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Stops waiting when this future completes: a signal, a channel, a cancellation token. A second
    /// future replaces the first.
    pub fn cancel_on(mut self, cancelled: impl Future + Send + 'static) -> Self {
        self.cancelled = Some(Box::pin(async move {
            cancelled.await;
        }));
        self
    }

    async fn run(self) -> Result<Task> {
        let Self {
            task,
            timeout,
            cancelled,
        } = self;
        let ended = match cancelled {
            None => task.until_ended(timeout).await?,
            // A wait that is already cancelled sends no request.
            Some(cancelled) => {
                match future::select(cancelled, pin!(task.until_ended(timeout))).await {
                    Either::Left(_) => return Err(task.cancelled()),
                    Either::Right((ended, _)) => ended?,
                }
            }
        };
        task.succeeded(ended)
    }
}

awaited!(WaitForTask -> Task);

impl fmt::Debug for WaitForTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForTask")
            .field("task", &self.task)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
