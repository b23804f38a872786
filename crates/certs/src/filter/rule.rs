//! The vocabulary as reading a filter needs it: what the types know while compiling, as
//! data.

/// An endpoint's fields to filter by. Every endpoint has it; the macro writes it from the
/// lines that also make the types.
pub trait Rules {
    const RULES: &'static [Rule];
}

/// What may be said about a field.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The field's name on the wire.
    pub(super) field: &'static str,
    /// Its operators on the wire.
    pub(super) operators: &'static [&'static str],
    pub(super) values: Values,
    pub(super) combines: Combines,
}

/// What a field is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Values {
    Text,
    Bool,
    /// One of these texts.
    Enumeration(&'static [&'static str]),
}

/// How comparisons of a field go together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Combines {
    /// With `and`, `or`, `not` and parentheses.
    Freely,
    /// Once, with a comparison of another field.
    Once,
}
