//! Finds the certification of a request, and checks that the caller may access it.

use super::endpoint::Call;
use crate::error::ApiError;
use crate::id::Id;
use crate::state::State;
use crate::state::review::{Certification, Item, Reviewer};
use crate::state::table::Ix;
use crate::state::tenant::Person;

/// The certification that the path parameter `name` names: 404 if there is none, 403
/// if it is somebody else's.
pub(crate) fn certification(
    state: &State,
    call: &Call,
    name: &str,
) -> Result<Ix<Certification>, ApiError> {
    let id = call.path(name);
    let certification = Id::parse(id)
        .and_then(|id| state.certifications.find(id))
        .filter(|certification| state.is_live(*certification))
        .ok_or_else(|| ApiError::not_found(format!("There is no certification \"{id}\".")))?;
    if may_touch(state, call, certification) {
        return Ok(certification);
    }
    Err(ApiError::forbidden(format!(
        "The certification {id} is not one that you review."
    )))
}

/// As [`certification`], and 400 if a governance group reviews it: most operations
/// do not support that.
pub(crate) fn identity_certification(
    state: &State,
    call: &Call,
) -> Result<Ix<Certification>, ApiError> {
    let certification = certification(state, call, "id")?;
    match state.certifications[certification].reviewer {
        Reviewer::Identity(_) => Ok(certification),
        Reviewer::Group(_) => Err(ApiError::content(format!(
            "The certification {} is assigned to a governance group, which this operation does \
             not support.",
            state.certifications[certification].id
        ))),
    }
}

/// Administrators may access everything, reviewers their own certifications.
pub(crate) fn may_touch(state: &State, call: &Call, certification: Ix<Certification>) -> bool {
    call.caller.is_admin() || state.is_reviewer(certification, call.caller.person)
}

/// The item that the path parameter `itemId` names within a certification.
pub(crate) fn item(
    state: &State,
    call: &Call,
    certification: Ix<Certification>,
) -> Result<Ix<Item>, ApiError> {
    let id = call.path("itemId");
    Id::parse(id)
        .and_then(|id| state.items.find(id))
        .filter(|item| state.items[*item].certification == certification)
        .ok_or_else(|| {
            ApiError::not_found(format!(
                "The certification {} has no item \"{id}\".",
                state.certifications[certification].id
            ))
        })
}

/// The reviewer whose certifications a list shows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReviewerFilter {
    Anybody,
    One(Ix<Person>),
    /// An identity that does not exist, and so reviews nothing.
    Nobody,
}

impl ReviewerFilter {
    /// Reads the parameter `name`, whose spelling depends on the version.
    pub(crate) fn read(state: &State, call: &Call, name: &str) -> Self {
        match call.params.get(name) {
            None => Self::Anybody,
            Some("me") => Self::One(call.caller.person),
            Some(id) => Id::parse(id)
                .and_then(|id| state.tenant.people.find(id))
                .map_or(Self::Nobody, Self::One),
        }
    }

    pub(crate) fn is_anybody(self) -> bool {
        matches!(self, Self::Anybody)
    }

    pub(crate) fn admits(self, state: &State, certification: Ix<Certification>) -> bool {
        match self {
            Self::Anybody => true,
            Self::One(person) => state.is_reviewer(certification, person),
            Self::Nobody => false,
        }
    }
}
