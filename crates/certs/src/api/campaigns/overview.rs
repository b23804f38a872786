//! The progress of a campaign, reviewer by reviewer.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;

use super::CampaignHandle;
use crate::api::awaited::awaited;
use crate::error::Result;
use crate::model::{Certification, Progress, Reviewer};
use crate::time;

impl CampaignHandle {
    /// Reads the certifications of the campaign and sums up the progress of each reviewer, as data
    /// for reminders. The request is sent when the result is awaited.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// let overview = campaign.overview().await?;
    /// println!("{overview}"); // 1 of 4 certifications signed, 12/80 decisions, 2 reviewers late
    /// for late in overview.late() {
    ///     let name = late.reviewer().name.as_deref().unwrap_or("?");
    ///     println!("{name}: {} since {:?}", late.progress(), late.due());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn overview(&self) -> GetOverview {
        GetOverview {
            campaign: self.clone(),
            now: None,
        }
    }
}

/// Reads the certifications of a campaign when it is awaited, and sums them up by reviewer.
///
/// # Errors
///
/// Errors are those of any call.
#[derive(Clone, Debug)]
#[must_use = "the overview is made when this is awaited"]
pub struct GetOverview {
    campaign: CampaignHandle,
    now: Option<Timestamp>,
}

impl GetOverview {
    /// Sets the time by which lateness is judged, such as next Monday. The default is now.
    pub fn as_of(mut self, time: Timestamp) -> Self {
        self.now = Some(time);
        self
    }

    async fn run(self) -> Result<CampaignOverview> {
        let list = self.campaign.certifications().in_stable_order();
        let certifications = list.stream().try_collect().await?;
        let now = self.now.unwrap_or_else(time::wall_clock);
        Ok(CampaignOverview::new(certifications, now))
    }
}

awaited!(GetOverview -> CampaignOverview);

/// The progress of a campaign. Prints as one line.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignOverview {
    as_of: Timestamp,
    reviewers: Vec<ReviewerOverview>,
}

impl CampaignOverview {
    /// Sums up certifications that you have read yourself.
    #[must_use]
    pub fn new(certifications: Vec<Certification>, as_of: Timestamp) -> Self {
        let mut places = HashMap::new();
        let mut reviewers: Vec<ReviewerOverview> = Vec::new();
        for certification in certifications {
            let reviewer = certification.reviewer.clone().unwrap_or_default();
            let place = *places.entry(reviewer.id.clone()).or_insert(reviewers.len());
            if place == reviewers.len() {
                reviewers.push(ReviewerOverview {
                    reviewer,
                    as_of,
                    certifications: Vec::new(),
                });
            }
            if let Some(of) = reviewers.get_mut(place) {
                of.certifications.push(certification);
            }
        }
        reviewers.sort_by_cached_key(|of| {
            let is_done = of.open().next().is_none();
            let due = of.due().unwrap_or(Timestamp::MAX);
            (
                is_done,
                due,
                Reverse(of.progress().remaining()),
                of.reviewer.name.clone(),
            )
        });
        Self { as_of, reviewers }
    }

    /// The time at which it judges who is late.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The reviewers, by their next due date. Those who have signed everything come last.
    #[must_use]
    pub fn reviewers(&self) -> &[ReviewerOverview] {
        &self.reviewers
    }

    /// The reviewers with an overdue certification, the longest overdue first.
    pub fn late(&self) -> impl Iterator<Item = &ReviewerOverview> {
        self.reviewers.iter().filter(|of| of.is_late())
    }

    /// All certifications, in the order of their reviewers.
    pub fn certifications(&self) -> impl Iterator<Item = &Certification> {
        self.reviewers.iter().flat_map(|of| &of.certifications)
    }

    /// The certifications that are signed off.
    pub fn signed(&self) -> impl Iterator<Item = &Certification> {
        self.certifications().filter(|row| row.is_signed())
    }

    /// The certifications that were made by a reassignment.
    pub fn reassigned(&self) -> impl Iterator<Item = &Certification> {
        self.certifications()
            .filter(|row| row.reassignment.is_some())
    }

    /// How many decisions are made, and how many are due.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(self.certifications())
    }
}

impl fmt::Display for CampaignOverview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} certifications signed, {} decisions, {} reviewers late",
            self.signed().count(),
            self.certifications().count(),
            self.progress(),
            self.late().count()
        )
    }
}

/// The progress of one reviewer of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewerOverview {
    reviewer: Reviewer,
    as_of: Timestamp,
    certifications: Vec<Certification>,
}

impl ReviewerOverview {
    /// The reviewer: an identity with an email address, or a governance group. It has no id if the
    /// response names nobody.
    #[must_use]
    pub fn reviewer(&self) -> &Reviewer {
        &self.reviewer
    }

    /// The reviewer's certifications in the campaign.
    #[must_use]
    pub fn certifications(&self) -> &[Certification] {
        &self.certifications
    }

    /// Those that are not signed off.
    pub fn open(&self) -> impl Iterator<Item = &Certification> {
        self.certifications.iter().filter(|row| !row.is_signed())
    }

    /// When the first of the open ones is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.open().filter_map(|row| row.due).min()
    }

    /// Whether one of the open ones is overdue.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.open().any(|row| row.is_overdue(self.as_of))
    }

    /// How many decisions are made, and how many are due.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(&self.certifications)
    }
}
