//! What `vocabulary!` declares.

use proc_macro2::{Group, TokenStream, TokenTree};

use super::{File, braces, doc, find, group, line, text, word};

/// What an endpoint filters and sorts by.
#[derive(Debug)]
pub(in crate::todo) struct Vocabulary {
    /// The name of the version's contract.
    pub(in crate::todo) version: String,
    /// The operation's id.
    pub(in crate::todo) operation: String,
    /// What it calls a record.
    pub(in crate::todo) name: String,
    /// The record's type in the model, if it says one.
    pub(in crate::todo) record: String,
    pub(in crate::todo) file: String,
    /// The line of the brace that closes it.
    pub(in crate::todo) end: usize,
    pub(in crate::todo) fields: Vec<Filterable>,
}

/// A field to filter or to sort by.
#[derive(Debug)]
pub(in crate::todo) struct Filterable {
    pub(in crate::todo) name: String,
    /// What it is called in Rust.
    pub(in crate::todo) rust_name: String,
    /// In the order in which they are written.
    pub(in crate::todo) operators: Vec<String>,
    pub(in crate::todo) is_sortable: bool,
    pub(in crate::todo) docs: String,
    pub(in crate::todo) line: usize,
}

/// What `vocabulary!` declares.
pub(in crate::todo) fn vocabularies(files: &[File]) -> Vec<Vocabulary> {
    let found = files.iter().flat_map(|file| {
        let macros = find(file, &["vocabulary", "!"], |tokens, at| {
            let versions = modules(group(tokens.get(at + 2)?)?.stream()).into_iter();
            let endpoints = versions.flat_map(|version| {
                let endpoints = modules(version.body.stream()).into_iter();
                endpoints.map(move |endpoint| (version.text.clone(), endpoint))
            });
            Some(endpoints.collect::<Vec<_>>())
        });
        macros
            .into_iter()
            .flatten()
            .map(|(version, endpoint)| Vocabulary {
                version,
                operation: endpoint.text,
                name: endpoint.name,
                record: endpoint.record,
                file: file.path.clone(),
                end: endpoint.body.span_close().start().line,
                fields: filterables(endpoint.body.stream()),
            })
    });
    found.collect()
}

/// `mod name … of Record = "TEXT" … { … }`
struct Module {
    name: String,
    record: String,
    text: String,
    body: Group,
}

fn modules(tokens: TokenStream) -> Vec<Module> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let begins = (0..tokens.len()).filter(|at| word(&tokens, *at) == "mod");
    let modules = begins.filter_map(|at| {
        let mut after = (at..tokens.len()).skip_while(|at| word(&tokens, *at) != "of");
        let of = after.next().map(|of| word(&tokens, of + 1));
        Some(Module {
            name: word(&tokens, at + 1),
            record: of.unwrap_or_default(),
            text: tokens.iter().skip(at).find_map(text)?,
            body: braces(&tokens, at)?.clone(),
        })
    });
    modules.collect()
}

/// `name: Type => "wire" [eq, in] sort …;`, or `name => "wire" sort;`
fn filterables(tokens: TokenStream) -> Vec<Filterable> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(end) if end.as_char() == ';');
    tokens.split(ends).filter_map(filterable).collect()
}

fn filterable(tokens: &[TokenTree]) -> Option<Filterable> {
    let arrow =
        (0..tokens.len()).find(|at| word(tokens, *at) == "=" && word(tokens, at + 1) == ">")?;
    let name = tokens.get(arrow + 2)?;
    // A field to sort by only has none.
    let operators = tokens.get(arrow + 3).and_then(group);
    let listed = operators.map(Group::stream).unwrap_or_default().into_iter();
    let idents = listed.filter(|token| matches!(token, TokenTree::Ident(_)));
    let rust_name = tokens
        .iter()
        .find(|token| matches!(token, TokenTree::Ident(_)));
    let sort = arrow + 3 + usize::from(operators.is_some());
    Some(Filterable {
        name: text(name)?,
        rust_name: rust_name.map(ToString::to_string).unwrap_or_default(),
        operators: idents.map(|operator| operator.to_string()).collect(),
        is_sortable: word(tokens, sort) == "sort",
        docs: tokens.iter().filter_map(group).filter_map(doc).collect(),
        line: line(name),
    })
}
