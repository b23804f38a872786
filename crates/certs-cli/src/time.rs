//! The clock, and times worded for people.

use std::time::Duration;

use certs::Timestamp;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where time is read"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The current time and the time zone.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            now: now(),
            zone: TimeZone::system(),
        }
    }

    pub(crate) fn after(&self, time: Duration) -> Timestamp {
        self.now.checked_add(time).unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn before(&self, time: Duration) -> Timestamp {
        self.now.checked_sub(time).unwrap_or(Timestamp::MIN)
    }

    /// The day, in the user's zone: `2026-11-29`.
    pub(crate) fn day(&self, time: Timestamp) -> String {
        let time = time.to_zoned(self.zone.clone());
        time.strftime("%Y-%m-%d").to_string()
    }

    /// The day and its distance from today: `2026-11-29, in 3 days`.
    pub(crate) fn due(&self, time: Timestamp) -> String {
        format!("{}, {}", self.day(time), self.until(time))
    }

    /// `in 3 days`, `today`, `5 days overdue`. Days are those of the user's calendar, except that a
    /// past time is never `today`.
    fn until(&self, time: Timestamp) -> String {
        let date = |time: Timestamp| time.to_zoned(self.zone.clone()).date();
        let days = date(self.now)
            .until(date(time))
            .map_or(0, |span| span.get_days());
        match days {
            _ if time < self.now => match -days {
                0 => "overdue since today".to_owned(),
                1 => "1 day overdue".to_owned(),
                days => format!("{days} days overdue"),
            },
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        }
    }
}

/// A duration as people write it: `7d`, `36h`, `1 week`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let why = || "write it as a number with a unit, such as 30s, 10m, 36h, 7d or 2w".to_owned();
    let span: Span = text.parse().map_err(|_| why())?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| why())?;
    Duration::try_from(duration).map_err(|_| why())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_calendar_days() {
        let clock = Clock {
            now: "2026-11-26T12:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        };
        for (time, said) in [
            ("2026-11-29T00:00:00Z", "2026-11-29, in 3 days"),
            ("2026-11-27T23:00:00Z", "2026-11-27, tomorrow"),
            ("2026-11-26T13:00:00Z", "2026-11-26, today"),
            ("2026-11-26T11:00:00Z", "2026-11-26, overdue since today"),
            ("2026-11-25T23:00:00Z", "2026-11-25, 1 day overdue"),
            ("2026-10-26T12:00:00Z", "2026-10-26, 31 days overdue"),
        ] {
            assert_eq!(clock.due(time.parse().unwrap()), said);
        }
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, hours) in [("7d", 168), ("36h", 36), ("2 weeks", 336)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(hours * 3600)));
        }
        for text in ["7", "soon", "-3d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
