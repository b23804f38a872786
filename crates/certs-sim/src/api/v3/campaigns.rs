//! `GET /campaigns` and `GET /campaigns/{id}`.

pub(super) mod create;
pub(super) mod life;
pub(super) mod reassign;
pub(super) mod reports;
pub(super) mod settings;
pub(super) mod update;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::time::Time;
use crate::error::{ApiError, Message};
use crate::id::Id;
use crate::query::filter::{EQ_IN, EQ_SW, Rule};
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::campaign::Campaign;
use crate::state::table::Ix;
use crate::view::{CampaignStatus, Phase};

#[derive(Clone, Copy, Debug)]
enum Field {
    Id,
    Name,
    Status,
    Created,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::text("name", Field::Name, EQ_SW),
    Rule::keyword("status", Field::Status, CampaignStatus::SPELLINGS, EQ_IN),
];

const SORTABLE: &Sortable<Field> = &[("name", Field::Name), ("created", Field::Created)];

#[derive(Clone, Copy)]
struct CampaignRow<'a> {
    row: &'a Campaign,
    campaign: Ix<Campaign>,
    status: CampaignStatus,
}

impl Row for CampaignRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Id => Value::Id(self.row.id),
            Field::Name => Value::Text(self.row.name.folded()),
            Field::Status => Value::Keyword(self.status.as_str()),
            Field::Created => Value::Moment(self.row.created),
        }
    }

    fn tie_break(&self) -> Id {
        self.row.id
    }
}

/// The detail in which campaigns are returned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Slim,
    Full,
}

impl Detail {
    fn read(call: &Call) -> Result<Self, ApiError> {
        match call.params.get("detail") {
            None | Some("SLIM") => Ok(Self::Slim),
            Some("FULL") => Ok(Self::Full),
            Some(other) => Err(ApiError::illegal(format!(
                "The query parameter detail is \"{other}\", but it must be one of: SLIM, FULL."
            ))),
        }
    }
}

/// `SlimCampaign` or `Campaign`.
fn dto(state: &State, campaign: Ix<Campaign>, detail: Detail, now: Timestamp) -> Json {
    let row = &state.campaigns[campaign];
    let certifications = || state.certifications_of(campaign).map(|(_, row)| row);
    let signed = certifications().filter(|row| row.phase == Phase::Signed);
    let status = state.campaign_status(campaign);
    let is_late = status == CampaignStatus::Staged && row.deadline <= now;
    let late = is_late.then_some("The deadline is over: the campaign cannot be activated.");
    let alerts = [("ERROR", row.error.as_deref()), ("WARN", late)].into_iter();
    let alerts: Vec<_> = alerts
        .filter_map(|(level, text)| Some((level, Message::new(text?))))
        .map(|(level, text)| json!({ "level": level, "localizations": [text] }))
        .collect();
    let mut record = json!({
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "deadline": Time(row.deadline),
        "type": row.kind,
        "status": status,
        "correlatedStatus": if row.correlated { "CORRELATED" } else { "UNCORRELATED" },
        "created": Time(row.created),
        "totalCertifications": certifications().count(),
        "completedCertifications": signed.count(),
        "alerts": alerts,
    });
    let mut fields = settings::slim(&row.settings);
    if detail == Detail::Full {
        let modified = certifications().map(|row| row.modified).max();
        let modified = modified.unwrap_or(row.modified).max(row.modified);
        fields.insert("modified".to_owned(), json!(Time(modified)));
        fields.insert(
            "mandatoryCommentRequirement".to_owned(),
            json!(row.comments),
        );
        // Which entitlements a source does not manage only the tenant's data could tell.
        fields.insert("sourcesWithOrphanEntitlements".to_owned(), json!([]));
        fields.extend(settings::full(state, &row.settings));
    }
    if let Json::Object(record) = &mut record {
        record.extend(fields);
    }
    record
}

/// Campaigns are for administrators.
pub(super) fn require_admin(call: &Call) -> Result<(), ApiError> {
    if call.caller.is_admin() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "Campaigns are for ORG_ADMIN and CERT_ADMIN.",
    ))
}

/// The campaign that the path names.
fn find(state: &State, call: &Call) -> Result<Ix<Campaign>, ApiError> {
    require_admin(call)?;
    state.campaign(call.path("id"))
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let state = &*state;
    require_admin(call)?;
    let detail = Detail::read(call)?;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let rows = state.live_campaigns().map(|(campaign, row)| CampaignRow {
        row,
        campaign,
        status: state.campaign_status(campaign),
    });
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    let records: Vec<_> = selection
        .rows
        .iter()
        .map(|row| dto(state, row.campaign, detail, call.now))
        .collect();
    Success::page(&records, selection.total, page)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    let detail = Detail::read(call)?;
    Success::one(&dto(state, campaign, detail, call.now))
}
