//! A campaign template, and two campaign filters: the system's and one of the tenant.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::id::Id;
use crate::state::State;
use crate::state::template::{CampaignFilter, Template};
use crate::text::Text;

/// The seeds of their identifiers.
const TEMPLATE: u128 = 1;
const SYSTEM_FILTER: u128 = 2;
const OWN_FILTER: u128 = 3;

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
    let system = json!({
        "name": "Default",
        "description": "Leaves nothing out",
        "mode": "EXCLUSION",
        "criteriaList": [],
    });
    let contractor = |property: &str, value: &str| {
        json!({
            "type": "IDENTITY_ATTRIBUTE",
            "operation": "EQUALS",
            "property": property,
            "value": value,
        })
    };
    let own = json!({
        "name": "Contractors",
        "description": "People who are not employed",
        "mode": "INCLUSION",
        "criteriaList": [{
            "type": "COMPOSITE",
            "operation": "OR",
            "children": [
                contractor("type", "contractor"),
                contractor("employmentType", "external"),
            ],
        }],
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
    let admin_row = tenant.admin;
    for (id, owner, fields) in [
        (SYSTEM_FILTER, None, system),
        (OWN_FILTER, Some(admin_row), own),
    ] {
        state.campaign_filters.push(CampaignFilter {
            id: admin.derive(Id::new(id)),
            owner,
            fields: object(fields),
        });
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
