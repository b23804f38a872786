//! Where the simulator serves an endpoint, and reads its filters and bodies.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use super::{File, are, find, group, line, text, visit, word};

/// An entry in a table of endpoints: `READ.get("/books", books::list),`
#[derive(Debug)]
pub(in crate::todo) struct Entry {
    /// What guards it.
    pub(in crate::todo) guard: String,
    /// The function that serves it, and its module.
    pub(in crate::todo) name: String,
    pub(in crate::todo) module: String,
    /// The line after it.
    pub(in crate::todo) after: usize,
}

/// The entry of a method and a path.
pub(in crate::todo) fn entry(file: &File, method: &str, path: &str) -> Option<Entry> {
    if !file.mentions.texts.contains(path) {
        return None;
    }
    let mut found = find(file, &[".", method], |tokens, at| {
        let arguments = tokens.get(at + 2)?;
        let words = group(arguments)?.stream().into_iter();
        let words = words.filter(|token| matches!(token, TokenTree::Ident(_)));
        let words: Vec<String> = words.map(|word| word.to_string()).collect();
        let [module, name] = words.last_chunk()?.clone();
        (first_text(arguments)? == path).then(|| Entry {
            guard: word(tokens, at.saturating_sub(1)),
            name,
            module,
            after: arguments.span().end().line + 1,
        })
    });
    found.pop()
}

/// The scopes that a guard asks for: those of the variants in `const READ: Guard = …;`, each with its
/// text in `Self::CampaignRead => "…"`. Nothing if one of them cannot be found.
pub(in crate::todo) fn scopes(
    table: &File,
    files: &[File],
    guard: &str,
) -> Option<BTreeSet<String>> {
    let mut found = find(table, &["const", guard], |tokens, at| {
        let rest = tokens.get(at..)?.iter();
        let value: TokenStream = rest
            .take_while(|token| token.to_string() != ";")
            .cloned()
            .collect();
        let mut variants = Vec::new();
        visit(&value, &mut |tokens, at| {
            if are(tokens, at, &["Scope", ":", ":"]) {
                variants.push(word(tokens, at + 3));
            }
        });
        Some(variants)
    });
    let texts = found.pop()?.into_iter().map(|variant| {
        let mut arms = files.iter().flat_map(|file| {
            find(file, &[&variant, "=", ">"], |tokens, at| {
                text(tokens.get(at + 3)?)
            })
        });
        arms.next()
    });
    texts.collect()
}

/// The fields that rules filter by: `Rule::text("name", …)` is one for `name`.
pub(in crate::todo) fn rules(file: &File) -> BTreeSet<String> {
    let rules = find(file, &["Rule"], |tokens, at| {
        first_text(tokens.get(at + 4)?)
    });
    rules.into_iter().collect()
}

/// An object of a body, where it is read field by field: `let object = Object::read(…)?;`.
#[derive(Debug)]
pub(in crate::todo) struct Reader<'f> {
    pub(in crate::todo) file: &'f File,
    /// What the object is called.
    pub(in crate::todo) object: String,
    /// The line after its declaration.
    pub(in crate::todo) after: usize,
    /// The fields that are read.
    pub(in crate::todo) names: BTreeSet<String>,
}

pub(in crate::todo) fn readers(files: &[File]) -> Vec<Reader<'_>> {
    let found = files.iter().flat_map(|file| {
        find(file, &["=", "Object"], |tokens, at| {
            let object = word(tokens, at.checked_sub(1)?);
            let rest = tokens.get(at..)?;
            let end = rest.iter().find(|token| token.to_string() == ";")?;
            let mut names = BTreeSet::new();
            visit(&rest.iter().cloned().collect(), &mut |tokens, at| {
                if are(tokens, at, &[&object, "."]) {
                    names.extend(tokens.get(at + 3).and_then(first_text));
                }
            });
            Some(Reader {
                file,
                object,
                after: line(end) + 1,
                names,
            })
        })
    });
    found.collect()
}

/// The text that a group begins with.
fn first_text(arguments: &TokenTree) -> Option<String> {
    text(group(arguments)?.stream().into_iter().next().as_ref()?)
}
