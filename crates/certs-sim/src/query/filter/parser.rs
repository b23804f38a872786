//! Parses tokens as an expression.
//!
//! ```text
//! or      = and { "or" and }
//! and     = not { "and" not }
//! not     = "not" not | "(" or ")" | term
//! term    = "pr" field | field "isnull" | field operator operand
//! operand = literal | "(" literal { "," literal } ")"
//! ```

use std::fmt;

use super::lexer::Token;

/// How deep parentheses and negations may be nested: a filter comes from
/// outside and must not decide how much stack is used.
const MAX_DEPTH: usize = 64;

/// A parsed filter, before its fields are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Term(Term),
}

/// A comparison of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) field: String,
    pub(super) operator: Operator,
    pub(super) operand: Operand,
}

/// The operand of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Nothing,
    One(Literal),
    List(Vec<Literal>),
}

/// A value in a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Flag(bool),
    /// A number or a date. No operation has a field of either type, so the value does not matter.
    Other(String),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Other(text) => write!(f, "{text}"),
        }
    }
}

/// Declares the operators with their spelling, which is in lower case only.
macro_rules! operators {
    ($($variant:ident = $wire:literal),+ $(,)?) => {
        /// A comparison of the filter language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operator {
            $($variant),+
        }

        impl Operator {
            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($wire => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl fmt::Display for Operator {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $wire),+
                })
            }
        }
    };
}

operators! {
    Eq = "eq",
    Ne = "ne",
    Co = "co",
    Sw = "sw",
    Gt = "gt",
    Ge = "ge",
    Lt = "lt",
    Le = "le",
    In = "in",
    Ca = "ca",
    Pr = "pr",
    IsNull = "isnull",
}

/// Parses all tokens as an expression, or returns the place of the error.
pub(super) fn parse(tokens: Vec<Token>) -> Result<Expression, String> {
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        depth: 0,
    };
    let expression = parser.or()?;
    match parser.tokens.next() {
        None => Ok(expression),
        Some(token) => Err(format!(
            "expected \"and\", \"or\" or the end, found {token}"
        )),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Result<Expression, String> {
        let mut alternatives = vec![self.and()?];
        while self.take_word("or") {
            alternatives.push(self.and()?);
        }
        Ok(single_or(alternatives, Expression::Or))
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut conditions = vec![self.not()?];
        while self.take_word("and") {
            conditions.push(self.not()?);
        }
        Ok(single_or(conditions, Expression::And))
    }

    fn not(&mut self) -> Result<Expression, String> {
        if self.take_word("not") {
            let negated = self.deeper(Self::not)?;
            return Ok(Expression::Not(Box::new(negated)));
        }
        if self.take(&Token::Open) {
            let inner = self.deeper(Self::or)?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.term().map(Expression::Term)
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Expression, String>,
    ) -> Result<Expression, String> {
        if self.depth == MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
        }
        self.depth += 1;
        let expression = read(self);
        self.depth -= 1;
        expression
    }

    fn term(&mut self) -> Result<Term, String> {
        let word = self.word("a field")?;
        if word == "pr" {
            return Ok(Term {
                field: self.word("a field after \"pr\"")?,
                operator: Operator::Pr,
                operand: Operand::Nothing,
            });
        }
        let field = word;
        let word = self.word(&format!("an operator after {field}"))?;
        let operator = Operator::from_word(&word).ok_or_else(|| {
            format!("\"{word}\" is not an operator (operators are written in lower case)")
        })?;
        let operand = match operator {
            Operator::Pr => {
                return Err(format!("\"pr\" comes before its field: pr {field}"));
            }
            Operator::IsNull => Operand::Nothing,
            Operator::In | Operator::Ca => Operand::List(self.list(operator)?),
            _ => Operand::One(self.literal()?),
        };
        Ok(Term {
            field,
            operator,
            operand,
        })
    }

    fn list(&mut self, operator: Operator) -> Result<Vec<Literal>, String> {
        self.expect(&Token::Open)
            .map_err(|error| format!("{operator} needs a list in parentheses: {error}"))?;
        let mut literals = vec![self.literal()?];
        while self.take(&Token::Comma) {
            literals.push(self.literal()?);
        }
        self.expect(&Token::Close)?;
        Ok(literals)
    }

    fn literal(&mut self) -> Result<Literal, String> {
        match self.tokens.next() {
            Some(Token::Quoted(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => bare(word),
            Some(token) => Err(format!("expected a value, found {token}")),
            None => Err("expected a value, found the end".to_owned()),
        }
    }

    fn word(&mut self, expected: &str) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            Some(token) => Err(format!("expected {expected}, found {token}")),
            None => Err(format!("expected {expected}, found the end")),
        }
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        if self.take(token) {
            return Ok(());
        }
        match self.tokens.peek() {
            Some(found) => Err(format!("expected {token}, found {found}")),
            None => Err(format!("expected {token}, found the end")),
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_word = |token: &Token| matches!(token, Token::Word(found) if found == word);
        self.tokens.next_if(is_word).is_some()
    }
}

fn single_or(
    mut parts: Vec<Expression>,
    several: impl FnOnce(Vec<Expression>) -> Expression,
) -> Expression {
    match parts.pop() {
        Some(part) if parts.is_empty() => part,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

/// A literal without quotes: `true`, `false`, a number, or an ISO 8601 date.
fn bare(word: String) -> Result<Literal, String> {
    let is_other = || {
        word.parse::<f64>().is_ok_and(f64::is_finite)
            || word.parse::<jiff::Timestamp>().is_ok()
            || word.parse::<jiff::civil::DateTime>().is_ok()
            || word.parse::<jiff::civil::Date>().is_ok()
    };
    match word.as_str() {
        "true" => Ok(Literal::Flag(true)),
        "false" => Ok(Literal::Flag(false)),
        _ if is_other() => Ok(Literal::Other(word)),
        _ => Err(format!("the text {word} must be in quotes")),
    }
}
