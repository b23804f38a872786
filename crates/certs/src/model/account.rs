//! Accounts through which identities hold entitlements.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{Id, ObjectType};

record! {
    /// The account through which an identity holds an entitlement.
    pub struct Account {
        /// The account's id on the source.
        pub native_identity: Option<String> => "nativeIdentity",
        /// Whether the account is switched off.
        pub disabled: Option<bool> => "disabled",
        /// Whether the account is locked.
        pub locked: Option<bool> => "locked",
        /// The type of object: [`ObjectType::Account`].
        pub kind: Option<ObjectType> => "type",
        /// The account's id.
        pub id: Id => "id",
        /// The account's name. `None` when it has none.
        pub name: Option<String> => "name",
        /// When the account was created.
        pub created: Option<Timestamp> => "created",
        /// When the account was last changed.
        pub modified: Option<Timestamp> => "modified",
        /// How much the account is used.
        pub activity_insights: Option<ActivityInsights> => "activityInsights",
        /// The description. `None` when there is none.
        pub description: Option<String> => "description",
        /// The id of the governance group of a machine account. `None` for others.
        pub governance_group_id: Id => "governanceGroupId",
        /// The owner of a machine account. `None` for others.
        pub owner: Option<AccountOwner> => "owner",
    }
}

record! {
    /// The owner of a machine account.
    pub struct AccountOwner {
        /// The owner's id.
        pub id: Id => "id",
        /// The type of object: [`ObjectType::Identity`].
        pub kind: Option<ObjectType> => "type",
        /// The name to show.
        pub display_name: Option<String> => "displayName",
    }
}

record! {
    /// How much an account is used.
    pub struct ActivityInsights {
        /// The id of the account.
        pub account_id: Id => "accountID",
        /// On how many of the last 90 days the account was used: 0 to 90.
        pub usage_days: Option<i32> => "usageDays",
        /// Whether `usage_days` can be relied on.
        pub usage_days_state: Option<UsageDaysState> => "usageDaysState",
    }
}

open_enum! {
    /// Whether the number of days of use can be relied on.
    pub enum UsageDaysState {
        /// All days were counted.
        Complete => "COMPLETE",
        /// The service cannot tell. A value of the API, not one that this version does
        /// not name: that is `Unrecognized`.
        Unknown => "UNKNOWN",
    }
}
