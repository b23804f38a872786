//! Descriptions of `filters` and `sorters`, by the many hands that wrote them.

use proptest::prelude::*;

use std::collections::BTreeSet;

use xtask::import::{Composite, filters, sorters};

fn read(text: &str) -> String {
    match filters(text) {
        Ok(found) => {
            let mut lines: Vec<_> = found
                .fields
                .iter()
                .map(|(field, operators)| {
                    let operators: Vec<_> = operators.iter().map(String::as_str).collect();
                    format!("{field}: {}", operators.join(" "))
                })
                .collect();
            if let Some(Composite { operators, single }) = found.composite {
                let operators: Vec<_> = operators.into_iter().collect();
                let single = if single { ", once" } else { "" };
                lines.push(format!("[{}{single}]", operators.join(" ")));
            }
            lines.join("; ")
        }
        Err(problem) => format!("error: {problem}"),
    }
}

#[test]
fn spellings_that_are_understood() {
    let both = "id: eq in; name: eq sw";
    for text in [
        "Intro:\n\n**id**: *eq, in*\n\n**name**: *eq, sw*",
        "Intro: **id**: *eq, in* **name**: *eq, sw*",
        "Intro (by the reader's fields):\n**id**:*eq, in*\n**name**: *sw, eq*.",
        "**id:** *eq, in*\r\n**name:** *eq, sw*\r\n",
        "- **id** - *eq, in*\n- **name** - *eq, sw*",
        "* **id**: *eq*, *in*\n* **name**: *eq* and *sw*",
        "**id**: eq, in\n**name**: eq, sw.",
        "**id**: `eq, in`\n**name**: `eq`, `sw`",
        "Intro:\n- id: eq, in\n- name: eq, sw",
        "Intro: id: *eq, in* name: *eq, sw*",
        "`id`: *eq, in*\n`name`: eq, sw",
        "*id*: *eq, in*\n*name*: *eq, sw*",
        "**id**: *eq in*\n**id**: *in, eq*\n**name**: *eq, sw* (any case)",
    ] {
        assert_eq!(read(text), both, "{text}");
    }
    assert_eq!(
        read("**type / access.type**: *eq*"),
        "access.type: eq; type: eq"
    );
}

#[test]
fn prose_around_the_fields_is_not_a_field() {
    for prose in [
        "See [the guide](https://example.org/guide#filters) for the syntax.",
        "Values in any case are found, or *me* for yourself.",
        "Note: a value may be `null`.",
        "example: id eq \"x\" and name sw (\"a\")",
        "Right: *?filters=id+eq+%22x%22*. Wrong: 1?filters=id+ca+(%22x%22)1",
        "`name eq \"x\"` is right.",
    ] {
        assert_eq!(
            read(&format!("{prose}\n\n**id**: *eq*\n\n{prose}")),
            "id: eq",
            "{prose}"
        );
    }
}

#[test]
fn composite_operators_are_a_fact() {
    assert_eq!(
        read("**id**: *eq*\nComposite operators: *and, or*\nComposite or not"),
        "id: eq; [and or]"
    );
    assert_eq!(
        read("**id**: *eq* A single *and* composite operator is all there may be."),
        "id: eq; [and, once]"
    );
}

#[test]
fn what_is_not_understood_is_an_error() {
    let errors: Vec<_> = [
        "",
        "Only prose.",
        "**id** and more",
        "**id**",
        "**id**: *eq, like*",
        "**id**: eq, like",
        "**id**: *EQ*",
        "**id**: *eq*\n**id**: *ne*",
        "**the id**: *eq*",
        "**id: *eq*",
        "**id**: *eq*\nname eq, sw",
        "**id**: *eq*\n| name | sw |",
        "**id**: *eq*\nname (*sw*)",
        "**id**: *eq*\n- name: equals",
        "operators: *eq*",
    ]
    .iter()
    .map(|text| format!("{:<30} {}", text.escape_debug().to_string(), read(text)))
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn sortable_fields() {
    let read = |text: &str| match sorters(text) {
        Ok(found) => found.into_iter().collect::<Vec<_>>().join(" "),
        Err(problem) => format!("error: {problem}"),
    };
    for text in [
        "Sort by: **due, name**",
        "Sort by **name** and **due**.",
        "Sort by: name, due.",
        "Sort by: *name, due*",
        "Sort by:\n- name\n- due",
    ] {
        assert_eq!(read(text), "due name", "{text}");
    }
    for text in [
        "",
        "Sort by whatever you like",
        "Sort by: name or due",
        "Sort by: **a b**",
    ] {
        assert!(read(text).starts_with("error"), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "([*`:,/ \\n.-]|eq|in|sw|and|composite|name|\\PC){0,40}") {
        let _ = filters(&text);
        let _ = sorters(&text);
    }

    #[test]
    fn whatever_the_layout_no_field_is_lost(
        fields in prop::collection::btree_map(
            "[a-z][a-zA-Z]{0,8}(\\.[a-z][a-zA-Z]{0,8})?",
            prop::sample::subsequence(vec!["eq", "ne", "co", "sw", "gt", "ge", "lt", "le", "in", "ca", "pr", "isnull"], 1..4),
            1..6,
        ),
        separator in prop::sample::select(vec!["\n\n", "\n", " ", "\r\n"]),
    ) {
        let text: Vec<_> = fields
            .iter()
            .map(|(field, operators)| format!("**{field}**: *{}*", operators.join(", ")))
            .collect();
        let found = filters(&text.join(separator)).unwrap();
        let names: Vec<_> = found.fields.keys().collect();
        prop_assert_eq!(names, fields.keys().collect::<Vec<_>>());
        for (field, operators) in fields {
            let operators: BTreeSet<_> = operators.into_iter().map(str::to_owned).collect();
            prop_assert_eq!(&found.fields[&field], &operators);
        }
    }
}
