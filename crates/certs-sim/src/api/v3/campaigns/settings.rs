//! The settings of a campaign, apart from its status: stored as sent, and returned with what the
//! service adds: defaults, and the names of objects that were sent by id.

use serde_json::{Map, Value};

use crate::id::Id;
use crate::state::State;
use crate::state::campaign::Settings;

/// The settings of slim campaigns. The default is false.
pub(super) const SLIM: [&str; 3] = [
    "emailNotificationEnabled",
    "autoRevokeAllowed",
    "recommendationsEnabled",
];

/// The settings that only full campaigns have.
pub(super) const FULL: [&str; 6] = [
    "filter",
    SUNSET,
    "sourceOwnerCampaignInfo",
    "searchCampaignInfo",
    "roleCompositionCampaignInfo",
    "machineAccountCampaignInfo",
];

/// The setting whose default is true.
const SUNSET: &str = "sunsetCommentsRequired";

/// Objects that are named by an id and a type.
const REFERENCES: [&str; 3] = ["filter", "reviewer", "remediatorRef"];

/// The settings in a campaign that a client sends.
pub(super) fn read(campaign: &Value) -> Settings {
    let names = SLIM.iter().chain(&FULL);
    let given = names.filter_map(|name| Some((*name, campaign.get(*name)?)));
    let given = given.filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

pub(super) fn slim(settings: &Settings) -> Map<String, Value> {
    let value = |name: &str| settings.get(name).cloned().unwrap_or(Value::Bool(false));
    let all = SLIM.iter();
    all.map(|name| ((*name).to_owned(), value(name))).collect()
}

pub(super) fn full(state: &State, settings: &Settings) -> Map<String, Value> {
    let own = FULL
        .iter()
        .filter_map(|name| Some((*name, settings.get(*name)?)));
    let mut fields: Map<_, _> = own
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    fields.entry(SUNSET).or_insert(Value::Bool(true));
    add_names(state, &mut fields);
    fields
}

/// The campaign of a template, as it is returned.
pub(in crate::api::v3) fn of_template(state: &State, campaign: &mut Map<String, Value>) {
    let settings = read(&Value::Object(campaign.clone()));
    campaign.extend(slim(&settings));
    campaign.extend(full(state, &settings));
    for (name, value) in [
        ("correlatedStatus", "CORRELATED"),
        ("mandatoryCommentRequirement", "NO_DECISIONS"),
    ] {
        campaign.entry(name).or_insert_with(|| value.into());
    }
}

/// Adds the names of what is referred to, wherever it is.
fn add_names(state: &State, fields: &mut Map<String, Value>) {
    for (name, value) in fields {
        let Value::Object(object) = value else {
            continue;
        };
        if REFERENCES.contains(&name.as_str()) {
            let id = object.get("id").and_then(Value::as_str).and_then(Id::parse);
            if let Some(found) = id.and_then(|id| name_of(state, id)) {
                object.insert("name".to_owned(), found.into());
            }
        } else {
            add_names(state, object);
        }
    }
}

/// The name of a campaign filter, an identity or a governance group.
fn name_of(state: &State, id: Id) -> Option<String> {
    let tenant = &state.tenant;
    let person = || tenant.people.find(id).map(|ix| &tenant.people[ix].name);
    let group = || tenant.groups.find(id).map(|ix| &tenant.groups[ix].name);
    if let Some(name) = person().or_else(group) {
        return Some(name.as_str().to_owned());
    }
    let mut filters = state.campaign_filters.iter();
    let filter = filters.find(|filter| filter.id == id)?;
    Some(filter.fields.get("name")?.as_str()?.to_owned())
}
