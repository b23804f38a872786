//! Imports campaign templates and campaign filters.

use jiff::Timestamp;

use super::Result;
use super::lookup::{id, owner};
use crate::scenario::model;
use crate::scenario::place::Place;
use crate::state::State;
use crate::state::template::{CampaignFilter, Template};
use crate::text::Text;

pub(super) fn add_templates(
    state: &mut State,
    templates: Vec<model::CampaignTemplate>,
    now: Timestamp,
) -> Result<()> {
    let list = Place::list("campaignTemplates");
    for (position, row) in templates.into_iter().enumerate() {
        let place = list.entry(position);
        let model::CampaignTemplate {
            id: text,
            name,
            owner: owned_by,
            created,
            modified,
            fields,
            schedule,
        } = row;
        let created = created.unwrap_or(now);
        state.templates.push(Template {
            id: id(place.field("id"), &text)?,
            name: Text::new(name),
            owner: owner(&state.tenant, &place, owned_by.as_deref())?.unwrap_or(state.tenant.admin),
            created,
            modified: modified.unwrap_or(created),
            fields,
            schedule,
        });
    }
    Ok(())
}

pub(super) fn add_filters(state: &mut State, filters: Vec<model::CampaignFilter>) -> Result<()> {
    let list = Place::list("campaignFilters");
    for (position, row) in filters.into_iter().enumerate() {
        let place = list.entry(position);
        let model::CampaignFilter {
            id: text,
            owner: owned_by,
            fields,
        } = row;
        state.campaign_filters.push(CampaignFilter {
            id: id(place.field("id"), &text)?,
            owner: owner(&state.tenant, &place, owned_by.as_deref())?,
            fields,
        });
    }
    Ok(())
}
