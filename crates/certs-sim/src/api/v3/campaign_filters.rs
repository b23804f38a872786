//! `/campaign-filters`: filters are stored and returned, but not applied.

use serde_json::{Value, json};

use super::campaigns::require_admin;
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::state::State;
use crate::state::template::{CampaignFilter, Fields};

/// The largest `limit`. Unlike other lists, this one has `start` instead of `offset`.
const MAX_LIMIT: u32 = 250;

/// The optional flags of a criterion; the default is false.
const FLAGS: [&str; 4] = [
    "negateResult",
    "shortCircuit",
    "recordChildMatches",
    "suppressMatchedItems",
];

/// `CampaignFilterDetails`.
fn dto(state: &State, filter: &CampaignFilter) -> Value {
    let owner = filter.owner.map(|owner| &state.tenant.people[owner].name);
    let mut record = json!({
        "id": filter.id,
        "owner": owner,
        "isSystemFilter": filter.owner.is_none(),
    });
    if let Value::Object(record) = &mut record {
        record.extend(filter.fields.clone());
        let criteria = record.get_mut("criteriaList");
        for criterion in criteria.and_then(Value::as_array_mut).into_iter().flatten() {
            complete(criterion);
        }
    }
    record
}

/// Adds the fields that a criterion leaves out.
fn complete(criterion: &mut Value) {
    let Value::Object(criterion) = criterion else {
        return;
    };
    for name in ["id", "property", "value"] {
        criterion.entry(name).or_insert(Value::Null);
    }
    for name in FLAGS {
        criterion.entry(name).or_insert(Value::Bool(false));
    }
    let children = criterion.entry("children").or_insert_with(|| json!([]));
    if let Value::Array(children) = children {
        children.iter_mut().for_each(complete);
    }
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let with_system = call.params.get("includeSystemFilters").is_none()
        || call.params.flag("includeSystemFilters")?;
    let number = |name, default, max| {
        let number = call.params.number(name, default, max)?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    };
    let start = number("start", 0, i32::MAX.unsigned_abs())?;
    let limit = number("limit", MAX_LIMIT, MAX_LIMIT)?;
    let all: Vec<_> = state
        .campaign_filters
        .iter()
        .filter(|filter| with_system || filter.owner.is_some())
        .skip(start)
        .take(limit)
        .map(|filter| dto(state, filter))
        .collect();
    Success::one(&json!({ "count": all.len(), "items": all }))
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let filter = state.campaign_filter(call.path("id"))?.clone();
    Success::one(&dto(state, &filter))
}

pub(super) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let filter = CampaignFilter {
        id: call.new_id,
        owner: Some(call.caller.person),
        fields: read(call)?,
    };
    let record = dto(state, &filter);
    state.campaign_filters.push(filter);
    Success::one(&record)
}

pub(super) fn replace(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let id = call.path("id");
    state.campaign_filter(id).map_err(ApiError::into_content)?;
    state.own_campaign_filter(id)?.fields = read(call)?;
    get(state, call)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let value = body::parse(call)?;
    let mut ids = Vec::new();
    for id in body::list(&value, "", usize::MAX)? {
        let id = id.as_str().unwrap_or_default();
        ids.push(state.own_campaign_filter(id)?.id);
    }
    state
        .campaign_filters
        .retain(|filter| !ids.contains(&filter.id));
    Ok(Success::nothing())
}

/// Reads the fields that clients may set.
fn read(call: &Call) -> Result<Fields, ApiError> {
    const MODES: [&str; 2] = ["INCLUSION", "EXCLUSION"];
    let value = body::parse(call)?;
    let object = Object::read(&value, "")?;
    object.text("name")?;
    object.keyword("mode", &MODES, |text| MODES.contains(&text).then_some(()))?;
    object.optional_text("description")?;
    for criterion in object.objects("criteriaList", usize::MAX)? {
        check_criterion(&criterion)?;
    }
    let mut fields = Fields::new();
    for name in ["name", "description", "mode", "criteriaList"] {
        if let Some(value) = value.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    Ok(fields)
}

fn check_criterion(criterion: &Object<'_>) -> Result<(), ApiError> {
    const TYPES: [&str; 11] = [
        "COMPOSITE",
        "ROLE",
        "IDENTITY",
        "IDENTITY_ATTRIBUTE",
        "ENTITLEMENT",
        "ACCESS_PROFILE",
        "SOURCE",
        "ACCOUNT",
        "AGGREGATED_ENTITLEMENT",
        "INVALID_CERTIFIABLE_ENTITY",
        "INVALID_CERTIFIABLE_BUNDLE",
    ];
    const OPERATIONS: [&str; 7] = [
        "EQUALS",
        "NOT_EQUALS",
        "CONTAINS",
        "STARTS_WITH",
        "ENDS_WITH",
        "AND",
        "OR",
    ];
    criterion.keyword("type", &TYPES, |text| TYPES.contains(&text).then_some(()))?;
    if criterion.optional_text("operation")?.is_some() {
        criterion.keyword("operation", &OPERATIONS, |text| {
            OPERATIONS.contains(&text).then_some(())
        })?;
    }
    for name in ["property", "value", "id"] {
        criterion.optional_text(name)?;
    }
    for name in FLAGS {
        criterion.optional_flag(name)?;
    }
    for child in criterion.objects("children", usize::MAX)? {
        check_criterion(&child)?;
    }
    Ok(())
}
