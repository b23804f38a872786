//! Expressions: combining, checking, evaluating and writing conditions.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fmt::{self, Display, Formatter, Write as _};

use super::FilterError;
use super::parse;
use super::value::{FieldValue, Literal};
use super::vocabulary::{Endpoint, EndpointVocabulary};

/// A condition without types: the vocabulary decides which fields and values it may hold.
///
/// The tree is stored flat, in postfix order, so that conditions can be nested to any depth: no
/// method recurses, not even the derived ones. It is normalised, so that the same condition written
/// in two ways gives equal trees: `and` and `or` have at least two operands, none of their own
/// kind, and `not` never has a `not`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression {
    /// The nodes below the root.
    nodes: VecDeque<Node>,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Comparison {
        field: &'static str,
        test: Test,
    },
    Raw(String),
    /// Combines the nodes that precede it.
    Composite {
        composite: Composite,
        /// How many operands it has.
        operands: usize,
        /// How many nodes they have together.
        nodes: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Composite {
    Not,
    And,
    Or,
}

/// The operator and the values that a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Eq(Literal),
    Ne(Literal),
    StartsWith(Literal),
    /// `lt`, `le`, `gt` or `ge`.
    Ordered(Order, Literal),
    In(Vec<Literal>),
    ContainsAll(Vec<Literal>),
}

/// How a text may compare with a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Order {
    fn admits(self, ordering: Ordering) -> bool {
        match self {
            Self::Below => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Above => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl Expression {
    pub(super) fn comparison(field: &'static str, test: Test) -> Self {
        Self::leaf(Node::Comparison { field, test })
    }

    pub(super) fn raw(text: String) -> Self {
        Self::leaf(Node::Raw(text))
    }

    fn leaf(root: Node) -> Self {
        Self {
            nodes: VecDeque::new(),
            root,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.combine(Composite::And, other)
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.combine(Composite::Or, other)
    }

    pub(super) fn not(self) -> Self {
        let Self { mut nodes, root } = self;
        if root.is(Composite::Not)
            && let Some(root) = nodes.pop_back()
        {
            return Self { nodes, root };
        }
        nodes.push_back(root);
        Self::composite(Composite::Not, 1, nodes)
    }

    fn combine(self, composite: Composite, other: Self) -> Self {
        let (left, left_operands) = self.into_operands(composite);
        let (right, right_operands) = other.into_operands(composite);
        Self::composite(composite, left_operands + right_operands, join(left, right))
    }

    /// What `composite` would combine here, and how many operands that is.
    fn into_operands(self, composite: Composite) -> (VecDeque<Node>, usize) {
        let Self { mut nodes, root } = self;
        match root {
            Node::Composite { operands, .. } if root.is(composite) => (nodes, operands),
            root => {
                nodes.push_back(root);
                (nodes, 1)
            }
        }
    }

    fn composite(composite: Composite, operands: usize, nodes: VecDeque<Node>) -> Self {
        let root = Node::Composite {
            composite,
            operands,
            nodes: nodes.len(),
        };
        Self { nodes, root }
    }

    /// Checks for the mistakes that the types cannot rule out. The service would return 400 for
    /// each of them.
    pub(super) fn check(&self, vocabulary: &EndpointVocabulary) -> Result<(), FilterError> {
        self.in_postfix_order().try_for_each(Node::check)?;
        if vocabulary.combines_once && !self.is_one_combination() {
            let fields = vocabulary.filterable().map(|field| field.name).collect();
            return Err(FilterError::NotCombinable { fields });
        }
        Ok(())
    }

    /// Whether it is one condition, or two on different fields. The fields of a raw one are unknown.
    fn is_one_combination(&self) -> bool {
        match &self.root {
            Node::Comparison { .. } | Node::Raw(_) => true,
            Node::Composite {
                operands: 2,
                nodes: 2,
                ..
            } => {
                let mut fields = self.nodes.iter().filter_map(Node::field);
                fields
                    .next()
                    .is_none_or(|first| fields.all(|other| other != first))
            }
            Node::Composite { .. } => false,
        }
    }

    /// Evaluates every comparison, even when the result is already certain: whether a filter can be
    /// evaluated must not depend on the record.
    pub(super) fn holds<E: Endpoint>(&self, record: &E::Record) -> Result<bool, FilterError> {
        let mut held = Vec::new();
        for node in &self.nodes {
            let holds = node.holds::<E>(record, &mut held)?;
            held.push(holds);
        }
        self.root.holds::<E>(record, &mut held)
    }

    fn in_postfix_order(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().chain([&self.root])
    }
}

/// Concatenates two at the cost of the shorter one, so that a condition can grow
/// at either end.
fn join(mut left: VecDeque<Node>, mut right: VecDeque<Node>) -> VecDeque<Node> {
    if left.len() < right.len() {
        while let Some(last) = left.pop_back() {
            right.push_front(last);
        }
        right
    } else {
        left.append(&mut right);
        left
    }
}

impl Node {
    fn is(&self, wanted: Composite) -> bool {
        matches!(self, Self::Composite { composite, .. } if *composite == wanted)
    }

    /// The field that is compared, if this is a comparison.
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Comparison { field, .. } => Some(field),
            _ => None,
        }
    }

    /// How many nodes are below this one.
    fn below(&self) -> usize {
        match self {
            Self::Composite { nodes, .. } => *nodes,
            _ => 0,
        }
    }

    fn check(&self) -> Result<(), FilterError> {
        match self {
            Self::Comparison { field, test } => match test {
                Test::In(values) | Test::ContainsAll(values) if values.is_empty() => {
                    Err(FilterError::EmptyList {
                        field,
                        operator: test.operator(),
                    })
                }
                _ if test.values().iter().any(Literal::is_missing) => {
                    Err(FilterError::MissingId { field })
                }
                _ => Ok(()),
            },
            Self::Raw(text) if text.trim().is_empty() => Err(FilterError::EmptyRaw),
            Self::Raw(_) | Self::Composite { .. } => Ok(()),
        }
    }

    /// Evaluates the node. The results of its operands are at the end of `held`, and are removed.
    fn holds<E: Endpoint>(
        &self,
        record: &E::Record,
        held: &mut Vec<bool>,
    ) -> Result<bool, FilterError> {
        match self {
            Self::Comparison { field, test } => match E::value(record, field) {
                Some(value) => Ok(test.holds(value)),
                None => Err(FilterError::NotInRecord { field }),
            },
            Self::Raw(text) => parse::filter(text, E::VOCABULARY)
                .map_err(FilterError::UnreadableRaw)?
                .holds::<E>(record),
            Self::Composite {
                composite,
                operands,
                ..
            } => {
                let mut operands = held.drain(held.len() - operands..);
                Ok(match composite {
                    Composite::Not => !operands.all(|holds| holds),
                    Composite::And => operands.all(|holds| holds),
                    Composite::Or => operands.any(|holds| holds),
                })
            }
        }
    }

    fn precedence(&self) -> Precedence {
        match self {
            Self::Raw(_) => Precedence::Raw,
            Self::Composite { composite, .. } => match composite {
                Composite::Or => Precedence::Or,
                Composite::And => Precedence::And,
                Composite::Not => Precedence::Not,
            },
            Self::Comparison { .. } => Precedence::Comparison,
        }
    }
}

impl Test {
    /// The operator on the wire.
    fn operator(&self) -> &'static str {
        match self {
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::StartsWith(_) => "sw",
            Self::Ordered(Order::Below, _) => "lt",
            Self::Ordered(Order::AtMost, _) => "le",
            Self::Ordered(Order::Above, _) => "gt",
            Self::Ordered(Order::AtLeast, _) => "ge",
            Self::In(_) => "in",
            Self::ContainsAll(_) => "ca",
        }
    }

    fn values(&self) -> &[Literal] {
        match self {
            Self::Eq(value)
            | Self::Ne(value)
            | Self::StartsWith(value)
            | Self::Ordered(_, value) => std::slice::from_ref(value),
            Self::In(values) | Self::ContainsAll(values) => values,
        }
    }

    fn holds(&self, value: FieldValue<'_>) -> bool {
        let is = |wanted: &Literal| value.is(wanted);
        match self {
            Self::Eq(wanted) => is(wanted),
            Self::Ne(wanted) => !is(wanted),
            Self::In(wanted) => wanted.iter().any(is),
            Self::StartsWith(prefix) => value.starts_with(prefix),
            Self::Ordered(order, bound) => value
                .compared_with(bound)
                .is_some_and(|ordering| order.admits(ordering)),
            Self::ContainsAll(wanted) => wanted.iter().all(|wanted| value.contains(wanted)),
        }
    }
}

/// How tightly a node binds, loosest first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Precedence {
    /// Raw text may hold anything, so it binds loosest of all.
    Raw,
    Or,
    And,
    Not,
    Comparison,
}

/// The parts still to be written.
enum Pending<'a> {
    Text(&'static str),
    /// A node, and how many of all nodes precede it.
    Node(&'a Node, usize),
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut pending = Vec::new();
        let mut next = Some(Pending::Node(&self.root, self.nodes.len()));
        while let Some(current) = next {
            match current {
                Pending::Text(text) => f.write_str(text)?,
                Pending::Node(Node::Comparison { field, test }, _) => {
                    write!(f, "{field} {test}")?;
                }
                Pending::Node(Node::Raw(text), _) => f.write_str(text)?,
                Pending::Node(
                    node @ Node::Composite {
                        composite,
                        operands,
                        ..
                    },
                    end,
                ) => {
                    if *composite == Composite::Not {
                        f.write_str("not ")?;
                    }
                    self.push_operands(node, *operands, end, &mut pending);
                }
            }
            next = pending.pop();
        }
        Ok(())
    }
}

impl Expression {
    /// Pushes the operands of a node to be written, the last one first, in parentheses where they
    /// are needed.
    fn push_operands<'a>(
        &'a self,
        node: &Node,
        operands: usize,
        mut end: usize,
        pending: &mut Vec<Pending<'a>>,
    ) {
        let separator = if node.is(Composite::And) {
            " and "
        } else {
            " or "
        };
        pending.reserve(2 * operands);
        for index in (0..operands).rev() {
            end -= 1;
            let operand = &self.nodes[end];
            let is_loose = operand.precedence() < node.precedence();
            if is_loose {
                pending.push(Pending::Text(")"));
            }
            pending.push(Pending::Node(operand, end));
            if is_loose {
                pending.push(Pending::Text("("));
            }
            if index > 0 {
                pending.push(Pending::Text(separator));
            }
            end -= operand.below();
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operator())?;
        match self {
            Self::Eq(value)
            | Self::Ne(value)
            | Self::StartsWith(value)
            | Self::Ordered(_, value) => value.fmt(f),
            Self::In(values) | Self::ContainsAll(values) => write_list(values, f),
        }
    }
}

fn write_list(values: &[Literal], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('(')?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        value.fmt(f)?;
    }
    f.write_char(')')
}
