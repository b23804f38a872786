//! What is written is read as the same filter, on every endpoint and whatever the values.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::filter::endpoint::{
    AccessSummaries, BetaCertifications, BetaPermissions, BetaReviewers, CampaignTemplates,
    Campaigns, Certifications, DecisionSummaries, Endpoint, IdentitySummaries, Items, Permissions,
    Reviewers, Tasks,
};
use crate::filter::expression::{Expression, Order, Test};
use crate::filter::value::Literal;
use crate::filter::vocabulary::Values;
use crate::filter::{FieldVocabulary, Filter, ParseError, Sorter, VOCABULARY};

/// The same cases in every run, and nothing left behind.
fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: 256,
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..Config::default()
    })
}

/// Texts that a careless writer or reader stumbles over.
fn text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "\"", "\\", "\\\"", ",", "(", ")", " ", "\n", "\r", "\t", "\0", "and", " or ", "not ",
        "eq", "in", "true", "isnull", "é", "ß", "İ", "שלום", "\u{202e}", "🙂", "配達", "%22", "&",
        "#", "+", "a", "Z", "0",
    ]);
    prop_oneof![
        8 => vec(pieces.clone(), 0..8).prop_map(|pieces| pieces.concat()),
        4 => any::<String>(),
        1 => pieces.prop_map(|piece| piece.repeat(10_240 / piece.len())),
    ]
}

fn literal(values: Values) -> BoxedStrategy<Literal> {
    match values {
        Values::Text => text().prop_map(Literal::Text).boxed(),
        Values::Bool => any::<bool>().prop_map(Literal::Bool).boxed(),
        Values::Enumeration(known) => select(known)
            .prop_map(|known| Literal::Text(known.to_owned()))
            .boxed(),
    }
}

fn comparison<E: Endpoint>(field: FieldVocabulary) -> impl Strategy<Value = Filter<E>> {
    let literal = literal(field.values);
    let literals = vec(literal.clone(), 1..4);
    select(field.operators)
        .prop_flat_map(move |operator| match operator {
            "eq" => literal.clone().prop_map(Test::Eq).boxed(),
            "ne" => literal.clone().prop_map(Test::Ne).boxed(),
            "sw" => literal.clone().prop_map(Test::StartsWith).boxed(),
            "lt" | "le" | "gt" | "ge" => {
                let orders = [Order::Below, Order::AtMost, Order::Above, Order::AtLeast];
                let order = ["lt", "le", "gt", "ge"]
                    .iter()
                    .position(|it| *it == operator);
                let order = orders[order.unwrap()];
                let ordered = move |literal| Test::Ordered(order, literal);
                literal.clone().prop_map(ordered).boxed()
            }
            "in" => literals.clone().prop_map(Test::In).boxed(),
            "ca" => literals.clone().prop_map(Test::ContainsAll).boxed(),
            other => panic!("which test is {other}?"),
        })
        .prop_map(move |test| Expression::comparison(field.name, test).into())
}

/// Everything that the builder makes and lists send, but for raw text and values that are
/// not known ones.
fn filter<E: Endpoint>() -> BoxedStrategy<Filter<E>> {
    let fields: Vec<_> = E::VOCABULARY.filterable().copied().collect();
    let comparison = select(fields).prop_flat_map(comparison::<E>).boxed();
    let composed = comparison.prop_recursive(4, 12, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(left, right)| left.and(right)),
            pair.prop_map(|(left, right)| left.or(right)),
            inner.prop_map(|inner| !inner),
        ]
    });
    let sent = |filter: &Filter<E>| filter.check().is_ok();
    composed.prop_filter("would not be sent", sent).boxed()
}

fn round_trip<E: Endpoint>() {
    runner()
        .run(&filter::<E>(), |filter| {
            let written = filter.to_string();
            let read = written.parse::<Filter<E>>();
            prop_assert_eq!(read.as_ref(), Ok(&filter));
            Ok(())
        })
        .unwrap();
}

/// One test for each endpoint, and a count of them.
macro_rules! round_trips {
    ($($test:ident: $endpoint:ident),+ $(,)?) => {
        $(
            #[test]
            fn $test() {
                round_trip::<$endpoint>();
            }
        )+

        #[test]
        fn no_endpoint_is_left_out() {
            let tested = [$($endpoint::VOCABULARY.operation_id),+];
            let all = VOCABULARY.iter().map(|endpoint| endpoint.operation_id);
            assert!(all.eq(tested));
        }
    };
}

round_trips! {
    certifications: Certifications,
    items: Items,
    decision_summaries: DecisionSummaries,
    identity_summaries: IdentitySummaries,
    access_summaries: AccessSummaries,
    permissions: Permissions,
    reviewers: Reviewers,
    tasks: Tasks,
    campaigns: Campaigns,
    campaign_templates: CampaignTemplates,
    beta_certifications: BetaCertifications,
    beta_permissions: BetaPermissions,
    beta_reviewers: BetaReviewers,
}

#[test]
fn sorters() {
    let fields: Vec<_> = Items::VOCABULARY.sortable().copied().collect();
    let key = (select(fields), any::<bool>());
    let key = key.prop_map(|(field, descending)| Sorter::<Items>::by(field.name, descending));
    let sorter = (key.clone(), vec(key, 0..4))
        .prop_map(|(first, others)| others.into_iter().fold(first, Sorter::then));
    runner()
        .run(&sorter, |sorter| {
            let read = sorter.to_string().parse();
            prop_assert_eq!(read.as_ref(), Ok(&sorter));
            Ok(())
        })
        .unwrap();
}

/// Tokens in any order, where a reader would fall if it could.
#[test]
fn nothing_makes_the_reader_panic() {
    let piece = prop_oneof![
        4 => select(vec![
            "id", "phase", "completed", "eq", "in", "pr", "and", "or", "not", "(", ")", ",", "\"",
            "\\", "\"a\"", "true", "\"ACTIVE\"", "-", "due", "é", "🙂", "“", "==", "!", "\n", "AND",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let text = (vec(piece, 0..12), select(vec![" ", ""]))
        .prop_map(|(pieces, separator)| pieces.join(separator));
    runner()
        .run(&text, |text| {
            let in_place = |error: ParseError| {
                let line = text.split('\n').nth(error.line() - 1);
                let length = line.map(|line| line.chars().count());
                prop_assert!(length.is_some_and(|length| error.column() <= length + 1));
                prop_assert_eq!(error.to_string().lines().count(), 3, "{}", error);
                Ok(())
            };
            text.parse::<Filter<Certifications>>()
                .err()
                .map_or(Ok(()), in_place)?;
            text.parse::<Sorter<Certifications>>()
                .err()
                .map_or(Ok(()), in_place)?;
            Ok(())
        })
        .unwrap();
}
