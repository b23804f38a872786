//! Splits the text of a filter into tokens.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use super::error::{Fault, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A field, an operator, a composite, or a literal without quotes. Symbols, which the
    /// grammar does not have, are words of their own, so that the parser can say what to
    /// write instead.
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
    /// The number of characters read so far.
    read: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            read: 0,
        }
    }

    /// The next token, or `None` at the end, and its place.
    pub(super) fn next(&mut self) -> Result<(Option<Token<'a>>, Span), Fault> {
        self.take_while(char::is_whitespace);
        let start = self.read;
        let token = match self.rest.chars().next() {
            None => None,
            Some('(') => self.mark(Token::Open),
            Some(')') => self.mark(Token::Close),
            Some(',') => self.mark(Token::Comma),
            Some('"') => Some(Token::Text(self.text()?)),
            Some(quote) if is_other_quote(quote) => return Err(other_quote(start, quote)),
            Some(symbol) if is_symbol(symbol) => Some(Token::Word(self.take_while(is_symbol))),
            Some(_) => Some(Token::Word(self.take_while(continues_word))),
        };
        let end = self.read;
        Ok((token, Span { start, end }))
    }

    fn mark(&mut self, token: Token<'a>) -> Option<Token<'a>> {
        self.skip_ascii(1);
        Some(token)
    }

    fn skip_ascii(&mut self, count: usize) {
        self.rest = &self.rest[count..];
        self.read += count;
    }

    fn take_while(&mut self, continues: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|next| !continues(next));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.read += taken.chars().count();
        taken
    }

    /// Reads from an opening quote to the closing one. Text without escapes, the usual
    /// case, is not copied.
    fn text(&mut self) -> Result<Cow<'a, str>, Fault> {
        let opening = self.read;
        self.skip_ascii(1);
        let whole = self.rest;
        let mut text = Cow::Borrowed("");
        loop {
            let plain = self.take_while(|next| !matches!(next, '"' | '\\'));
            match &mut text {
                Cow::Borrowed("") => text = Cow::Borrowed(plain),
                text => text.to_mut().push_str(plain),
            }
            let start = self.read;
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
                (Some('\\'), Some(_)) => {
                    let end = start + 2;
                    return Err(Span { start, end }.fault(
                        r#"within quotes, only `"` and `\` may follow a backslash: write `\\` for one"#,
                    ));
                }
                _ => return Err(unclosed(opening, whole)),
            }
        }
    }
}

/// The error of a text without a closing quote; a curly quote may have been meant as one.
fn unclosed(opening: usize, whole: &str) -> Fault {
    let mut characters = (opening + 1..).zip(whole.chars());
    match characters.find(|(_, character)| is_curly(*character)) {
        Some((place, quote)) => other_quote(place, quote),
        None => Span::one(opening).fault("the quote that opens here is not closed"),
    }
}

fn other_quote(place: usize, quote: char) -> Fault {
    Span::one(place).instead(quote.encode_utf8(&mut [0; 4]), "\"")
}

fn continues_word(next: char) -> bool {
    let is_token = |next| matches!(next, '(' | ')' | ',' | '"');
    // The usual case first, because it is cheap to check.
    next.is_ascii_alphanumeric()
        || !(next.is_whitespace() || is_token(next) || is_symbol(next) || is_other_quote(next))
}

fn is_symbol(character: char) -> bool {
    matches!(character, '=' | '!' | '<' | '>' | '&' | '|' | '~')
}

/// The quotes of people, editors and other languages.
fn is_other_quote(character: char) -> bool {
    is_curly(character)
        || matches!(
            character,
            '\'' | '`' | '´' | '‘' | '’' | '‚' | '‛' | '«' | '»' | '＂' | '＇' | '″' | '′'
        )
}

fn is_curly(character: char) -> bool {
    matches!(character, '“' | '”' | '„' | '‟')
}
