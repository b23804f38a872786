//! A crate's public items, a line each.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use public_api::PublicItem;
use public_api::tokens::Token;
use rustdoc_types::{Attribute, Crate, Id, Item, ItemEnum};

/// What the compiler adds where `PartialEq` is derived: it is unstable, so nobody can name it.
const COMPILERS_OWN: &str = "core::marker::StructuralPartialEq";

/// Line by line what users of a crate can name.
#[derive(Debug)]
pub(super) struct Listing {
    items: Vec<PublicItem>,
    /// All that rustdoc says about the items.
    details: Crate,
}

impl Listing {
    /// Reads rustdoc's JSON.
    ///
    /// Left out is what follows from the rest: blanket implementations, auto traits, what is in
    /// derived implementations, and the functions of all others, which are as their trait says. So
    /// are [`COMPILERS_OWN`], and lines that are there already: an implementation comes under its
    /// trait and under its type.
    pub(super) fn read(json: &Path) -> Result<Self> {
        let text = fs::read_to_string(json)
            .with_context(|| format!("{} cannot be read", json.display()))?;
        let details: Crate = serde_json::from_str(&text)
            .with_context(|| format!("{} is not as expected", json.display()))?;
        let api = public_api::Builder::from_rustdoc_json(json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .build()?;
        let mut implied: HashSet<Id> = HashSet::new();
        for implementation in details.index.values() {
            let ItemEnum::Impl(block) = &implementation.inner else {
                continue;
            };
            let is_derived = (implementation.attrs).contains(&Attribute::AutomaticallyDerived);
            let is_function = |id: &&Id| {
                let item = details.index.get(id);
                item.is_some_and(|item| matches!(item.inner, ItemEnum::Function(_)))
            };
            if block.trait_.is_some() {
                let items = block.items.iter();
                implied.extend(items.filter(|id| is_derived || is_function(id)));
            }
        }
        let mut listed = HashSet::new();
        let items = api.into_items().filter(|item| {
            let line = item.to_string();
            let is_named = !implied.contains(&item.id()) && !line.contains(COMPILERS_OWN);
            is_named && listed.insert(line)
        });
        Ok(Listing {
            items: items.collect(),
            details,
        })
    }

    pub(super) fn name(&self) -> &str {
        let root = self.item(self.details.root);
        root.and_then(|root| root.name.as_deref()).unwrap_or("")
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The paths in it, such as `core::fmt::Debug`.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.items.iter().flat_map(paths)
    }

    /// The structs and enums in it, each with its line.
    pub(super) fn types(&self) -> impl Iterator<Item = (String, &Item)> {
        self.items.iter().filter_map(|line| {
            let item = self.item(line.id())?;
            matches!(item.inner, ItemEnum::Struct(_) | ItemEnum::Enum(_))
                .then(|| (paths(line).swap_remove(0), item))
        })
    }

    pub(super) fn item(&self, id: Id) -> Option<&Item> {
        self.details.index.get(&id)
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            writeln!(f, "{item}")?;
        }
        Ok(())
    }
}

/// The paths in a line, in order; the first is that of the item itself.
fn paths(line: &PublicItem) -> Vec<String> {
    let mut paths = Vec::new();
    let mut path = String::new();
    let mut after_name = false;
    for token in line.tokens() {
        let is_name = matches!(
            token,
            Token::Identifier(_) | Token::Type(_) | Token::Function(_)
        );
        let goes_on = (is_name && !after_name) || token.text() == "::";
        if !goes_on && !path.is_empty() {
            paths.push(std::mem::take(&mut path));
        }
        if is_name || goes_on {
            path.push_str(token.text());
        }
        after_name = is_name;
    }
    paths.push(path);
    paths.retain(|path| path.contains("::"));
    paths
}
