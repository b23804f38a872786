//! Activating a campaign.

use certs_raw::v3;

use super::CampaignHandle;
use super::transition::Transition;
use crate::api::awaited::awaited;
use crate::error::{Error, Result};
use crate::model::CampaignStatus;

const ACTIVATE: Transition = Transition {
    operation: v3::builder::StartCampaign::OPERATION,
    rule: "that is STAGED, with a deadline in the future, can be activated. Set another \
           deadline first",
    is_allowed: |campaign, now| {
        campaign.may_be(&CampaignStatus::Staged) && !campaign.is_past_due(now)
    },
};

impl CampaignHandle {
    /// Starts activating the campaign, so that its reviewers can decide (`POST
    /// /campaigns/{id}/activate`). The request is sent when the result is awaited.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, _| {
    /// use certs::filter::campaign;
    /// use certs::model::CampaignStatus;
    ///
    /// let staged = campaign::status().eq(CampaignStatus::Staged);
    /// let staged = client.campaigns().filter(staged).send().await?.items;
    /// let campaign = client.campaign(&staged[0].id);
    /// campaign.activate().time_zone("+02:00").await?;
    /// campaign.wait_until(CampaignStatus::Active).await?;
    /// # Ok(()) });
    /// ```
    pub fn activate(&self) -> Activate {
        Activate {
            campaign: self.clone(),
            time_zone: None,
            unchecked: false,
        }
    }
}

/// Activates a campaign when it is awaited.
///
/// # Errors
///
/// Refused before anything is sent if the time zone is not an offset, or if the campaign is not
/// staged or its deadline has passed. Other errors are those of any call. If the response is lost,
/// the campaign's status shows whether it was activated.
#[derive(Clone, Debug)]
#[must_use = "the campaign is activated when this is awaited"]
pub struct Activate {
    campaign: CampaignHandle,
    time_zone: Option<String>,
    unchecked: bool,
}

impl Activate {
    /// Sets the time zone in which the campaign's last day ends: `Z`, or an offset from UTC such as
    /// `+02:00`, `-0530` or `+02`. UTC by default. The service may move the deadline within that
    /// day.
    pub fn time_zone(mut self, offset: impl Into<String>) -> Self {
        self.time_zone = Some(offset.into());
        self
    }

    /// Sends without reading the campaign first, and leaves the checks to the service.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    async fn run(self) -> Result<()> {
        let Self {
            campaign,
            time_zone,
            unchecked,
        } = self;
        let api = &campaign.api;
        if let Some(text) = time_zone.as_deref().filter(|text| !is_offset(text)) {
            let why = format!(
                "`{text}` is not a time zone that the service accepts: write `Z` or an offset from \
                 UTC such as `+02:00`"
            );
            return Err(Error::refused(why).during(api.operation(ACTIVATE.operation)));
        }
        let request = || {
            let options = v3::types::ActivateCampaignOptions { time_zone };
            let request = api.raw().start_campaign().id(campaign.path_id()?);
            Ok(request.body(options).request()?)
        };
        campaign.begin(&ACTIVATE, unchecked, request).await
    }
}

awaited!(Activate -> ());

/// Whether the text is a time zone of ISO 8601: `Z`, `±hh`, `±hhmm` or `±hh:mm`.
fn is_offset(text: &str) -> bool {
    if text == "Z" {
        return true;
    }
    let Some(digits) = text.strip_prefix(['+', '-']) else {
        return false;
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 if digits.is_ascii() => digits.split_at(2),
        5 => match digits.split_once(':') {
            Some(parts) => parts,
            None => return false,
        },
        _ => return false,
    };
    let below = |part: &str, end: u8| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|number| number < end)
    };
    below(hours, 24) && below(minutes, 60)
}

#[cfg(test)]
mod tests {
    use super::is_offset;

    #[test]
    fn time_zones_are_offsets() {
        for text in ["Z", "+02", "-0530", "+14:00", "-00:00"] {
            assert!(is_offset(text), "{text}");
        }
        for text in [
            "",
            "z",
            "UTC",
            "Europe/Berlin",
            "+2",
            "+24:00",
            "02:00",
            "+02:60",
            "+0a",
            "+1:234",
            "+é0",
            "+020:0",
            "++2",
        ] {
            assert!(!is_offset(text), "{text}");
        }
    }
}
