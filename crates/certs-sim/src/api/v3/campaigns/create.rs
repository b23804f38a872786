//! `POST /campaigns`.

use std::time::Duration;

use serde_json::Value;

use super::{Detail, dto, require_admin, settings};
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::clock::later;
use crate::error::ApiError;
use crate::state::State;
use crate::state::campaign::{Campaign, Stage};
use crate::text::Text;
use crate::view::{CampaignType, CommentRequirement};

/// The duration of a campaign without a deadline.
const LENGTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The most constraints of a search campaign.
const MAX_ACCESS_CONSTRAINTS: usize = 1000;

pub(crate) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let value = body::parse(call)?;
    let campaign = read(&value, "", call)?;
    let campaign = state.create_campaign(campaign, call.now);
    Success::accepted(&dto(state, campaign, Detail::Full, call.now))
}

/// `Campaign`, as it is sent.
pub(crate) fn read(value: &Value, path: &str, call: &Call) -> Result<Campaign, ApiError> {
    let object = Object::read(value, path)?;
    let kind = object.keyword("type", CampaignType::SPELLINGS, CampaignType::from_wire)?;
    check_scope(&object, kind)?;
    let comments = match object.optional_text("mandatoryCommentRequirement")? {
        None => CommentRequirement::NoDecisions,
        Some(_) => object.keyword(
            "mandatoryCommentRequirement",
            CommentRequirement::SPELLINGS,
            CommentRequirement::from_wire,
        )?,
    };
    let correlated = match object.optional_text("correlatedStatus")? {
        None => true,
        Some(_) => object.keyword(
            "correlatedStatus",
            &["CORRELATED", "UNCORRELATED"],
            |text| match text {
                "CORRELATED" => Some(true),
                "UNCORRELATED" => Some(false),
                _ => None,
            },
        )?,
    };
    Ok(Campaign {
        id: call.new_id,
        name: Text::new(object.text("name")?.to_owned()),
        description: Some(object.text("description")?.into()),
        kind,
        correlated,
        comments,
        owner: call.caller.person,
        deadline: object
            .optional_time("deadline")?
            .unwrap_or_else(|| later(call.now, LENGTH)),
        created: call.now,
        modified: call.now,
        stage: Stage::Staged,
        transition: None,
        error: None,
        settings: settings::read(value),
        reports: Vec::new(),
    })
}

/// Each type has its own part, and not those of others.
fn check_scope(object: &Object<'_>, kind: CampaignType) -> Result<(), ApiError> {
    const PARTS: [(&str, CampaignType); 4] = [
        ("sourceOwnerCampaignInfo", CampaignType::SourceOwner),
        ("searchCampaignInfo", CampaignType::Search),
        ("roleCompositionCampaignInfo", CampaignType::RoleComposition),
        ("machineAccountCampaignInfo", CampaignType::MachineAccount),
    ];
    for (name, of) in PARTS {
        let part = object.optional_object(name)?;
        match part {
            Some(_) if of != kind => {
                return Err(ApiError::content(format!(
                    "{name} is for campaigns of type {of}, and this one is of type {kind}."
                )));
            }
            None if of == kind => {
                return Err(ApiError::missing(format!("{name} is missing.")));
            }
            _ => {}
        }
        let Some(part) = part else { continue };
        match kind {
            CampaignType::Search => check_search(&part)?,
            CampaignType::RoleComposition => check_roles(&part)?,
            CampaignType::MachineAccount => {
                part.check_texts("sourceIds")?;
                if part.optional_text("reviewerType")?.is_some() {
                    part.keyword("reviewerType", &["ACCOUNT_OWNER"], |text| {
                        (text == "ACCOUNT_OWNER").then_some(())
                    })?;
                }
            }
            _ => part.check_texts("sourceIds")?,
        }
    }
    Ok(())
}

fn check_search(part: &Object<'_>) -> Result<(), ApiError> {
    const TYPES: [&str; 2] = ["IDENTITY", "ACCESS"];
    part.keyword("type", &TYPES, |text| TYPES.contains(&text).then_some(()))?;
    check_reviewer(part)?;
    let identities = part.optional_texts("identityIds")?.unwrap_or_default();
    let has_query = part.optional_text("query")?.is_some();
    if has_query != identities.is_empty() {
        return Err(ApiError::content(
            "searchCampaignInfo has either a query or identityIds.",
        ));
    }
    for constraint in part.objects("accessConstraints", MAX_ACCESS_CONSTRAINTS)? {
        const ACCESS: [&str; 3] = ["ENTITLEMENT", "ACCESS_PROFILE", "ROLE"];
        const OPERATORS: [&str; 2] = ["ALL", "SELECTED"];
        constraint.keyword("type", &ACCESS, |text| ACCESS.contains(&text).then_some(()))?;
        constraint.keyword("operator", &OPERATORS, |text| {
            OPERATORS.contains(&text).then_some(())
        })?;
        constraint.check_texts("ids")?;
    }
    Ok(())
}

fn check_roles(part: &Object<'_>) -> Result<(), ApiError> {
    check_reviewer(part)?;
    let remediator = part.optional_object("remediatorRef")?.ok_or_else(|| {
        ApiError::missing("roleCompositionCampaignInfo.remediatorRef is missing.")
    })?;
    remediator.text("id")?;
    remediator.keyword("type", &["IDENTITY"], |text| {
        (text == "IDENTITY").then_some(())
    })?;
    let roles = part.optional_texts("roleIds")?.unwrap_or_default();
    if !roles.is_empty() && part.optional_text("query")?.is_some() {
        return Err(ApiError::content(
            "roleCompositionCampaignInfo has a query or roleIds, and not both.",
        ));
    }
    Ok(())
}

fn check_reviewer(part: &Object<'_>) -> Result<(), ApiError> {
    if let Some(reviewer) = part.optional_object("reviewer")? {
        const TYPES: [&str; 2] = ["IDENTITY", "GOVERNANCE_GROUP"];
        reviewer.text("id")?;
        reviewer.keyword("type", &TYPES, |text| TYPES.contains(&text).then_some(()))?;
    }
    Ok(())
}
