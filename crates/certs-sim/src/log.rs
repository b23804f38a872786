//! What clients have sent.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde_json::Value;

use crate::fault::Fault;
use crate::operation::Operation;
use crate::sync::lock;
use crate::version::Version;

/// A request as it arrived, and the status that answered it. Secrets are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// What it asks for, if its address is one of the API.
    pub operation: Option<Operation>,
    /// The version of the API in its path; none for a token.
    pub version: Option<Version>,
    /// The path as on the wire, still percent-encoded.
    pub path: String,
    /// The query string as on the wire, still percent-encoded.
    pub query: Option<String>,
    /// The body: parsed if it is JSON, otherwise its text as a JSON string. A token
    /// request is shown as a url-encoded form, in whichever form it came.
    pub body: Option<Value>,
    /// The headers, by their names in lower case; several of one name are joined.
    pub headers: BTreeMap<String, String>,
    /// The status of the answer; of one that was lost on its way, too. 0 if there was
    /// none.
    pub status: u16,
    /// What went wrong with it on purpose.
    pub fault: Option<Fault>,
    /// Whether the API did what it asks for: it got there and was not refused, whatever
    /// was answered in the end.
    pub processed: bool,
}

/// How many requests there were, and what they came to. Unlike the requests themselves they
/// are all counted, however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Requests by operation, whatever they were answered.
    pub requests: BTreeMap<Operation, u64>,
    /// Requests that were refused with 429 because the rate limit was used up. A fault that
    /// says 429 does not count.
    pub rate_limited: u64,
    /// Tokens that were given.
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

/// The last requests, in the order in which they were answered, and a count of all.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    last: VecDeque<RecordedRequest>,
    traffic: Traffic,
}

/// A simulator may run for weeks: it keeps what a test could want to see, no more.
const CAPACITY: usize = 10_000;

impl RequestLog {
    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        lock(&self.0).last.iter().cloned().collect()
    }

    pub(crate) fn traffic(&self) -> Traffic {
        lock(&self.0).traffic.clone()
    }

    pub(crate) fn clear(&self) {
        *lock(&self.0) = Log::default();
    }

    pub(crate) fn add(&self, request: RecordedRequest) {
        let mut log = lock(&self.0);
        log.traffic.count(&request);
        if log.last.len() == CAPACITY {
            log.last.pop_front();
        }
        log.last.push_back(request);
    }
}
