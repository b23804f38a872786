use proptest::prelude::*;

use super::parser::Operator;
use super::{CA, EQ, EQ_NE, Filter, Rule};
use crate::error::{ApiError, Code};
use crate::id::Id;
use crate::query::{Row, Value};
use crate::text::{Text, fold};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Name,
    Phase,
    Done,
    Words,
    Nothing,
}

const RULES: &[Rule<Field>] = &[
    Rule::text(
        "name",
        Field::Name,
        &[Operator::Eq, Operator::Ne, Operator::In, Operator::Sw],
    ),
    Rule::keyword("phase", Field::Phase, &["ACTIVE", "SIGNED"], EQ),
    Rule::flag("done", Field::Done, EQ_NE),
    Rule::text("words", Field::Words, CA),
    Rule::text("no.thing", Field::Nothing, EQ_NE),
];

struct Sample {
    name: Text,
    words: Vec<Text>,
}

impl Sample {
    fn named(name: &str) -> Self {
        Self {
            name: Text::new(name),
            words: ["SELECT", "INSERT"].map(Text::new).to_vec(),
        }
    }
}

impl Row for Sample {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Name => Value::Text(self.name.folded()),
            Field::Phase => Value::Keyword("ACTIVE"),
            Field::Done => Value::Flag(false),
            Field::Words => Value::Words(&self.words),
            Field::Nothing => Value::Missing,
        }
    }

    fn tie_break(&self) -> Id {
        Id::new(0)
    }
}

fn matches(filter: &str) -> bool {
    match Filter::parse(filter, RULES) {
        Ok(filter) => filter.matches(&Sample::named("Ada Berg")),
        Err(error) => panic!("{filter}: {error:?}"),
    }
}

fn refusal(filter: &str) -> (Code, String) {
    match Filter::parse(filter, RULES) {
        Err(ApiError::Refused { code, causes }) => (code, causes.concat()),
        other => panic!("{filter}: {other:?}"),
    }
}

#[test]
fn compares_without_regard_to_case() {
    for filter in [
        r#"name eq "ada BERG""#,
        r#"name sw "ADA""#,
        r#"name in ("x","Ada Berg")"#,
        r#"name ne "Ada""#,
        r#"phase eq "active""#,
        "done eq false",
        "done ne true",
        r#"words ca ("insert","Select")"#,
        r#"  name   eq"Ada Berg"  "#,
    ] {
        assert!(matches(filter), "{filter}");
    }
    for filter in [
        r#"name eq "Ada""#,
        r#"name sw "Berg""#,
        r#"words ca ("INSERT","DELETE")"#,
        "done eq true",
    ] {
        assert!(!matches(filter), "{filter}");
    }
}

#[test]
fn not_binds_closer_than_and_and_and_closer_than_or() {
    const YES: &str = r#"name sw "A""#;
    const NO: &str = r#"name sw "B""#;
    assert!(matches(&format!("{YES} or {NO} and {NO}")));
    assert!(!matches(&format!("({YES} or {NO}) and {NO}")));
    assert!(matches(&format!("not {NO} and {YES}")));
    assert!(!matches(&format!("not ({NO} or {YES})")));
    assert!(matches(&format!("not not {YES}")));
    assert!(matches(&format!("{NO} or {NO} or {YES}")));
}

#[test]
fn missing_values_equal_nothing() {
    assert!(!matches(r#"no.thing eq """#));
    assert!(matches(r#"no.thing ne "x""#));
}

#[test]
fn a_field_or_operator_that_is_not_listed_is_named_beside_those_that_are() {
    let (code, cause) = refusal(r#"nom eq "x""#);
    assert_eq!(code, Code::Content);
    assert!(
        cause.contains("\"nom\"") && cause.contains("name, phase, done"),
        "{cause}"
    );
    let (code, cause) = refusal(r#"name co "x""#);
    assert_eq!(code, Code::Content);
    assert!(
        cause.contains("\"co\"") && cause.ends_with("eq, ne, in, sw."),
        "{cause}"
    );
    for filter in ["pr name", "name isnull", r#"Name eq "x""#] {
        assert_eq!(refusal(filter).0, Code::Content, "{filter}");
    }
}

#[test]
fn a_value_of_another_type_is_an_illegal_value() {
    for filter in [
        r#"done eq "true""#,
        "done eq 1",
        r#"phase eq "FOO""#,
        "phase eq true",
        "name eq true",
        "name eq 12",
        "name sw 2026-03-02T08:00:00.000Z",
        "name in (1,2)",
        "words ca (true)",
    ] {
        assert_eq!(refusal(filter).0, Code::Illegal, "{filter}");
    }
}

#[test]
fn what_is_not_a_filter_is_refused() {
    for filter in [
        "",
        "name",
        "name eq",
        "name eq Ada",
        r#"name EQ "x""#,
        r#"name eq "x"#,
        r#"name eq "\n""#,
        r#"name eq "x" "y""#,
        r#"name eq "x" and"#,
        r#"name eq ("x")"#,
        r#"name in "x""#,
        "name in ()",
        r#"name in ("x",)"#,
        r#"(name eq "x""#,
        r#"name eq "x")"#,
        r#"name eq "x" AND name eq "y""#,
        "not",
        "()",
        "name pr",
    ] {
        assert_eq!(refusal(filter).0, Code::Content, "{filter}");
    }
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    let deep = format!(
        "{}name eq \"x\"{}",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    assert!(refusal(&deep).1.contains("levels deep"));
    let negated = format!("{}name eq \"x\"", "not ".repeat(100_000));
    assert!(refusal(&negated).1.contains("levels deep"));
    let long = vec![r#"name eq "x""#; 50_000].join(" or ");
    assert!(!matches(&long));
}

#[test]
fn a_pair_joins_two_fields_once() {
    for filter in [
        r#"name eq "x""#,
        r#"name eq "x" and words ca ("y")"#,
        r#"(words ca ("y") or name eq "x")"#,
    ] {
        assert!(Filter::parse_pair(filter, RULES).is_ok(), "{filter}");
    }
    for filter in [
        r#"name eq "x" and name eq "y""#,
        r#"name eq "x" and words ca ("y") and done eq true"#,
        r#"name eq "x" or words ca ("y") and done eq true"#,
        r#"not name eq "x""#,
        r#"not name eq "x" and words ca ("y")"#,
    ] {
        let error = Filter::parse_pair(filter, RULES).unwrap_err();
        assert!(error.causes()[0].contains("only two terms"), "{error:?}");
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_a_refusal(text in any::<String>()) {
        let _ = Filter::parse(&text, RULES);
        let _ = Filter::parse_pair(&text, RULES);
    }

    #[test]
    fn any_mixture_of_tokens_is_a_filter_or_a_refusal(
        tokens in proptest::collection::vec(
            proptest::sample::select(vec![
                "name", "words", "done", "eq", "in", "ca", "sw", "pr", "isnull", "not", "and",
                "or", "(", ")", ",", "\"x\"", "\"", "\\", "true", "12", "2026-01-01",
            ]),
            0..30,
        ),
    ) {
        let _ = Filter::parse(&tokens.join(" "), RULES);
    }

    #[test]
    fn what_is_quoted_arrives_unchanged(text in any::<String>()) {
        let sample = Sample::named(&text);
        let filter = format!("name eq {}", quote(&text));
        prop_assert!(Filter::parse(&filter, RULES).unwrap().matches(&sample));
        let other = format!("name eq {}", quote(&format!("{text}x")));
        prop_assert!(!Filter::parse(&other, RULES).unwrap().matches(&sample));
        let start: String = text.chars().take(3).collect();
        // Folding may join characters across the cut (a final sigma, for instance).
        prop_assume!(fold(&text).starts_with(&fold(&start)));
        let filter = format!("name sw {}", quote(&start));
        prop_assert!(Filter::parse(&filter, RULES).unwrap().matches(&sample));
    }
}
