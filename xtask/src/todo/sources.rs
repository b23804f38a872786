//! What the sources of the client and the simulator declare, read token by token: it has to work
//! while they do not compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use heck::{ToLowerCamelCase as _, ToShoutySnakeCase as _};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::workspace::Workspace;

/// A source file.
#[derive(Debug)]
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
#[derive(Debug)]
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
#[derive(Debug, Default)]
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

/// The structs and enums whose members have names in JSON: what `record!` and `open_enum!`
/// declare, and what serde renames as a whole.
pub(super) fn declarations(files: &[File]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for file in files {
        declared(file.tokens.clone(), &file.path, &mut found);
    }
    found
}

fn declared(tokens: TokenStream, file: &str, found: &mut Vec<Declaration>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut attributes = String::new();
    let mut is_public = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some(TokenTree::Group(group)) = tokens.next() {
                    attributes.push_str(&unspaced(group.stream()));
                }
            }
            TokenTree::Ident(word) if word == "pub" => {
                is_public = !matches!(tokens.peek(), Some(TokenTree::Group(_)));
            }
            TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else {
                    continue;
                };
                let body = tokens.by_ref().find_map(|token| match token {
                    TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                        Some(Some(group))
                    }
                    TokenTree::Punct(end) if end.as_char() == ';' => Some(None),
                    _ => None,
                });
                if let Some(body) = body.flatten() {
                    let members = members(&body, &attributes);
                    if members.iter().any(|member| !member.json.is_empty()) {
                        found.push(Declaration {
                            name: name.to_string(),
                            is_enum: word == "enum",
                            is_public,
                            is_plain: attributes.contains("rename_all="),
                            attributes: attributes.clone(),
                            file: file.to_owned(),
                            end: body.span_close().start().line,
                            members,
                        });
                    }
                }
                attributes.clear();
                is_public = false;
            }
            TokenTree::Group(group) => {
                declared(group.stream(), file, found);
                if group.delimiter() == Delimiter::Brace {
                    attributes.clear();
                }
            }
            TokenTree::Punct(end) if end.as_char() == ';' => attributes.clear(),
            _ => {}
        }
    }
}

/// The members between braces; each ends with a comma.
fn members(body: &Group, attributes: &str) -> Vec<Member> {
    let rename: Option<fn(&str) -> String> = if attributes.contains("rename_all=\"camelCase\"") {
        Some(|name| name.to_lower_camel_case())
    } else if attributes.contains("rename_all=\"SCREAMING_SNAKE_CASE\"") {
        Some(|name| name.to_shouty_snake_case())
    } else {
        None
    };
    let mut found = Vec::new();
    let mut rest: Vec<TokenTree> = Vec::new();
    let mut depth = 0_usize;
    for token in body.stream() {
        // The commas between angle brackets end nothing.
        match &token {
            TokenTree::Punct(open) if open.as_char() == '<' => depth += 1,
            TokenTree::Punct(close) if close.as_char() == '>' && !is_arrow(&rest) => {
                depth = depth.saturating_sub(1);
            }
            TokenTree::Punct(comma) if comma.as_char() == ',' && depth == 0 => {
                found.extend(member(std::mem::take(&mut rest), rename));
                continue;
            }
            _ => {}
        }
        rest.push(token);
    }
    found.extend(member(rest, rename));
    found
}

/// Whether the last token begins an arrow: `=>`, `->`.
fn is_arrow(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '=' | '-'))
}

fn member(tokens: Vec<TokenTree>, rename: Option<fn(&str) -> String>) -> Option<Member> {
    let mut member = Member::default();
    let mut attributes = String::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(group)) = tokens.next() else {
                    continue;
                };
                match doc(&group) {
                    Some(text) => member.docs.push_str(&text),
                    None => attributes.push_str(&unspaced(group.stream())),
                }
            }
            TokenTree::Ident(word) if word == "pub" => {
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Ident(name) => {
                member.line = name.span().start().line;
                member.name = name.to_string().trim_start_matches("r#").to_owned();
                break;
            }
            _ => return None,
        }
    }
    let mut kind = Vec::new();
    let mut after_arrow = false;
    for token in tokens {
        match &token {
            TokenTree::Punct(arrow) if arrow.as_char() == '>' && is_arrow(&kind) => {
                kind.pop();
                after_arrow = true;
            }
            TokenTree::Literal(literal) if after_arrow => member.json.extend(string(literal)),
            _ if after_arrow => {}
            _ => kind.push(token),
        }
    }
    member.kind = unspaced(kind.into_iter().collect())
        .trim_start_matches(':')
        .to_owned();
    let is_skipped = attributes.contains("serde(skip)");
    if let (Some(rename), false, true) = (rename, is_skipped, member.json.is_empty()) {
        let own = attributes
            .split_once("rename=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        member.json = vec![own.map_or_else(|| rename(&member.name), |(name, _)| name.to_owned())];
    }
    (!member.name.is_empty()).then_some(member)
}

/// What an endpoint filters and sorts by.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// The name of the version's contract.
    pub(super) version: String,
    /// The operation's id.
    pub(super) operation: String,
    pub(super) file: String,
    /// The line of the brace that closes it.
    pub(super) end: usize,
    pub(super) fields: Vec<Filterable>,
}

/// A field to filter or to sort by.
#[derive(Debug)]
pub(super) struct Filterable {
    pub(super) name: String,
    pub(super) operators: BTreeSet<String>,
    pub(super) is_sortable: bool,
    pub(super) line: usize,
}

/// What `vocabulary!` declares.
pub(super) fn vocabularies(files: &[File]) -> Vec<Vocabulary> {
    let mut found = Vec::new();
    for file in files {
        let mut bodies = Vec::new();
        invoked("vocabulary", file.tokens.clone(), &mut bodies);
        for body in bodies {
            for (version, group) in modules(body) {
                for (operation, fields) in modules(group.stream()) {
                    found.push(Vocabulary {
                        version: version.clone(),
                        operation,
                        file: file.path.clone(),
                        end: fields.span_close().start().line,
                        fields: filterables(fields.stream()),
                    });
                }
            }
        }
    }
    found
}

/// What is between the delimiters of each `name! { … }`.
fn invoked(name: &str, tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let is_invoked = at >= 2
                && matches!(&tokens[at - 1], TokenTree::Punct(bang) if bang.as_char() == '!')
                && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == name);
            if is_invoked {
                found.push(group.stream());
            } else {
                invoked(name, group.stream(), found);
            }
        }
    }
}

/// `mod … = "TEXT" … { … }`: the text and what is between the braces.
fn modules(tokens: TokenStream) -> Vec<(String, Group)> {
    let mut found = Vec::new();
    let mut text = None;
    let mut is_module = false;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "mod" => (is_module, text) = (true, None),
            TokenTree::Literal(literal) if is_module && text.is_none() => text = string(&literal),
            TokenTree::Group(group) if is_module && group.delimiter() == Delimiter::Brace => {
                found.extend(text.take().map(|text| (text, group)));
                is_module = false;
            }
            _ => {}
        }
    }
    found
}

/// `name: Type => "wire" [eq, in] sort …;`, or `name => "wire" sort;`
fn filterables(tokens: TokenStream) -> Vec<Filterable> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(end) if end.as_char() == ';');
    tokens.split(ends).filter_map(filterable).collect()
}

fn filterable(tokens: &[TokenTree]) -> Option<Filterable> {
    let arrow = tokens.windows(2).position(|pair| match pair {
        [TokenTree::Punct(equals), TokenTree::Punct(close)] => {
            equals.as_char() == '=' && close.as_char() == '>'
        }
        _ => false,
    })?;
    let mut rest = tokens.get(arrow + 2..)?.iter();
    let Some(TokenTree::Literal(literal)) = rest.next() else {
        return None;
    };
    let mut next = rest.next();
    // A field to sort by only has none.
    let mut operators = TokenStream::new();
    if let Some(TokenTree::Group(group)) = next {
        operators = group.stream();
        next = rest.next();
    }
    let idents = operators.into_iter().filter_map(|token| match token {
        TokenTree::Ident(operator) => {
            Some(operator.to_string().trim_start_matches("r#").to_owned())
        }
        _ => None,
    });
    Some(Filterable {
        name: string(literal)?,
        operators: idents.collect(),
        is_sortable: matches!(next, Some(TokenTree::Ident(word)) if word == "sort"),
        line: literal.span().start().line,
    })
}

/// What tokens mention.
#[derive(Debug, Default)]
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
                TokenTree::Literal(literal) => self.texts.extend(string(&literal)),
                TokenTree::Punct(_) => {}
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
    let mut found = Vec::new();
    for file in files {
        numbers(file, file.tokens.clone(), name, &mut found);
    }
    found
}

fn numbers(file: &File, tokens: TokenStream, name: &str, found: &mut Vec<Constant>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            numbers(file, group.stream(), name, found);
        }
        let is_it = matches!((token, tokens.get(at + 1)),
            (TokenTree::Ident(word), Some(TokenTree::Ident(next))) if word == "const" && next == name);
        let literals = tokens.iter().skip(at).filter_map(|token| match token {
            TokenTree::Literal(literal) => Some(literal.to_string()),
            _ => None,
        });
        if let Some(literal) = literals.take(1).find(|_| is_it) {
            let digits: String = literal.chars().filter(char::is_ascii_digit).collect();
            found.extend(digits.parse().ok().map(|value| Constant {
                file: file.path.clone(),
                line: token.span().start().line,
                value,
            }));
        }
    }
}

/// Where a function calls something.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// What the innermost block mentions.
    pub(super) block: Mentions,
    /// What the whole function mentions.
    pub(super) function: Mentions,
}

/// Where functions mention an identifier.
pub(super) fn sites(files: &[File], word: &str) -> Vec<Site> {
    let mut found = Vec::new();
    let none = TokenStream::new();
    for file in files
        .iter()
        .filter(|file| file.mentions.words.contains(word))
    {
        collect_sites(&file.tokens, word, (&none, &none), &mut found);
    }
    found
}

fn collect_sites(
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
                block: Mentions::of(block.clone()),
                function: Mentions::of(function.clone()),
            }),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inner = group.stream();
                let function = if is_function { &inner } else { function };
                collect_sites(&inner, word, (&inner, function), found);
                is_function = false;
            }
            TokenTree::Group(group) => {
                collect_sites(&group.stream(), word, (block, function), found);
            }
            _ => {}
        }
    }
}

/// The function that a table of endpoints names for a method and a path: `post("/books", books::add)`
/// names `add` of the module `books`.
pub(super) fn handler(tokens: &TokenStream, method: &str, path: &str) -> Option<[String; 2]> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().find_map(|(at, token)| {
        let TokenTree::Group(group) = token else {
            return None;
        };
        let inner = group.stream();
        let is_call = matches!(tokens.get(at.checked_sub(1)?),
            Some(TokenTree::Ident(word)) if word == method);
        let mut arguments = inner.clone().into_iter();
        let is_path = matches!(arguments.next(),
            Some(TokenTree::Literal(literal)) if string(&literal).as_deref() == Some(path));
        if !(is_call && is_path) {
            return handler(&inner, method, path);
        }
        let words = arguments.filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        });
        let words: Vec<String> = words.collect();
        words.last_chunk::<2>().cloned()
    })
}

/// The fields that rules filter by: `Rule::text("name", …)` is one for `name`.
pub(super) fn rules(tokens: &TokenStream) -> BTreeSet<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        found.extend(rules(&group.stream()));
        let of = at.checked_sub(4).and_then(|at| tokens.get(at));
        if matches!(of, Some(TokenTree::Ident(word)) if word == "Rule")
            && let Some(TokenTree::Literal(literal)) = group.stream().into_iter().next()
        {
            found.extend(string(&literal));
        }
    }
    found
}

/// Where a struct is written down or taken apart with all its fields, and which they are.
pub(super) fn literals(files: &[File], name: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.mentions.words.contains(name))
    {
        collect_literals(file, &file.tokens, name, &mut found);
    }
    found
}

fn collect_literals(
    file: &File,
    tokens: &TokenStream,
    name: &str,
    found: &mut Vec<(String, BTreeSet<String>)>,
) {
    // In the head of an item, a name before a brace is a type: `impl B for A {`, `-> A {`.
    let mut is_head = false;
    let mut last = String::new();
    for token in tokens.clone() {
        if let TokenTree::Group(group) = &token {
            collect_literals(file, &group.stream(), name, found);
            if group.delimiter() == Delimiter::Brace {
                let has_rest = group.stream().to_string().contains("..");
                if last == name && !is_head && !has_rest {
                    let place = format!("{}:{}", file.path, group.span_open().start().line);
                    found.push((place, Mentions::of(group.stream()).words));
                }
                is_head = false;
            }
        }
        last = token.to_string();
        is_head |= ["enum", "fn", "impl", "struct", "trait"].contains(&&*last);
    }
}

/// The line that begins `pub use module::…`.
pub(super) fn use_of(file: &File, module: &str) -> Option<usize> {
    let tokens: Vec<TokenTree> = file.tokens.clone().into_iter().collect();
    let found = tokens.windows(2).find(|pair| {
        matches!(pair, [TokenTree::Ident(word), TokenTree::Ident(next)] if word == "use" && next == module)
    })?;
    Some(found[0].span().start().line)
}

/// What the function of this name mentions.
pub(super) fn function(tokens: &TokenStream, name: &str) -> Option<Mentions> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let at = tokens.windows(2).position(|pair| {
        matches!(pair, [TokenTree::Ident(word), TokenTree::Ident(next)] if word == "fn" && next == name)
    })?;
    tokens.into_iter().skip(at).find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Some(Mentions::of(group.stream()))
        }
        _ => None,
    })
}

/// The text of `doc = "…"`.
fn doc(attribute: &Group) -> Option<String> {
    let mut tokens = attribute.stream().into_iter();
    match (tokens.next()?, tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Literal(text))
            if word == "doc" =>
        {
            string(&text)
        }
        _ => None,
    }
}

/// The value of a string literal.
fn string(literal: &proc_macro2::Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string())
        .ok()
        .map(|text| text.value())
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
                "Book id:String=id kind:Option<Box<Map<Kind,u8>>>=type|sort",
                "Kind One:=ONE Two:=TWO",
                "Loan book_id:String=bookId loan_type:Option<Kind>=type origin:u8=",
                "Sent OneMore:=ONE_MORE Less:=LESS",
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
                r#"id {"eq", "in"} false"#,
                "due {} true",
                r#"name {"eq", "sw"} true"#,
            ]
        );
        assert_eq!(constants(&[file], "MAX")[0].value, 250);
    }
}
