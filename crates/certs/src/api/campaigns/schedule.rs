//! Schedules on which templates generate campaigns.

use std::ops::RangeInclusive;

use certs_raw::v3::{enums, types};
use jiff::Timestamp;

use super::create::some;
use crate::error::{Error, Result};
use crate::model::ScheduleType;
use crate::model::convert::{open, wire_date};

/// A schedule on which a template generates campaigns. Hours are 0 to 23, in the [time
/// zone](Self::time_zone).
#[derive(Clone, Debug)]
#[must_use = "it is for `TemplateHandle::set_schedule`"]
pub struct NewSchedule(Result<types::Schedule>);

impl NewSchedule {
    /// Every week, on these days (1 is Monday, 7 is Sunday) and hours.
    pub fn weekly(days: impl IntoIterator<Item = u8>, hours: impl IntoIterator<Item = u8>) -> Self {
        Self::new(ScheduleType::Weekly, days, 7, hours)
    }

    /// Every month, on these days of the month and hours.
    pub fn monthly(
        days: impl IntoIterator<Item = u8>,
        hours: impl IntoIterator<Item = u8>,
    ) -> Self {
        Self::new(ScheduleType::Monthly, days, 31, hours)
    }

    /// Every year, in these months (1 is January), on these days of the month and hours.
    pub fn annually(
        months: impl IntoIterator<Item = u8>,
        days: impl IntoIterator<Item = u8>,
        hours: impl IntoIterator<Item = u8>,
    ) -> Self {
        let months = values("month", months, 1..=12);
        let schedule = Self::new(ScheduleType::Annually, days, 31, hours);
        Self(schedule.0.and_then(|schedule| {
            Ok(types::Schedule {
                months: Some(types::ScheduleMonths {
                    type_: Some(enums::ScheduleMonthsType::List),
                    values: months?,
                    ..Default::default()
                }),
                ..schedule
            })
        }))
    }

    fn new(
        schedule_type: ScheduleType,
        days: impl IntoIterator<Item = u8>,
        last_day: u8,
        hours: impl IntoIterator<Item = u8>,
    ) -> Self {
        let new = || {
            Ok(types::Schedule {
                type_: Some(open(schedule_type.as_str())),
                days: Some(types::ScheduleDays {
                    type_: Some(enums::ScheduleDaysType::List),
                    values: values("day", days, 1..=last_day)?,
                    ..Default::default()
                }),
                hours: Some(types::ScheduleHours {
                    type_: Some(enums::ScheduleHoursType::List),
                    values: values("hour", hours, 0..=23)?,
                    ..Default::default()
                }),
                ..Default::default()
            })
        };
        Self(new())
    }

    /// Adds the last day of the month. In a weekly schedule it is refused.
    pub fn and_last_day(self) -> Self {
        Self(self.0.and_then(|mut schedule| {
            if schedule.type_ == Some(enums::ScheduleType::Weekly) {
                let why =
                    "a weekly schedule has days of the week, not of the month: remove the last day";
                return Err(Error::refused(why));
            }
            let days = schedule.days.get_or_insert_default();
            let days = days.values.get_or_insert_default();
            days.push(Some("L".to_owned()));
            Ok(schedule)
        }))
    }

    /// Sets the time zone of the hours, such as `America/Chicago`.
    pub fn time_zone(self, id: impl Into<String>) -> Self {
        self.with(|schedule| schedule.time_zone_id = Some(id.into()))
    }

    /// Sets when the schedule ends. By default, it does not end.
    pub fn until(self, expiration: Timestamp) -> Self {
        self.with(|schedule| schedule.expiration = Some(wire_date(expiration)))
    }

    fn with(mut self, set: impl FnOnce(&mut types::Schedule)) -> Self {
        if let Ok(schedule) = &mut self.0 {
            set(schedule);
        }
        self
    }

    pub(super) fn into_raw(self) -> Result<types::Schedule> {
        self.0
    }
}

/// Checks that the numbers are in the range, and converts them to text.
fn values(
    what: &str,
    numbers: impl IntoIterator<Item = u8>,
    range: RangeInclusive<u8>,
) -> Result<Option<Vec<Option<String>>>> {
    let numbers: Vec<u8> = numbers.into_iter().collect();
    if numbers.is_empty() {
        return Err(Error::refused(format!(
            "the schedule has no {what}: give at least one"
        )));
    }
    if let Some(number) = numbers.iter().find(|number| !range.contains(number)) {
        return Err(Error::refused(format!("{number} is not a valid {what}")));
    }
    Ok(some(numbers.iter().map(ToString::to_string).collect()))
}
