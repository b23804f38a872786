//! Reading filters and sorters from text.
//!
//! A reader of its own, not the writer of `render` turned around: that the two agree is
//! shown by tests.

pub(super) mod error;
mod filter;
mod lexer;
mod sorter;

pub(super) use filter::filter;
pub(super) use sorter::sorter;

use error::ParseErrorKind;

/// What is wrong, and where.
struct Fault {
    span: Span,
    kind: ParseErrorKind,
}

/// A stretch of the text. Both ends count characters from 0: what people count.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    fn fault(self, kind: ParseErrorKind) -> Fault {
        Fault { span: self, kind }
    }
}
