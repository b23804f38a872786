//! Decoding what the service answers.

use std::fmt::Debug;

use certs::model::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is decoded loses nothing when it is written and decoded again, whatever the JSON is.
pub fn model(data: &[u8]) {
    macro_rules! each {
        ($($model:ident),+ $(,)?) => {$(
            round_trip::<$model>(data);
            round_trip::<Vec<$model>>(data);
        )+};
    }
    each! {
        AccessProfile, AccessReference, AccessReviewItem, AccessSummary, AccessType, Account,
        AccountOwner, ActivityInsights, CampaignReference, CampaignType, Certification,
        CertificationReference, CorrelatedStatus, DataAccess, DataAccessCategory,
        DataAccessPolicy, Decision, DecisionSummary, Entitlement, ErrorMessage,
        IdentityReference, IdentitySummary, ImpactScore, LocaleOrigin,
        MandatoryCommentRequirement, ObjectType, Permission, Phase, ReassignReference,
        ReassignType, Reassignment, ReassignmentTrail, Recommendation, ReviewDecision, Reviewer,
        ReviewerType, Role, Task, TaskStatus, TaskTargetType, TaskType, UsageDaysState,
    }
    if let Ok(item) = serde_json::from_slice::<AccessReviewItem>(data) {
        let _ = (item.is_privileged(), item.source_name(), item.access_type());
        assert_eq!(item.approve().id, item.id);
    }
    if let Ok(certification) = serde_json::from_slice::<Certification>(data) {
        let progress = certification.progress();
        assert!(progress.remaining() >= 0);
    }
}

fn round_trip<T>(data: &[u8])
where
    T: Debug + PartialEq + Serialize + DeserializeOwned,
{
    let Ok(decoded) = serde_json::from_slice::<T>(data) else {
        return;
    };
    let written = serde_json::to_vec(&decoded).expect("the model can always be written");
    let again = serde_json::from_slice::<T>(&written).expect("and read again");
    assert_eq!(again, decoded);
}

/// What became of an answer's record can be written, and reads as the same but for dates
/// that are none, which only the answer's own text says.
pub fn record<T>(decoded: Option<T>)
where
    T: Debug + PartialEq + Serialize + DeserializeOwned,
{
    let Some(decoded) = decoded else {
        return;
    };
    let written = serde_json::to_string(&decoded).expect("a record can always be written");
    let again = serde_json::from_str::<T>(&written).expect("and read again");
    round_trip::<T>(&serde_json::to_vec(&again).expect("more than once"));
}
