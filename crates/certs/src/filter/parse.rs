//! Parses the text of a filter for one endpoint.
//!
//! ```text
//! or   = and { "or" and }
//! and  = not { "and" not }
//! not  = "not" not | "(" or ")" | comparison
//! comparison = field operator ( value | "(" value { "," value } ")" )
//! ```
//!
//! The grammar has operators that no field has. They are refused because the field does not list
//! them, so the parser needs to know nothing else about them.
//!
//! It shares no code with the writer; tests show that the two agree.

pub(super) mod error;
mod lexer;

use std::borrow::Cow;
use std::mem;

use self::error::{Fault, ParseError, Span, did_you_mean, quoted, unknown_field};
use self::lexer::{Lexer, Token};
use super::error::Names;
use super::expression::{Expression, Order, Test};
use super::value::Literal;
use super::vocabulary::{EndpointVocabulary, FieldVocabulary, Values};

/// Reads a filter with the fields and operators of an endpoint.
pub(super) fn filter(
    text: &str,
    vocabulary: &'static EndpointVocabulary,
) -> Result<Expression, ParseError> {
    Parser::new(text, vocabulary)
        .and_then(Parser::filter)
        .map_err(|fault| ParseError::new(text, fault))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token that is next, and its place.
    next: (Option<Token<'a>>, Span),
    vocabulary: &'static EndpointVocabulary,
    /// The last `and`, `or` or `not`.
    last_composite: Span,
}

/// An operator that waits for its operand. The parser keeps a stack of these instead of recursing:
/// input from outside must not decide how much stack is used.
enum Open {
    Parenthesis,
    Not,
    And(Expression),
    Or(Expression),
}

/// How tightly an operator binds what precedes it, loosest first. A parenthesis ends only at its
/// own closing one.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Parenthesis,
    End,
    Or,
    And,
    Not,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, vocabulary: &'static EndpointVocabulary) -> Result<Self, Fault> {
        let mut lexer = Lexer::new(text);
        Ok(Self {
            next: lexer.next()?,
            lexer,
            vocabulary,
            last_composite: Span { start: 0, end: 0 },
        })
    }

    fn filter(mut self) -> Result<Expression, Fault> {
        let filter = self.expression()?;
        match filter.check(self.vocabulary) {
            Ok(()) => Ok(filter),
            Err(error) => Err(self.last_composite.fault(error.to_string())),
        }
    }

    fn expression(&mut self) -> Result<Expression, Fault> {
        let mut open = Vec::new();
        'operand: loop {
            if self.take_composite("not")? {
                open.push(Open::Not);
                continue;
            }
            if self.take(&Token::Open)? {
                open.push(Open::Parenthesis);
                continue;
            }
            let mut complete = self.comparison()?;
            loop {
                if self.take_composite("and")? {
                    complete = close(&mut open, Binding::And, complete);
                    open.push(Open::And(complete));
                    continue 'operand;
                }
                if self.take_composite("or")? {
                    complete = close(&mut open, Binding::Or, complete);
                    open.push(Open::Or(complete));
                    continue 'operand;
                }
                complete = close(&mut open, Binding::End, complete);
                match open.pop() {
                    Some(_parenthesis) => self.expect(&Token::Close, "`and`, `or` or `)`")?,
                    None if self.next.0.is_none() => return Ok(complete),
                    None => return Err(self.unexpected("`and`, `or` or the end")),
                }
            }
        }
    }

    fn comparison(&mut self) -> Result<Expression, Fault> {
        let (word, at) = self.word("a field")?;
        // The one operator that precedes its field. No field lists it.
        if word == "pr" {
            let (field, field_at) = self.word("a field")?;
            let field = self.field(field, field_at)?;
            return Err(at.fault(unsupported(field, word)));
        }
        let field = self.field(word, at)?;
        let (operator, at) = self.word("an operator")?;
        let has = |operator: &str| field.operators.contains(&operator);
        let test = match operator {
            "eq" if has(operator) => Test::Eq(self.value(field)?),
            "ne" if has(operator) => Test::Ne(self.value(field)?),
            "sw" if has(operator) => Test::StartsWith(self.value(field)?),
            "lt" if has(operator) => Test::Ordered(Order::Below, self.value(field)?),
            "le" if has(operator) => Test::Ordered(Order::AtMost, self.value(field)?),
            "gt" if has(operator) => Test::Ordered(Order::Above, self.value(field)?),
            "ge" if has(operator) => Test::Ordered(Order::AtLeast, self.value(field)?),
            "in" if has(operator) => Test::In(self.values(field)?),
            "ca" if has(operator) => Test::ContainsAll(self.values(field)?),
            _ => {
                return Err(match documented(operator) {
                    Some(documented) if has(documented) => at.instead(operator, documented),
                    _ => at.fault(unsupported(field, operator)),
                });
            }
        };
        Ok(Expression::comparison(field.name, test))
    }

    fn field(&self, name: &str, at: Span) -> Result<&'static FieldVocabulary, Fault> {
        let mut known = self.vocabulary.filterable();
        if let Some(field) = known.find(|field| field.name == name) {
            return Ok(field);
        }
        let (object, _) = name.split_once('.').unwrap_or((name, ""));
        Err(if documented(name) == Some("not") {
            at.instead(name, "not")
        } else if self.vocabulary.parameters.contains(&object) {
            let shown = quoted(name);
            at.fault(format!(
                "cannot filter by {shown}: the list has a method for that, `.{object}(..)`"
            ))
        } else {
            let (known, sortable) = (self.vocabulary.filterable(), self.vocabulary.sortable());
            at.fault(unknown_field("filter", name, known, sortable))
        })
    }

    fn values(&mut self, field: &FieldVocabulary) -> Result<Vec<Literal>, Fault> {
        self.expect(&Token::Open, "`(`")?;
        let mut values = vec![self.value(field)?];
        while self.take(&Token::Comma)? {
            values.push(self.value(field)?);
        }
        self.expect(&Token::Close, "`,` or `)`")?;
        Ok(values)
    }

    fn value(&mut self, field: &FieldVocabulary) -> Result<Literal, Fault> {
        let token = match &self.next.0 {
            Some(token @ (Token::Word(_) | Token::Text(_))) => token.clone(),
            _ => return Err(self.unexpected("a value")),
        };
        let (_, at) = self.advance()?;
        match (field.values, token) {
            (Values::Text, Token::Text(text)) => Ok(Literal::Text(text.into_owned())),
            (Values::Id, Token::Text(text)) => Ok(Literal::Id(text.into_owned().into())),
            (Values::Enumeration(known), Token::Text(text)) => {
                known_text(field, known, text).map_err(|message| at.fault(message))
            }
            (Values::Bool, Token::Word("true")) => Ok(Literal::Bool(true)),
            (Values::Bool, Token::Word("false")) => Ok(Literal::Bool(false)),
            (Values::Bool, Token::Word(word)) if is_bool(word) => {
                Err(at.instead(word, &word.to_ascii_lowercase()))
            }
            (Values::Bool, _) => Err(at.fault(format!(
                "`{}` is compared with `true` or `false`, without quotes",
                field.name
            ))),
            (Values::Text | Values::Id | Values::Enumeration(_), token) => Err(at.fault(format!(
                "`{}` is compared with text in double quotes: write `\"{token}\"`",
                field.name
            ))),
        }
    }

    fn word(&mut self, expected: &'static str) -> Result<(&'a str, Span), Fault> {
        let (Some(Token::Word(word)), at) = self.next else {
            return Err(self.unexpected(expected));
        };
        self.advance()?;
        Ok((word, at))
    }

    fn take_composite(&mut self, wanted: &str) -> Result<bool, Fault> {
        let (Some(Token::Word(word)), at) = self.next else {
            return Ok(false);
        };
        if word != wanted {
            return Ok(false);
        }
        self.last_composite = at;
        self.advance()?;
        Ok(true)
    }

    fn take(&mut self, token: &Token<'_>) -> Result<bool, Fault> {
        let is_next = self.next.0.as_ref() == Some(token);
        if is_next {
            self.advance()?;
        }
        Ok(is_next)
    }

    fn expect(&mut self, token: &Token<'_>, expected: &'static str) -> Result<(), Fault> {
        if self.take(token)? {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    fn advance(&mut self) -> Result<(Option<Token<'a>>, Span), Fault> {
        let next = self.lexer.next()?;
        Ok(mem::replace(&mut self.next, next))
    }

    /// Says what is expected: one of the words in `expected` that are in backquotes, or
    /// something that has no one spelling.
    fn unexpected(&self, expected: &'static str) -> Fault {
        let (found, at) = &self.next;
        if let Some(Token::Word(word)) = found
            && let Some(documented) = documented(word)
            && expected.contains(&format!("`{documented}`"))
        {
            return at.instead(word, documented);
        }
        at.unexpected(expected, found.as_ref())
    }
}

/// Completes what binds at least as tightly as the composite that follows it.
fn close(open: &mut Vec<Open>, next: Binding, mut complete: Expression) -> Expression {
    while let Some(last) = open.pop_if(|last| last.binding() >= next) {
        complete = match last {
            Open::Parenthesis => complete,
            Open::Not => complete.not(),
            Open::And(left) => left.and(complete),
            Open::Or(left) => left.or(complete),
        };
    }
    complete
}

impl Open {
    fn binding(&self) -> Binding {
        match self {
            Self::Parenthesis => Binding::Parenthesis,
            Self::Not => Binding::Not,
            Self::And(_) => Binding::And,
            Self::Or(_) => Binding::Or,
        }
    }
}

/// The API's word for a word or symbol of other languages, or for one of its own in another case.
fn documented(word: &str) -> Option<&'static str> {
    const OTHER_SPELLINGS: &[(&str, &[&str])] = &[
        ("and", &["and", "&", "&&"]),
        ("or", &["or", "|", "||"]),
        ("not", &["not", "!"]),
        ("eq", &["eq", "=", "==", "===", "is", "equals"]),
        ("ne", &["ne", "!=", "<>", "!==", "neq"]),
        ("in", &["in"]),
        ("sw", &["sw", "starts_with", "startswith"]),
        ("ca", &["ca", "contains_all", "containsall"]),
    ];
    let known = OTHER_SPELLINGS.iter().find(|(_, spellings)| {
        let mut spellings = spellings.iter();
        spellings.any(|spelling| spelling.eq_ignore_ascii_case(word))
    });
    known.map(|(documented, _)| *documented)
}

fn is_bool(word: &str) -> bool {
    word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false")
}

/// The service compares without regard to case, so a text in another case means the same;
/// what is sent is the documented spelling.
fn known_text(
    field: &FieldVocabulary,
    known: &'static [&'static str],
    text: Cow<'_, str>,
) -> Result<Literal, String> {
    if let Some(known) = known.iter().find(|known| known.eq_ignore_ascii_case(&text)) {
        return Ok(Literal::Text((*known).to_owned()));
    }
    let hint = did_you_mean(&text, known);
    let hint = hint.unwrap_or_else(|| format!("there are {}", Names(known)));
    let (field, shown) = (field.name, quoted(&text));
    Err(format!("`{field}` has no known value {shown}: {hint}"))
}

fn unsupported(field: &FieldVocabulary, operator: &str) -> String {
    let FieldVocabulary {
        name, operators, ..
    } = field;
    let operator_shown = quoted(operator);
    if documented(operator) == Some("not") {
        format!("`not` comes before the field: write `not {name} ...`")
    } else if documented(operator) == Some("ne") && operators.contains(&"eq") {
        format!("`{name}` has no operator {operator_shown}: write `not {name} eq ...`")
    } else {
        format!(
            "`{name}` has no operator {operator_shown}: it has {}",
            Names(operators)
        )
    }
}
