//! Policies: rules that decide items.

mod text;
mod verdict;

use std::fmt;
use std::sync::Arc;

use crate::effects::outcome::RuleMatch;
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::filter::endpoint::Items;
use crate::model::{AccessReviewItem, ReviewDecision};

pub use text::ParseVerdictError;
pub use verdict::Verdict;

/// Rules that decide items. The first rule that matches an item counts.
///
/// A condition is a typed [filter](crate::filter) or a closure. Use it with
/// [`Review::decide_by`](crate::Review::decide_by), or on items that you have:
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
///
/// # In configuration files
///
/// A policy in a configuration file is read with serde, from TOML or any other format. Each rule
/// has a verdict, and optionally a `name` and conditions, all of which have to hold:
///
/// | field | what |
/// |---|---|
/// | `decision` | `approve` or `revoke`, in any case; required |
/// | `comment` | the reason |
/// | `end_date` | when revoked access should end, in quotes: `2027-01-31` (its midnight in UTC) or `2027-01-31T18:00:00+01:00` |
/// | `name` | the rule's name in the outcome |
/// | `when` | a [filter](crate::filter#in-configuration-files) of items, in the API's syntax |
/// | `privileged` | whether the access, or anything inside it, [is marked as privileged](AccessReviewItem::is_privileged) |
/// | `new_access` | whether the identity gained the access [only recently](AccessReviewItem::new_access) |
///
/// A rule without conditions matches all remaining items, so it comes last. Fields and values that
/// are not in this table are errors, as is a policy without rules.
///
/// ```toml
/// [[rule]]
/// name = "off SAP"
/// when = 'access.name sw "SAP"'
/// decision = "revoke"
/// comment = "moving off SAP"
///
/// [[rule]]
/// privileged = false
/// decision = "approve"
/// comment = "standard access"
/// ```
///
/// Any format that serde reads will do, here JSON:
///
/// ```
/// use certs::Policy;
///
/// let text = r#"{"rule": [{"when": "access.name sw \"SAP\"", "decision": "revoke"}]}"#;
/// let policy: Policy = serde_json::from_str(text)?;
///
/// let wrong = text.replace("access.name", "access.nme");
/// let error = serde_json::from_str::<Policy>(&wrong).unwrap_err();
/// assert!(error.to_string().contains("did you mean `access.name`?"), "{error}");
/// # let _ = policy;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// All conditions have to hold; without any, the rule matches all items.
    conditions: Vec<Condition>,
    verdict: Verdict,
    name: Option<Arc<str>>,
}

#[derive(Clone)]
enum Condition {
    Filter(Filter<Items>),
    Item(Arc<dyn Fn(&AccessReviewItem) -> bool + Send + Sync>),
}

impl Policy {
    /// A policy without rules, which leaves everything open.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule for items that a filter [matches](Filter::matches).
    ///
    /// If the filter cannot be evaluated on items, the whole policy is refused before anything is
    /// sent.
    #[must_use]
    pub fn when(self, filter: Filter<Items>, verdict: Verdict) -> Self {
        self.rule(vec![Condition::Filter(filter)], verdict)
    }

    /// Adds a rule for items for which the closure returns true.
    #[must_use]
    pub fn when_item(
        self,
        matches: impl Fn(&AccessReviewItem) -> bool + Send + Sync + 'static,
        verdict: Verdict,
    ) -> Self {
        self.rule(vec![Condition::item(matches)], verdict)
    }

    /// Adds a rule for all items that no earlier rule matches. Rules after it never apply.
    #[must_use]
    pub fn otherwise(self, verdict: Verdict) -> Self {
        self.rule(Vec::new(), verdict)
    }

    /// Names the rule that was added last; the outcome shows the name. Does nothing if there is no
    /// rule.
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
        let matching = |(_, rule): &(usize, &Rule)| rule.conditions.iter().all(|it| it.holds(item));
        let (index, rule) = self.rules.iter().enumerate().find(matching)?;
        let rule_match = RuleMatch {
            index,
            name: rule.name.clone(),
        };
        Some((rule.verdict.about(item), rule_match))
    }

    /// Finds mistakes that would make every call with this policy fail.
    pub(crate) fn check(&self) -> Result<()> {
        if self.rules.is_empty() {
            return Err(Error::refused(
                "the policy has no rule: add one with `when`, `when_item` or \
                                       `otherwise`",
            ));
        }
        // Whether a filter can be evaluated depends on the filter alone.
        let any = AccessReviewItem::default();
        for (index, rule) in self.rules.iter().enumerate() {
            for condition in &rule.conditions {
                if let Condition::Filter(filter) = condition
                    && let Err(error) = filter.matches(&any)
                {
                    let name = rule.name.as_ref().map(|name| format!(" ({name})"));
                    let rule = format!("rule {}{}", index + 1, name.unwrap_or_default());
                    let why = format!("{rule} of the policy cannot be evaluated: {error}");
                    return Err(Error::refused(why));
                }
            }
            rule.verdict.check(index)?;
        }
        Ok(())
    }

    fn rule(mut self, conditions: Vec<Condition>, verdict: Verdict) -> Self {
        self.rules.push(Rule {
            conditions,
            verdict,
            name: None,
        });
        self
    }
}

impl Condition {
    fn item(matches: impl Fn(&AccessReviewItem) -> bool + Send + Sync + 'static) -> Self {
        Self::Item(Arc::new(matches))
    }

    fn holds(&self, item: &AccessReviewItem) -> bool {
        match self {
            Self::Filter(filter) => filter.matches(item).unwrap_or(false),
            Self::Item(matches) => matches(item),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(filter) => filter.fmt(f),
            Self::Item(_) => f.write_str("Closure"),
        }
    }
}
