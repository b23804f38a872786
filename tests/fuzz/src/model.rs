//! Decoding the service's responses.

use certs::model::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Encoding and decoding a record again loses nothing, whatever the JSON.
pub fn model(data: &[u8]) {
    macro_rules! each {
        ($($model:ident),+ $(,)?) => {$(
            round_trip::<$model>(data);
            round_trip::<Vec<$model>>(data);
        )+};
    }
    each! {
        AccessProfile, AccessReviewItem, AccessSummary, AccessType, Account,
        AccountOwner, ActivityInsights, CampaignReference, CampaignType, Certification,
        CertificationReference, CorrelatedStatus, DataAccess, DataAccessCategory,
        DataAccessPolicy, Decision, DecisionSummary, Entitlement, ErrorMessage,
        IdentityReference, IdentitySummary, ImpactScore, LocaleOrigin,
        MandatoryCommentRequirement, ObjectType, Permission, Phase,
        Reassignment, ReassignmentTrail, Recommendation, ReviewDecision, Reviewer,
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

fn round_trip<T: Serialize + DeserializeOwned>(data: &[u8]) {
    record(serde_json::from_slice::<T>(data).ok());
}

/// A decoded record can be encoded, and decoding that gives the same record.
pub fn record<T: Serialize + DeserializeOwned>(decoded: Option<T>) {
    let Some(decoded) = decoded else {
        return;
    };
    let written = serde_json::to_string(&decoded).expect("a record can always be written");
    let again = serde_json::from_str::<T>(&written).expect("and read again");
    let again = serde_json::to_string(&again).expect("more than once");
    assert_eq!(again, written);
}
