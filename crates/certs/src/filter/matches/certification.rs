//! Certifications, as both versions name their fields.

use super::{FieldValue, Matchable};
use crate::filter::endpoint::{BetaCertifications, Certifications};
use crate::model::{CampaignReference, CampaignType, Certification, Phase};

impl Matchable for Certifications {
    type Record = Certification;

    fn value<'a>(certification: &'a Certification, field: &str) -> Option<FieldValue<'a>> {
        Some(match field {
            "id" => FieldValue::id(&certification.id),
            "campaign.id" => campaign_id(certification),
            "phase" => phase(certification),
            "completed" => FieldValue::bool(certification.completed),
            _ => return None,
        })
    }
}

impl Matchable for BetaCertifications {
    type Record = Certification;

    fn value<'a>(certification: &'a Certification, field: &str) -> Option<FieldValue<'a>> {
        Some(match field {
            "id" => FieldValue::id(&certification.id),
            "phase" => phase(certification),
            "completed" => FieldValue::bool(certification.completed),
            "campaignRef.campaignType" => campaign_type(certification.campaign.as_ref()),
            "campaignRef.id" => campaign_id(certification),
            _ => return None,
        })
    }
}

fn phase(certification: &Certification) -> FieldValue<'_> {
    FieldValue::text(certification.phase.as_ref().map(Phase::as_str))
}

fn campaign_id(certification: &Certification) -> FieldValue<'_> {
    let campaign = certification.campaign.as_ref();
    campaign.map_or(FieldValue::Missing, |campaign| FieldValue::id(&campaign.id))
}

fn campaign_type(campaign: Option<&CampaignReference>) -> FieldValue<'_> {
    let campaign_type = campaign.and_then(|campaign| campaign.campaign_type.as_ref());
    FieldValue::text(campaign_type.map(CampaignType::as_str))
}
