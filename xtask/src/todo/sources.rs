//! What the sources of the client and the simulator declare, read token by token: it has to work
//! while they do not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::contract::METHODS;
use crate::workspace::Workspace;
pub(super) use calls::{Call, Site, calls, literals, sites};
pub(super) use declarations::{Declaration, Member, declarations};
pub(super) use endpoints::{Entry, Reader, entry, readers, rules, scopes};
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

/// Where a function calls a generated client: `api.raw().list_books()`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) file: String,
    pub(super) line: usize,
    /// What returns the generated client: `raw`, or `raw_beta`.
    pub(super) client: String,
    /// The operation that it calls, by its name in Rust.
    pub(super) operation: String,
    /// What the innermost block mentions.
    pub(super) block: Mentions,
    /// The words in it that are not in a block of their own, such as that of an `if`.
    pub(super) always: BTreeSet<String>,
    /// What the whole function mentions.
    pub(super) function: Mentions,
    /// The words of the type that the function returns.
    pub(super) returned: BTreeSet<String>,
}

/// Where functions call generated clients.
pub(super) fn calls(files: &[File]) -> Vec<Call> {
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

/// An entry in a table of endpoints: `READ.get("/books", books::list),`
#[derive(Debug)]
pub(super) struct Entry<'f> {
    pub(super) file: &'f File,
    pub(super) method: String,
    pub(super) path: String,
    /// What guards it.
    pub(super) guard: String,
    /// The function that serves it, and its module.
    pub(super) name: String,
    pub(super) module: String,
    pub(super) line: usize,
    /// The line after it.
    pub(super) after: usize,
}

/// The entries of tables of endpoints.
pub(super) fn entries(files: &[File]) -> Vec<Entry<'_>> {
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
pub(super) fn guards(file: &File) -> BTreeMap<String, BTreeSet<String>> {
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
pub(super) fn spellings(files: &[File]) -> BTreeMap<String, String> {
    let found = files.iter().flat_map(|file| {
        find(file, &["Self", ":", ":"], |tokens, at| {
            let spelling = text(tokens.get(at + 6)?)?;
            are(tokens, at + 4, &["=", ">"]).then(|| (word(tokens, at + 3), spelling))
        })
    });
    found.collect()
}

/// The fields that rules filter by, with their lines: `Rule::text("name", …)` is one for `name`.
pub(super) fn rules(file: &File) -> BTreeMap<String, usize> {
    let rules = find(file, &["Rule"], |tokens, at| {
        Some((first_text(tokens.get(at + 4)?)?, line(&tokens[at])))
    });
    rules.into_iter().collect()
}

/// What a constant says that lists are sorted by: `const SORTABLE: &Sortable<Field> = &[("name", …)];`
pub(super) fn sortable(file: &File) -> Option<BTreeSet<String>> {
    let mut found = find(file, &[":", "&", "Sortable"], |tokens, at| {
        let mut rest = tokens.get(at..)?.iter();
        let entries = rest.find_map(|token| group(token))?.stream().into_iter();
        Some(entries.filter_map(|entry| first_text(&entry)).collect())
    });
    found.pop()
}

/// Where a struct is written down or taken apart with all its fields.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) file: String,
    pub(super) line: usize,
    /// The place of the brace that closes it.
    pub(super) end: LineColumn,
    /// The words in it.
    pub(super) words: BTreeSet<String>,
    /// Whether it is written in an `impl` of the struct, as `Self`.
    pub(super) is_own: bool,
    /// The end of the parameters of its function, if each is on a line of its own.
    pub(super) parameters: Option<LineColumn>,
}

/// Where a struct is written down or taken apart with all its fields.
pub(super) fn literals(files: &[File], name: &str) -> Vec<Literal> {
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

/// An object of a body, where it is read field by field: `let object = Object::read(…)?;`.
#[derive(Clone, Debug)]
pub(super) struct Reader<'f> {
    pub(super) file: &'f File,
    /// What the object is called.
    pub(super) object: String,
    /// The line after its declaration.
    pub(super) after: usize,
    /// The fields that are read, each with how and in which line.
    pub(super) fields: BTreeMap<String, (String, usize)>,
}

pub(super) fn readers(files: &[File]) -> Vec<Reader<'_>> {
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
