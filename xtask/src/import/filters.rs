//! Filterable and sortable fields, which upstream only has in prose.
//!
//! The prose is Markdown and has been written by many hands: a field in bold and its
//! operators in italics (`**name**: *eq, sw*`), two fields at once (`**a / b**: *eq*`),
//! without bold, in a list, one field a line or, where YAML folded the lines, all of them
//! on one line. So the text is read as a row of marked spans, not as lines of one form.
//! Whatever carries an operator and is not understood is an error: a field that is
//! silently lost would be lost from the client.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, anyhow, bail};

/// The operators of the standard filter syntax.
const OPERATORS: &[&str] = &[
    "eq", "ne", "co", "sw", "gt", "ge", "lt", "le", "in", "ca", "pr", "isnull",
];
/// What joins two comparisons.
const COMPOSITES: &[&str] = &["and", "or"];
/// Words before a colon that are not fields.
const LABELS: &[&str] = &[
    "example",
    "examples",
    "field",
    "fields",
    "following",
    "note",
    "operator",
    "operators",
];

const NOTHING: &str = "its description names no field; expected lines such as `**name**: *eq, sw*`";

fn not_a_field(text: &str) -> anyhow::Error {
    anyhow!("`**{text}**` is not a field, or fields with `/` or `,` between")
}

/// What a `filters` parameter understands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filters {
    pub(super) fields: BTreeMap<String, BTreeSet<String>>,
    /// How comparisons may be joined, where that is restricted.
    pub(super) composite: Option<Composite>,
}

/// How comparisons may be joined.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Composite {
    /// Of `and` and `or`.
    pub(super) operators: BTreeSet<String>,
    /// Whether only one of them may be used, once.
    pub(super) single: bool,
}

/// Reads the description of a `filters` parameter.
pub(super) fn filters(text: &str) -> Result<Filters> {
    let tokens = tokens(text)?;
    let mut found = Filters::default();
    let mut rest = tokens.as_slice();
    let mut starts_line = true;
    while let Some((token, after)) = rest.split_first() {
        rest = match marked_field(token, after, starts_line)? {
            Some((fields, operators, after)) => {
                for field in fields {
                    match found.fields.get(&field) {
                        Some(known) if *known != operators => {
                            bail!("the field `{field}` is given twice, with different operators");
                        }
                        _ => found.fields.insert(field, operators.clone()),
                    };
                }
                after
            }
            None => {
                refuse_stray(token, after)?;
                after
            }
        };
        starts_line = *token == Token::Break;
    }
    if found.fields.is_empty() {
        bail!(NOTHING);
    }
    found.composite = composite(&tokens);
    Ok(found)
}

/// Reads the description of a `sorters` parameter.
pub(super) fn sorters(text: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for token in tokens(text)? {
        if let Token::Bold(content) = token {
            found.extend(fields(content).ok_or_else(|| not_a_field(content))?);
        }
    }
    if found.is_empty() {
        // Without bold, the list is what follows the last colon.
        let list = text.rsplit_once(':').map_or("", |(_, list)| list);
        let list = list.replace(['*', '`'], "").replace('\n', ",");
        let items: Vec<_> = list
            .split(',')
            .map(|item| item.trim().trim_start_matches("- ").trim_end_matches('.'))
            .filter(|item| !item.is_empty())
            .collect();
        if items.is_empty() || !items.iter().all(|item| is_field(item)) {
            bail!(NOTHING);
        }
        found.extend(items.into_iter().map(str::to_owned));
    }
    Ok(found)
}

/// A span of Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// `**text**`
    Bold(&'a str),
    /// `*text*`
    Italic(&'a str),
    /// `` `text` ``
    Code(&'a str),
    /// Anything else up to a space or a mark.
    Word(&'a str),
    /// End of a line.
    Break,
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim();
        for bullet in ["- ", "* ", "+ ", "\u{2022} "] {
            rest = rest.strip_prefix(bullet).unwrap_or(rest);
        }
        loop {
            rest = rest.trim_start();
            let token;
            if rest.is_empty() {
                break;
            } else if let Some(inner) = rest.strip_prefix("**") {
                let (content, after) = inner
                    .split_once("**")
                    .with_context(|| format!("bold text is not closed: `{rest}`"))?;
                (token, rest) = (Token::Bold(content.trim()), after);
            } else if let Some((content, after)) = span(rest, '*') {
                (token, rest) = (Token::Italic(content), after);
            } else if let Some((content, after)) = span(rest, '`') {
                (token, rest) = (Token::Code(content), after);
            } else {
                // The first character may be a mark that opens nothing.
                let end = rest
                    .char_indices()
                    .skip(1)
                    .find(|(_, char)| char.is_whitespace() || "*`".contains(*char))
                    .map_or(rest.len(), |(index, _)| index);
                let (word, after) = rest.split_at(end);
                (token, rest) = (Token::Word(word), after);
            }
            tokens.push(token);
        }
        tokens.push(Token::Break);
    }
    Ok(tokens)
}

/// The text between two marks at the start, and what follows.
fn span(text: &str, mark: char) -> Option<(&str, &str)> {
    let (content, after) = text.strip_prefix(mark)?.split_once(mark)?;
    (!content.starts_with(char::is_whitespace) && !content.is_empty()).then_some((content, after))
}

type Field<'t, 'a> = (Vec<String>, BTreeSet<String>, &'t [Token<'a>]);

/// A field with its operators at the start of the tokens, if there is one.
fn marked_field<'t, 'a>(
    token: &Token<'a>,
    after: &'t [Token<'a>],
    starts_line: bool,
) -> Result<Option<Field<'t, 'a>>> {
    let (name, rest, must_be_field) = match *token {
        Token::Bold(content) => {
            let name = content.trim_end_matches(':').trim_end();
            if fields(name).is_none() {
                return Err(not_a_field(content));
            }
            (name, after, true)
        }
        Token::Word(word) => match word.strip_suffix(':') {
            // Field names are in camel case: `Note:` begins a sentence.
            Some(name) => (
                name,
                after,
                starts_line && name.starts_with(|first: char| first.is_ascii_lowercase()),
            ),
            None => return Ok(None),
        },
        Token::Italic(name) | Token::Code(name) => match after.split_first() {
            Some((Token::Word(word), rest)) if word.starts_with(':') => (name, rest, starts_line),
            _ => return Ok(None),
        },
        Token::Break => return Ok(None),
    };
    let is_bold = matches!(token, Token::Bold(_));
    let Some(names) = fields(name) else {
        return Ok(None);
    };
    if !is_bold && LABELS.contains(&name.to_lowercase().as_str()) {
        return Ok(None);
    }
    let rest = skip_separators(rest);
    let (operators, rest) = match operators(rest, is_bold || starts_line) {
        Read::Operators(operators, rest) => (operators, rest),
        _ if !must_be_field => return Ok(None),
        Read::Nothing => {
            bail!("no operators after the field `{name}`; expected such as `**{name}**: *eq, sw*`")
        }
        Read::Other(word) => bail!(
            "`{word}` after the field `{name}` is not an operator; known are {}",
            OPERATORS.join(", ")
        ),
    };
    Ok(Some((names, operators, rest)))
}

/// Skips what is between a field and its operators.
fn skip_separators<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let [Token::Word(":" | "-" | "\u{2013}" | "\u{2014}"), rest @ ..] = tokens {
        tokens = rest;
    }
    tokens
}

enum Read<'t, 'a> {
    Operators(BTreeSet<String>, &'t [Token<'a>]),
    Nothing,
    Other(String),
}

/// Operators at the start of the tokens: marked, or, where they may be, the bare words up
/// to the end of the line or the next field.
fn operators<'t, 'a>(mut tokens: &'t [Token<'a>], bare: bool) -> Read<'t, 'a> {
    let mut found = BTreeSet::new();
    while let [Token::Italic(content) | Token::Code(content), rest @ ..] = tokens {
        match unknown(content, OPERATORS) {
            Some(word) if found.is_empty() => return Read::Other(word.to_owned()),
            Some(_) => break,
            None => found.extend(words(content).map(str::to_owned)),
        }
        tokens = match rest {
            // `*eq*, *in*`
            [Token::Word("," | "and"), next @ ..]
                if matches!(next.first(), Some(Token::Italic(_) | Token::Code(_))) =>
            {
                next
            }
            rest => rest,
        };
    }
    if found.is_empty() && bare {
        while let [Token::Word(word), rest @ ..] = tokens {
            if let Some(word) = unknown(word.trim_end_matches('.'), OPERATORS) {
                return Read::Other(word.to_owned());
            }
            found.extend(words(word.trim_end_matches('.')).map(str::to_owned));
            tokens = rest;
        }
    }
    if found.is_empty() {
        Read::Nothing
    } else {
        Read::Operators(found, tokens)
    }
}

/// Refuses operators that no field claimed. A comparison with a value is an example.
fn refuse_stray(token: &Token<'_>, after: &[Token<'_>]) -> Result<()> {
    let stray = match *token {
        Token::Italic(content) => unknown(content, OPERATORS).is_none().then_some(content),
        Token::Word(word) => {
            let bare = word.trim_matches(|char: char| !char.is_ascii_alphanumeric());
            let is_value = |word: &str| {
                word.starts_with(|first: char| "\"'([%".contains(first) || first.is_ascii_digit())
                    || matches!(word, "true" | "false" | "null")
            };
            let is_example = matches!(after.first(), Some(Token::Word(word)) if is_value(word));
            // `in` is an English word.
            (bare != "in" && OPERATORS.contains(&bare) && !is_example).then_some(bare)
        }
        Token::Bold(_) | Token::Code(_) | Token::Break => None,
    };
    match stray {
        Some(words) => bail!("the operators `{words}` belong to no field that could be read"),
        None => Ok(()),
    }
}

/// A line that speaks of composite operators, and names them in italics.
fn composite(tokens: &[Token<'_>]) -> Option<Composite> {
    let mut found = Composite::default();
    for line in tokens.split(|token| *token == Token::Break) {
        let says = |wanted: &str| {
            line.iter().any(
                |token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted)),
            )
        };
        if !says("composite") {
            continue;
        }
        for token in line {
            if let Token::Italic(content) = token
                && unknown(content, COMPOSITES).is_none()
            {
                found.operators.extend(words(content).map(str::to_owned));
                found.single |= says("single");
            }
        }
    }
    (!found.operators.is_empty()).then_some(found)
}

/// The first word that is not one of the known ones; the whole text if it has no words.
fn unknown<'a>(text: &'a str, known: &[&str]) -> Option<&'a str> {
    if words(text).next().is_none() {
        return Some(text);
    }
    words(text).find(|word| !known.contains(word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| char == ',' || char.is_whitespace())
        .filter(|word| !word.is_empty())
}

/// One field, or several with `/` or `,` between.
fn fields(text: &str) -> Option<Vec<String>> {
    text.split(['/', ','])
        .map(str::trim)
        .map(|field| is_field(field).then(|| field.to_owned()))
        .collect()
}

/// A path of identifiers.
fn is_field(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|step| {
            step.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && step
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || "_-".contains(char))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
                prop::sample::subsequence(OPERATORS, 1..4),
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
}
