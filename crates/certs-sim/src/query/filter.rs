//! Filtering: the `filters` parameter is split into tokens, parsed as an expression, and compiled
//! with an operation's fields to a [`Filter`].

mod compile;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;

pub(crate) use self::compile::{CA, EQ, EQ_IN, EQ_NE, EQ_SW, Filter, Rule, TEXTUAL};
