//! Requests as the simulator received them.

use std::fmt::Write as _;

use certs_sim::{RecordedRequest, Simulator};

/// The requests to the API, without those for a token.
pub(crate) fn api_requests(sim: &Simulator) -> Vec<RecordedRequest> {
    let mut requests = sim.requests();
    requests.retain(|request| request.path != "/oauth/token");
    requests
}

pub(crate) fn token_requests(sim: &Simulator) -> Vec<RecordedRequest> {
    let mut requests = sim.requests();
    requests.retain(|request| request.path == "/oauth/token");
    requests
}

/// The only request to the API, or the only one that changes something.
#[track_caller]
pub(crate) fn only_request(sim: &Simulator) -> RecordedRequest {
    let mut requests = api_requests(sim);
    if requests.len() > 1 {
        requests.retain(|request| request.method != "GET");
    }
    assert_eq!(requests.len(), 1, "{requests:#?}");
    requests.remove(0)
}

/// The only request to the API as text, with names instead of the ids of the data set, so that a
/// new data set changes no snapshot.
#[track_caller]
pub(crate) fn request_text(sim: &Simulator, ids: &[(&str, &str)]) -> String {
    let request = only_request(sim);
    let mut text = format!("{} {}", request.method, request.path);
    if let Some(query) = &request.query {
        write!(text, "?{query}").unwrap();
    }
    if let Some(content_type) = request.headers.get("content-type") {
        write!(text, "\ncontent-type: {content_type}").unwrap();
    }
    if let Some(body) = &request.body {
        write!(text, "\n\n{body:#}").unwrap();
    }
    for (id, name) in ids {
        text = text.replace(id, &format!("[{name}]"));
    }
    text
}

/// The value of a query parameter, decoded.
///
/// Decoded by hand: the client and the simulator use the same crate for this, so a mistake in it
/// would cancel out.
pub(crate) fn query_parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key) == name).then_some(value)
    })?;
    Some(decode(value))
}

/// Undoes the percent-encoding of a path segment or the form encoding of a query.
pub(crate) fn decode(encoded: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}
