//! Tokens to a filter of one endpoint.
//!
//! ```text
//! or   = and { "or" and }
//! and  = not { "and" not }
//! not  = "not" not | "(" or ")" | comparison
//! comparison = field operator ( value | "(" value { "," value } ")" )
//! ```
//!
//! The grammar has more operators than any field; they are refused as those of a field
//! that does not list them, so nothing more needs to be known about them.

use std::borrow::Cow;
use std::mem;

use super::error::{ParseError, ParseErrorKind};
use super::lexer::{Lexer, Token};
use super::{Fault, Span};
use crate::filter::expr::{Expr, Literal, Test};
use crate::filter::rule::{Combines, Rule, Values};

/// How deep parentheses and negations may stand in one another. What is read comes from
/// outside, and must not decide how much stack is used.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads a filter with the fields and operators of an endpoint.
pub(in crate::filter) fn filter(text: &str, rules: &'static [Rule]) -> Result<Expr, ParseError> {
    Parser::new(text, rules)
        .and_then(Parser::whole)
        .map_err(|fault| ParseError::new(text, fault))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token that is next, and where it stands.
    next: (Option<Token<'a>>, Span),
    rules: &'static [Rule],
    /// Whether the endpoint takes one `and` or `or`, and nothing beyond.
    combines_once: bool,
    is_combined: bool,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, rules: &'static [Rule]) -> Result<Self, Fault> {
        let mut lexer = Lexer::new(text);
        Ok(Self {
            next: lexer.next()?,
            lexer,
            rules,
            combines_once: rules.iter().any(|rule| rule.combines == Combines::Once),
            is_combined: false,
            depth: 0,
        })
    }

    fn whole(mut self) -> Result<Expr, Fault> {
        let expr = self.or()?;
        match self.next {
            (None, _) => Ok(expr),
            _ => Err(self.unexpected("`and`, `or` or the end")),
        }
    }

    fn or(&mut self) -> Result<Expr, Fault> {
        let mut expr = self.and()?;
        while let Some(composite) = self.take_word("or")? {
            expr = self.combine(expr, composite, Self::and, Expr::or)?;
        }
        Ok(expr)
    }

    fn and(&mut self) -> Result<Expr, Fault> {
        let mut expr = self.not()?;
        while let Some(composite) = self.take_word("and")? {
            expr = self.combine(expr, composite, Self::not, Expr::and)?;
        }
        Ok(expr)
    }

    fn combine(
        &mut self,
        left: Expr,
        composite: Span,
        read: fn(&mut Self) -> Result<Expr, Fault>,
        combine: fn(Expr, Expr) -> Expr,
    ) -> Result<Expr, Fault> {
        if self.combines_once && mem::replace(&mut self.is_combined, true) {
            return Err(self.refused(composite));
        }
        let right = read(self)?;
        if self.combines_once && left.field() == right.field() {
            return Err(self.refused(composite));
        }
        Ok(combine(left, right))
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        if let Some(composite) = self.take_word("not")? {
            if self.combines_once {
                return Err(self.refused(composite));
            }
            return self.deeper(composite, Self::not).map(Expr::not);
        }
        if let Some(open) = self.take(&Token::Open)? {
            let expr = self.deeper(open, Self::or)?;
            self.expect(&Token::Close, "`and`, `or` or `)`")?;
            return Ok(expr);
        }
        self.comparison()
    }

    fn deeper(
        &mut self,
        at: Span,
        read: fn(&mut Self) -> Result<Expr, Fault>,
    ) -> Result<Expr, Fault> {
        if self.depth == MAX_DEPTH {
            return Err(at.fault(ParseErrorKind::TooDeep { limit: MAX_DEPTH }));
        }
        self.depth += 1;
        let expr = read(self);
        self.depth -= 1;
        expr
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let (word, at) = self.word("a field")?;
        // The one operator that stands before its field. No field lists it.
        if word == "pr" {
            let (field, at_field) = self.word("a field")?;
            let rule = self.rule(field, at_field)?;
            return Err(at.fault(unsupported(rule, word)));
        }
        let rule = self.rule(word, at)?;
        let (operator, at) = self.word("an operator")?;
        if !rule.operators.contains(&operator) {
            return Err(at.fault(unsupported(rule, operator)));
        }
        let test = match operator {
            "eq" => Test::Eq(self.value(rule)?),
            "ne" => Test::Ne(self.value(rule)?),
            "sw" => Test::StartsWith(self.value(rule)?),
            "in" => Test::In(self.values(rule)?),
            "ca" => Test::ContainsAll(self.values(rule)?),
            _ => return Err(at.fault(unsupported(rule, operator))),
        };
        let field = rule.field;
        Ok(Expr::Comparison { field, test })
    }

    fn rule(&self, field: &str, at: Span) -> Result<&'static Rule, Fault> {
        let found = self.rules.iter().find(|rule| rule.field == field);
        found.ok_or_else(|| {
            at.fault(ParseErrorKind::UnknownField {
                field: field.to_owned(),
                known: self.rules.iter().map(|rule| rule.field).collect(),
            })
        })
    }

    fn values(&mut self, rule: &Rule) -> Result<Vec<Literal>, Fault> {
        self.expect(&Token::Open, "`(`")?;
        let mut values = vec![self.value(rule)?];
        while self.take(&Token::Comma)?.is_some() {
            values.push(self.value(rule)?);
        }
        self.expect(&Token::Close, "`,` or `)`")?;
        Ok(values)
    }

    fn value(&mut self, rule: &Rule) -> Result<Literal, Fault> {
        if !matches!(self.next.0, Some(Token::Word(_) | Token::Text(_))) {
            return Err(self.unexpected("a value"));
        }
        let (token, at) = self.advance()?;
        let value = match (rule.values, token) {
            (Values::Text, Some(Token::Text(text))) => Ok(Literal::Text(text.into_owned())),
            (Values::Enumeration(known), Some(Token::Text(text))) => known_text(rule, known, text),
            (Values::Bool, Some(Token::Word("true"))) => Ok(Literal::Bool(true)),
            (Values::Bool, Some(Token::Word("false"))) => Ok(Literal::Bool(false)),
            (Values::Bool, _) => Err(wrong_type(rule, "`true` or `false`, without quotes")),
            _ => Err(wrong_type(rule, "text in double quotes")),
        };
        value.map_err(|kind| at.fault(kind))
    }

    fn word(&mut self, expected: &'static str) -> Result<(&'a str, Span), Fault> {
        let (Some(Token::Word(word)), at) = self.next else {
            return Err(self.unexpected(expected));
        };
        self.advance()?;
        Ok((word, at))
    }

    fn take_word(&mut self, wanted: &str) -> Result<Option<Span>, Fault> {
        match self.next {
            (Some(Token::Word(word)), at) if word == wanted => self.advance().map(|_| Some(at)),
            _ => Ok(None),
        }
    }

    fn take(&mut self, token: &Token<'_>) -> Result<Option<Span>, Fault> {
        if self.next.0.as_ref() == Some(token) {
            return self.advance().map(|(_, at)| Some(at));
        }
        Ok(None)
    }

    fn expect(&mut self, token: &Token<'_>, expected: &'static str) -> Result<(), Fault> {
        match self.take(token)? {
            Some(_) => Ok(()),
            None => Err(self.unexpected(expected)),
        }
    }

    fn advance(&mut self) -> Result<(Option<Token<'a>>, Span), Fault> {
        let next = self.lexer.next()?;
        Ok(mem::replace(&mut self.next, next))
    }

    fn unexpected(&self, expected: &'static str) -> Fault {
        let (found, at) = &self.next;
        at.fault(ParseErrorKind::Unexpected {
            expected,
            found: found.as_ref().map(ToString::to_string),
        })
    }

    fn refused(&self, composite: Span) -> Fault {
        composite.fault(ParseErrorKind::NotCombinable {
            fields: self.rules.iter().map(|rule| rule.field).collect(),
        })
    }
}

/// The service compares without regard to case, so a text in another case means the same;
/// what is sent is the documented spelling.
fn known_text(
    rule: &Rule,
    known: &'static [&'static str],
    text: Cow<'_, str>,
) -> Result<Literal, ParseErrorKind> {
    match known.iter().find(|known| known.eq_ignore_ascii_case(&text)) {
        Some(known) => Ok(Literal::Text((*known).to_owned())),
        None => Err(ParseErrorKind::UnknownValue {
            field: rule.field,
            value: text.into_owned(),
            known,
        }),
    }
}

fn wrong_type(rule: &Rule, expected: &'static str) -> ParseErrorKind {
    ParseErrorKind::WrongType {
        field: rule.field,
        expected,
    }
}

fn unsupported(rule: &Rule, operator: &str) -> ParseErrorKind {
    ParseErrorKind::UnsupportedOperator {
        field: rule.field,
        operator: operator.to_owned(),
        supported: rule.operators,
    }
}
