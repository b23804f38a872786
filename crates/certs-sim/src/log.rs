//! The log of requests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::Value;

use crate::fault::Fault;
use crate::operation::Operation;
use crate::sync::lock;
use crate::version::Version;

/// A request as it arrived, and the status of its response. Secrets are left out.
///
/// Input that is not HTTP is recorded, too, without method and path.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// The operation, if the path belongs to the API.
    pub operation: Option<Operation>,
    /// The version of the API in its path; `None` for a token request.
    pub version: Option<Version>,
    /// The path as on the wire, still percent-encoded.
    pub path: String,
    /// The query string as on the wire, still percent-encoded.
    pub query: Option<String>,
    /// The body: parsed if it is JSON, otherwise its text as a JSON string. A token
    /// request is shown as a url-encoded form, in whichever form it came. The body of a
    /// request that was refused for its token or by the rate limit is not kept.
    pub body: Option<Value>,
    /// The headers, by their names in lower case; several of one name are joined.
    pub headers: BTreeMap<String, String>,
    /// The status of the response, even of one that was lost on its way. 0 if there was none.
    pub status: u16,
    /// The fault that hit it, if any.
    pub fault: Option<Fault>,
    /// Whether the API processed it: it arrived and was not refused, whatever the final response
    /// was.
    pub processed: bool,
}

/// Counters of requests. Unlike the log, they include all requests, however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Requests by operation, whatever the response.
    pub requests: BTreeMap<Operation, u64>,
    /// Requests that were refused with 429 because the rate limit was used up. A fault that
    /// says 429 does not count.
    pub rate_limited: u64,
    /// Tokens that were issued.
    pub tokens_issued: u64,
}

impl Traffic {
    /// Requests for one operation.
    #[must_use]
    pub fn of(&self, operation: Operation) -> u64 {
        self.requests.get(&operation).copied().unwrap_or_default()
    }

    fn count(&mut self, request: &RecordedRequest) {
        if let Some(operation) = request.operation {
            *self.requests.entry(operation).or_default() += 1;
        }
        self.rate_limited += u64::from(request.status == 429 && request.fault.is_none());
        let is_token = request.operation == Some(Operation::Token) && request.processed;
        self.tokens_issued += u64::from(is_token);
    }
}

/// The last requests, in the order of their responses, and a count of all.
#[derive(Debug)]
pub(crate) struct RequestLog {
    /// How many bytes of requests are kept.
    limit: usize,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    last: VecDeque<Kept>,
    bytes: usize,
    traffic: Traffic,
}

/// A simulator may run for weeks, so it keeps no more than a test may need.
const CAPACITY: usize = 10_000;

/// A request without its body, and the body as it was on the wire: parsed, it could be many
/// times as large.
#[derive(Debug)]
struct Kept {
    request: RecordedRequest,
    body: KeptBody,
}

/// The body of a request that is kept.
#[derive(Debug, Default)]
pub(crate) enum KeptBody {
    #[default]
    Nothing,
    AsSent(Bytes),
    Text(String),
}

impl KeptBody {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::AsSent(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
        }
    }

    fn shown(&self) -> Option<Value> {
        let text = |bytes: &[u8]| Value::String(String::from_utf8_lossy(bytes).into_owned());
        match self {
            Self::Nothing => None,
            Self::AsSent(bytes) if bytes.is_empty() => None,
            Self::AsSent(bytes) => {
                Some(serde_json::from_slice(bytes).unwrap_or_else(|_| text(bytes)))
            }
            Self::Text(text) => Some(Value::String(text.clone())),
        }
    }
}

impl Kept {
    fn len(&self) -> usize {
        let headers = self.request.headers.iter();
        let query = self.request.query.as_ref().map_or(0, String::len);
        headers
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>()
            + self.request.path.len()
            + query
            + self.body.len()
    }
}

impl RequestLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            log: Mutex::default(),
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        let shown = |kept: &Kept| RecordedRequest {
            body: kept.body.shown(),
            ..kept.request.clone()
        };
        lock(&self.log).last.iter().map(shown).collect()
    }

    pub(crate) fn traffic(&self) -> Traffic {
        lock(&self.log).traffic.clone()
    }

    pub(crate) fn clear(&self) {
        *lock(&self.log) = Log::default();
    }

    /// Adds a request, whose body is passed separately.
    pub(crate) fn add(&self, request: RecordedRequest, body: KeptBody) {
        let mut kept = Kept { request, body };
        // Clients without a token, or over the rate limit, must not fill the memory.
        let is_refused = matches!(kept.request.status, 401 | 429) && kept.request.fault.is_none();
        if is_refused || kept.len() > self.limit {
            kept.body = KeptBody::Nothing;
        }
        let mut log = lock(&self.log);
        log.traffic.count(&kept.request);
        log.bytes += kept.len();
        log.last.push_back(kept);
        while log.last.len() > CAPACITY || log.bytes > self.limit {
            let Some(oldest) = log.last.pop_front() else {
                break;
            };
            log.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(log: &RequestLog, path: &str, status: u16, body: usize) {
        let request = RecordedRequest {
            path: path.to_owned(),
            status,
            ..RecordedRequest::default()
        };
        log.add(request, KeptBody::AsSent(vec![b'0'; body].into()));
    }

    #[test]
    fn the_oldest_requests_are_dropped_when_it_is_full() {
        let log = RequestLog::new(100);
        for path in ["/a", "/b", "/c"] {
            add(&log, path, 200, 40);
        }
        let paths: Vec<_> = log.all().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/b", "/c"]);
        add(&log, "/d", 200, 1_000);
        let last = log.all().pop().unwrap();
        assert_eq!((last.path.as_str(), last.body), ("/d", None));
    }

    #[test]
    fn refused_requests_are_recorded_without_a_body() {
        let log = RequestLog::new(1_000);
        for status in [401, 429, 400] {
            add(&log, "/a", status, 3);
        }
        let has_body: Vec<_> = log
            .all()
            .iter()
            .map(|request| request.body.is_some())
            .collect();
        assert_eq!(has_body, [false, false, true]);
        assert_eq!(log.traffic().rate_limited, 1);
    }
}
