//! `/campaign-templates`: stored and returned unchanged. A schedule starts nothing.

use jiff::{Span, Timestamp};
use serde_json::{Value as Json, json};

use super::campaigns::{create, require_admin, settings};
use crate::api::body::{self, Object};
use crate::api::campaign_reference::CampaignReference;
use crate::api::endpoint::Call;
use crate::api::patch;
use crate::api::success::Success;
use crate::api::time::Time;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{Rule, TEXTUAL};
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::template::{Fields, Template};
use crate::text::Text;

#[derive(Clone, Copy, Debug)]
enum Field {
    Id,
    Name,
    Created,
    Modified,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, TEXTUAL),
    Rule::text("name", Field::Name, TEXTUAL),
];

const SORTABLE: &Sortable<Field> = &[
    ("name", Field::Name),
    ("created", Field::Created),
    ("modified", Field::Modified),
];

/// The fields of a template that can be changed, besides its name.
const FIELDS: [&str; 3] = ["description", "deadlineDuration", "campaign"];

struct TemplateRow<'a>(&'a Template);

impl Row for TemplateRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Id => Value::Id(self.0.id),
            Field::Name => Value::Text(self.0.name.folded()),
            Field::Created => Value::Moment(self.0.created),
            Field::Modified => Value::Moment(self.0.modified),
        }
    }

    fn tie_break(&self) -> Id {
        self.0.id
    }
}

/// `CampaignTemplate`.
fn dto(state: &State, template: &Template) -> Json {
    let owner = &state.tenant.people[template.owner];
    let mut record = json!({
        "id": template.id,
        "name": template.name,
        "created": Time(template.created),
        "modified": Time(template.modified),
        "scheduled": template.schedule.is_some(),
        "ownerRef": {
            "id": owner.id,
            "type": "IDENTITY",
            "name": owner.name,
            "email": owner.email,
        },
    });
    if let Json::Object(record) = &mut record {
        record.extend(template.fields.clone());
        if let Some(Json::Object(campaign)) = record.get_mut("campaign") {
            settings::of_template(state, campaign);
        }
    }
    record
}

fn respond(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let template = state.template(call.path("id"))?.clone();
    Success::one(&dto(state, &template))
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let state = &*state;
    require_admin(call)?;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let rows = state.templates.iter().map(TemplateRow);
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    let records: Vec<_> = selection.rows.iter().map(|row| dto(state, row.0)).collect();
    Success::page(&records, selection.total, page)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    respond(state, call)
}

pub(super) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let value = body::parse(call)?;
    let object = Object::read(&value, "")?;
    let mut fields = Fields::new();
    for name in FIELDS {
        if let Some(value) = value.get(name) {
            check(name, value, call)?;
            fields.insert(name.to_owned(), value.clone());
        }
    }
    object.text("description")?;
    if !fields.contains_key("campaign") {
        return Err(ApiError::missing("campaign is missing."));
    }
    let template = Template {
        id: call.new_id,
        name: Text::new(object.text("name")?.to_owned()),
        owner: call.caller.person,
        created: call.now,
        modified: call.now,
        fields,
        schedule: None,
    };
    let record = dto(state, &template);
    state.templates.push(template);
    Success::one(&record)
}

/// Whether a field may have this value.
fn check(name: &str, value: &Json, call: &Call) -> Result<(), ApiError> {
    let wrong = |expected: &str| ApiError::illegal(format!("{name} must be {expected}."));
    match name {
        "campaign" => create::read(value, name, call).map(drop),
        "deadlineDuration" => {
            let text = value.as_str().ok_or_else(|| wrong("a duration"))?;
            duration(text)
                .map(drop)
                .ok_or_else(|| wrong("a duration of ISO 8601"))
        }
        _ => value.as_str().map(drop).ok_or_else(|| wrong("a text")),
    }
}

fn duration(text: &str) -> Option<Span> {
    text.parse().ok()
}

pub(super) fn patch(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let mut changed = state.template(call.path("id"))?.clone();
    for patch::Change { path, value } in patch::read(call)? {
        let (field, inside) = path.split_once('/').unwrap_or((&path, ""));
        if field == "name" {
            let name = value.as_str().filter(|name| !name.trim().is_empty());
            let name = name.ok_or_else(|| ApiError::illegal("/name must be a text."))?;
            changed.name = Text::new(name.to_owned());
            continue;
        }
        if !FIELDS.contains(&field) {
            return Err(ApiError::content(format!(
                "/{path} cannot be changed; what can be is: name, {}.",
                FIELDS.join(", ")
            )));
        }
        let value = if inside.is_empty() {
            value
        } else {
            let mut whole = changed.fields.get(field).cloned().unwrap_or_default();
            if let Some(place) = whole.as_object_mut() {
                place.insert(inside.to_owned(), value);
            }
            whole
        };
        check(field, &value, call)?;
        changed.fields.insert(field.to_owned(), value);
    }
    changed.modified = call.now;
    *state.template(call.path("id"))? = changed;
    respond(state, call)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let id = state.template(call.path("id"))?.id;
    state.templates.retain(|template| template.id != id);
    Ok(Success::nothing())
}

pub(super) fn generate(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let template = state.template(call.path("id"));
    let template = template.map_err(ApiError::into_content)?.clone();
    let part = |name: &str| template.fields.get(name).cloned().unwrap_or_default();
    let mut campaign = create::read(&part("campaign"), "campaign", call)?;
    let written = |text: &str| dated(text, call.now);
    campaign.name = Text::new(written(campaign.name.as_str()));
    campaign.description = campaign
        .description
        .as_deref()
        .map(|text| written(text).into());
    if let Some(span) = part("deadlineDuration").as_str().and_then(duration) {
        let now = call.now.to_zoned(jiff::tz::TimeZone::UTC);
        campaign.deadline = now
            .checked_add(span)
            .map_err(|error| ApiError::content(format!("deadlineDuration: {error}.")))?
            .timestamp();
    }
    let campaign = state.create_campaign(campaign, call.now);
    Success::one(&CampaignReference::new(&state.campaigns[campaign]))
}

/// Replaces `%Y` and the like with the date.
fn dated(text: &str, now: Timestamp) -> String {
    let zoned = now.to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::strtime::format(text, &zoned).unwrap_or_else(|_| text.to_owned())
}

pub(super) fn schedule(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let template = state.template(call.path("id"))?;
    match &template.schedule {
        Some(schedule) => Success::one(schedule),
        None => Err(ApiError::not_found(format!(
            "The campaign template {} has no schedule.",
            template.id
        ))),
    }
}

pub(super) fn set_schedule(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    const TYPES: [&str; 4] = ["WEEKLY", "MONTHLY", "ANNUALLY", "CALENDAR"];
    require_admin(call)?;
    let template = state.template(call.path("id"))?;
    let value = body::parse(call)?;
    let object = Object::read(&value, "")?;
    object.keyword("type", &TYPES, |text| TYPES.contains(&text).then_some(()))?;
    for (name, is_required) in [("hours", true), ("days", false), ("months", false)] {
        match object.optional_object(name)? {
            Some(part) => check_values(&part)?,
            None if is_required => return Err(ApiError::missing(format!("{name} is missing."))),
            None => {}
        }
    }
    object.optional_time("expiration")?;
    object.optional_text("timeZoneId")?;
    template.schedule = value.as_object().cloned();
    Ok(Success::nothing())
}

fn check_values(part: &Object<'_>) -> Result<(), ApiError> {
    const TYPES: [&str; 2] = ["LIST", "RANGE"];
    part.keyword("type", &TYPES, |text| TYPES.contains(&text).then_some(()))?;
    part.texts("values")?;
    part.optional_whole("interval")
}

pub(super) fn delete_schedule(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    state.template(call.path("id"))?.schedule = None;
    Ok(Success::nothing())
}
