//! The words of the contract and those of the client are the same ones.

use std::collections::{BTreeMap, BTreeSet};

use certs::filter::VOCABULARY;
use certs::model::{
    AccessType, CampaignType, CorrelatedStatus, Decision, LocaleOrigin,
    MandatoryCommentRequirement, ObjectType, Phase, ReassignType, ReviewerType, TaskStatus,
    TaskTargetType, TaskType, UsageDaysState,
};

use crate::support::contract::contracts;

type Filters = BTreeMap<String, BTreeSet<String>>;

fn set<'a>(
    texts: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a + ?Sized)>,
) -> BTreeSet<String> {
    texts
        .into_iter()
        .map(|text| text.as_ref().to_owned())
        .collect()
}

#[test]
fn filters_and_sorters_are_those_of_the_contract() {
    let mut declared: BTreeMap<(String, String), (Filters, BTreeSet<String>)> = BTreeMap::new();
    for contract in contracts() {
        for operation in contract.operations() {
            let filters: Filters = operation
                .filters
                .iter()
                .map(|(field, operators)| (field.clone(), set(operators)))
                .collect();
            let sorters = set(&operation.sorters);
            if !(filters.is_empty() && sorters.is_empty()) {
                let key = (contract.version.to_owned(), operation.id);
                declared.insert(key, (filters, sorters));
            }
        }
    }
    let known: BTreeMap<_, _> = VOCABULARY
        .iter()
        .map(|endpoint| {
            let key = (
                endpoint.contract.to_owned(),
                endpoint.operation_id.to_owned(),
            );
            let fields = endpoint.fields.iter();
            let filters: Filters = fields
                .clone()
                .filter(|field| !field.operators.is_empty())
                .map(|field| (field.name.to_owned(), set(field.operators.iter().copied())))
                .collect();
            let sorters = fields.filter(|field| field.sortable);
            (key, (filters, set(sorters.map(|field| field.name))))
        })
        .collect();
    assert_eq!(known.len(), VOCABULARY.len(), "an endpoint is there twice");
    assert_eq!(known, declared);
}

/// How the values of an enumeration of the contract relate to one of the model.
enum Known {
    /// The same ones.
    All(&'static [&'static str]),
    /// Some of them: the model has one type for all sorts of objects.
    Among(&'static [&'static str]),
}

/// The model's values for an enumeration of the contract, by the place that declares it.
fn known(place: &str) -> Option<Known> {
    Some(match place {
        "ActivityInsights.usageDaysState" => Known::All(UsageDaysState::KNOWN),
        "CampaignReference.campaignType" => Known::All(CampaignType::KNOWN),
        "CampaignReference.correlatedStatus" => Known::All(CorrelatedStatus::KNOWN),
        "CampaignReference.mandatoryCommentRequirement" => {
            Known::All(MandatoryCommentRequirement::KNOWN)
        }
        "CertificationDecision" => Known::All(Decision::KNOWN),
        "CertificationPhase" => Known::All(Phase::KNOWN),
        "CertificationTask.status" | "IdentityCertificationTask.status" => {
            Known::All(TaskStatus::KNOWN)
        }
        "CertificationTask.targetType" => Known::All(TaskTargetType::KNOWN),
        "CertificationTask.type" => Known::All(TaskType::KNOWN),
        "IdentityCertificationTask.type" => Known::Among(TaskType::KNOWN),
        "DtoType" => Known::All(ObjectType::KNOWN),
        "CampaignReference.type"
        | "CertificationReference.type"
        | "CertificationReferenceDto.type"
        | "ReviewableEntitlement.account.owner.type" => Known::Among(ObjectType::KNOWN),
        "LocaleOrigin" => Known::All(LocaleOrigin::KNOWN),
        "Reviewer.type" => Known::All(ReviewerType::KNOWN),
        "ReassignReference.type" => Known::All(REASSIGN_TYPES),
        _ => return None,
    })
}

const REASSIGN_TYPES: &[&str] = &["TARGET_SUMMARY", "ITEM", "IDENTITY_SUMMARY"];

#[test]
fn every_enumeration_of_the_contract_is_known_to_the_model() {
    for contract in contracts() {
        for (place, values) in contract.enums() {
            let values = set(&values);
            match known(&place) {
                Some(Known::All(texts)) => {
                    assert_eq!(set(texts.iter().copied()), values, "{place}");
                }
                Some(Known::Among(texts)) => {
                    assert!(
                        values.is_subset(&set(texts.iter().copied())),
                        "{place}: {values:?}"
                    );
                }
                None => panic!("{} declares {place}: which type is it?", contract.version),
            }
        }
    }
}

/// These two are closed: they are only ever sent.
#[test]
fn closed_enumerations_send_the_values_of_the_contract() {
    let sent = [
        ReassignType::TargetSummary,
        ReassignType::Item,
        ReassignType::IdentitySummary,
    ];
    assert_eq!(sent.map(ReassignType::as_str), REASSIGN_TYPES);

    let [v3, _] = contracts();
    let declared = v3.path_parameter_values("getIdentityAccessSummaries", "type");
    let sent = [
        AccessType::Role,
        AccessType::AccessProfile,
        AccessType::Entitlement,
    ];
    assert_eq!(sent.map(AccessType::as_str).to_vec(), declared);
}
