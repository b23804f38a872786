//! Certifications: one reviewer's part of a campaign.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{CampaignReference, Id, ObjectType, Progress, Reviewer};

record! {
    /// One reviewer's part of a campaign: `IdentityCertificationDto` in V3,
    /// `CertificationDto` in beta.
    ///
    /// "Completed" and "signed" are two things: a certification is completed when every
    /// decision is made, and signed, thus read-only, when its reviewer has signed off.
    ///
    /// It also decodes from the service's event triggers. They name the campaign as beta does, and
    /// may be about a governance group:
    ///
    /// ```
    /// use certs::model::Certification;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct SignedOff {
    ///     certification: Certification,
    /// }
    ///
    /// let event: SignedOff = serde_json::from_str(
    ///     r#"{"certification": {
    ///         "id": "c-1", "name": "Finance", "phase": "SIGNED",
    ///         "campaignRef": {"id": "k-1", "name": "Q4", "type": "CAMPAIGN"},
    ///         "reviewer": {"id": "g-1", "name": "Auditors", "type": "GOVERNANCE_GROUP"},
    ///         "entitiesCompleted": 5, "entitiesTotal": 5
    ///     }}"#,
    /// )?;
    /// assert_eq!(event.certification.campaign_name(), Some("Q4"));
    /// assert_eq!(event.certification.reviewer_email(), None);
    /// assert_eq!(event.certification.identities_total, Some(5));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Certification {
        /// The certification's id, which every later call about it needs. Beta's specification does
        /// not declare it.
        pub id: Id => "id",
        /// The certification's name. Beta's specification does not declare it.
        pub name: Option<String> => "name",
        /// The campaign that it is part of. Beta: `campaignRef`.
        pub campaign: Option<CampaignReference> => "campaign" | "campaignRef",
        /// Whether every decision is made; says nothing about the sign-off.
        pub completed: Option<bool> => "completed",
        /// How many identities have all their decisions made. Beta: `entitiesCompleted`,
        /// which also counts access profiles, roles and the like.
        pub identities_completed: Option<i32> => "identitiesCompleted" | "entitiesCompleted",
        /// How many identities there are. Beta: `entitiesTotal`, which also counts access
        /// profiles, roles and the like.
        pub identities_total: Option<i32> => "identitiesTotal" | "entitiesTotal",
        /// When it was created. V3 only.
        pub created: Option<Timestamp> => "created",
        /// When it was last changed. V3 only.
        pub modified: Option<Timestamp> => "modified",
        /// How many decisions (approve, revoke, acknowledge) are made.
        pub decisions_made: Option<i32> => "decisionsMade",
        /// How many decisions there are to make in all.
        pub decisions_total: Option<i32> => "decisionsTotal",
        /// When the decisions are due. `None` when there is no due date, as before the
        /// campaign starts.
        pub due: Option<Timestamp> => "due",
        /// When the reviewer signed off. `None` until then.
        pub signed: Option<Timestamp> => "signed",
        /// Who has to decide.
        pub reviewer: Option<Reviewer> => "reviewer",
        /// Where the certification came from when it was reassigned. `None` for one that
        /// never was.
        pub reassignment: Option<Box<Reassignment>> => "reassignment",
        /// Whether an error occurred in the service; see `error_message`.
        pub has_errors: Option<bool> => "hasErrors",
        /// The error's text. `None` without an error.
        pub error_message: Option<String> => "errorMessage",
        /// The certification's phase.
        pub phase: Option<Phase> => "phase",
    }
}

impl Certification {
    /// Whether every decision is made. Not the same as [`is_signed`](Self::is_signed).
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed == Some(true)
    }

    /// Whether the reviewer has signed off, after which nothing can be changed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.phase == Some(Phase::Signed) || self.signed.is_some()
    }

    /// The reviewer's name: an identity's or a governance group's.
    #[must_use]
    pub fn reviewer_name(&self) -> Option<&str> {
        self.reviewer.as_ref()?.name.as_deref()
    }

    /// The reviewer's email address. `None` for a governance group.
    #[must_use]
    pub fn reviewer_email(&self) -> Option<&str> {
        self.reviewer.as_ref()?.email.as_deref()
    }

    /// The name of the campaign that it is part of.
    #[must_use]
    pub fn campaign_name(&self) -> Option<&str> {
        self.campaign.as_ref()?.name.as_deref()
    }

    /// The id of the campaign that it is part of.
    #[must_use]
    pub fn campaign_id(&self) -> Option<&str> {
        self.campaign.as_ref()?.id.get()
    }

    /// Whether it can be decided on now: it is active, and its reviewer is not a governance
    /// group, for which the service refuses every call but the list.
    #[must_use]
    pub fn is_workable(&self) -> bool {
        let of_a_group = self
            .reviewer
            .as_ref()
            .is_some_and(Reviewer::is_governance_group);
        self.phase == Some(Phase::Active) && !self.is_signed() && !of_a_group
    }

    /// Whether it is due and not signed off. Without a due date it is never overdue.
    ///
    /// ```
    /// # use certs::model::Certification;
    /// # let mut certification = Certification::default();
    /// certification.due = Some("2026-12-01T00:00:00Z".parse()?);
    /// let now = "2026-12-03T12:00:00Z".parse()?;
    /// assert!(certification.is_overdue(now));
    /// assert_eq!(certification.days_left(now), Some(-3));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.is_signed() && self.due.is_some_and(|due| due < now)
    }

    /// How many whole days are left until it is due, rounded down: 0 on the last day, -1 on the
    /// first day after. `None` without a due date.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        const DAY: i128 = 24 * 60 * 60 * 1_000_000_000;

        let left = self.due?.as_nanosecond() - now.as_nanosecond();
        i64::try_from(left.div_euclid(DAY)).ok()
    }

    /// How many decisions are made, and how many are due.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::new([self.decisions_made], [self.decisions_total])
    }
}

open_enum! {
    /// The phase of a certification.
    pub enum Phase {
        /// Waiting for its campaign to start.
        Staged => "STAGED",
        /// Open for decisions.
        Active => "ACTIVE",
        /// Signed off, and read-only from then on.
        Signed => "SIGNED",
    }
}

record! {
    /// Where a reassigned certification came from.
    pub struct Reassignment {
        /// The certification that the items were in before.
        pub from: Option<CertificationReference> => "from",
        /// The reason that was given for the reassignment.
        pub comment: Option<String> => "comment",
    }
}

record! {
    /// A certification by name, with its reviewer.
    pub struct CertificationReference {
        /// The certification's id.
        pub id: Id => "id",
        /// The certification's name.
        pub name: Option<String> => "name",
        /// The type of object: [`ObjectType::Certification`].
        pub kind: Option<ObjectType> => "type",
        /// Who reviews it.
        pub reviewer: Option<Reviewer> => "reviewer",
    }
}
