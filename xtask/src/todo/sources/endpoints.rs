//! Where the simulator serves an endpoint, and reads its filters and bodies.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenTree;

use super::{File, Mentions, are, find, group, line, text, visit, word};
use crate::contract::METHODS;

/// An entry in a table of endpoints: `READ.get("/books", books::list),`
#[derive(Debug)]
pub(in crate::todo) struct Entry<'f> {
    pub(in crate::todo) file: &'f File,
    pub(in crate::todo) method: String,
    pub(in crate::todo) path: String,
    /// What guards it.
    pub(in crate::todo) guard: String,
    /// The function that serves it, and its module.
    pub(in crate::todo) name: String,
    pub(in crate::todo) module: String,
    pub(in crate::todo) line: usize,
    /// The line after it.
    pub(in crate::todo) after: usize,
}

/// The entries of tables of endpoints.
pub(in crate::todo) fn entries(files: &[File]) -> Vec<Entry<'_>> {
    let found = files.iter().flat_map(|file| {
        find(file, &["."], |tokens, at| {
            let arguments = tokens.get(at + 2)?;
            let words = group(arguments)?.stream().into_iter();
            let words = words.filter(|token| matches!(token, TokenTree::Ident(_)));
            let words: Vec<String> = words.map(|word| word.to_string()).collect();
            let [module, name] = words.last_chunk()?.clone();
            let method = word(tokens, at + 1);
            let path = first_text(arguments).filter(|path| path.starts_with('/'))?;
            METHODS.contains(&method.as_str()).then(|| Entry {
                file,
                method,
                path,
                guard: word(tokens, at.saturating_sub(1)),
                name,
                module,
                line: line(&tokens[at]),
                after: arguments.span().end().line + 1,
            })
        })
    });
    found.collect()
}

/// The constants of a file that are guards, with what each mentions: `const READ: Guard = …;`
pub(in crate::todo) fn guards(file: &File) -> BTreeMap<String, BTreeSet<String>> {
    let found = find(file, &["const"], |tokens, at| {
        let rest = tokens.get(at + 1..)?;
        let end = rest.iter().position(|token| token.to_string() == ";")?;
        let is_guard = are(rest, 1, &[":", "Guard"]);
        let value = rest[..end].iter().cloned().collect();
        is_guard.then(|| (word(rest, 0), Mentions::of(value).words))
    });
    found.into_iter().collect()
}

/// The texts of variants: `Self::Read => "books:read",`
pub(in crate::todo) fn spellings(files: &[File]) -> BTreeMap<String, String> {
    let found = files.iter().flat_map(|file| {
        find(file, &["Self", ":", ":"], |tokens, at| {
            let spelling = text(tokens.get(at + 6)?)?;
            are(tokens, at + 4, &["=", ">"]).then(|| (word(tokens, at + 3), spelling))
        })
    });
    found.collect()
}

/// The fields that rules filter by, with their lines: `Rule::text("name", …)` is one for `name`.
pub(in crate::todo) fn rules(file: &File) -> BTreeMap<String, usize> {
    let rules = find(file, &["Rule"], |tokens, at| {
        Some((first_text(tokens.get(at + 4)?)?, line(&tokens[at])))
    });
    rules.into_iter().collect()
}

/// What a constant says that lists are sorted by: `const SORTABLE: &Sortable<Field> = &[("name", …)];`
pub(in crate::todo) fn sortable(file: &File) -> Option<BTreeSet<String>> {
    let mut found = find(file, &[":", "&", "Sortable"], |tokens, at| {
        let mut rest = tokens.get(at..)?.iter();
        let entries = rest.find_map(|token| group(token))?.stream().into_iter();
        Some(entries.filter_map(|entry| first_text(&entry)).collect())
    });
    found.pop()
}

/// An object of a body, where it is read field by field: `let object = Object::read(…)?;`.
#[derive(Clone, Debug)]
pub(in crate::todo) struct Reader<'f> {
    pub(in crate::todo) file: &'f File,
    /// What the object is called.
    pub(in crate::todo) object: String,
    /// The line after its declaration.
    pub(in crate::todo) after: usize,
    /// The fields that are read, each with how and in which line.
    pub(in crate::todo) fields: BTreeMap<String, (String, usize)>,
}

pub(in crate::todo) fn readers(files: &[File]) -> Vec<Reader<'_>> {
    let found = files.iter().flat_map(|file| {
        find(file, &["=", "Object"], |tokens, at| {
            let object = word(tokens, at.checked_sub(1)?);
            let rest = tokens.get(at..)?;
            let end = rest.iter().find(|token| token.to_string() == ";")?;
            let mut fields = BTreeMap::new();
            visit(&rest.iter().cloned().collect(), &mut |tokens, at| {
                if are(tokens, at, &[&object, "."]) {
                    let name = tokens.get(at + 3).and_then(first_text);
                    let read = (word(tokens, at + 2), line(&tokens[at]));
                    fields.extend(name.map(|name| (name, read)));
                }
            });
            Some(Reader {
                file,
                object,
                after: line(end) + 1,
                fields,
            })
        })
    });
    found.collect()
}

/// The text that a group begins with.
fn first_text(arguments: &TokenTree) -> Option<String> {
    text(group(arguments)?.stream().into_iter().next().as_ref()?)
}
