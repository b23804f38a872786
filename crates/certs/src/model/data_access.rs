//! The data that an entitlement gives access to.

use super::record::record;

record! {
    /// The data that an entitlement gives access to, as found by data access security.
    pub struct DataAccess {
        /// The policies that the data falls under.
        pub policies: Vec<DataAccessPolicy> => "policies",
        /// The categories that were found in the data.
        pub categories: Vec<DataAccessCategory> => "categories",
        /// The impact of a leak.
        pub impact_score: Option<ImpactScore> => "impactScore",
    }
}

record! {
    /// A policy that data falls under.
    pub struct DataAccessPolicy {
        /// The policy's name.
        pub value: Option<String> => "value",
    }
}

record! {
    /// A category that was found in data.
    pub struct DataAccessCategory {
        /// The category's name.
        pub value: Option<String> => "value",
        /// How often it was found.
        pub match_count: Option<i64> => "matchCount",
    }
}

record! {
    /// The impact of a leak of data.
    pub struct ImpactScore {
        /// The score in words. The specification lists no values.
        pub value: Option<String> => "value",
    }
}
