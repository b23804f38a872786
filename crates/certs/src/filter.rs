//! Filters and sorters: what a list should hold, and in which order.
//!
//! Every endpoint has a vocabulary of its own: which fields it can filter by, with
//! which operators, and which it can sort by. Here each vocabulary is a module with one
//! function a field; V3's stand directly in this module, beta's in [`beta`]. A filter
//! that compiles is one that its endpoint accepts: an operator that a field does not
//! have, a value of the wrong type, or a filter of another endpoint or version is an
//! error of the compiler, not of the service.
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
//! `Display` writes what stands in the query parameters `filters` and `sorters`, before
//! URL encoding. Text is quoted, with `\` and `"` escaped; anything else, newlines and
//! non-Latin text included, goes to the service as it is. Most comparisons of text are
//! not case sensitive; those of permissions never are.
//!
//! # In configuration files
//!
//! A filter or sorter that somebody else writes is text: it is parsed for its endpoint, and
//! what comes out is as good as a filter that compiled. The syntax is the API's own; an
//! unknown field, an operator that the field does not have, a value of the wrong type or
//! one that this version does not know, and a combination that the endpoint does not take
//! are errors that say at which column.
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
//! println!("{error}");
//! assert_eq!(
//!     error.to_string(),
//!     r#"column 13: `access.name` has no operator `co` here: it has `eq`, `sw`
//!   | access.name co "SAP"
//!   |             ^^"#,
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Whatever the builder makes is read back as the same filter, with three exceptions: raw
//! text comes back as what it means, if it is understood at all; values in `Unrecognized`
//! are refused; and so is what is nested more than 64 levels deep.
//!
//! # On records at hand
//!
//! [`Filter::matches`] says whether a record is one that the filter would list. With it, a
//! filter can be tested without a service, a list that was already fetched can be narrowed
//! down, and an answer can be checked.
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
//! [`Filter::raw`] sends any text as it is. It is the way out when the service has learnt a
//! field or an operator: nothing checks it before the service does, and `matches` evaluates
//! it only if it could also have been parsed. For a value that is new, no raw text is
//! needed: `Phase::Unrecognized("PAUSED".to_owned())` is a value like the others.
//!
//! # What does not compile
//!
//! An operator that the field does not have; V3 compares `completed` only with `eq`,
//! though beta has `ne`:
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
//!
//! More than one `and` or `or` for permissions:
//!
//! ```compile_fail,E0277
//! use certs::filter::permission::{rights, target};
//!
//! let one = target().eq("A").and(rights().contains_all(["SELECT"]));
//! let two = target().eq("B").and(rights().contains_all(["SELECT"]));
//! one.or(two);
//! ```

mod capability;
mod composite;
pub mod endpoint;
mod error;
mod expr;
mod field;
mod matches;
mod operand;
mod parse;
mod permission_term;
mod render;
mod rule;
mod sorter;
#[cfg(test)]
mod tests;
mod text;
mod vocabulary;

pub use capability::{
    Composable, FieldKind, SortOnly, Sortable, SupportsContainsAll, SupportsEq, SupportsIn,
    SupportsNe, SupportsStartsWith,
};
pub use composite::{Filter, IntoFilter};
pub use error::FilterError;
pub use field::Field;
pub use matches::Matchable;
pub use operand::Operand;
pub use parse::error::{ParseError, ParseErrorKind};
pub use permission_term::{OtherHalf, PermissionTerm, Rights, RightsTerm, Target, TargetTerm};
pub use sorter::Sorter;
pub use vocabulary::v3::{
    access_summary, certification, decision_summary, identity_summary, item, permission, reviewer,
    task,
};
pub use vocabulary::{EndpointVocabulary, VOCABULARY, beta};
