//! When a template generates campaigns.

use certs_raw::v3::{enums, types};
use jiff::Timestamp;

use super::create::some;
use crate::error::{Error, Result};
use crate::model::ScheduleType;
use crate::model::convert::{open, wire_date};

/// When a template shall generate campaigns. Hours are those of the
/// [time zone](Self::time_zone), from 0 to 23.
#[derive(Clone, Debug)]
#[must_use = "it is for `TemplateHandle::set_schedule`"]
pub struct NewSchedule {
    schedule_type: ScheduleType,
    months: Vec<u8>,
    days: Vec<String>,
    hours: Vec<u8>,
    time_zone: Option<String>,
    expiration: Option<Timestamp>,
    /// What cannot be: a day or month that is not one.
    wrong: Option<String>,
}

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
        let mut schedule = Self::new(ScheduleType::Annually, days, 31, hours);
        schedule.months = months.into_iter().collect();
        schedule.check("month", &schedule.months.clone(), 1..=12);
        schedule
    }

    fn new(
        schedule_type: ScheduleType,
        days: impl IntoIterator<Item = u8>,
        last_day: u8,
        hours: impl IntoIterator<Item = u8>,
    ) -> Self {
        let days: Vec<u8> = days.into_iter().collect();
        let hours: Vec<u8> = hours.into_iter().collect();
        let mut schedule = Self {
            schedule_type,
            months: Vec::new(),
            days: days.iter().map(ToString::to_string).collect(),
            hours: hours.clone(),
            time_zone: None,
            expiration: None,
            wrong: None,
        };
        schedule.check("day", &days, 1..=last_day);
        schedule.check("hour", &hours, 0..=23);
        schedule
    }

    /// On the last day of the month, too.
    pub fn and_last_day(mut self) -> Self {
        self.days.push("L".to_owned());
        self
    }

    /// The time zone of the hours, such as `America/Chicago`.
    pub fn time_zone(mut self, id: impl Into<String>) -> Self {
        self.time_zone = Some(id.into());
        self
    }

    /// When the schedule ends. By default it does not.
    pub fn until(mut self, expiration: Timestamp) -> Self {
        self.expiration = Some(expiration);
        self
    }

    fn check(&mut self, what: &str, values: &[u8], range: std::ops::RangeInclusive<u8>) {
        let wrong = if values.is_empty() {
            format!("the schedule names no {what}")
        } else {
            match values.iter().find(|value| !range.contains(value)) {
                Some(value) => format!("{value} is not a {what}"),
                None => return,
            }
        };
        self.wrong.get_or_insert(wrong);
    }

    pub(super) fn into_raw(self) -> Result<types::Schedule> {
        let Self {
            schedule_type,
            months,
            days,
            hours,
            time_zone,
            expiration,
            wrong,
        } = self;
        if let Some(wrong) = wrong {
            return Err(Error::refused(wrong));
        }
        let texts = |values: Vec<u8>| some(values.iter().map(ToString::to_string).collect());
        let months = (!months.is_empty()).then(|| types::ScheduleMonths {
            type_: Some(enums::ScheduleMonthsType::List),
            values: texts(months),
            ..Default::default()
        });
        Ok(types::Schedule {
            type_: Some(open(schedule_type.as_str())),
            hours: Some(types::ScheduleHours {
                type_: Some(enums::ScheduleHoursType::List),
                values: texts(hours),
                ..Default::default()
            }),
            days: Some(types::ScheduleDays {
                type_: Some(enums::ScheduleDaysType::List),
                values: some(days),
                ..Default::default()
            }),
            months,
            time_zone_id: time_zone,
            expiration: expiration.map(wire_date),
            ..Default::default()
        })
    }
}
