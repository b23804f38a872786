//! The `filters` parameter: text to tokens, tokens to an expression, the expression
//! against an operation's fields to a [`Filter`].

mod compile;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;

pub(crate) use self::compile::{CA, EQ, EQ_IN, EQ_NE, EQ_SW, Filter, Rule, TEXTUAL};
