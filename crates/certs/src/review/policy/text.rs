//! Reads policies and verdicts from text.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::{self, Deserialize, Deserializer, Visitor, value::MapAccessDeserializer};

use super::{Condition, Policy, Verdict};
use crate::filter::Filter;
use crate::filter::endpoint::Items;
use crate::model::{Decision, timestamp};

/// Why text is not a [`Verdict`](super::Verdict).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decision: write `approve` or `revoke`")]
pub struct ParseVerdictError(String);

/// Reads `approve` or `revoke`, in any case, perhaps with a comment after a colon.
impl FromStr for Verdict {
    type Err = ParseVerdictError;

    fn from_str(text: &str) -> Result<Self, ParseVerdictError> {
        let (decision, comment) = text.split_once(':').unwrap_or((text, ""));
        let verdict = Self::new(decided(decision)?);
        Ok(match comment.trim() {
            "" => verdict,
            comment => verdict.comment(comment),
        })
    }
}

fn decided(text: &str) -> Result<Decision, ParseVerdictError> {
    let is = |decision: &Decision| text.trim().eq_ignore_ascii_case(decision.as_str());
    [Decision::Approve, Decision::Revoke]
        .into_iter()
        .find(is)
        .ok_or_else(|| ParseVerdictError(text.trim().to_owned()))
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;

        impl<'de> Visitor<'de> for TextOrTable {
            type Value = Verdict;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`approve`, `revoke`, or a table with a `decision`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Verdict, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Verdict, A::Error> {
                let table = VerdictTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(table.verdict())
            }
        }

        deserializer.deserialize_any(TextOrTable)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct VerdictTable {
    #[serde(deserialize_with = "decision")]
    decision: Decision,
    comment: Option<String>,
    #[serde(default, deserialize_with = "date")]
    end_date: Option<Timestamp>,
}

impl VerdictTable {
    fn verdict(self) -> Verdict {
        Verdict {
            decision: self.decision,
            comment: self.comment.map(Into::into),
            proposed_end_date: self.end_date,
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of `[[rule]]`s")]
struct PolicyTable {
    rule: Vec<RuleTable>,
}

// With `serde(flatten)`, errors would not show their place.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    name: Option<String>,
    when: Option<Filter<Items>>,
    privileged: Option<bool>,
    new_access: Option<bool>,
    #[serde(deserialize_with = "decision")]
    decision: Decision,
    comment: Option<String>,
    #[serde(default, deserialize_with = "date")]
    end_date: Option<Timestamp>,
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = PolicyTable::deserialize(deserializer)?;
        let count = table.rule.len();
        let mut policy = Self::new();
        for (number, rule) in (1..).zip(table.rule) {
            let privileged = |is| Condition::item(move |it| it.is_privileged() == is);
            let new = |is| Condition::item(move |it| (it.new_access == Some(true)) == is);
            let when = rule.when.map(Condition::Filter).into_iter();
            let conditions = when.chain(rule.privileged.map(privileged));
            let conditions: Vec<_> = conditions.chain(rule.new_access.map(new)).collect();
            if conditions.is_empty() && number < count {
                return Err(de::Error::custom(format!(
                    "rule {number} has no condition, so that the rules after it never count: give \
                     it a `when`, or make it the last one"
                )));
            }
            let verdict = VerdictTable {
                decision: rule.decision,
                comment: rule.comment,
                end_date: rule.end_date,
            };
            policy = policy.rule(conditions, verdict.verdict());
            if let Some(name) = rule.name {
                policy = policy.named(name);
            }
        }
        policy.check().map_err(de::Error::custom)?;
        Ok(policy)
    }
}

fn decision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decision, D::Error> {
    decided(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer).ok();
    let date = text.and_then(|text| timestamp::parse(&text));
    let not_a_date = || de::Error::custom("write a date in quotes, such as \"2027-01-31\"");
    date.map(Some).ok_or_else(not_a_date)
}
