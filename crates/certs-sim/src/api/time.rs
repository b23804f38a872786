//! Dates on the wire.

use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// A moment as the API prints it: RFC 3339 in UTC with three fractional digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time(pub(crate) Timestamp);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn has_three_fractional_digits() {
        for (moment, printed) in [
            ("2026-03-02T08:00:00Z", "\"2026-03-02T08:00:00.000Z\""),
            ("2026-03-02T08:00:00.1239Z", "\"2026-03-02T08:00:00.123Z\""),
        ] {
            let time = Time(moment.parse().unwrap());
            assert_eq!(serde_json::to_string(&time).unwrap(), printed);
        }
    }
}
