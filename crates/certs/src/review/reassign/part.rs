//! One request of a reassignment: cutting them, and sending one.

use certs_raw::Operation;
use serde::{Deserialize, Serialize};

use crate::api::tasks::TaskHandle;
use crate::api::{beta, path_id, v3};
use crate::client::Client;
use crate::error::Result;
use crate::http::call;
use crate::model::{Certification, ReassignReference, Task, convert};

/// The most items or identities that the service reassigns at once.
pub const MAX_REASSIGN: usize = 50;

/// The most items or identities that the service reassigns in one background task.
pub const MAX_REASSIGN_ASYNC: usize = 500;

const OPERATION_AT_ONCE: Operation = v3("reassign_identity_certifications");
const OPERATION_AS_TASK: Operation = v3("submit_reassign_certs_async");
const OPERATION_OF_BETA: Operation = beta("submit_reassign_certs_async");

/// How a part is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// `POST /v3/certifications/{id}/reassign`.
    AtOnce,
    /// `POST /v3/certifications/{id}/reassign-async`.
    AsTask,
    /// `POST /beta/certifications/{id}/reassign-async`.
    AsTaskOfBeta,
}

impl Way {
    /// The way that suits so many, and whether a task was asked for.
    pub(super) fn of(count: usize, background: bool, of_beta: bool) -> Self {
        match () {
            () if of_beta => Self::AsTaskOfBeta,
            () if background || count > MAX_REASSIGN => Self::AsTask,
            () => Self::AtOnce,
        }
    }

    /// Cuts what shall be reassigned into parts that are small enough to be sent.
    pub(super) fn cut(self, references: &[ReassignReference]) -> Vec<Vec<ReassignReference>> {
        references.chunks(self.max()).map(<[_]>::to_vec).collect()
    }

    fn max(self) -> usize {
        match self {
            Self::AtOnce => MAX_REASSIGN,
            Self::AsTask | Self::AsTaskOfBeta => MAX_REASSIGN_ASYNC,
        }
    }

    pub(super) fn operation(self) -> Operation {
        match self {
            Self::AtOnce => OPERATION_AT_ONCE,
            Self::AsTask => OPERATION_AS_TASK,
            Self::AsTaskOfBeta => OPERATION_OF_BETA,
        }
    }
}

/// What all parts of a reassignment have in common.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) client: Client,
    /// The certification that the parts are taken from.
    pub(super) certification: String,
    pub(super) to: String,
    pub(super) reason: String,
}

impl Order {
    /// The task of this id, where the tasks of requests that go this way are found.
    pub(super) fn task(&self, way: Way, id: &str) -> TaskHandle {
        match way {
            Way::AtOnce | Way::AsTask => self.client.task(id),
            Way::AsTaskOfBeta => {
                let beta = self.client.beta();
                beta.certification(&self.certification).task(id)
            }
        }
    }
}

/// What the service answers when it takes a part on.
#[derive(Clone, Debug)]
pub(super) enum Accepted {
    /// It is done, and this is the certification that is left.
    AtOnce(Box<Certification>),
    /// A task does it.
    AsTask(Box<Task>),
}

/// Sends one part, once.
pub(super) async fn reassign_part(
    order: &Order,
    way: Way,
    references: Vec<ReassignReference>,
) -> Result<Accepted> {
    let Order {
        client,
        certification,
        to,
        reason,
    } = order;
    let operation = way.operation();
    let id = path_id("certification id", certification.clone())
        .map_err(|error| error.during(operation))?;
    let (to, reason) = (to.clone(), reason.clone());
    let task = match way {
        Way::AtOnce => {
            let body = convert::v3::review_reassign(references, to, reason);
            let request = client.raw().reassign_identity_certifications();
            let answer = call(operation, request.id(id).body(body).send()).await?;
            let certification = answer.body;
            return Ok(Accepted::AtOnce(Box::new(certification)));
        }
        Way::AsTask => {
            let body = convert::v3::review_reassign(references, to, reason);
            let request = client.raw().submit_reassign_certs_async();
            let answer = call(operation, request.id(id).body(body).send()).await?;
            answer.body
        }
        Way::AsTaskOfBeta => {
            let body = convert::beta::review_reassign(references, to, reason);
            let request = client.raw_beta().submit_reassign_certs_async();
            let answer = call(operation, request.id(id).body(body).send()).await?;
            answer.body
        }
    };
    Ok(Accepted::AsTask(Box::new(task)))
}
