//! Creating a campaign: one constructor for each type.

use certs_raw::v3::{self, enums, types};
use jiff::Timestamp;

use crate::api::Api;
use crate::error::{Error, Result};
use crate::model::convert::{open, wire_date};
use crate::model::{AccessType, Campaign, MandatoryCommentRequirement, SearchType};

/// The most constraints of a search campaign.
pub const MAX_ACCESS_CONSTRAINTS: usize = 1_000;

/// A campaign that is to be created: what it reviews, and how.
///
/// There is a constructor for each type of campaign, and what only one type has is in the scope
/// that its constructor takes.
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
#[derive(Clone, Debug)]
#[must_use = "a campaign is created by `Client::create_campaign`"]
pub struct NewCampaign {
    name: String,
    description: String,
    scope: Scope,
    deadline: Option<Timestamp>,
    email_notification_enabled: Option<bool>,
    auto_revoke_allowed: Option<bool>,
    recommendations_enabled: Option<bool>,
    sunset_comments_required: Option<bool>,
    mandatory_comment_requirement: Option<MandatoryCommentRequirement>,
    filter: Option<String>,
}

#[derive(Clone, Debug)]
enum Scope {
    Manager,
    SourceOwner {
        sources: Vec<String>,
        correlated: bool,
    },
    Search(SearchScope),
    RoleComposition(RoleScope),
    MachineAccount {
        sources: Vec<String>,
    },
}

impl NewCampaign {
    /// Managers review the access of their reports.
    pub fn manager(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(name, description, Scope::Manager)
    }

    /// Owners of these sources, by their ids, review the access to them.
    pub fn source_owner(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        let scope = Scope::SourceOwner {
            sources: texts(sources),
            correlated: true,
        };
        Self::new(name, description, scope)
    }

    /// Owners of these sources review the accounts that belong to no known identity.
    pub fn uncorrelated_accounts(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        let scope = Scope::SourceOwner {
            sources: texts(sources),
            correlated: false,
        };
        Self::new(name, description, scope)
    }

    /// What a search found is reviewed.
    pub fn search(
        name: impl Into<String>,
        description: impl Into<String>,
        scope: SearchScope,
    ) -> Self {
        Self::new(name, description, Scope::Search(scope))
    }

    /// What roles are made of is reviewed.
    pub fn role_composition(
        name: impl Into<String>,
        description: impl Into<String>,
        scope: RoleScope,
    ) -> Self {
        Self::new(name, description, Scope::RoleComposition(scope))
    }

    /// Owners of machine accounts on these sources review those accounts.
    pub fn machine_account(
        name: impl Into<String>,
        description: impl Into<String>,
        sources: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        let sources = texts(sources);
        Self::new(name, description, Scope::MachineAccount { sources })
    }

    fn new(name: impl Into<String>, description: impl Into<String>, scope: Scope) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            scope,
            deadline: None,
            email_notification_enabled: None,
            auto_revoke_allowed: None,
            recommendations_enabled: None,
            sunset_comments_required: None,
            mandatory_comment_requirement: None,
            filter: None,
        }
    }

    /// Says when it ends. To be activated, a campaign needs one in the future.
    pub fn deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Says whether reviewers get emails. They do not by default.
    pub fn email_notification_enabled(mut self, enabled: bool) -> Self {
        self.email_notification_enabled = Some(enabled);
        self
    }

    /// Says whether open items may be revoked at the end. They may not by default.
    pub fn auto_revoke_allowed(mut self, allowed: bool) -> Self {
        self.auto_revoke_allowed = Some(allowed);
        self
    }

    /// Says whether reviewers see recommendations. They do not by default.
    pub fn recommendations_enabled(mut self, enabled: bool) -> Self {
        self.recommendations_enabled = Some(enabled);
        self
    }

    /// Says whether a change of an end date needs a comment. It does by default.
    pub fn sunset_comments_required(mut self, required: bool) -> Self {
        self.sunset_comments_required = Some(required);
        self
    }

    /// Says which decisions need a comment. None do by default.
    pub fn mandatory_comment_requirement(
        mut self,
        requirement: MandatoryCommentRequirement,
    ) -> Self {
        self.mandatory_comment_requirement = Some(requirement);
        self
    }

    /// Chooses what is reviewed by the campaign filter of this id, instead of the tenant's default
    /// one.
    pub fn filter(mut self, filter_id: impl Into<String>) -> Self {
        self.filter = Some(filter_id.into());
        self
    }

    /// The body. Refuses what the service would.
    pub(crate) fn into_raw(self) -> Result<types::Campaign> {
        let Self {
            name,
            description,
            scope,
            deadline,
            email_notification_enabled,
            auto_revoke_allowed,
            recommendations_enabled,
            sunset_comments_required,
            mandatory_comment_requirement,
            filter,
        } = self;
        let mut campaign = types::Campaign {
            name: Some(required("name", name)?),
            description: Some(required("description", description)?),
            deadline: deadline.map(wire_date),
            email_notification_enabled,
            auto_revoke_allowed,
            recommendations_enabled,
            sunset_comments_required,
            mandatory_comment_requirement: mandatory_comment_requirement
                .map(|requirement| open(requirement.as_str())),
            filter: filter.map(filter_reference).transpose()?,
            ..Default::default()
        };
        let campaign_type = match scope {
            Scope::Manager => enums::CampaignType::Manager,
            Scope::SourceOwner {
                sources,
                correlated,
            } => {
                campaign.correlated_status = Some(if correlated {
                    enums::CampaignCorrelatedStatus::Correlated
                } else {
                    enums::CampaignCorrelatedStatus::Uncorrelated
                });
                campaign.source_owner_campaign_info =
                    Some(types::CampaignSourceOwnerCampaignInfo {
                        source_ids: some(required_ids("sources", sources)?),
                        ..Default::default()
                    });
                enums::CampaignType::SourceOwner
            }
            Scope::Search(scope) => {
                campaign.search_campaign_info = Some(scope.into_raw()?);
                enums::CampaignType::Search
            }
            Scope::RoleComposition(scope) => {
                campaign.role_composition_campaign_info = Some(scope.into_raw()?);
                enums::CampaignType::RoleComposition
            }
            Scope::MachineAccount { sources } => {
                let reviewer = enums::CampaignMachineAccountCampaignInfoReviewerType::AccountOwner;
                campaign.machine_account_campaign_info =
                    Some(types::CampaignMachineAccountCampaignInfo {
                        source_ids: some(required_ids("sources", sources)?),
                        reviewer_type: Some(reviewer),
                        ..Default::default()
                    });
                enums::CampaignType::MachineAccount
            }
        };
        campaign.type_ = Some(campaign_type);
        Ok(campaign)
    }
}

/// Who reviews everything in a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CampaignReviewer {
    /// The identity of this id.
    Identity(String),
    /// The governance group of this id.
    GovernanceGroup(String),
}

impl CampaignReviewer {
    /// The identity of this id.
    pub fn identity(id: impl Into<String>) -> Self {
        Self::Identity(id.into())
    }

    /// The governance group of this id. Its certifications can be listed, and not worked on, by
    /// these APIs.
    pub fn group(id: impl Into<String>) -> Self {
        Self::GovernanceGroup(id.into())
    }

    /// Id, and kind on the wire.
    fn into_parts(self) -> Result<(String, &'static str)> {
        match self {
            Self::Identity(id) => Ok((required("reviewer's id", id)?, "IDENTITY")),
            Self::GovernanceGroup(id) => Ok((required("reviewer's id", id)?, "GOVERNANCE_GROUP")),
        }
    }
}

/// What a search campaign reviews, and who.
#[derive(Clone, Debug)]
#[must_use = "it is for `NewCampaign::search`"]
pub struct SearchScope {
    search_type: SearchType,
    found: Found,
    description: Option<String>,
    reviewer: Option<CampaignReviewer>,
    constraints: Vec<(AccessType, Option<Vec<String>>)>,
}

/// By a search, or by their ids.
#[derive(Clone, Debug)]
enum Found {
    Query(String),
    Ids(Vec<String>),
}

impl SearchScope {
    /// The identities that this search finds, and what they have.
    pub fn identities_found_by(query: impl Into<String>) -> Self {
        Self::new(SearchType::Identity, Found::Query(query.into()))
    }

    /// The identities of these ids, and what they have.
    pub fn identities(ids: impl IntoIterator<Item: Into<String>>) -> Self {
        Self::new(SearchType::Identity, Found::Ids(texts(ids)))
    }

    /// The access that this search finds, and those who have it.
    pub fn access_found_by(query: impl Into<String>) -> Self {
        Self::new(SearchType::Access, Found::Query(query.into()))
    }

    fn new(search_type: SearchType, found: Found) -> Self {
        Self {
            search_type,
            found,
            description: None,
            reviewer: None,
            constraints: Vec::new(),
        }
    }

    /// Words about the search, for those who look at the campaign.
    pub fn described_as(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Who reviews everything, instead of the managers.
    pub fn reviewer(mut self, reviewer: CampaignReviewer) -> Self {
        self.reviewer = Some(reviewer);
        self
    }

    /// Leaves out identities that have none of this access. At most [`MAX_ACCESS_CONSTRAINTS`] of
    /// these and of [`only_with_any`](Self::only_with_any).
    pub fn only_with(
        mut self,
        access_type: AccessType,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        self.constraints.push((access_type, Some(texts(ids))));
        self
    }

    /// Leaves out identities that have no access of this kind.
    pub fn only_with_any(mut self, access_type: AccessType) -> Self {
        self.constraints.push((access_type, None));
        self
    }

    fn into_raw(self) -> Result<types::CampaignSearchCampaignInfo> {
        let Self {
            search_type,
            found,
            description,
            reviewer,
            constraints,
        } = self;
        if constraints.len() > MAX_ACCESS_CONSTRAINTS {
            return Err(Error::refused(format!(
                "a search campaign has at most {MAX_ACCESS_CONSTRAINTS} constraints, not {}",
                constraints.len()
            )));
        }
        let (query, ids) = match found {
            Found::Query(query) => (Some(required("query", query)?), None),
            Found::Ids(ids) => (None, some(required_ids("identities", ids)?)),
        };
        let reviewer = match reviewer {
            None => None,
            Some(reviewer) => {
                let (id, kind) = reviewer.into_parts()?;
                Some(types::CampaignSearchCampaignInfoReviewer {
                    id: Some(id),
                    type_: Some(open(kind)),
                    ..Default::default()
                })
            }
        };
        let constraint = |(access_type, ids): (AccessType, Option<Vec<String>>)| {
            let operator = if ids.is_some() {
                enums::AccessConstraintOperator::Selected
            } else {
                enums::AccessConstraintOperator::All
            };
            let ids = ids.map(|ids| required_ids("access of a constraint", ids));
            Ok(Some(types::AccessConstraint {
                type_: Some(open(access_type.as_str())),
                operator: Some(operator),
                ids: ids.transpose()?.and_then(some),
                ..Default::default()
            }))
        };
        let constraints: Vec<_> = constraints
            .into_iter()
            .map(constraint)
            .collect::<Result<_>>()?;
        Ok(types::CampaignSearchCampaignInfo {
            type_: Some(open(search_type.as_str())),
            description,
            reviewer,
            query,
            identity_ids: ids,
            access_constraints: (!constraints.is_empty()).then_some(constraints),
            ..Default::default()
        })
    }
}

/// What a role composition campaign reviews, and who.
#[derive(Clone, Debug)]
#[must_use = "it is for `NewCampaign::role_composition`"]
pub struct RoleScope {
    remediator: String,
    found: Option<Found>,
    description: Option<String>,
    reviewer: Option<CampaignReviewer>,
}

impl RoleScope {
    /// All roles. The remediator, an identity that is ROLE_ADMIN or ORG_ADMIN, gets a task for each
    /// revocation.
    pub fn all(remediator: impl Into<String>) -> Self {
        Self::new(remediator, None)
    }

    /// The roles of these ids.
    pub fn roles(
        remediator: impl Into<String>,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        Self::new(remediator, Some(Found::Ids(texts(ids))))
    }

    /// The roles that this search finds.
    pub fn found_by(remediator: impl Into<String>, query: impl Into<String>) -> Self {
        Self::new(remediator, Some(Found::Query(query.into())))
    }

    fn new(remediator: impl Into<String>, found: Option<Found>) -> Self {
        Self {
            remediator: remediator.into(),
            found,
            description: None,
            reviewer: None,
        }
    }

    /// Words about the search, for those who look at the campaign.
    pub fn described_as(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Who reviews everything, instead of the owners of the roles.
    pub fn reviewer(mut self, reviewer: CampaignReviewer) -> Self {
        self.reviewer = Some(reviewer);
        self
    }

    fn into_raw(self) -> Result<types::CampaignRoleCompositionCampaignInfo> {
        let Self {
            remediator,
            found,
            description,
            reviewer,
        } = self;
        let (query, ids) = match found {
            None => (None, None),
            Some(Found::Query(query)) => (Some(required("query", query)?), None),
            Some(Found::Ids(ids)) => (None, some(required_ids("roles", ids)?)),
        };
        let reviewer = match reviewer {
            None => None,
            Some(reviewer) => {
                let (id, kind) = reviewer.into_parts()?;
                Some(types::CampaignRoleCompositionCampaignInfoReviewer {
                    id: Some(id),
                    type_: Some(open(kind)),
                    ..Default::default()
                })
            }
        };
        let kind = enums::CampaignRoleCompositionCampaignInfoRemediatorRefType::Identity;
        let remediator = types::CampaignRoleCompositionCampaignInfoRemediatorRef {
            id: Some(required("remediator's id", remediator)?),
            type_: Some(kind),
            ..Default::default()
        };
        Ok(types::CampaignRoleCompositionCampaignInfo {
            remediator_ref: Some(remediator),
            description,
            reviewer,
            query,
            role_ids: ids,
            ..Default::default()
        })
    }
}

/// Begins to create a campaign.
pub(crate) async fn create(api: &Api, new: NewCampaign) -> Result<Campaign> {
    let operation = v3::builder::CreateCampaign::OPERATION;
    let request = || {
        let request = api.raw().create_campaign();
        Ok(request.body(new.into_raw()?).request()?)
    };
    api.create(operation, request).await
}

fn filter_reference(id: String) -> Result<types::CampaignFilter> {
    Ok(types::CampaignFilter {
        id: Some(required("filter's id", id)?),
        type_: Some(enums::CampaignFilterType::CampaignFilter),
        ..Default::default()
    })
}

pub(super) fn required(what: &str, text: String) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Error::refused(format!("the {what} is empty")));
    }
    Ok(text)
}

fn required_ids(what: &str, ids: Vec<String>) -> Result<Vec<String>> {
    if ids.is_empty() {
        return Err(Error::refused(format!("no {what} are named")));
    }
    if ids.iter().any(String::is_empty) {
        return Err(Error::refused(format!("an id of the {what} is empty")));
    }
    Ok(ids)
}

/// A list as generated types have it.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<Option<T>>> {
    Some(list.into_iter().map(Some).collect())
}

fn texts(texts: impl IntoIterator<Item: Into<String>>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}
