//! What is written is read as the same filter, on every endpoint and whatever the values.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::filter::endpoint::{
    AccessSummaries, BetaCertifications, BetaPermissions, BetaReviewers, Certifications,
    DecisionSummaries, Endpoint, IdentitySummaries, Items, Permissions, Reviewers, Tasks,
};
use crate::filter::expr::{Expr, Literal, Term as _, Test};
use crate::filter::rule::{Combines, Rule, Values};
use crate::filter::sorter::Key;
use crate::filter::{Filter, Sorter, VOCABULARY};

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

fn comparison(rule: Rule) -> impl Strategy<Value = Expr> {
    let literal = literal(rule.values);
    let literals = vec(literal.clone(), 1..4);
    select(rule.operators)
        .prop_flat_map(move |operator| match operator {
            "eq" => literal.clone().prop_map(Test::Eq).boxed(),
            "ne" => literal.clone().prop_map(Test::Ne).boxed(),
            "sw" => literal.clone().prop_map(Test::StartsWith).boxed(),
            "in" => literals.clone().prop_map(Test::In).boxed(),
            "ca" => literals.clone().prop_map(Test::ContainsAll).boxed(),
            other => panic!("which test is {other}?"),
        })
        .prop_map(move |test| Expr::Comparison {
            field: rule.field,
            test,
        })
}

/// Everything that the types let the builder make, raw text and values that are no known
/// ones aside.
fn filter<E: Endpoint>() -> BoxedStrategy<Filter<E>> {
    let of = |rules: Vec<Rule>| select(rules).prop_flat_map(comparison).boxed();
    let comparison = of(E::RULES.to_vec());
    let expr = if E::RULES.iter().any(|rule| rule.combines == Combines::Once) {
        let [first, second] = [0, 1].map(|index| of(vec![E::RULES[index]]));
        let pair = (first, second, any::<bool>(), any::<bool>());
        let pair = pair.prop_map(|(first, second, turned, all)| {
            let (left, right) = if turned {
                (second, first)
            } else {
                (first, second)
            };
            if all { left.and(right) } else { left.or(right) }
        });
        prop_oneof![comparison, pair].boxed()
    } else {
        let composed = comparison.prop_recursive(4, 12, 3, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                pair.clone().prop_map(|(left, right)| left.and(right)),
                pair.prop_map(|(left, right)| left.or(right)),
                inner.prop_map(Expr::not),
            ]
        });
        composed.boxed()
    };
    expr.prop_map(Filter::from_expr).boxed()
}

fn round_trip<E: Endpoint>() {
    runner()
        .run(&filter::<E>(), |filter| {
            let written = filter.to_string();
            let read = written.parse::<Filter<E>>();
            prop_assert_eq!(read.as_ref(), Ok(&filter));
            prop_assert!(filter.check().is_ok());
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
            let tested = [$($endpoint::VOCABULARY),+];
            assert!(VOCABULARY.iter().all(|endpoint| tested.contains(endpoint)));
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
    beta_certifications: BetaCertifications,
    beta_permissions: BetaPermissions,
    beta_reviewers: BetaReviewers,
}

#[test]
fn sorters() {
    let key = (select(Items::VOCABULARY.sorters), any::<bool>());
    let key = key.prop_map(|(field, descending)| Key { field, descending });
    let sorter = vec(key, 1..5).prop_map(Sorter::<Items>::from_keys);
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
            "\\", "\"a\"", "true", "\"ACTIVE\"", "-", "due", "é", "🙂",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let text = (vec(piece, 0..12), select(vec![" ", ""]))
        .prop_map(|(pieces, separator)| pieces.join(separator));
    runner()
        .run(&text, |text| {
            let length = text.chars().count();
            if let Err(error) = text.parse::<Filter<Certifications>>() {
                prop_assert!((1..=length + 1).contains(&error.column()));
                prop_assert_eq!(error.to_string().lines().count(), 3);
            }
            if let Err(error) = text.parse::<Sorter<Certifications>>() {
                prop_assert!((1..=length + 1).contains(&error.column()));
            }
            Ok(())
        })
        .unwrap();
}
