//! The data set: a tenant in the middle of its access reviews, the same for the same
//! seed, size and day.

mod campaigns;
mod catalogue;
mod certifications;
mod draw;
mod people;
mod settings;
mod templates;
mod words;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::draw::Draw;
use crate::state::State;
use crate::state::table::Table;
use crate::state::task::TaskTimes;
use crate::state::tenant::Tenant;

/// Makes a data set of roughly `items` items as of the day of `start`.
pub(crate) fn generate(seed: u64, items: usize, start: Timestamp, task_times: TaskTimes) -> State {
    let mut draw = Draw::new(seed, day(start));
    let people = people::People::generate(&mut draw, items);
    let mut tenant = Tenant {
        admin: people.admin,
        cert_admin: people.cert_admin,
        groups: people.groups,
        people: people.everybody,
        sources: Table::new(),
        entitlements: Table::new(),
        profiles: Table::new(),
        roles: Table::new(),
    };
    catalogue::fill(&mut draw, &mut tenant);
    let mut state = State::new(tenant, task_times);
    certifications::fill(
        &mut draw,
        &mut state,
        &people.teams,
        &people.machines,
        items,
    );
    templates::fill(&mut state, day(start));
    settings::fill(&mut state);
    state
}

/// The beginning of the day in UTC: the time of day must not change the data set.
fn day(start: Timestamp) -> Timestamp {
    start
        .to_zoned(TimeZone::UTC)
        .start_of_day()
        .map_or(start, |day| day.timestamp())
}

#[cfg(test)]
mod tests;
