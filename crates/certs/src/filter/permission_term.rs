//! The two halves of a filter for permissions.
//!
//! That endpoint takes at most one `and` or `or`, and only between a condition on
//! `target` and one on `rights`. The halves therefore have types of their own: each
//! combines with the other only, and what comes out combines with nothing.

use std::fmt;
use std::marker::PhantomData;

use super::expr::{Expr, Term};
use super::{Filter, IntoFilter};

macro_rules! permission_term {
    (
        $(#[$doc:meta])*
        pub struct $term:ident, combined with $other:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        pub struct $term<E> {
            expr: Expr,
            endpoint: PhantomData<E>,
        }

        impl<E> $term<E> {
            /// Both conditions hold. The result is complete: it combines no further.
            #[must_use]
            pub fn and(self, other: $other<E>) -> Filter<E> {
                Filter::from_expr(self.expr.and(other.expr))
            }

            /// At least one of the conditions holds. The result is complete: it
            /// combines no further.
            #[must_use]
            pub fn or(self, other: $other<E>) -> Filter<E> {
                Filter::from_expr(self.expr.or(other.expr))
            }
        }

        impl<E> Term for $term<E> {
            fn from_expr(expr: Expr) -> Self {
                Self {
                    expr,
                    endpoint: PhantomData,
                }
            }
        }

        impl<E> From<$term<E>> for Filter<E> {
            fn from(term: $term<E>) -> Self {
                Self::from_expr(term.expr)
            }
        }

        impl<E> IntoFilter<E> for $term<E> {
            fn into_filter(self) -> Filter<E> {
                self.into()
            }
        }

        impl<E> fmt::Display for $term<E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.expr.fmt(f)
            }
        }

        impl<E> fmt::Debug for $term<E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($term), "({})"), self.expr)
            }
        }
    };
}

permission_term! {
    /// A condition on what a permission applies to: a filter already, or half of one.
    ///
    /// ```
    /// use certs::filter::permission;
    ///
    /// let filter = permission::target()
    ///     .eq("SYS.USER$")
    ///     .and(permission::rights().contains_all(["SELECT"]));
    /// assert_eq!(
    ///     filter.to_string(),
    ///     r#"target eq "SYS.USER$" and rights ca ("SELECT")"#,
    /// );
    /// ```
    pub struct TargetTerm, combined with RightsTerm
}

permission_term! {
    /// A condition on what a permission allows: a filter already, or half of one.
    ///
    /// ```
    /// use certs::filter::permission;
    ///
    /// let filter = permission::rights()
    ///     .contains_all(["SELECT", "DROP"])
    ///     .or(permission::target().starts_with("SYS."));
    /// assert_eq!(
    ///     filter.to_string(),
    ///     r#"rights ca ("SELECT","DROP") or target sw "SYS.""#,
    /// );
    /// ```
    pub struct RightsTerm, combined with TargetTerm
}
