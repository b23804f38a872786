//! Creating a campaign: one constructor for each type.

use std::fmt;

use certs_raw::v3::{self, enums, types};
use jiff::Timestamp;

use crate::api::{Api, ids};
use crate::error::{Error, Result};
use crate::model::convert::{open, wire_date};
use crate::model::{AccessType, Campaign, Id, MandatoryCommentRequirement, SearchType};

/// The most constraints of a search campaign.
pub const MAX_ACCESS_CONSTRAINTS: usize = 1_000;

/// The content of a new campaign: what it reviews, and how.
///
/// Each type of campaign has a constructor. It takes the settings that only this type has.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::model::{AccessType, CampaignStatus, MandatoryCommentRequirement};
/// use certs::{CampaignReviewer, NewCampaign, SearchScope};
///
/// let contractors = SearchScope::identities_found_by("attributes.type:contractor")
///     .only_with_any(AccessType::Role)
///     .reviewer(CampaignReviewer::group("2c918086"));
/// let new = NewCampaign::search("Contractors Q3", "Access of contractors", contractors)
///     .deadline("2099-09-30T23:59:59Z".parse()?)
///     .mandatory_comment_requirement(MandatoryCommentRequirement::RevokeOnlyDecisions)
///     .email_notification_enabled(true);
/// let created = client.create_campaign(new).await?;
/// client.campaign(&created.id).wait_until(CampaignStatus::Staged).await?;
/// # Ok(()) });
/// ```
// The body to send, or why it is refused. Setters write straight into the body, which saves a
// second struct with the same fields.
#[derive(Clone, Debug)]
#[must_use = "a campaign is created by `Client::create_campaign`"]
pub struct NewCampaign(Result<types::Campaign>);

impl NewCampaign {
    /// Managers review the access of their reports.
    pub fn manager(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(name, description, Ok(of_type(enums::CampaignType::Manager)))
    }

    /// Owners of these sources, by their ids, review the access to them.
    pub fn source_owner(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<Id>>,
    ) -> Self {
        let accounts = enums::CampaignCorrelatedStatus::Correlated;
        Self::new(name, description, source_owner(sources, accounts))
    }

    /// Owners of these sources review the accounts that belong to no known identity.
    pub fn uncorrelated_accounts(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<Id>>,
    ) -> Self {
        let accounts = enums::CampaignCorrelatedStatus::Uncorrelated;
        Self::new(name, description, source_owner(sources, accounts))
    }

    /// Reviewers check what a search finds.
    pub fn search(
        name: impl Into<String>,
        description: impl Into<String>,
        scope: SearchScope,
    ) -> Self {
        let campaign = scope.0.map(|scope| types::Campaign {
            search_campaign_info: Some(scope),
            ..of_type(enums::CampaignType::Search)
        });
        Self::new(name, description, campaign)
    }

    /// Reviewers check what roles consist of.
    pub fn role_composition(
        name: impl Into<String>,
        description: impl Into<String>,
        scope: RoleScope,
    ) -> Self {
        let campaign = scope.0.map(|scope| types::Campaign {
            role_composition_campaign_info: Some(scope),
            ..of_type(enums::CampaignType::RoleComposition)
        });
        Self::new(name, description, campaign)
    }

    /// Owners of machine accounts on these sources review those accounts.
    pub fn machine_account(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<Id>>,
    ) -> Self {
        let reviewer = enums::CampaignMachineAccountCampaignInfoReviewerType::AccountOwner;
        let campaign = required_ids("sources", sources).map(|source_ids| types::Campaign {
            machine_account_campaign_info: Some(types::CampaignMachineAccountCampaignInfo {
                source_ids,
                reviewer_type: Some(reviewer),
                ..Default::default()
            }),
            ..of_type(enums::CampaignType::MachineAccount)
        });
        Self::new(name, description, campaign)
    }

    fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        campaign: Result<types::Campaign>,
    ) -> Self {
        let new = || {
            Ok(types::Campaign {
                name: Some(required("name", name)?),
                description: Some(required("description", description)?),
                ..campaign?
            })
        };
        Self(new())
    }

    /// Sets the deadline. A campaign can only be activated if its deadline is in the future.
    pub fn deadline(self, deadline: Timestamp) -> Self {
        self.with(|new| new.deadline = Some(wire_date(deadline)))
    }

    /// Sets whether reviewers get emails. By default, they do not.
    pub fn email_notification_enabled(self, enabled: bool) -> Self {
        self.with(|new| new.email_notification_enabled = Some(enabled))
    }

    /// Sets whether open items may be revoked at the end. By default, they may not.
    pub fn auto_revoke_allowed(self, allowed: bool) -> Self {
        self.with(|new| new.auto_revoke_allowed = Some(allowed))
    }

    /// Sets whether reviewers see recommendations. By default, they do not.
    pub fn recommendations_enabled(self, enabled: bool) -> Self {
        self.with(|new| new.recommendations_enabled = Some(enabled))
    }

    /// Sets whether a change of an end date needs a comment. By default, it does.
    pub fn sunset_comments_required(self, required: bool) -> Self {
        self.with(|new| new.sunset_comments_required = Some(required))
    }

    /// Sets which decisions need a comment. By default, none do.
    pub fn mandatory_comment_requirement(self, requirement: MandatoryCommentRequirement) -> Self {
        self.with(|new| new.mandatory_comment_requirement = Some(open(requirement.as_str())))
    }

    /// Selects the items with the campaign filter of this id, instead of the tenant's default one.
    pub fn filter(self, filter_id: impl Into<Id>) -> Self {
        let id = required_id("filter's id", filter_id);
        Self(self.0.and_then(|new| {
            let filter = types::CampaignFilter {
                id: Some(id?),
                type_: Some(enums::CampaignFilterType::CampaignFilter),
                ..Default::default()
            };
            Ok(types::Campaign {
                filter: Some(filter),
                ..new
            })
        }))
    }

    fn with(mut self, set: impl FnOnce(&mut types::Campaign)) -> Self {
        if let Ok(new) = &mut self.0 {
            set(new);
        }
        self
    }

    /// The body, unless the service would refuse it.
    pub(crate) fn into_raw(self) -> Result<types::Campaign> {
        self.0
    }
}

fn of_type(campaign_type: enums::CampaignType) -> types::Campaign {
    types::Campaign {
        type_: Some(campaign_type),
        ..Default::default()
    }
}

fn source_owner(
    sources: impl IntoIterator<Item: Into<Id>>,
    accounts: enums::CampaignCorrelatedStatus,
) -> Result<types::Campaign> {
    Ok(types::Campaign {
        correlated_status: Some(accounts),
        source_owner_campaign_info: Some(types::CampaignSourceOwnerCampaignInfo {
            source_ids: required_ids("sources", sources)?,
            ..Default::default()
        }),
        ..of_type(enums::CampaignType::SourceOwner)
    })
}

/// Who reviews everything in a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CampaignReviewer {
    /// The identity of this id.
    Identity(Id),
    /// The governance group of this id.
    GovernanceGroup(Id),
}

impl CampaignReviewer {
    /// The identity of this id.
    pub fn identity(id: impl Into<Id>) -> Self {
        Self::Identity(id.into())
    }

    /// The governance group of this id. These APIs can list its certifications, but not work on
    /// them.
    pub fn group(id: impl Into<Id>) -> Self {
        Self::GovernanceGroup(id.into())
    }

    /// The id, and the type on the wire.
    fn into_parts(self) -> Result<(String, &'static str)> {
        match self {
            Self::Identity(id) => Ok((required_id("reviewer's id", id)?, "IDENTITY")),
            Self::GovernanceGroup(id) => {
                Ok((required_id("reviewer's id", id)?, "GOVERNANCE_GROUP"))
            }
        }
    }
}

/// What a search campaign reviews, and who.
#[derive(Clone, Debug)]
#[must_use = "it is for `NewCampaign::search`"]
pub struct SearchScope(Result<types::CampaignSearchCampaignInfo>);

impl SearchScope {
    /// The identities that this search finds, and what they have.
    pub fn identities_found_by(query: impl Into<String>) -> Self {
        Self::found_by(SearchType::Identity, query)
    }

    /// The identities of these ids, and what they have.
    pub fn identities(ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        let ids = required_ids("identities", ids);
        Self(ids.map(|identity_ids| types::CampaignSearchCampaignInfo {
            type_: Some(open(SearchType::Identity.as_str())),
            identity_ids,
            ..Default::default()
        }))
    }

    /// The access that this search finds, and those who have it.
    pub fn access_found_by(query: impl Into<String>) -> Self {
        Self::found_by(SearchType::Access, query)
    }

    fn found_by(search_type: SearchType, query: impl Into<String>) -> Self {
        let query = required("query", query);
        Self(query.map(|query| types::CampaignSearchCampaignInfo {
            type_: Some(open(search_type.as_str())),
            query: Some(query),
            ..Default::default()
        }))
    }

    /// Describes the search, for people who read the campaign.
    pub fn description(self, description: impl Into<String>) -> Self {
        Self(self.0.map(|scope| types::CampaignSearchCampaignInfo {
            description: Some(description.into()),
            ..scope
        }))
    }

    /// Has this reviewer review everything, instead of the managers.
    pub fn reviewer(self, reviewer: CampaignReviewer) -> Self {
        Self(self.0.and_then(|scope| {
            let (id, kind) = reviewer.into_parts()?;
            let reviewer = types::CampaignSearchCampaignInfoReviewer {
                id: Some(id),
                type_: Some(open(kind)),
                ..Default::default()
            };
            Ok(types::CampaignSearchCampaignInfo {
                reviewer: Some(reviewer),
                ..scope
            })
        }))
    }

    /// Leaves out identities that have none of this access. A campaign takes at most
    /// [`MAX_ACCESS_CONSTRAINTS`] constraints, including those of
    /// [`only_with_any`](Self::only_with_any).
    pub fn only_with(
        self,
        access_type: AccessType,
        ids: impl IntoIterator<Item: Into<Id>>,
    ) -> Self {
        let ids = required_ids("constraint's access", ids);
        self.only(ids.map(|ids| types::AccessConstraint {
            type_: Some(open(access_type.as_str())),
            operator: Some(enums::AccessConstraintOperator::Selected),
            ids,
            ..Default::default()
        }))
    }

    /// Leaves out identities that have no access of this kind.
    pub fn only_with_any(self, access_type: AccessType) -> Self {
        self.only(Ok(types::AccessConstraint {
            type_: Some(open(access_type.as_str())),
            operator: Some(enums::AccessConstraintOperator::All),
            ..Default::default()
        }))
    }

    fn only(self, constraint: Result<types::AccessConstraint>) -> Self {
        Self(self.0.and_then(|mut scope| {
            let constraints = scope.access_constraints.get_or_insert_default();
            if constraints.len() == MAX_ACCESS_CONSTRAINTS {
                return Err(Error::refused(format!(
                    "a search campaign has at most {MAX_ACCESS_CONSTRAINTS} constraints"
                )));
            }
            constraints.push(Some(constraint?));
            Ok(scope)
        }))
    }
}

/// What a role composition campaign reviews, and who.
#[derive(Clone, Debug)]
#[must_use = "it is for `NewCampaign::role_composition`"]
pub struct RoleScope(Result<types::CampaignRoleCompositionCampaignInfo>);

impl RoleScope {
    /// All roles. The remediator, an identity that is a ROLE_ADMIN or ORG_ADMIN, gets a task for
    /// each revocation.
    pub fn all(remediator: impl Into<Id>) -> Self {
        let kind = enums::CampaignRoleCompositionCampaignInfoRemediatorRefType::Identity;
        let id = required_id("remediator's id", remediator);
        Self(id.map(|id| types::CampaignRoleCompositionCampaignInfo {
            remediator_ref: Some(types::CampaignRoleCompositionCampaignInfoRemediatorRef {
                id: Some(id),
                type_: Some(kind),
                ..Default::default()
            }),
            ..Default::default()
        }))
    }

    /// The roles of these ids.
    pub fn roles(remediator: impl Into<Id>, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        let ids = required_ids("roles", ids);
        Self(Self::all(remediator).0.and_then(|scope| {
            Ok(types::CampaignRoleCompositionCampaignInfo {
                role_ids: ids?,
                ..scope
            })
        }))
    }

    /// The roles that this search finds.
    pub fn found_by(remediator: impl Into<Id>, query: impl Into<String>) -> Self {
        let query = required("query", query);
        Self(Self::all(remediator).0.and_then(|scope| {
            Ok(types::CampaignRoleCompositionCampaignInfo {
                query: Some(query?),
                ..scope
            })
        }))
    }

    /// Describes the search, for people who read the campaign.
    pub fn description(self, description: impl Into<String>) -> Self {
        Self(
            self.0
                .map(|scope| types::CampaignRoleCompositionCampaignInfo {
                    description: Some(description.into()),
                    ..scope
                }),
        )
    }

    /// Has this reviewer review everything, instead of the owners of the roles.
    pub fn reviewer(self, reviewer: CampaignReviewer) -> Self {
        Self(self.0.and_then(|scope| {
            let (id, kind) = reviewer.into_parts()?;
            let reviewer = types::CampaignRoleCompositionCampaignInfoReviewer {
                id: Some(id),
                type_: Some(open(kind)),
                ..Default::default()
            };
            Ok(types::CampaignRoleCompositionCampaignInfo {
                reviewer: Some(reviewer),
                ..scope
            })
        }))
    }
}

/// Starts creating a campaign.
pub(crate) async fn create(api: &Api, new: NewCampaign) -> Result<Campaign> {
    let operation = v3::builder::CreateCampaign::OPERATION;
    let request = || {
        let request = api.raw().create_campaign();
        Ok(request.body(new.into_raw()?).request()?)
    };
    api.create(operation, request).await
}

/// A text that is not empty.
pub(super) fn required(what: &str, text: impl Into<String>) -> Result<String> {
    let text = text.into();
    if text.trim().is_empty() {
        return Err(Error::refused(format!("the {what} is empty")));
    }
    Ok(text)
}

/// An id that is not missing.
fn required_id(what: impl fmt::Display, id: impl Into<Id>) -> Result<String> {
    ids::required(what, &id.into()).map(str::to_owned)
}

/// At least one id, none of them missing, in the form of the generated types.
fn required_ids(
    what: &str,
    ids: impl IntoIterator<Item: Into<Id>>,
) -> Result<Option<Vec<Option<String>>>> {
    let one = |id| required_id(format_args!("id of one of the {what}"), id);
    let ids: Vec<_> = ids.into_iter().map(one).collect::<Result<_>>()?;
    if ids.is_empty() {
        return Err(Error::refused(format!(
            "the ids of the {what} are missing: give at least one"
        )));
    }
    Ok(some(ids))
}

/// A list as generated types have it.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<Option<T>>> {
    Some(list.into_iter().map(Some).collect())
}
