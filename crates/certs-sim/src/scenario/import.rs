//! Converts a scenario to the state that it describes.

mod lookup;
mod review;
mod task;
mod template;
mod tenant;

use jiff::Timestamp;

use super::error::ScenarioError;
use super::model;
use crate::state::State;
use crate::state::task::TaskTimes;

type Result<T> = std::result::Result<T, ScenarioError>;

/// Makes the state that a scenario describes, with `now` for missing dates.
pub(crate) fn load(
    scenario: model::Scenario,
    now: Timestamp,
    task_times: TaskTimes,
) -> Result<State> {
    // Destructured, so that a new list cannot be forgotten.
    let model::Scenario {
        schema: _,
        identities,
        governance_groups,
        sources,
        entitlements,
        access_profiles,
        roles,
        campaigns,
        certifications,
        tasks,
        remediations,
        report_columns,
        campaign_templates,
        campaign_filters,
    } = scenario;
    let mut tenant = tenant::people(identities, now)?;
    tenant::add_groups(&mut tenant, governance_groups)?;
    tenant::add_sources(&mut tenant, sources)?;
    tenant::add_entitlements(&mut tenant, entitlements)?;
    tenant::add_profiles(&mut tenant, access_profiles, now)?;
    tenant::add_roles(&mut tenant, roles)?;
    let mut state = State::new(tenant, task_times);
    let untold: Vec<bool> = campaigns.iter().map(|row| row.status.is_none()).collect();
    review::add_campaigns(&mut state, campaigns, now)?;
    review::add_certifications(&mut state, certifications, now)?;
    review::set_stages(&mut state, &untold);
    state.report_columns = report_columns;
    template::add_templates(&mut state, campaign_templates, now)?;
    template::add_filters(&mut state, campaign_filters)?;
    task::add_tasks(&mut state, tasks, now)?;
    task::add_remediations(&mut state, remediations)?;
    Ok(state)
}
