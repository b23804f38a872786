//! The public items of a generated module, as a list.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use syn::{Fields, ImplItem, Item, Visibility};

/// Every public item with its signature, one a line: `struct types::Book`, `field
/// types::Book::title: Option<String>`, `fn builder::ListBooks::limit(…)`, `variant
/// enums::Genre::Novel = "NOVEL"`.
///
/// Two lists compared say what a program that uses the module sees.
pub(crate) fn public_items(source: &str) -> Result<BTreeSet<String>> {
    let file = syn::parse_file(source).context("the generated module is not valid Rust")?;
    let mut items = BTreeSet::new();
    collect("", &file.items, &mut items);
    Ok(items)
}

fn collect(place: &str, items: &[Item], found: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                let place = format!("{place}{}::", module.ident);
                if let Some((_, items)) = &module.content {
                    collect(&place, items, found);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let path = format!("{place}{}", item.ident);
                found.insert(format!("struct {path}"));
                if let Fields::Named(fields) = &item.fields {
                    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                        if let Some(name) = &field.ident {
                            found.insert(format!("field {path}::{name}: {}", text(&field.ty)));
                        }
                    }
                }
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let path = format!("{place}{}", item.ident);
                found.insert(format!("enum {path}"));
                for variant in &item.variants {
                    found.insert(format!("variant {path}::{}", variant.ident));
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let path = format!("{place}{}", without_generics(&text(&item.self_ty)));
                for item in &item.items {
                    if let ImplItem::Const(constant) = item
                        && is_public(&constant.vis)
                    {
                        found.insert(format!("const {path}::{}", constant.ident));
                    }
                    if let ImplItem::Fn(function) = item
                        && is_public(&function.vis)
                    {
                        let signature = text(&function.sig);
                        let signature = signature
                            .split_once("fn ")
                            .map_or(signature.as_str(), |(_, rest)| rest);
                        found.insert(format!("fn {path}::{signature}"));
                    }
                }
            }
            Item::Macro(item)
                if item
                    .mac
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "open_enum") =>
            {
                open_enum(place, &item.mac.tokens, found);
            }
            _ => {}
        }
    }
}

/// `pub enum Name { Variant => "text", … }`, with attributes.
fn open_enum(place: &str, tokens: &proc_macro2::TokenStream, found: &mut BTreeSet<String>) {
    let text = tokens.to_string();
    let Some((_, rest)) = text.split_once("pub enum ") else {
        return;
    };
    let name: String = rest
        .chars()
        .take_while(|char| !char.is_whitespace())
        .collect();
    found.insert(format!("enum {place}{name}"));
    let mut last = String::new();
    let body = tokens.clone().into_iter().last();
    let Some(proc_macro2::TokenTree::Group(body)) = body else {
        return;
    };
    let mut arrow = false;
    for token in body.stream() {
        match token {
            proc_macro2::TokenTree::Ident(ident) => last = ident.to_string(),
            proc_macro2::TokenTree::Punct(punct) => arrow = punct.as_char() == '>',
            proc_macro2::TokenTree::Literal(literal) if arrow => {
                found.insert(format!("variant {place}{name}::{last} = {literal}"));
                arrow = false;
            }
            _ => {}
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens as people write them.
fn text(node: &impl quote::ToTokens) -> String {
    node.to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" <", "<")
        .replace("< ", "<")
        .replace(" >", ">")
        .replace("& ", "&")
        .replace(" ,", ",")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" (", "(")
        .replace(" :", ":")
        .replace("::std::option::Option", "Option")
        .replace("::std::string::String", "String")
        .replace("::std::vec::Vec", "Vec")
}

fn without_generics(text: &str) -> &str {
    text.split('<').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_listed() {
        let source = r#"
            pub mod types {
                pub struct Book<'a> { pub title: ::std::option::Option<::std::string::String>, hidden: u8 }
                struct Secret { pub a: u8 }
                impl<'a> Book<'a> { pub fn builder(&self) -> u8 { 0 } fn private() {} }
                pub enum Error { A, B }
            }
            pub mod enums {
                crate::open_enum! {
                    /// Kinds.
                    pub enum Genre {
                        /// `NOVEL`
                        Novel => "NOVEL",
                    }
                }
            }
        "#;
        let items: Vec<_> = public_items(source).unwrap().into_iter().collect();
        insta::assert_snapshot!(items.join("\n"), @r#"
        enum enums::Genre
        enum types::Error
        field types::Book::title: Option<String>
        fn types::Book::builder(&self) -> u8
        struct types::Book
        variant enums::Genre::Novel = "NOVEL"
        variant types::Error::A
        variant types::Error::B
        "#);
    }

    /// What users of certs-raw see. A change here is a change of its version.
    #[test]
    fn public_items_of_certs_raw() {
        let workspace = crate::workspace::Workspace::here();
        for generated in crate::generate::all(&workspace).unwrap() {
            let items: Vec<_> = public_items(&generated.source)
                .unwrap()
                .into_iter()
                .collect();
            insta::assert_snapshot!(
                format!("public_items_{}", generated.version),
                items.join("\n")
            );
        }
    }
}
