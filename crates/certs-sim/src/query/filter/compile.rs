//! Compiles an expression with the fields of an operation.

use std::cmp::Ordering;

use super::lexer::tokens;
use super::parser::{Expression, Literal, Operand, Operator, Term, parse};
use crate::error::ApiError;
use crate::id::Id;
use crate::query::{Row, Value};
use crate::text::fold;

/// The sets of operators that the operations list.
pub(crate) const EQ: &[Operator] = &[Operator::Eq];
pub(crate) const EQ_NE: &[Operator] = &[Operator::Eq, Operator::Ne];
pub(crate) const EQ_IN: &[Operator] = &[Operator::Eq, Operator::In];
pub(crate) const EQ_SW: &[Operator] = &[Operator::Eq, Operator::Sw];
pub(crate) const CA: &[Operator] = &[Operator::Ca];
/// The operators that compare text.
pub(crate) const TEXTUAL: &[Operator] = &[
    Operator::Eq,
    Operator::Ge,
    Operator::Gt,
    Operator::In,
    Operator::Le,
    Operator::Lt,
    Operator::Ne,
    Operator::Sw,
];

/// A field that an operation filters by.
#[derive(Debug)]
pub(crate) struct Rule<F> {
    name: &'static str,
    field: F,
    kind: Kind,
    operators: &'static [Operator],
}

impl<F: Copy> Rule<F> {
    /// A field with any text, or with identifiers.
    pub(crate) const fn text(name: &'static str, field: F, operators: &'static [Operator]) -> Self {
        Self {
            name,
            field,
            kind: Kind::Text,
            operators,
        }
    }

    /// A field that is true or false.
    pub(crate) const fn flag(name: &'static str, field: F, operators: &'static [Operator]) -> Self {
        Self {
            name,
            field,
            kind: Kind::Flag,
            operators,
        }
    }

    /// A field with one of these words.
    pub(crate) const fn keyword(
        name: &'static str,
        field: F,
        words: &'static [&'static str],
        operators: &'static [Operator],
    ) -> Self {
        Self {
            name,
            field,
            kind: Kind::Keyword(words),
            operators,
        }
    }
}

/// The kind of values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    /// One of these, whatever the case.
    Keyword(&'static [&'static str]),
}

/// A filter that an operation accepts.
#[derive(Clone, Debug)]
pub(crate) enum Filter<F> {
    And(Vec<Filter<F>>),
    Or(Vec<Filter<F>>),
    Not(Box<Filter<F>>),
    Compare(F, Comparison),
}

/// A comparison that its field supports.
#[derive(Clone, Debug)]
pub(crate) enum Comparison {
    Is(Wanted),
    IsNot(Wanted),
    StartsWith(String),
    IsOneOf(Vec<Wanted>),
    ContainsAll(Vec<String>),
    /// Before or after a text in the order of texts; the flag includes the text itself.
    Beside(Ordering, bool, String),
}

/// A value to compare with.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Text { folded: String, id: Option<Id> },
    Flag(bool),
}

impl<F: Copy> Filter<F> {
    /// Reads a filter with the fields and operators that an operation lists.
    pub(crate) fn parse(filters: &str, rules: &[Rule<F>]) -> Result<Self, ApiError> {
        let expression = read(filters)?;
        compile(expression, rules)
    }

    /// Reads a filter that may join two terms at most, once, and on different fields.
    pub(crate) fn parse_pair(filters: &str, rules: &[Rule<F>]) -> Result<Self, ApiError> {
        let expression = read(filters)?;
        let is_allowed = match &expression {
            Expression::Term(_) => true,
            Expression::And(terms) | Expression::Or(terms) => match terms.as_slice() {
                [Expression::Term(first), Expression::Term(second)] => first.field != second.field,
                _ => false,
            },
            Expression::Not(_) => false,
        };
        let filter = compile(expression, rules)?;
        if is_allowed {
            return Ok(filter);
        }
        let names: Vec<_> = rules.iter().map(|rule| rule.name).collect();
        Err(ApiError::content(format!(
            "The query parameter filters may join only two terms here, with one \"and\" or one \
             \"or\", and on different fields: {}.",
            names.join(", ")
        )))
    }

    pub(crate) fn matches<R: Row<Field = F>>(&self, row: &R) -> bool {
        match self {
            Self::And(filters) => filters.iter().all(|filter| filter.matches(row)),
            Self::Or(filters) => filters.iter().any(|filter| filter.matches(row)),
            Self::Not(filter) => !filter.matches(row),
            Self::Compare(field, comparison) => comparison.holds(&row.value(*field)),
        }
    }
}

fn read(filters: &str) -> Result<Expression, ApiError> {
    tokens(filters).and_then(parse).map_err(|reason| {
        ApiError::content(format!(
            "The query parameter filters cannot be read: {reason}."
        ))
    })
}

fn compile<F: Copy>(expression: Expression, rules: &[Rule<F>]) -> Result<Filter<F>, ApiError> {
    let all = |parts: Vec<Expression>| -> Result<Vec<_>, ApiError> {
        parts.into_iter().map(|part| compile(part, rules)).collect()
    };
    match expression {
        Expression::And(parts) => all(parts).map(Filter::And),
        Expression::Or(parts) => all(parts).map(Filter::Or),
        Expression::Not(inner) => Ok(Filter::Not(Box::new(compile(*inner, rules)?))),
        Expression::Term(term) => {
            let rule = rule_for(&term, rules)?;
            Ok(Filter::Compare(rule.field, comparison(term, rule.kind)?))
        }
    }
}

fn rule_for<'a, F>(term: &Term, rules: &'a [Rule<F>]) -> Result<&'a Rule<F>, ApiError> {
    let Some(rule) = rules.iter().find(|rule| rule.name == term.field) else {
        let names: Vec<_> = rules.iter().map(|rule| rule.name).collect();
        return Err(ApiError::content(format!(
            "The query parameter filters names \"{}\", but the fields to filter by are: {}.",
            term.field,
            names.join(", ")
        )));
    };
    if !rule.operators.contains(&term.operator) {
        let operators: Vec<_> = rule.operators.iter().map(ToString::to_string).collect();
        return Err(ApiError::content(format!(
            "The query parameter filters compares {} with \"{}\", but its operators are: {}.",
            term.field,
            term.operator,
            operators.join(", ")
        )));
    }
    Ok(rule)
}

fn comparison(term: Term, kind: Kind) -> Result<Comparison, ApiError> {
    let Term {
        field,
        operator,
        operand,
    } = term;
    let wanted = |literal: Literal| wanted(&field, kind, literal);
    let text = |literal: Literal| match wanted(literal)? {
        Wanted::Text { folded, .. } => Ok(folded),
        Wanted::Flag(flag) => Err(type_error(&field, kind, &Literal::Flag(flag))),
    };
    let beside = |side, with_it, literal| {
        let text = text(literal)?;
        Ok(Comparison::Beside(side, with_it, text))
    };
    match (operator, operand) {
        (Operator::Eq, Operand::One(literal)) => wanted(literal).map(Comparison::Is),
        (Operator::Ne, Operand::One(literal)) => wanted(literal).map(Comparison::IsNot),
        (Operator::Sw, Operand::One(literal)) => text(literal).map(Comparison::StartsWith),
        (Operator::Gt, Operand::One(literal)) => beside(Ordering::Greater, false, literal),
        (Operator::Ge, Operand::One(literal)) => beside(Ordering::Greater, true, literal),
        (Operator::Lt, Operand::One(literal)) => beside(Ordering::Less, false, literal),
        (Operator::Le, Operand::One(literal)) => beside(Ordering::Less, true, literal),
        (Operator::In, Operand::List(literals)) => literals
            .into_iter()
            .map(wanted)
            .collect::<Result<_, _>>()
            .map(Comparison::IsOneOf),
        (Operator::Ca, Operand::List(literals)) => literals
            .into_iter()
            .map(text)
            .collect::<Result<_, _>>()
            .map(Comparison::ContainsAll),
        // The tables of the operations list no other operator, and the parser gives
        // each of these its own kind of operand.
        (operator, _) => Err(ApiError::content(format!(
            "The operator \"{operator}\" does not apply to {field}."
        ))),
    }
}

fn wanted(field: &str, kind: Kind, literal: Literal) -> Result<Wanted, ApiError> {
    match (kind, literal) {
        (Kind::Flag, Literal::Flag(flag)) => Ok(Wanted::Flag(flag)),
        (Kind::Text, Literal::Text(text)) => Ok(Wanted::Text {
            id: Id::parse(&text),
            folded: fold(&text),
        }),
        (Kind::Keyword(words), Literal::Text(text))
            if words.iter().any(|word| word.eq_ignore_ascii_case(&text)) =>
        {
            Ok(Wanted::Text {
                id: None,
                folded: fold(&text),
            })
        }
        (_, literal) => Err(type_error(field, kind, &literal)),
    }
}

fn type_error(field: &str, kind: Kind, literal: &Literal) -> ApiError {
    let expected = match kind {
        Kind::Text => "a quoted string".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Keyword(words) => format!("one of {}", words.join(", ")),
    };
    ApiError::illegal(format!(
        "The query parameter filters compares {field} with {literal}, but its value must be \
         {expected}."
    ))
}

impl Comparison {
    /// A missing value equals nothing and differs from everything.
    fn holds(&self, value: &Value<'_>) -> bool {
        match self {
            Self::Is(wanted) => wanted.is(value),
            Self::IsNot(wanted) => !wanted.is(value),
            Self::IsOneOf(wanted) => wanted.iter().any(|wanted| wanted.is(value)),
            Self::StartsWith(start) => match value {
                Value::Text(text) => text.starts_with(start.as_str()),
                Value::Id(id) => id.to_string().starts_with(start.as_str()),
                _ => false,
            },
            Self::Beside(side, with_it, text) => {
                let ordering = match value {
                    Value::Text(value) => (*value).cmp(text.as_str()),
                    Value::Id(id) => id.to_string().as_str().cmp(text.as_str()),
                    _ => return false,
                };
                ordering == *side || *with_it && ordering == Ordering::Equal
            }
            Self::ContainsAll(wanted) => match value {
                Value::Words(words) => wanted
                    .iter()
                    .all(|wanted| words.iter().any(|word| word.folded() == wanted)),
                _ => false,
            },
        }
    }
}

impl Wanted {
    fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Text { folded, .. }, Value::Text(text)) => folded == text,
            (Self::Text { id, .. }, Value::Id(value)) => *id == Some(*value),
            (Self::Text { folded, .. }, Value::Keyword(word)) => folded.eq_ignore_ascii_case(word),
            (Self::Flag(flag), Value::Flag(value)) => flag == value,
            _ => false,
        }
    }
}
