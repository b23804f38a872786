//! Text to tokens, one at a time.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use super::error::ParseErrorKind;
use super::{Fault, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A field, an operator, a composite, or a literal without quotes.
    Word(&'a str),
    /// A quoted text without its quotes and escapes.
    Text(Cow<'a, str>),
    Open,
    Close,
    Comma,
}

impl Display for Token<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::Comma => f.write_str(","),
        }
    }
}

pub(super) struct Lexer<'a> {
    rest: &'a str,
    /// How many characters are read.
    column: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            column: 0,
        }
    }

    /// The next token, or `None` at the end, and where it stands.
    pub(super) fn next(&mut self) -> Result<(Option<Token<'a>>, Span), Fault> {
        self.take_while(char::is_whitespace);
        let start = self.column;
        let token = match self.rest.chars().next() {
            None => None,
            Some('(') => self.mark(Token::Open),
            Some(')') => self.mark(Token::Close),
            Some(',') => self.mark(Token::Comma),
            Some('"') => Some(Token::Text(self.text()?)),
            Some(_) => Some(Token::Word(self.take_while(continues_word))),
        };
        let end = self.column;
        Ok((token, Span { start, end }))
    }

    fn mark(&mut self, token: Token<'a>) -> Option<Token<'a>> {
        self.skip_ascii(1);
        Some(token)
    }

    fn skip_ascii(&mut self, count: usize) {
        self.rest = &self.rest[count..];
        self.column += count;
    }

    fn take_while(&mut self, continues: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|next| !continues(next));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.column += taken.chars().count();
        taken
    }

    /// Reads from an opening quote to the closing one. Text without escapes, the usual
    /// case, is not copied.
    fn text(&mut self) -> Result<Cow<'a, str>, Fault> {
        let opening = self.column;
        self.skip_ascii(1);
        let mut text = Cow::Borrowed("");
        loop {
            let plain = self.take_while(|next| !matches!(next, '"' | '\\'));
            match &mut text {
                Cow::Borrowed("") => text = Cow::Borrowed(plain),
                text => text.to_mut().push_str(plain),
            }
            let start = self.column;
            let mut rest = self.rest.chars();
            match (rest.next(), rest.next()) {
                (Some('"'), _) => {
                    self.skip_ascii(1);
                    return Ok(text);
                }
                (Some('\\'), Some(escaped @ ('"' | '\\'))) => {
                    text.to_mut().push(escaped);
                    self.skip_ascii(2);
                }
                (Some('\\'), Some(escaped)) => {
                    let end = start + 2;
                    return Err(Span { start, end }.fault(ParseErrorKind::Escape { escaped }));
                }
                _ => {
                    let span = Span {
                        start: opening,
                        end: opening + 1,
                    };
                    return Err(span.fault(ParseErrorKind::UnclosedText));
                }
            }
        }
    }
}

fn continues_word(next: char) -> bool {
    !next.is_whitespace() && !matches!(next, '(' | ')' | ',' | '"')
}
