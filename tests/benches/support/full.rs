//! Structs with every field of an access review item, as written by hand: `serde`'s derive, nothing
//! else.
#![expect(dead_code, reason = "decoding them is what is measured")]

use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    access_summary: Option<AccessSummary>,
    identity_summary: Option<IdentitySummary>,
    id: Option<String>,
    completed: Option<bool>,
    new_access: Option<bool>,
    decision: Option<Decision>,
    comments: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Decision {
    Approve,
    Revoke,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ObjectType {
    AccessProfile,
    Account,
    Entitlement,
    Identity,
    Role,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessSummary {
    access: Option<AccessReference>,
    entitlement: Option<Box<Entitlement>>,
    access_profile: Option<Box<AccessProfile>>,
    role: Option<Box<Role>>,
}

#[derive(Deserialize)]
struct AccessReference {
    #[serde(rename = "type")]
    kind: Option<ObjectType>,
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdentitySummary {
    id: Option<String>,
    name: Option<String>,
    identity_id: Option<String>,
    completed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessProfile {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    privileged: Option<bool>,
    cloud_governed: Option<bool>,
    end_date: Option<Timestamp>,
    owner: Option<IdentityReference>,
    entitlements: Option<Vec<Entitlement>>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    privileged: Option<bool>,
    owner: Option<IdentityReference>,
    revocable: Option<bool>,
    end_date: Option<Timestamp>,
    access_profiles: Option<Vec<AccessProfile>>,
    entitlements: Option<Vec<Entitlement>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entitlement {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    privileged: Option<bool>,
    owner: Option<IdentityReference>,
    attribute_name: Option<String>,
    attribute_value: Option<String>,
    source_schema_object_type: Option<String>,
    source_name: Option<String>,
    source_type: Option<String>,
    source_id: Option<String>,
    has_permissions: Option<bool>,
    is_permission: Option<bool>,
    revocable: Option<bool>,
    cloud_governed: Option<bool>,
    contains_data_access: Option<bool>,
    data_access: Option<Box<DataAccess>>,
    account: Option<Box<Account>>,
}

#[derive(Deserialize)]
struct IdentityReference {
    #[serde(rename = "type")]
    kind: Option<ObjectType>,
    id: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataAccess {
    policies: Option<Vec<Value>>,
    categories: Option<Vec<Category>>,
    impact_score: Option<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Category {
    value: Option<String>,
    match_count: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    native_identity: Option<String>,
    disabled: Option<bool>,
    locked: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<ObjectType>,
    id: Option<String>,
    name: Option<String>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    activity_insights: Option<ActivityInsights>,
    description: Option<String>,
    governance_group_id: Option<String>,
    owner: Option<AccountOwner>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountOwner {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<ObjectType>,
    display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivityInsights {
    #[serde(rename = "accountID")]
    account_id: Option<String>,
    usage_days: Option<i32>,
    usage_days_state: Option<UsageDaysState>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum UsageDaysState {
    Complete,
    Unknown,
    #[serde(other)]
    Other,
}
