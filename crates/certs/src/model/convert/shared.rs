//! Types that V3 and beta declare alike. The generated types differ all the same, so each
//! conversion is written once and generated for both.

macro_rules! shared_conversions {
    ($version:ident) => {
        use certs_raw::$version::types as raw;

        use crate::model;
        use crate::model::convert::open;

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
