//! What the sources of the client and the simulator declare, read token by token: it has to work
//! while they do not compile.

mod calls;
mod declarations;
mod endpoints;
mod vocabularies;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::workspace::Workspace;
pub(super) use calls::{Call, calls, literals};
pub(super) use declarations::{Declaration, Member, declarations};
pub(super) use endpoints::{Entry, Reader, entries, guards, readers, rules, sortable, spellings};
pub(super) use vocabularies::{Filterable, Vocabulary, vocabularies};

/// A source file.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its path from the root of the workspace.
    pub(super) path: String,
    pub(super) tokens: TokenStream,
    pub(super) mentions: Mentions,
}

impl File {
    fn new(path: String, tokens: TokenStream) -> Self {
        Self {
            path,
            mentions: Mentions::of(tokens.clone()),
            tokens,
        }
    }

    /// Whether it has this word, as an identifier or as a text.
    pub(super) fn mentions(&self, word: &str) -> bool {
        self.mentions.words.contains(word) || self.mentions.texts.contains(word)
    }
}

/// Every Rust source below a folder, in the order of paths; none if there is no such folder.
pub(super) fn read(workspace: &Workspace, folder: &str) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let root = workspace.root().join(folder);
    for path in [root.clone(), root.with_extension("rs")] {
        collect(workspace, &path, &mut files)?;
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The files but those of other versions, by their names.
pub(super) fn without(files: &[File], versions: &[&str]) -> Vec<File> {
    let is_of = |file: &File, version: &&str| {
        file.path.contains(&format!("/{version}/"))
            || file.path.ends_with(&format!("/{version}.rs"))
    };
    let own = files
        .iter()
        .filter(|file| !versions.iter().any(|version| is_of(file, version)));
    own.cloned().collect()
}

/// The file that mentions most of these words, if one mentions any. A text says more than an
/// identifier.
pub(super) fn nearest<'f>(
    files: impl DoubleEndedIterator<Item = &'f File>,
    words: &[&str],
) -> Option<&'f str> {
    let count = |file: &File| {
        let texts = words
            .iter()
            .filter(|word| file.mentions.texts.contains(**word));
        texts.count() * 2
            + words
                .iter()
                .filter(|word| file.mentions.words.contains(**word))
                .count()
    };
    let counted = files.map(|file| (count(file), file));
    // Of several, the first.
    let nearest = counted.rev().max_by_key(|(count, _)| *count);
    nearest
        .filter(|(count, _)| *count > 0)
        .map(|(_, file)| file.path.as_str())
}

fn collect(workspace: &Workspace, path: &Path, files: &mut Vec<File>) -> Result<()> {
    let shown = workspace.shown(path);
    let failed = || format!("{shown} cannot be read");
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(failed)? {
            collect(workspace, &entry.with_context(failed)?.path(), files)?;
        }
    } else if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
        let text = fs::read_to_string(path).with_context(failed)?;
        let tokens = text
            .parse()
            .map_err(|error| anyhow!("{shown} is not Rust: {error}"))?;
        files.push(File::new(shown, tokens));
    }
    Ok(())
}

/// Calls `visit` for every token with the list that it is in, and its place there.
fn visit(tokens: &TokenStream, visit_token: &mut dyn FnMut(&[TokenTree], usize)) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        visit_token(&tokens, at);
        if let TokenTree::Group(group) = token {
            visit(&group.stream(), visit_token);
        }
    }
}

/// What is read wherever these words are.
fn find<T>(
    file: &File,
    words: &[&str],
    mut read: impl FnMut(&[TokenTree], usize) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    visit(&file.tokens, &mut |tokens, at| {
        if are(tokens, at, words) {
            found.extend(read(tokens, at));
        }
    });
    found
}

/// The lines with these words.
pub(super) fn lines_of(file: &File, words: &[&str]) -> Vec<usize> {
    find(file, words, |tokens, at| Some(line(&tokens[at])))
}

/// The lines with this text.
pub(super) fn lines_of_text(file: &File, value: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    visit(&file.tokens, &mut |tokens, at| {
        if text(&tokens[at]).as_deref() == Some(value) {
            lines.push(line(&tokens[at]));
        }
    });
    lines
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// The token at a place as it is written; nothing for a group, or if there is none.
fn word(tokens: &[TokenTree], at: usize) -> String {
    let token = tokens.get(at).filter(|token| group(token).is_none());
    token.map(ToString::to_string).unwrap_or_default()
}

/// Whether these words begin at a place.
fn are(tokens: &[TokenTree], at: usize, words: &[&str]) -> bool {
    let tokens = tokens.get(at..at + words.len()).unwrap_or_default();
    tokens.len() == words.len()
        && tokens.iter().zip(words).all(|(token, word)| match token {
            TokenTree::Ident(ident) => ident == word,
            TokenTree::Punct(punct) => word.starts_with(punct.as_char()),
            _ => false,
        })
}

fn group(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

fn is_brace(token: &TokenTree) -> bool {
    group(token).is_some_and(|group| group.delimiter() == Delimiter::Brace)
}

/// The first group in braces from a place on.
fn braces(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    tokens
        .iter()
        .skip(at)
        .find(|token| is_brace(token))
        .and_then(group)
}

/// The value of a string literal.
fn text(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    let literal = literal.to_string();
    if !literal.starts_with(['"', 'r']) {
        return None;
    }
    Some(syn::parse_str::<syn::LitStr>(&literal).ok()?.value())
}

/// What tokens mention.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    pub(super) words: BTreeSet<String>,
    pub(super) texts: BTreeSet<String>,
}

impl Mentions {
    fn of(tokens: TokenStream) -> Self {
        let mut mentions = Self::default();
        mentions.collect(tokens);
        mentions
    }

    fn collect(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.collect(group.stream()),
                TokenTree::Ident(word) => {
                    self.words
                        .insert(word.to_string().trim_start_matches("r#").to_owned());
                }
                literal => self.texts.extend(text(&literal)),
            }
        }
    }
}

/// A constant that is a whole number: `const NAME: TYPE = 250;`.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) value: u64,
}

/// The constants of this name that are whole numbers.
pub(super) fn constants(files: &[File], name: &str) -> Vec<Constant> {
    let found = files.iter().flat_map(|file| {
        find(file, &["const", name], |tokens, at| {
            let mut after = tokens.iter().skip(at);
            let literal = after.find(|token| matches!(token, TokenTree::Literal(_)))?;
            let literal = literal.to_string();
            let digits: String = literal.chars().filter(char::is_ascii_digit).collect();
            Some(Constant {
                file: file.path.clone(),
                line: line(&tokens[at]),
                value: digits.parse().ok()?,
            })
        })
    });
    found.collect()
}

/// What the function of this name mentions.
pub(super) fn function(file: &File, name: &str) -> Option<Mentions> {
    let mut found = find(file, &["fn", name], |tokens, at| {
        Some(Mentions::of(braces(tokens, at)?.stream()))
    });
    found.pop()
}

/// The text of `doc = "…"`.
fn doc(attribute: &Group) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    tokens
        .get(2)
        .filter(|_| word(&tokens, 0) == "doc")
        .and_then(text)
}

fn unspaced(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File::new("a.rs".to_owned(), text.parse().unwrap())
    }

    #[test]
    fn what_macros_and_serde_name() {
        let file = file(
            r#"
            record! {
                /// A book.
                pub struct Book or its title {
                    /// Its id.
                    pub id: String => "id",
                    /// Deprecated.
                    pub kind: Option<Box<Map<Kind, u8>>> => "type" | "sort",
                }
            }
            open_enum! { pub enum Kind { One => "ONE", Two => "TWO" } }
            #[derive(Serialize)]
            #[serde(rename_all = "camelCase")]
            pub struct Loan {
                pub book_id: String,
                #[serde(rename = "type")]
                pub(crate) loan_type: Option<Kind>,
                #[serde(skip)]
                origin: u8,
            }
            struct Private { field: u8 }
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            enum Sent { OneMore, Less }
            "#,
        );
        let shown: Vec<String> = declarations(&[file])
            .iter()
            .map(|found| {
                let members = found.members.iter();
                let members: Vec<_> = members
                    .map(|m| format!("{}:{}={}", m.name, m.kind, m.json.join("|")))
                    .collect();
                format!("{} {}", found.name, members.join(" "))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Kind One:=ONE Two:=TWO",
                "Sent OneMore:=ONE_MORE Less:=LESS",
                "Book id:String=id kind:Option<Box<Map<Kind,u8>>>=type|sort",
                "Loan book_id:String=bookId loan_type:Option<Kind>=type origin:u8=",
            ]
        );
    }

    #[test]
    fn what_a_vocabulary_says() {
        let file = file(
            r#"
            vocabulary! {
                pub(super) mod shared = "v3" at "certs::filter" {
                    /// Books.
                    mod book for Books of Book = "listBooks", beside shelf {
                        /// Its id.
                        id: String => "id" [eq, in] = |book| id(&book.id);
                        due => "due" sort;
                        name: String => "name" [eq, sw] sort = |book| book.name.as_deref();
                    }
                }
            }
            const MAX: usize = 2_50;
            "#,
        );
        let found = vocabularies(std::slice::from_ref(&file));
        let [books] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(
            (&*books.version, &*books.operation, books.end),
            ("v3", "listBooks", 10)
        );
        let shown: Vec<_> = books
            .fields
            .iter()
            .map(|field| format!("{} {:?} {}", field.name, field.operators, field.is_sortable))
            .collect();
        assert_eq!(
            shown,
            [
                r#"id ["eq", "in"] false"#,
                "due [] true",
                r#"name ["eq", "sw"] true"#,
            ]
        );
        assert_eq!(constants(&[file], "MAX")[0].value, 250);
    }
}
