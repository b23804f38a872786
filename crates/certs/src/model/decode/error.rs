//! Errors of decoding.

use std::fmt;

use super::Unreadable;

/// Why a response, or a record of one, could not be decoded.
///
/// Says where the response is wrong and what was expected there. The value itself may be personal
/// data and is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecodeError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Empty,
    WebPage,
    CutShort { bytes: usize },
    NotJson { line: usize, column: usize },
    Mismatch { path: String, problem: String },
    TooMany { max: usize },
    InPage(Box<Unreadable>),
}

impl DecodeError {
    pub(super) fn new(body: &[u8], path: &str, error: &serde_json::Error) -> Self {
        Self(match body.trim_ascii() {
            [] => Reason::Empty,
            [b'<', ..] => Reason::WebPage,
            _ if error.is_eof() => Reason::CutShort { bytes: body.len() },
            _ if path == "." && !error.is_data() => Reason::NotJson {
                line: error.line(),
                column: error.column(),
            },
            _ => Reason::Mismatch {
                path: path.to_owned(),
                problem: problem(error),
            },
        })
    }

    pub(super) fn too_many(max: usize) -> Self {
        Self(Reason::TooMany { max })
    }

    pub(super) fn in_page(record: Unreadable) -> Self {
        Self(Reason::InPage(Box::new(record)))
    }
}

/// What is wrong with a value, without the value.
fn problem(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if !error.is_data() {
        return message.to_owned();
    }
    // `invalid type: string "Ada", expected an object`
    match message.rsplit_once("expected ") {
        Some((_, "a sequence")) => "expected a list".to_owned(),
        Some((_, expected)) => format!("expected {expected}"),
        None => "expected another value".to_owned(),
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Empty => f.write_str("the response is empty"),
            Reason::WebPage => f.write_str(
                "the response is a web page, not JSON: check that the base URL is that of the API",
            ),
            Reason::CutShort { bytes } => write!(f, "the response breaks off after {bytes} bytes"),
            Reason::NotJson { line, column } => {
                write!(
                    f,
                    "the response is not JSON, from line {line}, column {column}"
                )
            }
            Reason::Mismatch { path, problem } => {
                f.write_str("the response is not as specified: ")?;
                if path != "." {
                    write!(f, "at `{path}`, ")?;
                }
                f.write_str(problem)
            }
            Reason::TooMany { max } => {
                write!(f, "the response is a page of more than {max} records")
            }
            Reason::InPage(record) => {
                let Unreadable { place, id, error } = &**record;
                write!(f, "{error} (record {} of the page", place + 1)?;
                if let Some(id) = id.get() {
                    write!(f, ", id {id}")?;
                }
                f.write_str(")")
            }
        }
    }
}

impl std::error::Error for DecodeError {}
