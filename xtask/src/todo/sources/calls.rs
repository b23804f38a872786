//! Where the client makes a call, and where it writes a body down.

use std::collections::BTreeSet;

use proc_macro2::{Group, LineColumn, TokenStream, TokenTree};

use super::{File, Mentions, are, find, group, is_brace, line, word};

/// Where a function calls a generated client: `api.raw().list_books()`.
#[derive(Debug)]
pub(in crate::todo) struct Call {
    pub(in crate::todo) file: String,
    pub(in crate::todo) line: usize,
    /// What returns the generated client: `raw`, or `raw_beta`.
    pub(in crate::todo) client: String,
    /// The operation that it calls, by its name in Rust.
    pub(in crate::todo) operation: String,
    /// What the innermost block mentions.
    pub(in crate::todo) block: Mentions,
    /// The words in it that are not in a block of their own, such as that of an `if`.
    pub(in crate::todo) always: BTreeSet<String>,
    /// What the whole function mentions.
    pub(in crate::todo) function: Mentions,
    /// The words of the type that the function returns.
    pub(in crate::todo) returned: BTreeSet<String>,
}

/// Where functions call generated clients.
pub(in crate::todo) fn calls(files: &[File]) -> Vec<Call> {
    let mut found = Vec::new();
    for file in files {
        collect_calls(file, &file.tokens, &Scope::default(), &mut found);
    }
    found
}

/// What is around a call.
#[derive(Clone, Default)]
struct Scope {
    block: TokenStream,
    function: TokenStream,
    returned: BTreeSet<String>,
}

fn collect_calls(file: &File, tokens: &TokenStream, scope: &Scope, found: &mut Vec<Call>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let client = word(&tokens, at);
        let is_client = client == "raw" || client.starts_with("raw_");
        let is_call = at > 0 && are(&tokens, at - 1, &["."]) && are(&tokens, at + 2, &["."]);
        if is_client
            && is_call
            && tokens
                .get(at + 4)
                .is_some_and(|token| group(token).is_some())
        {
            let outside = scope.block.clone().into_iter();
            let outside = outside.filter(|token| !is_brace(token)).collect();
            found.push(Call {
                file: file.path.clone(),
                line: line(&tokens[at + 3]),
                client,
                operation: word(&tokens, at + 3),
                block: Mentions::of(scope.block.clone()),
                always: Mentions::of(outside).words,
                function: Mentions::of(scope.function.clone()),
                returned: scope.returned.clone(),
            });
        }
        let Some(inner) = group(token) else { continue };
        let mut scope = scope.clone();
        if is_brace(token) {
            scope.block = inner.stream();
            let head = head(&tokens, at);
            if head.iter().any(|word| word == "fn") {
                let arrow = head.windows(2).position(|pair| pair == ["-", ">"]);
                scope.function = inner.stream();
                scope.returned = head[arrow.unwrap_or(head.len())..]
                    .iter()
                    .cloned()
                    .collect();
            }
        }
        collect_calls(file, &inner.stream(), &scope, found);
    }
}

/// Where a struct is written down or taken apart with all its fields.
#[derive(Debug)]
pub(in crate::todo) struct Literal {
    pub(in crate::todo) file: String,
    pub(in crate::todo) line: usize,
    /// The place of the brace that closes it.
    pub(in crate::todo) end: LineColumn,
    /// The words in it.
    pub(in crate::todo) words: BTreeSet<String>,
    /// Whether it is written in an `impl` of the struct, as `Self`.
    pub(in crate::todo) is_own: bool,
    /// Whether it makes one of the model's, and not one of the generated client's or a pattern.
    pub(in crate::todo) is_made: bool,
    /// Its function, if each of its parameters is on a line of its own.
    pub(in crate::todo) function: Option<Function>,
}

/// A function whose parameters are each on a line of their own.
#[derive(Clone, Debug)]
pub(in crate::todo) struct Function {
    pub(in crate::todo) name: String,
    /// How many parameters it has.
    pub(in crate::todo) arity: usize,
    /// The place of the parenthesis that closes them.
    pub(in crate::todo) end: LineColumn,
}

impl Function {
    /// Where it is called with fewer arguments than that.
    pub(in crate::todo) fn short_calls(&self, files: &[File], arity: usize) -> Vec<String> {
        let calls = files.iter().flat_map(|file| {
            find(file, &[":", &self.name], |tokens, at| {
                let arguments = group(tokens.get(at + 2)?)?;
                let is_short = entries_in(arguments) < arity;
                is_short.then(|| format!("{}:{}", file.path, line(&tokens[at])))
            })
        });
        calls.collect()
    }
}

/// How many entries between parentheses are separated by commas.
fn entries_in(list: &Group) -> usize {
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    let entries = tokens.split(|token| token.to_string() == ",");
    entries.filter(|entry| !entry.is_empty()).count()
}

/// Where a struct is written down or taken apart with all its fields.
pub(in crate::todo) fn literals(files: &[File], name: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.mentions(name)) {
        collect_literals(file, &file.tokens, name, (false, None), &mut found);
    }
    found
}

fn collect_literals(
    file: &File,
    tokens: &TokenStream,
    name: &str,
    (is_impl, mut function): (bool, Option<Function>),
    found: &mut Vec<Literal>,
) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let Some(inner) = group(token) else {
            if are(&tokens, at, &["fn"]) {
                function = None;
            }
            continue;
        };
        if at > 1 && are(&tokens, at - 2, &["fn"]) {
            let (open, close) = (inner.span_open().start(), inner.span_close().start());
            function = (open.line < close.line).then(|| Function {
                name: word(&tokens, at - 1),
                arity: entries_in(inner),
                end: close,
            });
        }
        let head = head(&tokens, at);
        let has = |item: &str| head.iter().any(|word| word == item);
        let is_own = is_impl && at > 0 && are(&tokens, at - 1, &["Self"]);
        let is_it = is_own || at > 0 && are(&tokens, at - 1, &[name]);
        // In the head of an item, it is the name of a type: `impl B for A {`, `-> A {`.
        let is_head = ["enum", "fn", "impl", "struct", "trait"]
            .into_iter()
            .any(has);
        if is_brace(token) && is_it && !is_head && !inner.to_string().contains("..") {
            found.push(Literal {
                file: file.path.clone(),
                line: inner.span_open().start().line,
                end: inner.span_close().start(),
                words: Mentions::of(inner.stream()).words,
                is_own,
                is_made: {
                    let mut before = head.iter().rev().skip(1).map(String::as_str);
                    let before = before.find(|word| ![":", "model"].contains(word));
                    !["let", "raw"].contains(&before.unwrap_or_default())
                },
                function: function.clone(),
            });
        }
        let is_impl = if has("impl") && !has("fn") {
            head.last().is_some_and(|word| word == name)
        } else {
            is_impl
        };
        let around = (is_impl, function.clone());
        collect_literals(file, &inner.stream(), name, around, found);
    }
}

/// The words before a token, back to where a statement or an item ends.
fn head(tokens: &[TokenTree], at: usize) -> Vec<String> {
    let before = tokens[..at]
        .iter()
        .rev()
        .take_while(|token| !is_brace(token));
    let words = before
        .map(ToString::to_string)
        .take_while(|word| word != ";");
    let mut words: Vec<String> = words.collect();
    words.reverse();
    words
}
