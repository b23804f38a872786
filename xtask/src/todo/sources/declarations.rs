//! What `record!`, `open_enum!` and serde declare.

use heck::{ToLowerCamelCase as _, ToShoutySnakeCase as _};
use proc_macro2::{TokenStream, TokenTree};

use super::{File, doc, find, group, is_brace, line, text, unspaced, word};

/// A struct or an enum, with what it is called in JSON.
#[derive(Clone, Debug)]
pub(in crate::todo) struct Declaration {
    pub(in crate::todo) name: String,
    pub(in crate::todo) is_enum: bool,
    /// Whether users can name it, if it is exported.
    pub(in crate::todo) is_public: bool,
    /// Whether it is written for serde, and not by `record!` or `open_enum!`.
    pub(in crate::todo) is_plain: bool,
    /// Its attributes, without blanks; documentation is one.
    pub(in crate::todo) attributes: String,
    /// Its file, from the root of the workspace.
    pub(in crate::todo) file: String,
    /// The line of the brace that closes it.
    pub(in crate::todo) end: usize,
    pub(in crate::todo) members: Vec<Member>,
}

/// A field or a variant.
#[derive(Clone, Debug, Default)]
pub(in crate::todo) struct Member {
    pub(in crate::todo) name: String,
    /// The field's type, without blanks.
    pub(in crate::todo) kind: String,
    /// What it is called in JSON: its own name first.
    pub(in crate::todo) json: Vec<String>,
    pub(in crate::todo) docs: String,
    pub(in crate::todo) line: usize,
}

impl Declaration {
    /// A line of its file.
    pub(in crate::todo) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    /// The member of this name in JSON.
    pub(in crate::todo) fn member(&self, json: &str) -> Option<&Member> {
        let mut members = self.members.iter();
        members.find(|member| member.json.iter().any(|name| name == json))
    }
}

/// The structs and enums whose members have names in JSON: what `record!` and `open_enum!`
/// declare, and what serde renames as a whole.
pub(in crate::todo) fn declarations(files: &[File]) -> Vec<Declaration> {
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
