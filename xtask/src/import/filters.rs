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
pub struct Filters {
    /// By the field's path; with the operators that it takes.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// How comparisons may be joined, where that is restricted.
    pub composite: Option<Composite>,
}

/// How comparisons may be joined.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Composite {
    /// Of `and` and `or`.
    pub operators: BTreeSet<String>,
    /// Whether only one of them may be used, once.
    pub single: bool,
}

/// Reads the description of a `filters` parameter.
pub fn filters(text: &str) -> Result<Filters> {
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
pub fn sorters(text: &str) -> Result<BTreeSet<String>> {
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
