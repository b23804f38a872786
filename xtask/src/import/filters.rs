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
        rest = after;
        if let Some((fields, operators, after)) = marked_field(token, after, starts_line)? {
            for field in fields {
                let known = found
                    .fields
                    .entry(field.clone())
                    .or_insert_with(|| operators.clone());
                if *known != operators {
                    bail!("the field `{field}` is given twice, with different operators");
                }
            }
            rest = after;
        } else {
            refuse_stray(token, after)?;
        }
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
        let list = list.replace(['*', '`'], "");
        let items = list.split([',', '\n']);
        let items = items.map(|item| item.trim().trim_start_matches("- ").trim_end_matches('.'));
        found.extend(items.filter(|item| !item.is_empty()).map(str::to_owned));
    }
    if found.is_empty() || !found.iter().all(|item| is_field(item)) {
        bail!(NOTHING);
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
        while !rest.is_empty() {
            let token;
            (token, rest) = if let Some(inner) = rest.strip_prefix("**") {
                let span = inner.split_once("**");
                let (content, after) =
                    span.with_context(|| format!("bold text is not closed: `{rest}`"))?;
                (Token::Bold(content.trim()), after)
            } else if let Some((content, after)) = span(rest, '*') {
                (Token::Italic(content), after)
            } else if let Some((content, after)) = span(rest, '`') {
                (Token::Code(content), after)
            } else {
                // The first character may be a mark that opens nothing.
                let mut chars = rest.char_indices().skip(1);
                let end = chars.find(|(_, char)| char.is_whitespace() || "*`".contains(*char));
                let (word, after) = rest.split_at(end.map_or(rest.len(), |(index, _)| index));
                (Token::Word(word), after)
            };
            tokens.push(token);
            rest = rest.trim_start();
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
    let is_bold = matches!(token, Token::Bold(_));
    let (name, rest, must_be_field) = match (*token, after) {
        (Token::Bold(content), _) => (content.trim_end_matches(':').trim_end(), after, true),
        (Token::Word(word), _) if word.ends_with(':') => {
            // Field names are in camel case: `Note:` begins a sentence.
            let is_name = word.starts_with(|first: char| first.is_ascii_lowercase());
            (word.trim_end_matches(':'), after, starts_line && is_name)
        }
        (Token::Italic(name) | Token::Code(name), [Token::Word(word), rest @ ..])
            if word.starts_with(':') =>
        {
            (name, rest, starts_line)
        }
        _ => return Ok(None),
    };
    let Some(names) = fields(name) else {
        return if is_bold {
            Err(not_a_field(name))
        } else {
            Ok(None)
        };
    };
    if !is_bold && LABELS.contains(&name.to_lowercase().as_str()) {
        return Ok(None);
    }
    match operators(rest, is_bold || starts_line) {
        Ok((operators, rest)) => Ok(Some((names, operators, rest))),
        Err(_) if !must_be_field => Ok(None),
        Err(None) => {
            bail!("no operators after the field `{name}`; expected such as `**{name}**: *eq, sw*`")
        }
        Err(Some(word)) => bail!(
            "`{word}` after the field `{name}` is not an operator; known are {}",
            OPERATORS.join(", ")
        ),
    }
}

/// Operators at the start of the tokens: marked, or, where they may be, the bare words up
/// to the end of the line or the next field. Fails with the word that is not one, if there is one.
fn operators<'t, 'a>(
    mut tokens: &'t [Token<'a>],
    bare: bool,
) -> Result<(BTreeSet<String>, &'t [Token<'a>]), Option<&'a str>> {
    while let [Token::Word(":" | "-" | "\u{2013}" | "\u{2014}"), rest @ ..] = tokens {
        tokens = rest;
    }
    let mut found = BTreeSet::new();
    while let [Token::Italic(content) | Token::Code(content), rest @ ..] = tokens {
        match known(content, OPERATORS) {
            Ok(operators) => found.extend(operators),
            Err(word) if found.is_empty() => return Err(Some(word)),
            Err(_) => break,
        }
        tokens = match rest {
            // `*eq*, *in*`
            [Token::Word("," | "and"), next @ ..]
                if matches!(next, [Token::Italic(_) | Token::Code(_), ..]) =>
            {
                next
            }
            rest => rest,
        };
    }
    if found.is_empty() && bare {
        while let [Token::Word(word), rest @ ..] = tokens {
            found.extend(known(word.trim_end_matches('.'), OPERATORS)?);
            tokens = rest;
        }
    }
    if found.is_empty() {
        return Err(None);
    }
    Ok((found, tokens))
}

/// Refuses operators that no field claimed. A comparison with a value is an example.
fn refuse_stray(token: &Token<'_>, after: &[Token<'_>]) -> Result<()> {
    let is_value = |word: &str| {
        word.starts_with(|first: char| "\"'([%".contains(first) || first.is_ascii_digit())
            || matches!(word, "true" | "false" | "null")
    };
    let is_example = matches!(after.first(), Some(Token::Word(word)) if is_value(word));
    let stray = match *token {
        Token::Italic(content) => content,
        Token::Word(word) if !is_example => {
            word.trim_matches(|char: char| !char.is_ascii_alphanumeric())
        }
        _ => return Ok(()),
    };
    // A bare `in` is an English word.
    let is_word = stray == "in" && !matches!(token, Token::Italic(_));
    if known(stray, OPERATORS).is_ok() && !is_word {
        bail!("the operators `{stray}` belong to no field that could be read");
    }
    Ok(())
}

/// A line that speaks of composite operators, and names them in italics.
fn composite(tokens: &[Token<'_>]) -> Option<Composite> {
    let mut found = Composite::default();
    for line in tokens.split(|token| *token == Token::Break) {
        let says = |wanted: &str| {
            let is_it = |token: &Token<'_>| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted));
            line.iter().any(is_it)
        };
        for token in line {
            if let Token::Italic(content) = token
                && says("composite")
                && let Ok(operators) = known(content, COMPOSITES)
            {
                found.operators.extend(operators);
                found.single |= says("single");
            }
        }
    }
    (!found.operators.is_empty()).then_some(found)
}

/// The words of a text, if all are known ones and there are any; or else the first that is not one.
fn known<'a>(text: &'a str, known: &[&str]) -> Result<BTreeSet<String>, &'a str> {
    let words = text.split(|char: char| char == ',' || char.is_whitespace());
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    if words.peek().is_none() {
        return Err(text);
    }
    let word = |word: &'a str| {
        if known.contains(&word) {
            Ok(word.to_owned())
        } else {
            Err(word)
        }
    };
    words.map(word).collect()
}

/// One field, or several with `/` or `,` between.
fn fields(text: &str) -> Option<Vec<String>> {
    let fields = text.split(['/', ',']).map(str::trim);
    fields
        .map(|field| is_field(field).then(|| field.to_owned()))
        .collect()
}

/// A path of identifiers.
fn is_field(text: &str) -> bool {
    text.split('.').all(|step| {
        step.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && step
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || "_-".contains(char))
    })
}
