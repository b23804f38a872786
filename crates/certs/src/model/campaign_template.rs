//! Campaign templates and their schedules.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{Campaign, Id, IdentityReference};

record! {
    /// A template from which campaigns are generated.
    pub struct CampaignTemplate {
        /// The template's id.
        pub id: Id => "id",
        /// The template's name, which is not that of its campaigns.
        pub name: Option<String> => "name",
        /// The template's description.
        pub description: Option<String> => "description",
        /// When the template was created.
        pub created: Option<Timestamp> => "created",
        /// When the template was last changed.
        pub modified: Option<Timestamp> => "modified",
        /// Whether it has a schedule.
        pub scheduled: Option<bool> => "scheduled",
        /// The owner of the template and of the campaigns that its schedule generates: its creator.
        pub owner: Option<IdentityReference> => "ownerRef",
        /// How long its campaigns take, as an ISO 8601 duration such as `P2W`.
        pub deadline_duration: Option<String> => "deadlineDuration",
        /// The campaign to generate. `%Y` and the like in its name and description are replaced
        /// with parts of the date.
        pub campaign: Option<Box<Campaign>> => "campaign",
    }
}

record! {
    /// The schedule by which a template generates campaigns.
    pub struct Schedule {
        /// How often.
        pub schedule_type: Option<ScheduleType> => "type",
        /// In which months, for a schedule by the year.
        pub months: Option<ScheduleValues> => "months",
        /// On which days: of the week, of the month, or dates.
        pub days: Option<ScheduleValues> => "days",
        /// At which hours.
        pub hours: Option<ScheduleValues> => "hours",
        /// When it ends.
        pub expiration: Option<Timestamp> => "expiration",
        /// The time zone of its hours, such as `America/Chicago`.
        pub time_zone_id: Option<String> => "timeZoneId",
    }
}

open_enum! {
    /// How often a schedule is due.
    pub enum ScheduleType {
        /// Every week.
        Weekly => "WEEKLY",
        /// Every month.
        Monthly => "MONTHLY",
        /// Every year.
        Annually => "ANNUALLY",
        /// On given dates.
        Calendar => "CALENDAR",
    }
}

record! {
    /// The months, days or hours of a schedule.
    pub struct ScheduleValues {
        /// Whether `values` are single ones or the two ends of a range.
        pub values_type: Option<ScheduleValuesType> => "type",
        /// The values.
        pub values: Vec<String> => "values",
        /// The step within a range.
        pub interval: Option<i64> => "interval",
    }
}

open_enum! {
    /// What the values of a schedule are.
    pub enum ScheduleValuesType {
        /// Single values.
        List => "LIST",
        /// The two ends of a range.
        Range => "RANGE",
    }
}
