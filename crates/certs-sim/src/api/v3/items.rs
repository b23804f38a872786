//! `GET /certifications/{id}/access-review-items`.

use serde::Serialize;

use super::access_summary::AccessSummary;
use super::identity_summaries::IdentitySummary;
use crate::api::access;
use crate::api::endpoint::Call;
use crate::api::success::{Success, WithExtra};
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{EQ, EQ_IN, EQ_NE, EQ_SW, Rule};
use crate::query::params::Params;
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::review::Item;
use crate::view::{AccessType, Decision};

/// The values of a type, many more than are ever reviewed.
const DTO_TYPES: &[&str] = &[
    "ACCOUNT_CORRELATION_CONFIG",
    "ACCESS_PROFILE",
    "ACCESS_REQUEST_APPROVAL",
    "ACCOUNT",
    "APPLICATION",
    "CAMPAIGN",
    "CAMPAIGN_FILTER",
    "CERTIFICATION",
    "CLUSTER",
    "CONNECTOR_SCHEMA",
    "ENTITLEMENT",
    "GOVERNANCE_GROUP",
    "IDENTITY",
    "IDENTITY_PROFILE",
    "IDENTITY_REQUEST",
    "MACHINE_IDENTITY",
    "LIFECYCLE_STATE",
    "PASSWORD_POLICY",
    "ROLE",
    "RULE",
    "SOD_POLICY",
    "SOURCE",
    "TAG",
    "TAG_CATEGORY",
    "TASK_RESULT",
    "REPORT_RESULT",
    "SOD_VIOLATION",
    "ACCOUNT_ACTIVITY",
    "WORKGROUP",
];

#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Id,
    Completed,
    SummaryId,
    SummaryName,
    AccessType,
    AccessId,
    AccessName,
    EntitlementSource,
    ProfileSource,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::keyword("type", Field::AccessType, DTO_TYPES, EQ),
    Rule::keyword("access.type", Field::AccessType, DTO_TYPES, EQ),
    Rule::flag("completed", Field::Completed, EQ_NE),
    Rule::text("identitySummary.id", Field::SummaryId, EQ_IN),
    Rule::text("identitySummary.name", Field::SummaryName, EQ_SW),
    Rule::text("access.id", Field::AccessId, EQ_IN),
    Rule::text("access.name", Field::AccessName, EQ_SW),
    Rule::text("entitlement.sourceName", Field::EntitlementSource, EQ_SW),
    Rule::text("accessProfile.sourceName", Field::ProfileSource, EQ_SW),
];

const SORTABLE: &Sortable<Field> = &[
    ("identitySummary.name", Field::SummaryName),
    ("access.name", Field::AccessName),
    ("access.type", Field::AccessType),
    ("entitlement.sourceName", Field::EntitlementSource),
    ("accessProfile.sourceName", Field::ProfileSource),
];

#[derive(Clone, Copy)]
pub(super) struct ItemRow<'a> {
    pub(super) state: &'a State,
    pub(super) item: &'a Item,
}

impl Row for ItemRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        let Self { state, item } = self;
        let tenant = &state.tenant;
        match field {
            Field::Id => Value::Id(item.id),
            Field::Completed => Value::Flag(item.decided.is_some()),
            Field::SummaryId => item.summary().map_or(Value::Missing, |summary| {
                Value::Id(state.identity_summary_id(item.certification, summary))
            }),
            Field::SummaryName => item.subject.map_or(Value::Missing, |person| {
                Value::Text(tenant.people[person].name.folded())
            }),
            Field::AccessType => Value::Keyword(item.access.kind().as_str()),
            Field::AccessId => Value::Id(item.access.id(tenant)),
            Field::AccessName => Value::Text(item.access.name(tenant).folded()),
            Field::EntitlementSource => item
                .access
                .entitlement_source(tenant)
                .map_or(Value::Missing, |source| Value::Text(source.folded())),
            Field::ProfileSource => item
                .access
                .profile_source(tenant)
                .map_or(Value::Missing, |source| Value::Text(source.folded())),
        }
    }

    fn tie_break(&self) -> Id {
        self.item.id
    }
}

/// `AccessReviewItem`. An undecided item has no `decision` field instead of a null one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessReviewItem<'a> {
    access_summary: AccessSummary<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_summary: Option<IdentitySummary<'a>>,
    id: Id,
    completed: bool,
    new_access: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
    comments: Option<&'a str>,
}

impl<'a> AccessReviewItem<'a> {
    fn new(ItemRow { state, item }: ItemRow<'a>) -> Self {
        let decided = item.decided.as_ref();
        Self {
            access_summary: AccessSummary::of(&state.tenant, item),
            identity_summary: item
                .summary()
                .map(|summary| IdentitySummary::new(state, item.certification, summary)),
            id: item.id,
            completed: decided.is_some(),
            new_access: item.new_access,
            decision: decided.map(|decided| decided.decision),
            comments: decided.and_then(|decided| decided.comments.as_deref()),
        }
    }
}

/// The items about some accesses of one type, if a request asks for that.
struct OnlyAbout {
    kind: AccessType,
    ids: Vec<Id>,
}

impl OnlyAbout {
    fn read(params: &Params) -> Result<Option<Self>, ApiError> {
        const PARAMETERS: [(&str, AccessType); 3] = [
            ("entitlements", AccessType::Entitlement),
            ("access-profiles", AccessType::AccessProfile),
            ("roles", AccessType::Role),
        ];
        let mut given = PARAMETERS
            .into_iter()
            .filter_map(|(name, kind)| params.get(name).map(|ids| (name, kind, ids)));
        let Some((first, kind, ids)) = given.next() else {
            return Ok(None);
        };
        if let Some((second, ..)) = given.next() {
            return Err(ApiError::content(format!(
                "The query parameters {first} and {second} exclude one another."
            )));
        }
        Ok(Some(Self {
            kind,
            // What is not an identifier names no access.
            ids: ids
                .split(',')
                .filter_map(|id| Id::parse(id.trim()))
                .collect(),
        }))
    }

    fn admits(&self, ItemRow { state, item }: &ItemRow<'_>) -> bool {
        item.access.kind() == self.kind && self.ids.contains(&item.access.id(&state.tenant))
    }
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    let page = call.page()?;
    let only = OnlyAbout::read(&call.params)?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let state = &*state;
    let rows = state.certifications[certification]
        .items
        .iter()
        .map(|item| ItemRow {
            state,
            item: &state.items[*item],
        })
        .filter(|row| only.as_ref().is_none_or(|only| only.admits(row)));
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    let records: Vec<_> = selection
        .rows
        .into_iter()
        .map(|row| WithExtra {
            record: AccessReviewItem::new(row),
            extra: row.item.extra.as_deref(),
        })
        .collect();
    Success::page(&records, selection.total, page)
}
