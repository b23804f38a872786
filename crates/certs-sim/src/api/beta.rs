//! The beta version: six operations, all deprecated.

mod certifications;
mod tasks;

use super::endpoint::{Endpoint, Guard};
use super::{permissions, reviewers};
use crate::auth::scope::Scope;

const ANY: Guard = Guard::any();
const READ: Guard = Guard::scopes(&[Scope::CertificationRead]);
const WRITE: Guard = Guard::scopes(&[Scope::CertificationWrite]);

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    ANY.get("/certifications", certifications::list),
    READ.get("/certifications/{id}/reviewers", reviewers::list),
    READ.get(
        "/certifications/{certificationId}/access-review-items/{itemId}/permissions",
        permissions::list,
    ),
    WRITE.post(
        "/certifications/{id}/reassign-async",
        tasks::submit_reassignment,
    ),
    ANY.get("/certifications/{id}/tasks-pending", tasks::list_pending),
    ANY.get("/certifications/{id}/tasks/{taskId}", tasks::get),
];
