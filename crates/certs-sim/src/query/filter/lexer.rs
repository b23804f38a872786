//! Splits the text of a filter into tokens.

use std::fmt;

/// The smallest part of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A field name, an operator, a composite or a bare literal.
    Word(String),
    /// A quoted string, without its quotes and escapes.
    Quoted(String),
    Open,
    Close,
    Comma,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "{word}"),
            Self::Quoted(text) => write!(f, "{text:?}"),
            Self::Open => write!(f, "("),
            Self::Close => write!(f, ")"),
            Self::Comma => write!(f, ","),
        }
    }
}

/// Cuts a filter into tokens, or says why that is not possible.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '"' => tokens.push(Token::Quoted(quoted(&mut rest)?)),
            space if space.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                while let Some(next) = rest.next_if(|next| continues_word(*next)) {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

fn continues_word(next: char) -> bool {
    !next.is_whitespace() && !matches!(next, '(' | ')' | ',' | '"')
}

/// Reads a string up to its closing quote. Only `\"` and `\\` are escapes.
fn quoted(rest: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next() {
            Some('"') => return Ok(text),
            Some('\\') => match rest.next() {
                Some(escaped @ ('"' | '\\')) => text.push(escaped),
                Some(other) => {
                    return Err(format!(
                        "\"\\{other}\" is not an escape: within quotes write \\\" and \\\\ for a \
                         quote and a backslash"
                    ));
                }
                None => return Err("the filter ends within an escape".to_owned()),
            },
            Some(other) => text.push(other),
            None => return Err("a quoted string is not closed".to_owned()),
        }
    }
}
