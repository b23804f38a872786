//! Types that both versions declare alike. In Rust they are different types all the same,
//! so the conversions are written once and made for each.

macro_rules! shared_conversions {
    ($version:ident) => {
        use certs_raw::$version::types as raw;

        use crate::model;
        use crate::model::convert::{list, open};

        fn campaign(raw: raw::CampaignReference) -> model::CampaignReference {
            let raw::CampaignReference {
                campaign_type,
                correlated_status,
                description,
                id,
                mandatory_comment_requirement,
                name,
                type_,
                extra,
            } = raw;
            model::CampaignReference {
                id: id.unwrap_or_default(),
                name,
                kind: type_.map(|kind| open(kind.as_str())),
                campaign_type: campaign_type.map(|kind| open(kind.as_str())),
                description,
                correlated_status: correlated_status.map(|status| open(status.as_str())),
                mandatory_comment_requirement: mandatory_comment_requirement
                    .map(|requirement| open(requirement.as_str())),
                extra,
            }
        }

        fn reassignment(raw: raw::Reassignment) -> model::Reassignment {
            let raw::Reassignment {
                comment,
                from,
                extra,
            } = raw;
            model::Reassignment {
                from: from.map(certification_reference),
                comment,
                extra,
            }
        }

        fn certification_reference(
            raw: raw::CertificationReference,
        ) -> model::CertificationReference {
            let raw::CertificationReference {
                id,
                name,
                reviewer: by,
                type_,
                extra,
            } = raw;
            model::CertificationReference {
                id: id.unwrap_or_default(),
                name,
                kind: type_.map(|kind| open(kind.as_str())),
                reviewer: by.map(reviewer),
                extra,
            }
        }

        pub(crate) fn identity_reference(
            raw: raw::IdentityReferenceWithNameAndEmail,
        ) -> model::IdentityReference {
            let raw::IdentityReferenceWithNameAndEmail {
                email,
                id,
                name,
                type_,
                extra,
            } = raw;
            model::IdentityReference {
                kind: type_.as_deref().map(open),
                id: id.unwrap_or_default(),
                name,
                email,
                extra,
            }
        }

        pub(crate) fn permission(raw: raw::PermissionDto) -> model::Permission {
            let raw::PermissionDto {
                rights,
                target,
                extra,
            } = raw;
            model::Permission {
                rights: list(rights, |right| right),
                target,
                extra,
            }
        }

        pub(crate) fn review_reassign(
            reassign: Vec<model::ReassignReference>,
            reassign_to: String,
            reason: String,
        ) -> raw::ReviewReassign {
            raw::ReviewReassign {
                reassign: reassign.into_iter().map(reassign_reference).collect(),
                reassign_to,
                reason,
            }
        }

        fn reassign_reference(reference: model::ReassignReference) -> raw::ReassignReference {
            let model::ReassignReference { id, reassign_type } = reference;
            raw::ReassignReference {
                id,
                type_: open(reassign_type.as_str()),
            }
        }
    };
}

pub(super) use shared_conversions;
