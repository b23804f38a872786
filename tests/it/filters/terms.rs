//! Random filters, made with the builder.

use std::fmt::Debug;

use certs::filter::Filter;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;

/// Texts that are difficult to write or read.
pub(super) const PIECES: [&str; 28] = [
    "\"", "\\", "\\\"", ",", "(", ")", " ", "\n", "\t", "\0", "and", " or ", "not ", "eq", "in",
    "true", "%22", "&", "#", "+", "é", "ß", "İ", "ΟΔΟΣ", "οδος", "שלום", "\u{202e}", "🙂",
];

/// Texts of the data, also in another case, cut off or changed, and sometimes unrelated ones.
pub(super) fn texts_near(texts: Vec<String>) -> impl Strategy<Value = String> + Clone {
    let texts = if texts.is_empty() {
        vec![String::new()]
    } else {
        texts
    };
    let near = (select(texts), any::<Index>(), 0..12_u8, select(&PIECES));
    let near = near.prop_map(|(text, cut, change, piece)| match change {
        0..=3 => text,
        4 => text.to_uppercase(),
        5 => text.to_lowercase(),
        6..=8 => text
            .chars()
            .take(cut.index(text.chars().count() + 1))
            .collect(),
        9 => text.chars().skip(1).collect(),
        10 => format!("{text}{piece}"),
        _ => format!("{piece}{text}"),
    });
    let strange = vec(select(&PIECES), 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![12 => near, 1 => strange]
}

/// The same for ids, which are never empty.
pub(super) fn ids_near(texts: Vec<String>) -> impl Strategy<Value = String> + Clone {
    texts_near(texts).prop_map(|id| if id.is_empty() { "-".to_owned() } else { id })
}

/// Texts that no record contains.
pub(super) fn hostile() -> impl Iterator<Item = String> {
    let long = ["\"", "\\", "🙂", "a) or (", "שלום "];
    let long = long.map(|piece| piece.repeat(10_240 / piece.len()));
    let short = PIECES.map(|piece| format!("{piece}{piece}x{piece}"));
    short.into_iter().chain(long)
}

/// Comparisons of a field with any of the values.
macro_rules! term {
    ($field:expr, $operator:ident, $values:expr) => {
        $values
            .prop_map(move |value| $field.$operator(value))
            .boxed()
    };
    ($field:expr, $operator:ident, up to $most:literal, $values:expr) => {
        proptest::collection::vec($values, 1..=$most)
            .prop_map(move |values| $field.$operator(values))
            .boxed()
    };
}
pub(super) use term;

pub(super) fn one_of<T: Debug + 'static>(
    terms: impl IntoIterator<Item = BoxedStrategy<T>>,
) -> BoxedStrategy<T> {
    Union::new(terms).boxed()
}

/// With `and`, `or` and `!`.
pub(super) fn combined<E: 'static>(terms: BoxedStrategy<Filter<E>>) -> BoxedStrategy<Filter<E>> {
    let combined = terms.prop_recursive(3, 6, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(left, right)| left.and(right)),
            pair.prop_map(|(left, right)| left.or(right)),
            inner.prop_map(|inner| !inner),
        ]
    });
    combined.boxed()
}

/// One condition or a pair, as a filter of permissions allows.
pub(super) fn combined_once<E: 'static>(
    targets: BoxedStrategy<Filter<E>>,
    rights: BoxedStrategy<Filter<E>>,
) -> BoxedStrategy<Filter<E>> {
    let pair = (targets.clone(), rights.clone());
    let pair = prop_oneof![
        pair.clone(),
        pair.prop_map(|(target, rights)| (rights, target)),
    ];
    prop_oneof![
        targets,
        rights,
        pair.clone().prop_map(|(left, right)| left.and(right)),
        pair.prop_map(|(left, right)| left.or(right)),
    ]
    .boxed()
}
