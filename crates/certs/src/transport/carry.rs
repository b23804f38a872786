//! A typed error on its way through the generated client, which can only pass on what
//! reqwest returns: a response.

use reqwest::{Response, StatusCode};

use crate::error::Error;

/// A status that no operation declares as a success, so that the response comes back
/// whole.
const CARRIER: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// Wraps an error in a response that was never received.
pub(super) fn in_a_response(error: Error) -> Response {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = CARRIER;
    response.extensions_mut().insert(error);
    Response::from(response)
}

/// The error in the response, if it is such a carrier.
pub(super) fn out_of(response: &mut Response) -> Option<Error> {
    response.extensions_mut().remove()
}
