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
pub use permission_term::{RightsTerm, TargetTerm};
pub use sorter::Sorter;
pub use vocabulary::v3::{
    access_summary, certification, decision_summary, identity_summary, item, permission, reviewer,
    task,
};
pub use vocabulary::{EndpointVocabulary, VOCABULARY, beta};
