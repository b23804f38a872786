//! Resolves identifiers in a scenario to rows.

use super::Result;
use crate::id::Id;
use crate::scenario::place::Place;
use crate::state::table::{Entity, Ix, Table};
use crate::state::tenant::{Person, Tenant};

pub(super) fn id(place: Place<'_>, text: &str) -> Result<Id> {
    Id::parse(text).ok_or_else(|| {
        place.refuse(format!(
            "\"{text}\" is not an identifier: it must be 32 hexadecimal digits"
        ))
    })
}

/// The identifier of a row that is not in the table yet.
pub(super) fn new_id<T: Entity>(table: &Table<T>, row: &Place<'_>, text: &str) -> Result<Id> {
    let place = row.field("id");
    let id = id(place, text)?;
    if table.find(id).is_some() {
        return Err(place.refuse(format!("\"{text}\" is used already")));
    }
    Ok(id)
}

/// The row that an identifier names.
pub(super) fn find<T: Entity>(
    table: &Table<T>,
    what: &str,
    place: Place<'_>,
    text: &str,
) -> Result<Ix<T>> {
    table
        .find(id(place, text)?)
        .ok_or_else(|| place.refuse(format!("there is no {what} \"{text}\"")))
}

pub(super) fn find_all<T: Entity>(
    table: &Table<T>,
    what: &str,
    place: Place<'_>,
    texts: &[String],
) -> Result<Vec<Ix<T>>> {
    texts
        .iter()
        .enumerate()
        .map(|(position, text)| find(table, what, place.entry(position), text))
        .collect()
}

/// An identity that can review and own things.
pub(super) fn person(tenant: &Tenant, place: Place<'_>, text: &str) -> Result<Ix<Person>> {
    let person = find(&tenant.people, "identity", place, text)?;
    if tenant.people[person].is_machine() {
        return Err(place.refuse(format!("\"{text}\" is a machine identity")));
    }
    Ok(person)
}

pub(super) fn owner(
    tenant: &Tenant,
    row: &Place<'_>,
    text: Option<&str>,
) -> Result<Option<Ix<Person>>> {
    text.map(|text| person(tenant, row.field("owner"), text))
        .transpose()
}
