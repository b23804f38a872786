//! Where the client makes a call, and where it writes a body down.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

use super::{File, Mentions, are, find, group, is_brace, line, unspaced, word};

/// A call of a method of a generated client: `raw().get_book()`.
#[derive(Debug)]
pub(in crate::todo) struct Call {
    pub(in crate::todo) file: String,
    pub(in crate::todo) line: usize,
    pub(in crate::todo) name: String,
}

/// The methods that are called on what the method `raw` returns.
pub(in crate::todo) fn calls(files: &[File], raw: &str) -> Vec<Call> {
    let found = files.iter().flat_map(|file| {
        find(file, &[raw], |tokens, at| {
            let is_call = |at: usize| tokens.get(at).and_then(group).is_some();
            let is_it = is_call(at + 1) && are(tokens, at + 2, &["."]) && is_call(at + 4);
            is_it.then(|| Call {
                file: file.path.clone(),
                line: line(&tokens[at + 3]),
                name: word(tokens, at + 3),
            })
        })
    });
    found.collect()
}

/// Where a function calls something.
#[derive(Debug)]
pub(in crate::todo) struct Site {
    pub(in crate::todo) file: String,
    /// What the innermost block mentions.
    pub(in crate::todo) block: Mentions,
    /// The words in it that are not in a block of their own, such as that of an `if`.
    pub(in crate::todo) always: BTreeSet<String>,
    /// What the whole function mentions.
    pub(in crate::todo) function: Mentions,
    /// Whether the function reads a list: by `paged!`, or as one whose elements may be null.
    pub(in crate::todo) reads_list: bool,
}

/// Where functions mention an identifier.
pub(in crate::todo) fn sites(files: &[File], word: &str) -> Vec<Site> {
    let mut found = Vec::new();
    let none = TokenStream::new();
    for file in files
        .iter()
        .filter(|file| file.mentions.words.contains(word))
    {
        collect_sites(file, &file.tokens, word, (&none, &none), &mut found);
    }
    found
}

fn collect_sites(
    file: &File,
    tokens: &TokenStream,
    word: &str,
    (block, function): (&TokenStream, &TokenStream),
    found: &mut Vec<Site>,
) {
    let mut is_function = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if ident == "fn" => is_function = true,
            TokenTree::Ident(ident) if ident == word => found.push(Site {
                file: file.path.clone(),
                block: Mentions::of(block.clone()),
                always: {
                    let outside = block.clone().into_iter().filter(|token| !is_brace(token));
                    Mentions::of(outside.collect()).words
                },
                function: Mentions::of(function.clone()),
                reads_list: Mentions::of(block.clone()).words.contains("paged")
                    || unspaced(function.clone()).contains("Vec<Option<"),
            }),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inner = group.stream();
                let function = if is_function { &inner } else { function };
                collect_sites(file, &inner, word, (&inner, function), found);
                is_function = false;
            }
            TokenTree::Group(group) => {
                collect_sites(file, &group.stream(), word, (block, function), found);
            }
            _ => {}
        }
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
    /// The end of the parameters of its function, if each is on a line of its own.
    pub(in crate::todo) parameters: Option<LineColumn>,
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
    (is_impl, mut parameters): (bool, Option<LineColumn>),
    found: &mut Vec<Literal>,
) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let Some(inner) = group(token) else {
            if are(&tokens, at, &["fn"]) {
                parameters = None;
            }
            continue;
        };
        if at > 1 && are(&tokens, at - 2, &["fn"]) {
            let (open, close) = (inner.span_open().start(), inner.span_close().start());
            parameters = (open.line < close.line).then_some(close);
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
                parameters,
            });
        }
        let is_impl = if has("impl") && !has("fn") {
            head.last().is_some_and(|word| word == name)
        } else {
            is_impl
        };
        collect_literals(file, &inner.stream(), name, (is_impl, parameters), found);
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
