//! The settings of campaigns, derived from their certifications.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::id::Id;
use crate::state::State;
use crate::state::campaign::Campaign;
use crate::state::review::Access;
use crate::state::table::Ix;
use crate::view::CampaignType;

/// The campaign that a filter of the tenant's own is for.
const FILTERED: &str = "Contractor Manager Review";

/// Fills in the settings of every campaign once there are certifications and filters.
pub(super) fn fill(state: &mut State) {
    let all: Vec<_> = state.campaigns.iter().map(|(ix, _)| ix).collect();
    for campaign in all {
        let scope = scope(state, campaign);
        let row = &state.campaigns[campaign];
        let own = state
            .campaign_filters
            .iter()
            .find(|filter| row.name.as_str() == FILTERED && filter.owner.is_some());
        let filter = own.map(|filter| json!({ "type": "CAMPAIGN_FILTER", "id": filter.id }));
        let mut settings = Map::new();
        settings.insert("emailNotificationEnabled".to_owned(), Value::Bool(true));
        settings.extend(scope.map(|(name, scope)| (name.to_owned(), scope)));
        settings.extend(filter.map(|filter| ("filter".to_owned(), filter)));
        state.campaigns[campaign].settings = settings;
    }
}

/// The settings that only campaigns of its type have. Manager campaigns have none.
fn scope(state: &State, campaign: Ix<Campaign>) -> Option<(&'static str, Value)> {
    let row = &state.campaigns[campaign];
    Some(match row.kind {
        CampaignType::Manager => return None,
        CampaignType::SourceOwner => (
            "sourceOwnerCampaignInfo",
            json!({ "sourceIds": sources(state, campaign) }),
        ),
        CampaignType::Search => (
            "searchCampaignInfo",
            json!({
                "type": "IDENTITY",
                "query": "attributes.cloudLifecycleState:active",
                "description": "Everybody who is active",
                "accessConstraints": [],
            }),
        ),
        CampaignType::RoleComposition => {
            let remediator = state.tenant.people[row.owner].id;
            let remediator = json!({ "type": "IDENTITY", "id": remediator });
            (
                "roleCompositionCampaignInfo",
                json!({ "remediatorRef": remediator }),
            )
        }
        CampaignType::MachineAccount => {
            let sources = sources(state, campaign);
            (
                "machineAccountCampaignInfo",
                json!({ "sourceIds": sources, "reviewerType": "ACCOUNT_OWNER" }),
            )
        }
    })
}

/// The sources of the entitlements under review.
fn sources(state: &State, campaign: Ix<Campaign>) -> BTreeSet<Id> {
    let certifications = state.certifications_of(campaign);
    let items = certifications.flat_map(|(_, row)| &row.items);
    items
        .filter_map(|item| match state.items[*item].access {
            Access::Entitlement(ix) => Some(state.tenant.entitlements[ix].source),
            Access::Profile(ix) => Some(state.tenant.profiles[ix].source),
            Access::Role(_) => None,
        })
        .map(|source| state.tenant.sources[source].id)
        .collect()
}
