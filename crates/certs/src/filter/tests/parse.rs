//! Parsing of filters and sorters, and its errors.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::filter::endpoint::{
    BetaCertifications, Certifications, DecisionSummaries, Items, Permissions, Reviewers, Tasks,
};
use crate::filter::{Filter, ParseError, Sorter, beta, certification, item, permission, task};
use crate::model::{CampaignType, ObjectType, Phase, TaskType};

fn items(text: &str) -> Filter<Items> {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn error<T: FromStr<Err = ParseError> + std::fmt::Debug>(text: &str) -> ParseError {
    text.parse::<T>().unwrap_err()
}

#[track_caller]
fn assert_shown(error: impl Display, expected: &[&str]) {
    assert_eq!(error.to_string().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn text_means_what_the_builder_writes() {
    let certifications = |text: &str| text.parse::<Filter<Certifications>>().unwrap();
    assert_eq!(
        certifications(r#"phase eq "ACTIVE""#),
        certification::phase().eq(Phase::Active)
    );
    assert_eq!(
        certifications(r#"campaign.id in ("a","b")"#),
        certification::campaign_id().is_in(["a", "b"])
    );
    assert_eq!(items("completed ne true"), item::completed().ne(true));
    assert_eq!(
        items(r#"access.name sw "SAP""#),
        item::access_name().starts_with("SAP")
    );
    assert_eq!(
        items(r#"type eq "ROLE""#),
        item::item_type().eq(ObjectType::Role)
    );
    assert_eq!(
        r#"type in ("REASSIGN","ADMIN_REASSIGN")"#.parse(),
        Ok(task::task_type().is_in([TaskType::Reassign, TaskType::AdminReassign]))
    );
    assert_eq!(
        r#"campaignRef.campaignType eq "SEARCH""#.parse(),
        Ok(beta::certification::campaign_type().eq(CampaignType::Search))
    );
    assert_eq!(
        r#"rights ca ("SELECT") or target sw "SYS.""#.parse(),
        Ok(permission::rights()
            .contains_all(["SELECT"])
            .or(permission::target().starts_with("SYS.")))
    );
}

#[test]
fn spaces_and_parentheses_are_free() {
    let expected = item::id()
        .is_in(["a", "b"])
        .and(item::completed().eq(false).or(!item::access_id().eq("c")));
    for text in [
        r#"id in ("a","b") and (completed eq false or not access.id eq "c")"#,
        r#"  id in("a" , "b")and(completed eq false or not(access.id eq"c")) "#,
        "\tid\nin\r\n( \"a\",\"b\" )\u{a0}and ((completed eq false) or (not (access.id eq \"c\")))",
        r#"id in ("a","b") and (completed eq false or not not not access.id eq "c")"#,
    ] {
        assert_eq!(items(text), expected, "{text}");
    }
}

#[test]
fn precedence_is_not_and_or() {
    let [a, b, c] = ["a", "b", "c"].map(|id| item::id().eq(id));
    assert_eq!(
        items(r#"not id eq "a" and id eq "b" or id eq "c""#),
        (!a.clone()).and(b.clone()).or(c.clone())
    );
    assert_eq!(
        items(r#"id eq "a" or id eq "b" and id eq "c""#),
        a.or(b.and(c))
    );
}

#[test]
fn values_are_taken_as_they_are() {
    for (text, value) in [
        (r#"id eq " ""#, " "),
        (r#"id eq "say \"hi\"""#, r#"say "hi""#),
        (r#"id eq "C:\\dir\\""#, r"C:\dir\"),
        (r#"id eq "\"\\""#, r#""\"#),
        ("id eq \"a\nb\0 שלום 🙂\"", "a\nb\0 שלום 🙂"),
        (r#"id eq ") or (not""#, ") or (not"),
    ] {
        assert_eq!(items(text), item::id().eq(value), "{text}");
    }
}

#[test]
fn known_values_get_their_documented_spelling() {
    let filter: Filter<Certifications> = r#"phase eq "Active""#.parse().unwrap();
    assert_eq!(filter.to_string(), r#"phase eq "ACTIVE""#);
}

/// Text, column, message.
type Wrong = (&'static str, usize, &'static str);

const WRONG_FILTERS: &[Wrong] = &[
    ("", 1, "expected a field, found the end"),
    ("  ", 3, "expected a field, found the end"),
    ("phase", 6, "expected an operator, found the end"),
    ("phase eq", 9, "expected a value, found the end"),
    (r#"phase "eq""#, 7, r#"expected an operator, found `"eq"`"#),
    (
        r#""phase" eq "ACTIVE""#,
        1,
        r#"expected a field, found `"phase"`"#,
    ),
    ("phase eq (", 10, "expected a value, found `(`"),
    (r#"id in "a""#, 7, r#"expected `(`, found `"a"`"#),
    ("id in ()", 8, "expected a value, found `)`"),
    (r#"id in ("a",)"#, 12, "expected a value, found `)`"),
    (
        r#"id in ("a" "b")"#,
        12,
        r#"expected `,` or `)`, found `"b"`"#,
    ),
    (r#"id in ("a""#, 11, "expected `,` or `)`, found the end"),
    (
        r#"(id eq "a""#,
        11,
        "expected `and`, `or` or `)`, found the end",
    ),
    (
        r#"id eq "a")"#,
        10,
        "expected `and`, `or` or the end, found `)`",
    ),
    (
        r#"id eq "a" AND id eq "b""#,
        11,
        "write `and` instead of `AND`",
    ),
    (r#"id eq "a" and"#, 14, "expected a field, found the end"),
    (r#"id eq "a"#, 7, "the quote that opens here is not closed"),
    (
        r#"id eq "a\""#,
        7,
        "the quote that opens here is not closed",
    ),
    (
        r#"id eq "a\n""#,
        9,
        r#"within quotes, only `"` and `\` may follow a backslash: write `\\` for one"#,
    ),
    (
        r#"name eq "a""#,
        1,
        "cannot filter by `name`, only sort by it: the fields to filter by are `id`, \
         `campaign.id`, `phase`, `completed`",
    ),
    (
        r#"id eq "é🙂" and due gt 2026-01-01"#,
        16,
        "cannot filter by `due`, only sort by it: the fields to filter by are `id`, \
         `campaign.id`, `phase`, `completed`",
    ),
    (
        r#"phase in ("ACTIVE")"#,
        7,
        "`phase` has no operator `in`: it has `eq`",
    ),
    (r#"id EQ "a""#, 4, "write `eq` instead of `EQ`"),
    (
        "id isnull",
        4,
        "`id` has no operator `isnull`: it has `eq`, `in`",
    ),
    ("pr id", 1, "`id` has no operator `pr`: it has `eq`, `in`"),
    (
        "completed eq \"true\"",
        14,
        "`completed` is compared with `true` or `false`, without quotes",
    ),
    ("completed eq True", 14, "write `true` instead of `True`"),
    (
        "id eq 17",
        7,
        r#"`id` is compared with text in double quotes: write `"17"`"#,
    ),
    (
        "phase eq ACTIVE",
        10,
        r#"`phase` is compared with text in double quotes: write `"ACTIVE"`"#,
    ),
    (
        r#"phase eq "PAUSED""#,
        10,
        "`phase` has no known value `PAUSED`: there are `STAGED`, `ACTIVE`, `SIGNED`",
    ),
    (
        r#"phase eq "ACTVE""#,
        10,
        "`phase` has no known value `ACTVE`: did you mean `ACTIVE`?",
    ),
    (
        r#"colour eq "red""#,
        1,
        "cannot filter by `colour`: the fields are `id`, `campaign.id`, `phase`, `completed`",
    ),
];

/// What people bring from other languages, from word processors, and from mistyping.
const NEARLY_RIGHT: &[Wrong] = &[
    ("id eq “a”", 7, "write `\"` instead of `“`"),
    ("id eq \"a”", 9, "write `\"` instead of `”`"),
    ("id eq 'a'", 7, "write `\"` instead of `'`"),
    ("id in (\"a\",‘b’)", 12, "write `\"` instead of `‘`"),
    ("id eq ＂a＂", 7, "write `\"` instead of `＂`"),
    (
        "id not in (\"a\")",
        4,
        "`not` comes before the field: write `not id ...`",
    ),
    (
        "id\u{200b} eq \"a\"",
        1,
        "cannot filter by `id\u{fffd}`: did you mean `id`?",
    ),
    ("id == \"a\"", 4, "write `eq` instead of `==`"),
    ("id=\"a\"", 3, "write `eq` instead of `=`"),
    ("id IN (\"a\")", 4, "write `in` instead of `IN`"),
    (
        "completed==false && id eq \"a\"",
        10,
        "write `eq` instead of `==`",
    ),
    (
        "completed eq false && id eq \"a\"",
        20,
        "write `and` instead of `&&`",
    ),
    (
        "completed eq false||id eq \"a\"",
        19,
        "write `or` instead of `||`",
    ),
    (
        "(completed eq false Or id eq \"a\")",
        21,
        "write `or` instead of `Or`",
    ),
    ("!completed eq true", 1, "write `not` instead of `!`"),
    ("NOT completed eq true", 1, "write `not` instead of `NOT`"),
    (
        "completed ne true",
        11,
        "`completed` has no operator `ne`: write `not completed eq ...`",
    ),
    (
        "phase != \"ACTIVE\"",
        7,
        "`phase` has no operator `!=`: write `not phase eq ...`",
    ),
    (
        "phase >= \"ACTIVE\"",
        7,
        "`phase` has no operator `>=`: it has `eq`",
    ),
    (
        "Phase eq \"ACTIVE\"",
        1,
        "cannot filter by `Phase`: did you mean `phase`?",
    ),
    (
        "campagin.id eq \"a\"",
        1,
        "cannot filter by `campagin.id`: did you mean `campaign.id`?",
    ),
    (
        "campaign_id eq \"a\"",
        1,
        "cannot filter by `campaign_id`: did you mean `campaign.id`?",
    ),
    (
        "campaignId eq \"a\"",
        1,
        "cannot filter by `campaignId`: did you mean `campaign.id`?",
    ),
    (
        "reviewer.id eq \"a\"",
        1,
        "cannot filter by `reviewer.id`: the list has a method for that, `.reviewer(..)`",
    ),
];

#[test]
fn every_mistake_is_named_with_its_column() {
    for (text, column, message) in WRONG_FILTERS.iter().chain(NEARLY_RIGHT) {
        let error = error::<Filter<Certifications>>(text);
        assert_eq!(
            error.message(),
            format!("column {column}: {message}"),
            "{text}"
        );
        assert_eq!(error.column(), *column, "{text}");
    }
}

#[test]
fn permissions_are_read_as_they_combine() {
    for text in [
        r#"target eq "T""#,
        r#"rights ca ("R","S")"#,
        r#"target eq "T" and rights ca ("R")"#,
        r#"(rights ca ("R")) or ((target sw "T"))"#,
    ] {
        assert!(text.parse::<Filter<Permissions>>().is_ok(), "{text}");
    }
    for (text, column) in [
        (r#"not target eq "T""#, 1),
        (r#"target eq "T" or target eq "U""#, 15),
        (r#"rights ca ("R") and rights ca ("S")"#, 17),
        (r#"target eq "T" and rights ca ("R") and target eq "U""#, 35),
        (
            r#"target eq "T" and (rights ca ("R") or target eq "U")"#,
            36,
        ),
        (r#"target eq "T" or rights ca ("R") and target eq "U""#, 34),
        (r#"target eq "T" and not rights ca ("R")"#, 19),
    ] {
        let error = error::<Filter<Permissions>>(text);
        assert_eq!(error.column(), column, "{text}");
        assert!(
            error
                .message()
                .contains("this list takes one `and` or `or`"),
            "{text}: {error}"
        );
    }
}

#[test]
fn sorters_are_read_and_refused() {
    assert_eq!(
        " due , -name ".parse(),
        Ok(certification::due()
            .asc()
            .then(certification::name().desc()))
    );
    let known = "`due`, `name`, `signed`";
    for (text, column, message) in [
        (
            "",
            1,
            "expected a field to sort by, found the end".to_owned(),
        ),
        (
            "due,",
            5,
            "expected a field to sort by, found the end".to_owned(),
        ),
        (
            "due,-",
            5,
            "expected a field to sort by, found `-`".to_owned(),
        ),
        (
            "due, phase",
            6,
            format!("cannot sort by `phase`, only filter by it: the fields to sort by are {known}"),
        ),
        (
            "due name",
            1,
            format!("cannot sort by `due name`: the fields are {known}"),
        ),
        (
            "due,singed",
            5,
            "cannot sort by `singed`: did you mean `signed`?".to_owned(),
        ),
        (
            "name DESC, due",
            1,
            "write `-name` instead of `name DESC`".to_owned(),
        ),
        (
            "--due",
            1,
            "cannot sort by `-due`: did you mean `due`?".to_owned(),
        ),
    ] {
        let error = error::<Sorter<Certifications>>(text);
        assert_eq!(
            error.message(),
            format!("column {column}: {message}"),
            "{text}"
        );
    }
    for error in [
        error::<Sorter<Tasks>>("id"),
        error::<Sorter<DecisionSummaries>>("id"),
    ] {
        assert_eq!(
            error.message(),
            "column 1: cannot sort by `id`: this list has no field to sort by"
        );
    }
}

#[test]
fn an_error_in_several_lines_shows_the_line() {
    let text = "completed eq false\r\n  and (access.id eq \"a\"\r\n    or acess.name eq \"b\")";
    let wrong = error::<Filter<Items>>(text);
    assert_eq!((wrong.line(), wrong.column()), (3, 8));
    assert_shown(
        wrong,
        &[
            "line 3, column 8: cannot filter by `acess.name`: did you mean `access.name`?",
            "  |     or acess.name eq \"b\")",
            "  |        ^^^^^^^^^^",
        ],
    );
    assert_shown(
        error::<Filter<Items>>("completed\neq\n"),
        &[
            "line 3, column 1: expected a value, found the end",
            "  | ",
            "  | ^",
        ],
    );
    // What is wrong continues in the next line; the marks do not.
    assert_shown(
        error::<Filter<Items>>("completed eq \"a\nb\""),
        &[
            "line 1, column 14: `completed` is compared with `true` or `false`, without quotes",
            "  | completed eq \"a",
            "  |              ^^",
        ],
    );
    assert_shown(
        error::<Sorter<Items>>("access.name,\n  due"),
        &[
            "line 2, column 3: cannot sort by `due`: the fields are `access.type`, \
             `identitySummary.name`, `access.name`, `entitlement.sourceName`, \
             `accessProfile.sourceName`",
            "  |   due",
            "  |   ^^^",
        ],
    );
}

#[test]
fn an_error_shows_its_place() {
    assert_shown(
        error::<Filter<Items>>("completed eq \"no\""),
        &[
            "column 14: `completed` is compared with `true` or `false`, without quotes",
            "  | completed eq \"no\"",
            "  |              ^^^^",
        ],
    );
    assert_shown(
        error::<Filter<Items>>("completed eq"),
        &[
            "column 13: expected a value, found the end",
            "  | completed eq",
            "  |             ^",
        ],
    );
}

#[test]
fn an_error_shows_a_part_of_a_long_text_and_nothing_that_steers_a_terminal() {
    let ids = "\"0123\",".repeat(1000);
    assert_shown(
        error::<Filter<Items>>(&format!("id in ({ids} 17, {ids} 18)")),
        &[
            r#"column 7009: `id` is compared with text in double quotes: write `"17"`"#,
            r#"  | …23","0123","0123","0123","0123","0123", 17, "0123","0123","0123","0123","0123","…"#,
            "  |                                          ^^",
        ],
    );
    let hostile = "a\u{1b}[2J\n\u{202e}b".repeat(1000);
    let shown = error::<Filter<Items>>(&hostile).to_string();
    assert!(shown.chars().count() < 400, "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    assert_eq!(shown.lines().count(), 3, "{shown:?}");
}

#[test]
fn depth_and_length_are_not_bounded() {
    let nested = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        format!(r#"{open}id eq "a"{close}"#)
    };
    assert_eq!(items(&nested(100_000)), item::id().eq("a"));
    let negated = format!(r#"{}id eq "a""#, "not ".repeat(100_001));
    assert_eq!(items(&negated), !item::id().eq("a"));
    for text in ["(".repeat(100_000), "not ".repeat(100_000)] {
        let error = error::<Filter<Items>>(&text);
        assert_eq!(error.column(), text.len() + 1);
    }
    let wide = vec![r#"id eq "a""#; 10_000].join(" or ");
    assert_eq!(items(&wide).to_string(), wide);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Config {
    filter: Filter<Items>,
    sorter: Option<Sorter<Items>>,
}

#[test]
fn files_hold_filters_and_sorters_as_strings() {
    let text = r#"{"filter":"access.name sw \"SAP\"","sorter":"-access.name"}"#;
    let config: Config = serde_json::from_str(text).unwrap();
    assert_eq!(config.filter, item::access_name().starts_with("SAP"));
    assert_eq!(config.sorter, Some(item::access_name().desc()));
    assert_eq!(serde_json::to_string(&config).unwrap(), text);

    let wrong = serde_json::from_str::<Config>(r#"{"filter": "completed"}"#).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "column 10: expected an operator, found the end\n  \
         | completed\n  \
         |          ^ at line 1 column 23"
    );
    let wrong = serde_json::from_str::<Config>(r#"{"filter": true}"#).unwrap_err();
    assert!(wrong.to_string().contains("expected a string"));
}

#[test]
fn versions_and_endpoints_read_their_own_fields() {
    let text = "completed ne true";
    assert!(text.parse::<Filter<BetaCertifications>>().is_ok());
    assert!(text.parse::<Filter<Certifications>>().is_err());
    assert!(text.parse::<Filter<Reviewers>>().is_err());
}
