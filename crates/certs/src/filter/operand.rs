//! The values that fields are compared with.

use std::borrow::Cow;

use crate::model::{AccessType, CampaignType, ObjectType, Phase, TaskType};

use super::capability::SortOnly;
use super::expr::Literal;

/// What can be given where a field wants a `V`.
///
/// Every `V` and `&V`; for text also string slices in their usual wrappings; for
/// [`ObjectType`] also [`AccessType`]. Raw strings do not stand in for enumerations:
/// parse them, `text.parse()`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{V}` cannot be compared with `{Self}`",
    label = "expected `{V}`",
    note = "fields of text take `&str` or `String`, `completed` takes a `bool`, and \
            enumerations take their own type from `certs::model`: text is turned into one \
            by `parse()`"
)]
pub trait Operand<V> {
    /// The value itself.
    fn into_value(self) -> V;
}

impl<V: Value> Operand<V> for V {
    fn into_value(self) -> V {
        self
    }
}

// The compiler would name this and those below for every type of field; the note on the
// trait says which belong to which.
#[diagnostic::do_not_recommend]
impl<V: Value + Clone> Operand<V> for &V {
    fn into_value(self) -> V {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<String> for &str {
    fn into_value(self) -> String {
        self.to_owned()
    }
}

// What iterating over a slice of string slices yields.
#[diagnostic::do_not_recommend]
impl Operand<String> for &&str {
    fn into_value(self) -> String {
        (*self).to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<String> for Cow<'_, str> {
    fn into_value(self) -> String {
        self.into_owned()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<String> for Box<str> {
    fn into_value(self) -> String {
        self.into_string()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<ObjectType> for AccessType {
    fn into_value(self) -> ObjectType {
        self.into()
    }
}

/// The types of values that the grammar can write.
pub trait Value: Sized + 'static {
    fn into_literal(self) -> Literal;
}

impl Value for String {
    fn into_literal(self) -> Literal {
        Literal::Text(self)
    }
}

impl Value for bool {
    fn into_literal(self) -> Literal {
        Literal::Bool(self)
    }
}

impl Value for SortOnly {
    fn into_literal(self) -> Literal {
        match self {}
    }
}

macro_rules! open_enum_values {
    ($($name:ident),+) => {$(
        impl Value for $name {
            fn into_literal(self) -> Literal {
                Literal::Text(self.as_str().to_owned())
            }
        }
    )+};
}

open_enum_values!(CampaignType, ObjectType, Phase, TaskType);
