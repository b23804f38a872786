//! Decisions by rule.

mod verdict;

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{Filter, IntoFilter};
use crate::model::{AccessReviewItem, ReviewDecision};
use crate::effects::outcome::RuleMatch;

pub use verdict::Verdict;

/// Rules by which items are decided. On each item, the first rule that matches counts.
///
/// A condition is a typed [filter](crate::filter) or a closure; a policy of filters alone can
/// be [read from text](crate::filter#in-configuration-files) that somebody else writes. Use it
/// with [`Review::decide_by`](crate::Review::decide_by), first with a
/// [`dry_run`](crate::Decide::dry_run), or on items at hand:
///
/// ```
/// use certs::filter::item;
/// use certs::model::{AccessReviewItem, Decision};
/// use certs::{Policy, Verdict};
///
/// let policy = Policy::new()
///     .when(item::access_name().starts_with("SAP"), Verdict::revoke().comment("moving off SAP"))
///     .named("off SAP")
///     .when_item(|item| item.new_access == Some(true), Verdict::approve().comment("granted lately"))
///     .otherwise(Verdict::approve().comment("still needed"));
///
/// let item: AccessReviewItem = serde_json::from_str(
///     r#"{ "id": "i-1", "accessSummary": { "access": { "name": "SAP Payroll" } } }"#,
/// )?;
/// let (decision, rule) = policy.decide(&item).unwrap();
/// assert_eq!(decision.decision, Decision::Revoke);
/// assert_eq!(rule.name.as_deref(), Some("off SAP"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Its decisions are marked as made in bulk.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    condition: Condition,
    verdict: Verdict,
    name: Option<Arc<str>>,
}

#[derive(Clone)]
enum Condition {
    Filter(Filter<Items>),
    Item(Arc<dyn Fn(&AccessReviewItem) -> bool + Send + Sync>),
    Always,
}

impl Policy {
    /// A policy without rules, which leaves everything open.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule for items that a filter [matches](Filter::matches).
    ///
    /// A filter that cannot be evaluated on items has the whole policy refused before
    /// anything is sent.
    #[must_use]
    pub fn when(self, filter: impl IntoFilter<Items>, verdict: Verdict) -> Self {
        self.rule(Condition::Filter(filter.into_filter()), verdict)
    }

    /// Adds a rule for items of which the closure says true.
    #[must_use]
    pub fn when_item(
        self,
        matches: impl Fn(&AccessReviewItem) -> bool + Send + Sync + 'static,
        verdict: Verdict,
    ) -> Self {
        self.rule(Condition::Item(Arc::new(matches)), verdict)
    }

    /// Adds a rule for all items that no rule before it matches. Rules after it never count.
    #[must_use]
    pub fn otherwise(self, verdict: Verdict) -> Self {
        self.rule(Condition::Always, verdict)
    }

    /// Names the rule that was added last, for the outcome to say. Without a rule it does
    /// nothing.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        if let Some(rule) = self.rules.last_mut() {
            rule.name = Some(name.into());
        }
        self
    }

    /// The decision about an item, and the rule that made it. `None` if no rule matches.
    #[must_use]
    pub fn decide(&self, item: &AccessReviewItem) -> Option<(ReviewDecision, RuleMatch)> {
        let matching = |(_, rule): &(usize, &Rule)| rule.condition.holds(item);
        let (index, rule) = self.rules.iter().enumerate().find(matching)?;
        let rule_match = RuleMatch {
            index,
            name: rule.name.clone(),
        };
        Some((rule.verdict.about(item), rule_match))
    }

    /// Finds what would make every call with this policy fail.
    pub(crate) fn check(&self) -> Result<()> {
        if self.rules.is_empty() {
            return Err(Error::refused("the policy has no rule"));
        }
        // Whether a filter can be evaluated depends on the filter alone.
        let any = AccessReviewItem::default();
        for (index, rule) in self.rules.iter().enumerate() {
            if let Condition::Filter(filter) = &rule.condition {
                filter.matches(&any).map_err(|error| {
                    let name = rule.name.as_ref().map(|name| format!(" ({name})"));
                    Error::refused(format!(
                        "rule {}{} of the policy cannot be evaluated: {error}",
                        index + 1,
                        name.unwrap_or_default()
                    ))
                })?;
            }
            rule.verdict.check(index)?;
        }
        Ok(())
    }

    fn rule(mut self, condition: Condition, verdict: Verdict) -> Self {
        self.rules.push(Rule {
            condition,
            verdict,
            name: None,
        });
        self
    }
}

impl Condition {
    fn holds(&self, item: &AccessReviewItem) -> bool {
        match self {
            Self::Filter(filter) => filter.matches(item).unwrap_or(false),
            Self::Item(matches) => matches(item),
            Self::Always => true,
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(filter) => filter.fmt(f),
            Self::Item(_) => f.write_str("Closure"),
            Self::Always => f.write_str("Always"),
        }
    }
}
