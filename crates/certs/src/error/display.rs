//! Displays an error on one line: which operation failed, why, and what to do next.

use std::fmt;

use http::StatusCode;

use super::{Error, ErrorKind};
use crate::model::ErrorMessage;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repr = &*self.0;
        if let Some(context) = &repr.context {
            write!(f, "{context}: ")?;
        }
        if let Some(operation) = repr.operation {
            write!(f, "{} ({}): ", operation.id, operation.version)?;
        }
        let mut said = Joined { f, any: false };
        // The status of a success does not help a reader whose response could not be used.
        if let Some(status) = repr.status.filter(|status| *status >= 300) {
            said.part(&headline(status, repr.api.detail_code.as_deref()))?;
        }
        if !repr.message.is_empty() {
            said.part(&repr.message)?;
        }
        // Causes are specific; messages only repeat the status in words.
        let texts = match texts(&repr.api.causes) {
            causes if causes.is_empty() => texts(&repr.api.messages),
            causes => causes,
        };
        for text in texts {
            said.part(text)?;
        }
        if let Some(hint) = hint(self) {
            write!(f, ". {hint}")?;
        }
        if let Some(tracking_id) = &repr.api.tracking_id {
            write!(f, " [tracking id {}]", one_line(tracking_id))?;
        }
        Ok(())
    }
}

/// Writes parts separated by colons, each without its final full stop.
struct Joined<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    any: bool,
}

impl Joined<'_, '_> {
    fn part(&mut self, text: &str) -> fmt::Result {
        let before = if self.any { ": " } else { "" };
        self.any = true;
        let text = one_line(text);
        write!(self.f, "{before}{}", text.trim_end_matches('.'))
    }
}

/// Text from outside, without line breaks and escape sequences, which could forge a log line or
/// control a terminal.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control());
    let words = words.filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn headline(status: u16, detail_code: Option<&str>) -> String {
    let status_text = status.to_string();
    match detail_code {
        // Detail codes begin with the status: `404 Not found`.
        Some(code) if code.starts_with(&status_text) => code.to_owned(),
        Some(code) => format!("{status_text} {code}"),
        None => {
            let reason = StatusCode::from_u16(status)
                .ok()
                .and_then(|s| s.canonical_reason());
            format!("{status_text} {}", reason.unwrap_or(""))
                .trim_end()
                .to_owned()
        }
    }
}

fn texts(messages: &[ErrorMessage]) -> Vec<&str> {
    messages
        .iter()
        .filter_map(|message| message.text.as_deref())
        .filter(|text| !text.trim().is_empty())
        .collect()
}

fn hint(error: &Error) -> Option<String> {
    Some(match error.kind() {
        ErrorKind::Unauthorized if error.version() == Some("oauth") => {
            "Check the client id and secret, and that the personal access token still exists".into()
        }
        ErrorKind::Unauthorized => "Check that the token is still valid, and of this tenant".into(),
        ErrorKind::Forbidden => {
            "The token needs the right scope, and its owner has to be the reviewer or an \
             administrator"
                .into()
        }
        ErrorKind::NotFound => "Check the id and the tenant".into(),
        ErrorKind::RateLimited => match error.retry_after() {
            Some(wait) => format!("Try again in {} s", wait.as_secs_f64().ceil()),
            None => "Try again later".into(),
        },
        ErrorKind::Connect => "Check the base URL, the network and the proxy".into(),
        _ if error.may_have_taken_effect() => {
            "It may have taken effect: read the current state before trying again".into()
        }
        ErrorKind::Server | ErrorKind::Interrupted | ErrorKind::Timeout => "Try again later".into(),
        ErrorKind::InvalidRequest => return error.0.advice.clone(),
        ErrorKind::Output => "Check the destination and its free space, and start again".into(),
        ErrorKind::Config
        | ErrorKind::Token
        | ErrorKind::Refused
        | ErrorKind::Redirected
        | ErrorKind::Decode
        | ErrorKind::TooLarge
        | ErrorKind::Cancelled
        | ErrorKind::Journal
        | ErrorKind::TaskFailed
        | ErrorKind::TaskPending
        | ErrorKind::NotReady => return None,
    })
}
