//! The outcome of a call on its way through the generated client, which can only pass on what
//! reqwest returns, and would decode it if it were a success.

use reqwest::{Response, StatusCode};

use super::received::Received;
use crate::error::Error;

/// A status that no operation declares as a success, so that the response comes back
/// whole.
const CARRIER: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// What a carrier holds: an answer to decode, or why there is none.
type Outcome = Result<Received, Error>;

/// Wraps an outcome in a response that was never received.
pub(super) fn in_a_response(outcome: Outcome) -> Response {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = CARRIER;
    response.extensions_mut().insert(outcome);
    Response::from(response)
}

/// The outcome in the response, if it is such a carrier.
pub(super) fn out_of(response: &mut Response) -> Option<Outcome> {
    response.extensions_mut().remove()
}
