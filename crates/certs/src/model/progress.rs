//! The progress of a review.

use std::fmt;

use super::Certification;

/// Decisions made out of decisions due. Prints as `3/8`.
///
/// A count that the response lacks is taken as zero.
///
/// ```
/// use certs::model::Certification;
///
/// let mut certification = Certification::default();
/// certification.decisions_made = Some(3);
/// certification.decisions_total = Some(8);
/// let progress = certification.progress();
/// assert_eq!(progress.remaining(), 5);
/// assert_eq!(progress.percent(), 37);
/// assert_eq!(progress.to_string(), "3/8");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// How many decisions have been made.
    pub made: i64,
    /// How many decisions there are to make in all.
    pub total: i64,
}

impl Progress {
    pub(super) fn new(
        made: impl IntoIterator<Item = Option<i32>>,
        total: impl IntoIterator<Item = Option<i32>>,
    ) -> Self {
        Self {
            made: sum(made),
            total: sum(total),
        }
    }

    /// The progress of several certifications together.
    pub(crate) fn of<'a>(certifications: impl IntoIterator<Item = &'a Certification>) -> Self {
        let each = certifications.into_iter().map(Certification::progress);
        each.fold(Self::default(), |sum, one| Self {
            made: sum.made.saturating_add(one.made),
            total: sum.total.saturating_add(one.total),
        })
    }

    /// How many decisions are still to be made.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        self.total.saturating_sub(self.made).max(0)
    }

    /// How many of a hundred decisions are made, rounded down: 100 only when all are. 100, too,
    /// if there is nothing to decide.
    #[must_use]
    pub fn percent(&self) -> u8 {
        if self.remaining() == 0 {
            return 100;
        }
        let percent = i128::from(self.made.max(0)) * 100 / i128::from(self.total);
        u8::try_from(percent).unwrap_or(100)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.made, self.total)
    }
}

/// Sums counts; in 64 bits, so that no sum of 32-bit counts overflows.
pub(super) fn sum(counts: impl IntoIterator<Item = Option<i32>>) -> i64 {
    counts.into_iter().flatten().map(i64::from).sum()
}
