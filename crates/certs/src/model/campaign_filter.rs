//! Campaign filters.

use serde_json::Value;

use super::open_enum::open_enum;
use super::record::record;
use super::{Extra, Id};

record! {
    /// A filter that decides what campaigns review (`CampaignFilterDetails`).
    pub struct CampaignFilter {
        /// The filter's id.
        pub id: Id => "id",
        /// The filter's name.
        pub name: Option<String> => "name",
        /// The description.
        pub description: Option<String> => "description",
        /// The owner, who created it. `None` for a filter of the system.
        pub owner: Option<String> => "owner",
        /// Whether what its criteria match is included or excluded.
        pub mode: Option<CampaignFilterMode> => "mode",
        /// The criteria by which it matches.
        pub criteria: Vec<FilterCriterion> => "criteriaList",
        /// Whether it is a filter of the system, which cannot be changed.
        pub is_system_filter: Option<bool> => "isSystemFilter",
    }
}

open_enum! {
    /// What a campaign filter does with what it matches.
    pub enum CampaignFilterMode {
        /// Reviews it, and nothing else.
        Inclusion => "INCLUSION",
        /// Leaves it out.
        Exclusion => "EXCLUSION",
    }
}

pub(crate) use page::CampaignFilterPage;

mod page {
    #![expect(
        unreachable_pub,
        reason = "records are public, and callers get the filters alone"
    )]

    use super::CampaignFilter;
    use crate::model::record::record;

    record! {
        /// A response of the list of campaign filters.
        pub struct CampaignFilterPage {
            /// How many there are in it.
            pub count: Option<i64> => "count",
            /// The filters.
            pub items: Vec<CampaignFilter> => "items",
        }
    }
}

record! {
    /// One criterion of a campaign filter.
    pub struct FilterCriterion {
        /// The kind of object that it tests.
        pub criterion_type: Option<CriterionType> => "type",
        /// How it compares. `None` for some types.
        pub operation: Option<CriterionOperation> => "operation",
        /// The property that it compares, such as an attribute.
        pub property: Option<String> => "property",
        /// The value that it compares with.
        pub value: Option<String> => "value",
        /// Whether the result is reversed.
        pub negate_result: Option<bool> => "negateResult",
        /// Whether a match skips the criteria after it.
        pub short_circuit: Option<bool> => "shortCircuit",
        /// Whether matches of its children are kept.
        pub record_child_matches: Option<bool> => "recordChildMatches",
        /// The criterion's id.
        pub id: Id => "id",
        /// Whether what it matches is left out.
        pub suppress_matched_items: Option<bool> => "suppressMatchedItems",
        /// The criteria that it combines, as JSON: the specification does not describe them.
        pub children: Vec<Extra> => "children",
    }
}

impl FilterCriterion {
    /// A criterion about this.
    #[must_use]
    pub fn new(criterion_type: CriterionType) -> Self {
        Self {
            criterion_type: Some(criterion_type),
            ..Self::default()
        }
    }

    /// Adds the property to compare, the operation, and the value.
    #[must_use]
    pub fn compares(
        mut self,
        property: impl Into<String>,
        operation: CriterionOperation,
        value: impl Into<String>,
    ) -> Self {
        self.property = Some(property.into());
        self.operation = Some(operation);
        self.value = Some(value.into());
        self
    }

    fn to_object(&self) -> Extra {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            _ => Extra::new(),
        }
    }

    /// All of these criteria, or one of them.
    #[must_use]
    pub fn combined(operation: CriterionOperation, children: Vec<Self>) -> Self {
        Self {
            operation: Some(operation),
            children: children.iter().map(Self::to_object).collect(),
            ..Self::new(CriterionType::Composite)
        }
    }
}

open_enum! {
    /// The kind of object that a criterion tests.
    pub enum CriterionType {
        /// Other criteria.
        Composite => "COMPOSITE",
        /// Roles.
        Role => "ROLE",
        /// Identities.
        Identity => "IDENTITY",
        /// Attributes of identities.
        IdentityAttribute => "IDENTITY_ATTRIBUTE",
        /// Entitlements.
        Entitlement => "ENTITLEMENT",
        /// Access profiles.
        AccessProfile => "ACCESS_PROFILE",
        /// Sources.
        Source => "SOURCE",
        /// Accounts.
        Account => "ACCOUNT",
        /// Entitlements that come from an aggregation.
        AggregatedEntitlement => "AGGREGATED_ENTITLEMENT",
        /// What cannot be reviewed.
        InvalidCertifiableEntity => "INVALID_CERTIFIABLE_ENTITY",
        /// Bundles of what cannot be reviewed.
        InvalidCertifiableBundle => "INVALID_CERTIFIABLE_BUNDLE",
    }
}

open_enum! {
    /// How a criterion compares or combines.
    pub enum CriterionOperation {
        /// The same.
        Equals => "EQUALS",
        /// Not the same.
        NotEquals => "NOT_EQUALS",
        /// The value is part of it.
        Contains => "CONTAINS",
        /// It starts with the value.
        StartsWith => "STARTS_WITH",
        /// It ends with the value.
        EndsWith => "ENDS_WITH",
        /// All children match.
        And => "AND",
        /// One of the children matches.
        Or => "OR",
    }
}
