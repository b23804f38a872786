//! What data an entitlement opens.

use super::record::record;

record! {
    /// What data an entitlement opens, as found by data access security.
    pub struct DataAccess {
        /// The policies that the data falls under.
        pub policies: Vec<DataAccessPolicy> => "policies",
        /// The categories that were found in the data.
        pub categories: Vec<DataAccessCategory> => "categories",
        /// How bad a leak would be.
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
    /// How bad a leak of data would be.
    pub struct ImpactScore {
        /// The score in words. The specification lists no values.
        pub value: Option<String> => "value",
    }
}
