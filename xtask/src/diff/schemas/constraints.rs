//! Differences in what a value may be: formats, enumerations, limits, defaults, flags.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Schemas;
use crate::contract::View;
use crate::diff::change::{flipped, from_to, set_changes};
use crate::diff::levels::SchemaChange::*;

/// Limits that are tighter the smaller they are.
const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
/// Limits that are tighter the greater they are.
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
/// Limits that are there or not.
const FLAGS: [&str; 3] = ["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];
/// Limits that cannot be ordered, only distinguished.
const WORDS: [&str; 2] = ["pattern", "multipleOf"];

/// Formats of text that say how it is written. Others are hints to people.
const TEXT_FORMATS: [&str; 11] = [
    "date",
    "date-time",
    "byte",
    "binary",
    "uuid",
    "email",
    "uri",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
];

impl<'c> Schemas<'c, '_> {
    /// Compares everything about a value but its structure.
    pub(super) fn constraints(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        self.format(old, new, place);
        self.values(old, new, place);
        self.limits(old, new, place);
        self.flags(old, new, place);
        let differs = |keyword| old.keyword(keyword) != new.keyword(keyword);
        if differs("default") {
            self.report(
                DefaultChanged,
                place,
                from_to(old.keyword("default"), new.keyword("default")),
            );
        }
        if differs("discriminator") {
            self.report(DiscriminatorChanged, place, "");
        }
        if differs("not") {
            self.report(ExclusionChanged, place, "");
        }
        let names = old.extensions().chain(new.extensions());
        for name in names.collect::<BTreeSet<_>>() {
            if differs(name) {
                let detail = from_to(old.keyword(name), new.keyword(name));
                self.report(ExtensionChanged, place, format!("{name}: {detail}"));
            }
        }
    }

    fn format(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let (before, after) = (old.text("format"), new.text("format"));
        if before == after || old.kind() != new.kind() {
            return;
        }
        let is_text = new.kind() == Some("string");
        let means = |format: Option<&str>| {
            format.is_some_and(|format| !is_text || TEXT_FORMATS.contains(&format))
        };
        let change = match (before, after) {
            _ if !means(before) && !means(after) => FormatWordChanged,
            (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => FormatWidened,
            (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => FormatNarrowed,
            _ if means(before) && means(after) => FormatChanged,
            (_, Some(_)) if means(after) && is_text => FormatNarrowed,
            (_, Some(_)) if means(after) => FormatDeclared,
            _ => FormatWidened,
        };
        let word = |format: Option<&str>| format.unwrap_or("none").to_owned();
        self.report(
            change,
            place,
            format!("{} -> {}", word(before), word(after)),
        );
    }

    fn values(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let list = |values: &BTreeSet<String>| {
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            values.join(", ")
        };
        match (old.values(), new.values()) {
            (Some(old), Some(new)) => {
                for (change, value) in set_changes(&old, &new, [EnumValueRemoved, EnumValueAdded]) {
                    self.report(change, place, value.clone());
                }
            }
            (None, Some(new)) => self.report(BecameEnum, place, list(&new)),
            (Some(old), None) => self.report(EnumDropped, place, list(&old)),
            (None, None) => {}
        }
    }

    fn limits(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let limits = UPPER.iter().chain(&LOWER).chain(&FLAGS).chain(&WORDS);
        for &keyword in limits {
            // A flag that is false says nothing.
            let said = |view: &View<'c>| {
                view.keyword(keyword)
                    .filter(|value| **value != Value::Bool(false))
            };
            let (before, after) = (said(old), said(new));
            if before == after {
                continue;
            }
            let change = match (before, after) {
                (None, _) => LimitTightened,
                (_, None) => LimitLoosened,
                (Some(before), Some(after)) => match (before.as_f64(), after.as_f64()) {
                    // 1 and 1.0 are one limit.
                    (Some(before), Some(after)) if before == after => continue,
                    (Some(before), Some(after)) if !WORDS.contains(&keyword) => {
                        if (after < before) == UPPER.contains(&keyword) {
                            LimitTightened
                        } else {
                            LimitLoosened
                        }
                    }
                    _ => LimitChanged,
                },
            };
            let detail = format!("{keyword}: {}", from_to(before, after));
            self.report(change, place, detail);
        }
    }

    fn flags(&mut self, old: &View<'c>, new: &View<'c>, place: &str) {
        let deprecated = [Deprecated, Undeprecated];
        let (before, after) = (old.flag("deprecated"), new.flag("deprecated"));
        if let Some(change) = flipped(before, after, deprecated) {
            self.report(change, place, "");
        }
        for (keyword, change) in [
            ("readOnly", ReadOnlyChanged),
            ("writeOnly", WriteOnlyChanged),
        ] {
            let (before, after) = (old.flag(keyword), new.flag(keyword));
            if before != after {
                self.report(change, place, format!("{before} -> {after}"));
            }
        }
    }
}
