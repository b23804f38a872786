//! Differences between two schemas, wherever they are.
//!
//! Both sides are compared as they take effect, not as they are written, and each
//! difference is reported where it is written: at the component, or at the place that
//! has the schema on the spot.

mod constraints;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Changes, flipped};
use super::levels::{Direction, SchemaChange, SchemaChange::*};
use crate::contract::{Contract, View};

/// Said of a property that was always sent.
pub(crate) const REQUIRED: &str = ", required";

/// Compares schemas on behalf of one operation, in one direction.
pub(super) struct Schemas<'c, 'o> {
    pub(super) old: Contract<'c>,
    pub(super) new: Contract<'c>,
    pub(super) direction: Direction,
    /// The id of the operation that uses them.
    pub(super) operation: &'o str,
    pub(super) changes: &'o mut Changes,
    /// Pairs of components that were compared, so that recursion ends.
    seen: BTreeSet<(&'c str, &'c str)>,
}

impl<'c, 'o> Schemas<'c, 'o> {
    /// Compares two schemas at the same `place` of an operation.
    pub(super) fn compare(
        old: (Contract<'c>, &'c Value),
        new: (Contract<'c>, &'c Value),
        direction: Direction,
        place: &str,
        operation: &'o str,
        changes: &'o mut Changes,
    ) {
        let mut schemas = Schemas {
            old: old.0,
            new: new.0,
            direction,
            operation,
            changes,
            seen: BTreeSet::new(),
        };
        schemas.pair(old.1, new.1, place, false);
    }

    fn report(&mut self, change: SchemaChange, place: &str, detail: impl Into<String>) {
        self.changes
            .schema(change, self.direction, place, self.operation, detail);
    }

    /// Compares what two schemas say. `is_id` is for a property that the model promises.
    fn pair(&mut self, old: &'c Value, new: &'c Value, place: &str, is_id: bool) {
        let (old, new) = (View::of(self.old, old), View::of(self.new, new));
        let home = self.names(&old, &new, place);
        self.nullable(&old, &new, place, home.unwrap_or(place), is_id);
        if let (Some(old), Some(new)) = (old.name, new.name)
            && !self.seen.insert((old, new))
        {
            return;
        }
        self.contents(&old, &new, home.unwrap_or(place));
    }

    /// Reports what changed about the name of a type; returns the component where the contents are
    /// written, if that is one.
    fn names(&mut self, old: &View<'c>, new: &View<'c>, place: &str) -> Option<&'c str> {
        let (before, after) = (old.name, new.name);
        if before == after {
            return after;
        }
        // A list has no type of its own in Rust.
        let is_named =
            |view: &View<'_>| view.name.is_some() && !matches!(view.kind(), Some("array") | None);
        let is_new = after.is_some_and(|after| self.old.schema(after).is_none());
        let has_gone = before.is_some_and(|before| self.new.schema(before).is_none());
        if is_named(old) || is_named(new) {
            let word = |name: Option<&'c str>| name.unwrap_or("inline");
            let detail = format!("{} -> {}", word(before), word(after));
            match after.filter(|_| is_new && has_gone) {
                Some(after) => self.report(SchemaRenamed, after, detail),
                None => self.report(TypeReplaced, place, detail),
            }
        }
        after.filter(|_| is_new && (has_gone || before.is_none()))
    }

    fn nullable(&mut self, old: &View<'c>, new: &View<'c>, place: &str, home: &str, is_id: bool) {
        // It does not matter where it is written, only what applies at this place.
        if old.nullable() == new.nullable() {
            return;
        }
        let here = old.nullable_here != new.nullable_here;
        let at = if here { place } else { home };
        let change = match (new.nullable(), is_id) {
            (true, true) => IdBecameNullable,
            (true, false) => BecameNullable,
            (false, _) => BecameNotNullable,
        };
        self.report(change, at, "");
    }

    fn contents(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        if !self.kind(old, new, place) {
            return;
        }
        self.constraints(old, new, place);
        self.properties(old, new, place);
        self.others(old, new, place);
        if let (Some(old), Some(new)) = (old.items, new.items) {
            self.pair(old, new, &format!("{place}[]"), false);
        }
        self.variants(old, new, place);
    }

    /// Compares the type; returns whether the rest can be compared.
    fn kind(&mut self, old: &View<'c>, new: &View<'c>, place: &str) -> bool {
        let (before, after) = (old.kind(), new.kind());
        if before == after {
            return true;
        }
        let word = |kind: Option<&str>| kind.unwrap_or("anything").to_owned();
        let (change, go_on) = match (before, after) {
            (Some("integer"), Some("number")) => (TypeWidened, true),
            (Some("number"), Some("integer")) => (TypeNarrowed, true),
            (Some(_), None) => (TypeWidened, false),
            (None, Some(_)) => (TypeNarrowed, false),
            _ => (TypeChanged, false),
        };
        self.report(
            change,
            place,
            format!("{} -> {}", word(before), word(after)),
        );
        go_on
    }

    fn properties(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let names: BTreeSet<&str> = old
            .properties
            .keys()
            .chain(new.properties.keys())
            .copied()
            .collect();
        for name in names {
            let is_required = |view: &View<'_>| view.required.contains(name);
            match (old.properties.get(name), new.properties.get(name)) {
                (Some(before), Some(after)) => {
                    let at = at(place, name, before.home, after.home);
                    let is_id = name == "id";
                    let optional = if is_id {
                        IdBecameOptional
                    } else {
                        PropertyBecameOptional
                    };
                    let required = [PropertyBecameRequired, optional];
                    if let Some(change) = flipped(is_required(old), is_required(new), required) {
                        self.report(change, &at, "");
                    }
                    self.pair(before.schema, after.schema, &at, is_id);
                }
                (Some(before), None) => {
                    let at = at(place, name, before.home, before.home);
                    let mut described = described(self.old, before.schema);
                    if is_required(old) && self.direction.is_sent() {
                        described.push_str(REQUIRED);
                    }
                    self.report(PropertyRemoved, &at, described);
                }
                (None, Some(after)) => {
                    let at = at(place, name, after.home, after.home);
                    let described = described(self.new, after.schema);
                    let is_asked_for = is_required(new) && !is_required(old);
                    let change = if is_asked_for && self.direction.is_sent() {
                        RequiredPropertyAdded
                    } else {
                        PropertyAdded
                    };
                    self.report(change, &at, described);
                }
                (None, None) => {}
            }
        }
        // `required` may name what no schema declares. A request has to have it even so.
        if self.direction.is_sent() {
            let undeclared = new.required.difference(&old.required);
            for name in undeclared.filter(|name| !new.properties.contains_key(*name)) {
                self.report(
                    RequiredPropertyAdded,
                    &format!("{place}.{name}"),
                    "anything",
                );
            }
        }
    }

    /// Compares `additionalProperties`; without it, anything goes.
    fn others(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let forbidden = |view: &View<'_>| view.others == Some(&Value::Bool(false));
        let others = [OtherPropertiesForbidden, OtherPropertiesAllowed];
        if let Some(change) = flipped(forbidden(old), forbidden(new), others) {
            self.report(change, place, "");
        }
        let schema = |view: &View<'c>| view.others.filter(|others| others.is_object());
        if let (Some(old), Some(new)) = (schema(old), schema(new)) {
            self.pair(old, new, &format!("{place}.*"), false);
        }
    }

    /// Compares the members of `oneOf` and `anyOf`, paired by name, or else by what they
    /// say: their order means nothing.
    fn variants(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let keyed = |contract: Contract<'c>, view: &View<'c>| -> BTreeMap<String, &'c Value> {
            let variants = view.variants.iter().map(|variant| {
                let name = View::of(contract, variant).name;
                (
                    name.map_or_else(|| variant.to_string(), str::to_owned),
                    *variant,
                )
            });
            variants.collect()
        };
        let (before, after) = (keyed(self.old, old), keyed(self.new, new));
        for (name, variant) in &before {
            match after.get(name) {
                Some(same) => self.pair(variant, same, &format!("{place}|{name}"), false),
                None => {
                    let described = described(self.old, variant);
                    self.report(VariantRemoved, place, described);
                }
            }
        }
        for (name, variant) in &after {
            if !before.contains_key(name) {
                let described = described(self.new, variant);
                self.report(VariantAdded, place, described);
            }
        }
    }
}

/// Where a property is written: in the component that the schema takes it from, if both
/// sides take it from the same one.
fn at(place: &str, name: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (old, new) {
        (Some(before), Some(after)) if before == after => format!("{after}.{name}"),
        _ => format!("{place}.{name}"),
    }
}

/// A schema in a few words.
pub(super) fn described(contract: Contract<'_>, schema: &Value) -> String {
    fn words(contract: Contract<'_>, schema: &Value, depth: usize) -> String {
        let view = View::of(contract, schema);
        let mut text = match (view.name, view.kind()) {
            (Some(name), kind) if kind != Some("array") => name.to_owned(),
            (_, Some("array")) => match view.items {
                // Lists of lists of lists are distinguished by their first levels.
                Some(items) if depth < 3 => {
                    format!("array of {}", words(contract, items, depth + 1))
                }
                _ => "array".to_owned(),
            },
            (_, kind) => kind.unwrap_or("anything").to_owned(),
        };
        if let Some(format) = view.text("format") {
            text = format!("{text} ({format})");
        }
        if let Some(values) = view.values().filter(|_| view.name.is_none()) {
            let values: Vec<_> = values.into_iter().collect();
            text = format!("{text}: {}", values.join(", "));
        }
        if view.nullable() {
            text.push_str(", nullable");
        }
        text
    }
    words(contract, schema, 0)
}
