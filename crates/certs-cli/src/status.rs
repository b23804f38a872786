//! Exit statuses, and errors worded for people.

use std::fmt;
use std::io;
use std::process::ExitCode;

use certs::ErrorKind;

/// The table of exit statuses, for help pages.
pub(crate) const TABLE: &str = "\
Exit status:
  0  done
  1  error: standard error says what failed
  2  usage: the command line is wrong
  3  done in part: some items were refused, left alone or are unknown
  4  nothing to do";

/// How a successful verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Done,
    Partly,
    Nothing,
}

impl Status {
    /// Done, or done in part.
    pub(crate) fn complete(is_complete: bool) -> Self {
        if is_complete {
            Self::Done
        } else {
            Self::Partly
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Partly => 3,
            Self::Nothing => 4,
        }
    }
}

/// Why a verb failed, worded for people.
#[derive(Debug)]
pub(crate) enum Failure {
    Error(String),
    /// The command line makes no sense.
    Usage(String),
    /// It was stopped after something may have been changed.
    Stopped(String),
    /// The reader of the output has closed it.
    PipeClosed,
}

pub(crate) type Result<T = Status> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn error(why: impl Into<String>) -> Self {
        Self::Error(why.into())
    }

    pub(crate) fn usage(why: impl Into<String>) -> Self {
        Self::Usage(why.into())
    }
}

impl From<certs::Error> for Failure {
    fn from(error: certs::Error) -> Self {
        let hint = if error.kind() == ErrorKind::Unauthorized {
            "\nhint: `certs whoami` checks the address, the client id and the secret"
        } else if error.kind() == ErrorKind::Connect {
            "\nhint: is the address right, and does a proxy have to be set (HTTPS_PROXY)?"
        } else {
            ""
        };
        Self::Error(format!("{error}{hint}"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::PipeClosed
        } else {
            Self::Error(format!("the output cannot be written: {error}"))
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(why) | Self::Usage(why) | Self::Stopped(why) => f.write_str(why),
            Self::PipeClosed => f.write_str("the output was closed"),
        }
    }
}

/// Prints the error, if there is one, and returns the exit status.
pub(crate) fn report(result: Result) -> ExitCode {
    let failure = match result {
        Ok(status) => return ExitCode::from(status.code()),
        Err(failure) => failure,
    };
    let code = match failure {
        Failure::PipeClosed => return ExitCode::SUCCESS,
        Failure::Error(_) => 1,
        Failure::Usage(_) => 2,
        Failure::Stopped(_) => 3,
    };
    eprintln!("certs: {failure}");
    ExitCode::from(code)
}
