//! Writing and parsing a filter gives the same filter, for every endpoint and any values.

use fastrand::Rng;

use crate::filter::endpoint::{
    AccessSummaries, BetaCertifications, BetaPermissions, BetaReviewers, CampaignTemplates,
    Campaigns, Certifications, DecisionSummaries, IdentitySummaries, Items, Permissions, Reviewers,
    Tasks,
};
use crate::filter::expression::{Expression, Order, Test};
use crate::filter::value::Literal;
use crate::filter::vocabulary::{ENDPOINTS, FieldVocabulary, Values};
use crate::filter::{Endpoint, Filter, ParseError, Sorter};

const CASES: usize = 256;

/// The same cases in every run.
fn random() -> Rng {
    Rng::with_seed(3)
}

fn pick<T: Copy>(random: &mut Rng, from: &[T]) -> T {
    from[random.usize(..from.len())]
}

fn some_of<T>(random: &mut Rng, most: usize, one: impl Fn(&mut Rng) -> T) -> Vec<T> {
    (0..random.usize(1..=most)).map(|_| one(random)).collect()
}

fn any_text(random: &mut Rng, most: usize) -> String {
    (0..random.usize(..=most))
        .map(|_| random.char(..))
        .collect()
}

/// Texts that are difficult to write or read.
fn text(random: &mut Rng) -> String {
    const PIECES: &[&str] = &[
        "\"", "\\", "\\\"", ",", "(", ")", " ", "\n", "\r", "\t", "\0", "and", " or ", "not ",
        "eq", "in", "true", "isnull", "é", "ß", "İ", "שלום", "\u{202e}", "🙂", "配達", "%22", "&",
        "#", "+", "a", "Z", "0",
    ];
    match random.u8(..13) {
        0..8 => some_of(random, 8, |random| pick(random, PIECES)).concat(),
        8..11 => any_text(random, 32),
        11 => String::new(),
        _ => {
            let piece = pick(random, PIECES);
            piece.repeat(10_240 / piece.len())
        }
    }
}

fn literal(random: &mut Rng, values: Values) -> Literal {
    match values {
        Values::Text => Literal::Text(text(random)),
        Values::Id => Literal::Id(text(random).into()),
        Values::Bool => Literal::Bool(random.bool()),
        Values::Enumeration(known) => Literal::Text(pick(random, known).to_owned()),
    }
}

fn comparison<E: Endpoint>(random: &mut Rng) -> Filter<E> {
    let fields: Vec<_> = E::VOCABULARY.filterable().copied().collect();
    let field: FieldVocabulary = pick(random, &fields);
    let one = |random: &mut Rng| literal(random, field.values);
    let test = match pick(random, field.operators) {
        "eq" => Test::Eq(one(random)),
        "ne" => Test::Ne(one(random)),
        "sw" => Test::StartsWith(one(random)),
        "lt" => Test::Ordered(Order::Below, one(random)),
        "le" => Test::Ordered(Order::AtMost, one(random)),
        "gt" => Test::Ordered(Order::Above, one(random)),
        "ge" => Test::Ordered(Order::AtLeast, one(random)),
        "in" => Test::In(some_of(random, 3, one)),
        "ca" => Test::ContainsAll(some_of(random, 3, one)),
        other => panic!("which test is {other}?"),
    };
    Expression::comparison(field.name, test).into()
}

/// Everything that the builder makes, but for raw text and values that are not known ones.
fn filter<E: Endpoint>(random: &mut Rng, depth: u8) -> Filter<E> {
    let next = depth.saturating_sub(1);
    match random.u8(..6) {
        _ if depth == 0 => comparison(random),
        0 | 1 => filter(random, next).and(filter(random, next)),
        2 | 3 => filter(random, next).or(filter(random, next)),
        4 => !filter(random, next),
        _ => comparison(random),
    }
}

/// For filters that lists send.
fn round_trip<E: Endpoint>() {
    let mut random = random();
    let depths = (0..=4).cycle();
    let filters = depths.map(|depth| filter::<E>(&mut random, depth));
    for filter in filters.filter(|filter| filter.check().is_ok()).take(CASES) {
        let written = filter.to_string();
        assert_eq!(written.parse::<Filter<E>>().as_ref(), Ok(&filter));
    }
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
            assert_eq!(ENDPOINTS, [$(stringify!($endpoint)),+]);
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
    let mut random = random();
    let fields: Vec<_> = Items::VOCABULARY.sortable().copied().collect();
    let key = |random: &mut Rng| {
        let field: FieldVocabulary = pick(random, &fields);
        Sorter::<Items>::by(field.name, random.bool())
    };
    for _ in 0..CASES {
        let keys = some_of(&mut random, 5, key).into_iter();
        let sorter = keys.reduce(Sorter::then).unwrap();
        assert_eq!(sorter.to_string().parse().as_ref(), Ok(&sorter));
    }
}

/// Tokens in any order, where a reader would fall if it could.
#[test]
fn nothing_makes_the_reader_panic() {
    const PIECES: &[&str] = &[
        "id",
        "phase",
        "completed",
        "eq",
        "in",
        "pr",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "\"",
        "\\",
        "\"a\"",
        "true",
        "\"ACTIVE\"",
        "-",
        "due",
        "é",
        "🙂",
        "“",
        "==",
        "!",
        "\n",
        "AND",
    ];
    let mut random = random();
    for _ in 0..CASES {
        let pieces = some_of(&mut random, 12, |random| match random.u8(..5) {
            0 => any_text(random, 16),
            _ => pick(random, PIECES).to_owned(),
        });
        let text = pieces.join(pick(&mut random, &[" ", ""]));
        let wrong: [Option<ParseError>; 2] = [
            text.parse::<Filter<Certifications>>().err(),
            text.parse::<Sorter<Certifications>>().err(),
        ];
        for error in wrong.into_iter().flatten() {
            let line = text.split('\n').nth(error.line() - 1).unwrap();
            assert!(error.column() <= line.chars().count() + 1);
            assert_eq!(error.to_string().lines().count(), 3, "{error}");
        }
    }
}
