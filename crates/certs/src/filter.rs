//! Filters and sorters: which records a list returns, and in which order.
//!
//! Every endpoint has a vocabulary of its own: which fields it can filter by, with which operators,
//! and which it can sort by. Here each vocabulary is a module with one function for each field;
//! those of beta are in [`beta`]. If a filter compiles, its endpoint accepts it: an operator that a
//! field does not have, a value of the wrong type, or a filter of another endpoint does not
//! compile.
//!
//! ```
//! use certs::filter::{certification, item};
//! use certs::model::Phase;
//!
//! let due = certification::phase()
//!     .eq(Phase::Active)
//!     .and(certification::completed().eq(false));
//! assert_eq!(due.to_string(), r#"phase eq "ACTIVE" and completed eq false"#);
//!
//! let open_sap = item::access_name()
//!     .starts_with("SAP")
//!     .and(!item::completed().eq(true));
//! assert_eq!(
//!     open_sap.to_string(),
//!     r#"access.name sw "SAP" and not completed eq true"#,
//! );
//!
//! let order = certification::due().asc().then(certification::name().desc());
//! assert_eq!(order.to_string(), "due,-name");
//! ```
//!
//! `Display` writes the value of the query parameters `filters` and `sorters`, before
//! URL encoding. Text is quoted, with `\` and `"` escaped; anything else, newlines and
//! non-Latin text included, goes to the service as it is. Most comparisons of text are
//! not case sensitive; those of permissions never are.
//!
//! Mistakes that the types cannot rule out are refused before anything is sent: an empty list of
//! values, a missing id, and a filter for permissions that is more than one `and` or `or` between a
//! condition on `target` and one on `rights` ([`Filter::check`]).
//!
//! # In configuration files
//!
//! A filter or sorter from a configuration file is text. It is parsed for its endpoint, and the
//! result is as good as a filter that compiled. The syntax is the API's own. An unknown field, an
//! operator that the field does not have, a value of the wrong type or one that this version does
//! not know, and a combination that the endpoint does not take are errors that show the place and,
//! where possible, what to write instead.
//!
//! ```
//! use certs::filter::{Filter, Sorter, endpoint::Items};
//!
//! #[derive(serde::Deserialize)]
//! struct Report {
//!     filter: Filter<Items>,
//!     sorter: Sorter<Items>,
//! }
//!
//! let report: Report = serde_json::from_str(
//!     r#"{ "filter": "access.name sw \"SAP\" and completed eq false", "sorter": "access.name" }"#,
//! )?;
//! assert_eq!(report.filter.to_string(), r#"access.name sw "SAP" and completed eq false"#);
//!
//! let error = r#"access.name co "SAP""#.parse::<Filter<Items>>().unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     r#"column 13: `access.name` has no operator `co`: it has `eq`, `sw`
//!   | access.name co "SAP"
//!   |             ^^"#,
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The text of a filter is parsed as the same filter, with two exceptions: raw text is parsed as
//! the conditions that it holds, if it can be parsed at all; and values in `Unrecognized` are
//! refused.
//!
//! # Local evaluation
//!
//! [`Filter::matches`] returns whether the filter would list a record. Use it to test a filter
//! without a service, to narrow a list that was already fetched, or to check a response.
//!
//! ```
//! use certs::filter::item;
//! use certs::model::AccessReviewItem;
//!
//! let open = item::completed().eq(false).and(item::access_name().starts_with("sap"));
//! let item: AccessReviewItem = serde_json::from_str(
//!     r#"{ "completed": false, "accessSummary": { "access": { "name": "SAP Payroll" } } }"#,
//! )?;
//! assert_eq!(open.matches(&item), Ok(true));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # What this version does not know
//!
//! [`Filter::raw`] sends any text as it is. It is the escape hatch for a new field or operator of
//! the service: only the service checks it, and `matches` evaluates it only if it could also have
//! been parsed. A new value needs no raw text: `Phase::Unrecognized("PAUSED".to_owned())` is a
//! value like the others.
//!
//! # What does not compile
//!
//! An operator that the field does not have; `completed` of certifications is compared only
//! with `eq`, though beta has `ne`:
//!
//! ```compile_fail,E0277
//! certs::filter::certification::completed().ne(true);
//! ```
//!
//! A raw string where the field has values of its own:
//!
//! ```compile_fail,E0277
//! certs::filter::certification::phase().eq("ACTIVE");
//! ```
//!
//! Filters of two endpoints, or of two versions, in one:
//!
//! ```compile_fail,E0308
//! use certs::filter::{beta, certification};
//!
//! certification::id().eq("a").or(beta::certification::id().eq("a"));
//! ```
//!
//! Sorting by a field that the endpoint does not sort by:
//!
//! ```compile_fail,E0277
//! certs::filter::certification::phase().asc();
//! ```

pub mod endpoint;
mod error;
mod expression;
mod field;
mod parse;
mod sorter;
#[cfg(test)]
mod tests;
mod typed;
mod value;
mod vocabulary;

pub use error::FilterError;
pub use field::Field;
pub use parse::error::ParseError;
pub use sorter::Sorter;
pub use typed::Filter;
pub(crate) use vocabulary::Endpoint;
pub use vocabulary::beta;
pub use vocabulary::shared::{
    access_summary, campaign, campaign_template, certification, decision_summary, identity_summary,
    item, permission, reviewer, task,
};
