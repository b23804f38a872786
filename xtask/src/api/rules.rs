//! What a public API is held to.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rustdoc_types::{Attribute, Id, Item, ItemEnum, StructKind};

use super::listing::Listing;

/// A crate's `api.toml`: what is allowed on purpose.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Rules {
    /// Types and traits of other crates that users meet, as `krate::path::Type`. Those of
    /// the standard library need no permission.
    foreign: BTreeSet<String>,
    /// Types that can be written down or matched on in full, because they will not grow.
    exhaustive: BTreeSet<String>,
    /// Types that are not `Send` or not `Sync`.
    #[serde(default)]
    one_thread: BTreeSet<String>,
}

impl Rules {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        toml_edit::de::from_str(&text).with_context(|| format!("{}", path.display()))
    }

    /// The violations of the rules, one sentence each.
    pub(super) fn broken_by(&self, listing: &Listing) -> Vec<String> {
        let is_foreign = |path: &String| {
            let root = path.split_once("::").map_or("", |(root, _)| root);
            let own = listing.name();
            !["", "core", "alloc", "std", "Self", own].contains(&root)
        };
        let foreign: BTreeSet<_> = listing.paths().filter(is_foreign).collect();
        let exhaustive = named(listing, |item| is_exhaustive(listing, item));
        let one_thread = named(listing, |item| is_for_one_thread(listing, item));
        [
            difference(
                &self.foreign,
                &foreign,
                "foreign",
                "is a type of another crate",
            ),
            difference(
                &self.exhaustive,
                &exhaustive,
                "exhaustive",
                "has no #[non_exhaustive]",
            ),
            difference(
                &self.one_thread,
                &one_thread,
                "one-thread",
                "is not both Send and Sync",
            ),
        ]
        .concat()
    }
}

/// Reports what is not allowed, and permissions that nothing uses.
fn difference(
    allowed: &BTreeSet<String>,
    found: &BTreeSet<String>,
    list: &str,
    what: &str,
) -> Vec<String> {
    let more = found.difference(allowed);
    let more =
        more.map(|name| format!("{name} {what}; if it must, allow it under `{list}` in api.toml"));
    let less = allowed.difference(found);
    let less = less.map(|name| format!("{name} need not be under `{list}` in api.toml any more"));
    more.chain(less).collect()
}

fn named(listing: &Listing, which: impl Fn(&Item) -> bool) -> BTreeSet<String> {
    let types = listing.types().filter(|(_, item)| which(item));
    types.map(|(path, _)| path).collect()
}

/// Whether users can write it down, or match on it, with nothing left out.
fn is_exhaustive(listing: &Listing, item: &Item) -> bool {
    if item.attrs.contains(&Attribute::NonExhaustive) {
        return false;
    }
    match &item.inner {
        ItemEnum::Enum(it) => !it.variants.is_empty(),
        ItemEnum::Struct(it) => match &it.kind {
            StructKind::Unit => false,
            StructKind::Tuple(fields) => fields.iter().all(|field| {
                let field = field.and_then(|id| listing.item(id));
                field.is_some()
            }),
            StructKind::Plain {
                fields,
                has_stripped_fields,
            } => !fields.is_empty() && !has_stripped_fields,
        },
        _ => false,
    }
}

/// Whether a type says that it is not `Send` or not `Sync`.
fn is_for_one_thread(listing: &Listing, item: &Item) -> bool {
    let impls: &[Id] = match &item.inner {
        ItemEnum::Enum(it) => &it.impls,
        ItemEnum::Struct(it) => &it.impls,
        _ => &[],
    };
    let mut impls = impls.iter().filter_map(|id| listing.item(*id));
    impls.any(|item| match &item.inner {
        ItemEnum::Impl(block) if block.is_negative => {
            let lacking = block.trait_.as_ref();
            lacking.is_some_and(|lacking| ["Send", "Sync"].contains(&&*lacking.path))
        }
        _ => false,
    })
}
