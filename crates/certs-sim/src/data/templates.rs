//! A campaign template, and the filter that every tenant has.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::id::Id;
use crate::state::State;
use crate::state::template::{CampaignFilter, Template};
use crate::text::Text;

/// What their identifiers are derived with.
const TEMPLATE: u128 = 1;
const FILTER: u128 = 2;

pub(super) fn fill(state: &mut State, today: Timestamp) {
    let tenant = &state.tenant;
    let admin = tenant.people[tenant.admin].id;
    let template = json!({
        "description": "Managers confirm what their teams can do",
        "deadlineDuration": "P30D",
        "campaign": {
            "name": "%Y-%m Manager Review",
            "description": "Managers confirm what their teams can do",
            "type": "MANAGER",
            "mandatoryCommentRequirement": "REVOKE_ONLY_DECISIONS",
        },
    });
    let filter = json!({
        "name": "Default",
        "description": "Leaves nothing out",
        "mode": "EXCLUSION",
        "criteriaList": [],
    });
    state.templates.push(Template {
        id: admin.derive(Id::new(TEMPLATE)),
        name: Text::new("Monthly manager review"),
        owner: tenant.admin,
        created: today,
        modified: today,
        fields: object(template),
        schedule: None,
    });
    state.campaign_filters.push(CampaignFilter {
        id: admin.derive(Id::new(FILTER)),
        owner: None,
        fields: object(filter),
    });
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
