//! What the sources of the client and the simulator declare, read token by token: it has to work
//! while they do not compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use heck::{ToLowerCamelCase as _, ToShoutySnakeCase as _};
use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};

use crate::workspace::Workspace;

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

/// A struct or an enum, with what it is called in JSON.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) is_enum: bool,
    /// Whether users can name it, if it is exported.
    pub(super) is_public: bool,
    /// Whether it is written for serde, and not by `record!` or `open_enum!`.
    pub(super) is_plain: bool,
    /// Its attributes, without blanks; documentation is one.
    pub(super) attributes: String,
    /// Its file, from the root of the workspace.
    pub(super) file: String,
    /// The line of the brace that closes it.
    pub(super) end: usize,
    pub(super) members: Vec<Member>,
}

/// A field or a variant.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    pub(super) name: String,
    /// The field's type, without blanks.
    pub(super) kind: String,
    /// What it is called in JSON: its own name first.
    pub(super) json: Vec<String>,
    pub(super) docs: String,
    pub(super) line: usize,
}

impl Declaration {
    /// A line of its file.
    pub(super) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    /// The member of this name in JSON.
    pub(super) fn member(&self, json: &str) -> Option<&Member> {
        let mut members = self.members.iter();
        members.find(|member| member.json.iter().any(|name| name == json))
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

/// The structs and enums whose members have names in JSON: what `record!` and `open_enum!`
/// declare, and what serde renames as a whole.
pub(super) fn declarations(files: &[File]) -> Vec<Declaration> {
    let keywords = |file| ["enum", "struct"].map(|word| (file, word));
    let keywords = files.iter().flat_map(keywords);
    let found = keywords.flat_map(|(file, keyword)| {
        find(file, &[keyword], |tokens, at| declaration(file, tokens, at))
    });
    found.collect()
}

/// What the keyword at this place declares, if its members have names in JSON.
fn declaration(file: &File, tokens: &[TokenTree], at: usize) -> Option<Declaration> {
    let ends = |token: &TokenTree| is_brace(token) || token.to_string() == ";";
    let begin = tokens
        .iter()
        .take(at)
        .rposition(ends)
        .map_or(0, |end| end + 1);
    let head = tokens.get(begin..at)?;
    let body = tokens.iter().skip(at).find(|token| ends(token))?;
    let TokenTree::Group(body) = body else {
        return None;
    };
    let attributes: String = head
        .iter()
        .filter_map(group)
        .map(|attribute| unspaced(attribute.stream()))
        .collect();
    let rename: Option<fn(&str) -> String> = if attributes.contains("rename_all=\"camelCase\"") {
        Some(|name| name.to_lower_camel_case())
    } else if attributes.contains("rename_all=\"SCREAMING_SNAKE_CASE\"") {
        Some(|name| name.to_shouty_snake_case())
    } else {
        None
    };
    let members: Vec<Member> = split_members(body.stream())
        .iter()
        .filter_map(|tokens| member(tokens, rename))
        .collect();
    let has_names = members.iter().any(|member| !member.json.is_empty());
    has_names.then(|| Declaration {
        name: word(tokens, at + 1),
        is_enum: word(tokens, at) == "enum",
        is_public: matches!(head.last(), Some(TokenTree::Ident(word)) if word == "pub"),
        is_plain: attributes.contains("rename_all="),
        attributes,
        file: file.path.clone(),
        end: body.span_close().start().line,
        members,
    })
}

/// The members between braces; each ends with a comma.
fn split_members(body: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut members = Vec::new();
    let mut member = Vec::new();
    let mut depth = 0_usize;
    for token in body {
        let is_arrow = matches!(
            member.last().map(TokenTree::to_string).as_deref(),
            Some("=" | "-")
        );
        match &*token.to_string() {
            // The commas between angle brackets end nothing.
            "<" => depth += 1,
            ">" if !is_arrow => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                members.push(std::mem::take(&mut member));
                continue;
            }
            _ => {}
        }
        member.push(token);
    }
    members.push(member);
    members
}

/// `/// Its id.` `pub id: String => "id" | "key"`
fn member(tokens: &[TokenTree], rename: Option<fn(&str) -> String>) -> Option<Member> {
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word != "pub");
    let at = tokens.iter().position(is_name)?;
    let (head, rest) = tokens.split_at(at);
    let attributes = || head.iter().filter_map(group);
    let (name, rest) = rest.split_first()?;
    let arrow = rest
        .windows(2)
        .position(|pair| pair[0].to_string() == "=" && pair[1].to_string() == ">");
    let (kind, json) = rest.split_at(arrow.unwrap_or(rest.len()));
    let mut member = Member {
        name: name.to_string().trim_start_matches("r#").to_owned(),
        kind: unspaced(kind.iter().cloned().collect())
            .trim_start_matches(':')
            .to_owned(),
        json: json.iter().filter_map(text).collect(),
        docs: attributes().filter_map(doc).collect(),
        line: line(name),
    };
    let serde: String = attributes()
        .map(|attribute| unspaced(attribute.stream()))
        .collect();
    if let Some(rename) = rename
        && member.json.is_empty()
        && !serde.contains("serde(skip)")
    {
        let own = serde
            .split_once("rename=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        member.json = vec![own.map_or_else(|| rename(&member.name), |(name, _)| name.to_owned())];
    }
    Some(member)
}

/// What an endpoint filters and sorts by.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// The name of the version's contract.
    pub(super) version: String,
    /// The operation's id, and the line that has it.
    pub(super) operation: String,
    pub(super) line: usize,
    /// What it calls a record.
    pub(super) name: String,
    /// The record's type in the model, if it says one.
    pub(super) record: String,
    pub(super) file: String,
    /// The line of the brace that closes it.
    pub(super) end: usize,
    pub(super) fields: Vec<Filterable>,
}

/// A field to filter or to sort by.
#[derive(Debug)]
pub(super) struct Filterable {
    pub(super) name: String,
    /// What it is called in Rust.
    pub(super) rust_name: String,
    /// In the order in which they are written.
    pub(super) operators: Vec<String>,
    pub(super) is_sortable: bool,
    pub(super) docs: String,
    pub(super) line: usize,
}

/// What `vocabulary!` declares.
pub(super) fn vocabularies(files: &[File]) -> Vec<Vocabulary> {
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
                line: endpoint.line,
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
    /// The line of the text.
    line: usize,
    body: Group,
}

fn modules(tokens: TokenStream) -> Vec<Module> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let begins = (0..tokens.len()).filter(|at| word(&tokens, *at) == "mod");
    let modules = begins.filter_map(|at| {
        let mut after = (at..tokens.len()).skip_while(|at| word(&tokens, *at) != "of");
        let of = after.next().map(|of| word(&tokens, of + 1));
        let mut texts = tokens.iter().skip(at);
        let (text, line) = texts.find_map(|token| Some((text(token)?, line(token))))?;
        Some(Module {
            name: word(&tokens, at + 1),
            record: of.unwrap_or_default(),
            text,
            line,
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

/// A call of a method of a generated client: `raw().get_book()`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) name: String,
}

/// The methods that are called on what the method `raw` returns.
pub(super) fn calls(files: &[File], raw: &str) -> Vec<Call> {
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
pub(super) struct Site {
    pub(super) file: String,
    /// What the innermost block mentions.
    pub(super) block: Mentions,
    /// The words in it that are not in a block of their own, such as that of an `if`.
    pub(super) always: BTreeSet<String>,
    /// What the whole function mentions.
    pub(super) function: Mentions,
    /// Whether the function reads a list: by `paged!`, or as one whose elements may be null.
    pub(super) reads_list: bool,
}

/// Where functions mention an identifier.
pub(super) fn sites(files: &[File], word: &str) -> Vec<Site> {
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

/// An entry in a table of endpoints: `READ.get("/books", books::list),`
#[derive(Debug)]
pub(super) struct Entry {
    /// What guards it.
    pub(super) guard: String,
    /// The function that serves it, and its module.
    pub(super) name: String,
    pub(super) module: String,
    /// The line after it.
    pub(super) after: usize,
}

/// The entry of a method and a path.
pub(super) fn entry(file: &File, method: &str, path: &str) -> Option<Entry> {
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

/// The fields that rules filter by: `Rule::text("name", …)` is one for `name`.
pub(super) fn rules(file: &File) -> BTreeSet<String> {
    let rules = find(file, &["Rule"], |tokens, at| {
        first_text(tokens.get(at + 4)?)
    });
    rules.into_iter().collect()
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
#[derive(Debug)]
pub(super) struct Reader<'f> {
    pub(super) file: &'f File,
    /// What the object is called.
    pub(super) object: String,
    /// The line after its declaration.
    pub(super) after: usize,
    /// The fields that are read.
    pub(super) names: BTreeSet<String>,
}

pub(super) fn readers(files: &[File]) -> Vec<Reader<'_>> {
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
