//! The campaigns of the data set.

use self::Stage::{Ahead, Over, Running};
use crate::view::CampaignType::{
    self, MachineAccount, Manager, RoleComposition, Search, SourceOwner,
};
use crate::view::CommentRequirement::{self, AllDecisions, NoDecisions, RevokeOnlyDecisions};

/// A campaign and the state in which the data set shows it.
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) kind: CampaignType,
    pub(super) correlated: bool,
    pub(super) comments: CommentRequirement,
    pub(super) stage: Stage,
    /// The end of the campaign in days from today.
    pub(super) deadline: i64,
}

/// The progress of a campaign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not begun: all certifications are staged.
    Ahead,
    /// Going on: some are signed, most are active.
    Running,
    /// Over: all are signed.
    Over,
}

const fn plan(
    name: &'static str,
    description: Option<&'static str>,
    kind: CampaignType,
    comments: CommentRequirement,
    stage: Stage,
    deadline: i64,
) -> Plan {
    Plan {
        name,
        description,
        kind,
        correlated: true,
        comments,
        stage,
        deadline,
    }
}

pub(super) const CAMPAIGNS: &[Plan] = &[
    plan(
        "Quarterly Manager Review",
        Some("Managers confirm what their teams can do"),
        Manager,
        RevokeOnlyDecisions,
        Running,
        21,
    ),
    plan(
        "Contractor Manager Review",
        None,
        Manager,
        AllDecisions,
        Running,
        9,
    ),
    plan(
        "Previous Quarter Manager Review",
        Some("Closed; kept for the auditors"),
        Manager,
        NoDecisions,
        Over,
        -40,
    ),
    plan(
        "Next Quarter Manager Review",
        Some("Opens after the current one has closed"),
        Manager,
        RevokeOnlyDecisions,
        Ahead,
        110,
    ),
    plan(
        "Finance Source Owner Review",
        Some("Owners of the finance systems"),
        SourceOwner,
        AllDecisions,
        Running,
        14,
    ),
    Plan {
        correlated: false,
        ..plan(
            "Uncorrelated Account Review",
            None,
            SourceOwner,
            NoDecisions,
            Running,
            30,
        )
    },
    plan(
        "Directory Source Owner Review",
        Some("Groups in the directories"),
        SourceOwner,
        RevokeOnlyDecisions,
        Over,
        -15,
    ),
    plan(
        "Company-wide Access Review",
        Some("Everybody, everything, once a year"),
        Search,
        NoDecisions,
        Running,
        45,
    ),
    plan(
        "Privileged Access Review",
        Some("Whoever can do harm by accident"),
        Search,
        AllDecisions,
        Running,
        5,
    ),
    plan(
        "Merger Access Review",
        None,
        Search,
        RevokeOnlyDecisions,
        Over,
        -90,
    ),
    plan(
        "Role Composition Review",
        Some("Do the roles still contain what they should?"),
        RoleComposition,
        NoDecisions,
        Running,
        28,
    ),
    plan(
        "Finance Role Redesign",
        None,
        RoleComposition,
        RevokeOnlyDecisions,
        Ahead,
        75,
    ),
    plan(
        "Service Account Review",
        Some("Accounts that nobody logs in to"),
        MachineAccount,
        RevokeOnlyDecisions,
        Running,
        18,
    ),
    plan(
        "Robot Account Review",
        None,
        MachineAccount,
        AllDecisions,
        Ahead,
        60,
    ),
];
