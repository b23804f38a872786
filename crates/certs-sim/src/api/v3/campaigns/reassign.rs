//! `POST /campaigns/{id}/reassign`: whole certifications, as a task.

use super::find;
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::v3::tasks::CertificationTask;
use crate::error::ApiError;
use crate::id::Id;
use crate::state::State;
use crate::state::reassign::CertificationsRequest;
use crate::state::task::Work;
use crate::view::TaskType;

/// The most certifications in a request.
const MAX_CERTIFICATIONS: usize = 250;

/// `AdminReviewReassign`. Whether it can be done shows when it is done.
pub(crate) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    let value = body::parse(call)?;
    let request = Object::read(&value, "")?;
    let ids = request.list("certificationIds", MAX_CERTIFICATIONS)?;
    let certifications = ids
        .iter()
        .enumerate()
        .map(|(position, id)| {
            id.as_str()
                .and_then(Id::parse)
                .and_then(|id| state.certifications.find(id))
                .filter(|certification| state.certifications[*certification].campaign == campaign)
                .ok_or_else(|| {
                    ApiError::content(format!(
                        "certificationIds[{position}]: the campaign has no certification {id}."
                    ))
                })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let to = request
        .optional_object("reassignTo")?
        .ok_or_else(|| ApiError::missing("reassignTo is missing."))?;
    if to.optional_text("type")?.is_some() {
        to.keyword("type", &["IDENTITY"], |text| {
            (text == "IDENTITY").then_some(())
        })?;
    }
    let work = Work::Certifications(
        campaign,
        CertificationsRequest {
            certifications,
            to: to.text("id")?.to_owned(),
            reason: request.text("reason")?.to_owned(),
        },
    );
    let Call { new_id, now, .. } = *call;
    let task = state.submit(
        work,
        TaskType::AdminReassign,
        call.caller.person,
        new_id,
        now,
    )?;
    Success::accepted(&CertificationTask::new(state, task, call.now))
}
