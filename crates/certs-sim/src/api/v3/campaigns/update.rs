//! `PATCH /campaigns/{id}`.

use jiff::Timestamp;
use serde_json::Value;

use super::settings::SLIM;
use super::{Detail, dto, find};
use crate::api::endpoint::Call;
use crate::api::patch::{self, Change};
use crate::api::success::Success;
use crate::error::ApiError;
use crate::state::State;
use crate::state::campaign::Campaign;
use crate::text::Text;
use crate::view::CampaignStatus;

/// The fields that can be changed while the campaign is staged. The deadline can also be changed
/// later.
const STAGED: [&str; 6] = [
    "name",
    "description",
    "recommendationsEnabled",
    "deadline",
    "emailNotificationEnabled",
    "autoRevokeAllowed",
];
const ACTIVE: [&str; 1] = ["deadline"];

pub(crate) fn patch(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    let changes = patch::read(call)?;
    let status = state.campaign_status(campaign);
    let allowed: &[&str] = match status {
        CampaignStatus::Staged => &STAGED,
        CampaignStatus::Active => &ACTIVE,
        _ => &[],
    };
    let mut changed = state.campaigns[campaign].clone();
    for Change { path, value } in changes {
        if !allowed.contains(&path.as_str()) {
            return Err(ApiError::content(format!(
                "/{path} cannot be changed while the campaign is {status}; what can be is: {}.",
                allowed.join(", ")
            )));
        }
        set(&mut changed, &path, value)?;
    }
    changed.modified = call.now;
    state.campaigns[campaign] = changed;
    Success::one(&dto(state, campaign, Detail::Slim, call.now))
}

fn set(campaign: &mut Campaign, name: &str, value: Value) -> Result<(), ApiError> {
    let text = || value.as_str().filter(|text| !text.trim().is_empty());
    let wrong = |expected: &str| ApiError::illegal(format!("/{name} must be {expected}."));
    match name {
        "name" => {
            campaign.name = Text::new(text().ok_or_else(|| wrong("a text"))?.to_owned());
        }
        "description" => campaign.description = value.as_str().map(Into::into),
        "deadline" => {
            let deadline: Option<Timestamp> = text().and_then(|text| text.parse().ok());
            campaign.deadline = deadline.ok_or_else(|| wrong("a date and time of RFC 3339"))?;
        }
        name if SLIM.contains(&name) && value.is_boolean() => {
            campaign.settings.insert(name.to_owned(), value);
        }
        _ => return Err(wrong("true or false")),
    }
    Ok(())
}
