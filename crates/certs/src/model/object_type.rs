//! The types of objects that the service knows.

use super::open_enum::open_enum;

open_enum! {
    /// The type of an object (`DtoType`).
    ///
    /// The list is the service's own, for all of its APIs; certifications meet only a
    /// few of these.
    pub enum ObjectType {
        /// How accounts are matched to identities.
        AccountCorrelationConfig => "ACCOUNT_CORRELATION_CONFIG",
        /// A bundle of entitlements.
        AccessProfile => "ACCESS_PROFILE",
        /// The approval of a request for access.
        AccessRequestApproval => "ACCESS_REQUEST_APPROVAL",
        /// An account on a source.
        Account => "ACCOUNT",
        /// An application.
        Application => "APPLICATION",
        /// A certification campaign.
        Campaign => "CAMPAIGN",
        /// A filter for the contents of campaigns.
        CampaignFilter => "CAMPAIGN_FILTER",
        /// A certification.
        Certification => "CERTIFICATION",
        /// A cluster of virtual appliances.
        Cluster => "CLUSTER",
        /// The schema of a connector.
        ConnectorSchema => "CONNECTOR_SCHEMA",
        /// A right on a source.
        Entitlement => "ENTITLEMENT",
        /// A group of identities that decide together.
        GovernanceGroup => "GOVERNANCE_GROUP",
        /// A person.
        Identity => "IDENTITY",
        /// Rules for the identities of one authoritative source.
        IdentityProfile => "IDENTITY_PROFILE",
        /// A request about an identity.
        IdentityRequest => "IDENTITY_REQUEST",
        /// An identity that is not a person.
        MachineIdentity => "MACHINE_IDENTITY",
        /// A state in an identity's life, such as leaving.
        LifecycleState => "LIFECYCLE_STATE",
        /// Rules for passwords.
        PasswordPolicy => "PASSWORD_POLICY",
        /// A bundle of access that goes with a position.
        Role => "ROLE",
        /// A scripted rule.
        Rule => "RULE",
        /// A policy about duties that one person must not combine.
        SodPolicy => "SOD_POLICY",
        /// A connected system.
        Source => "SOURCE",
        /// A label.
        Tag => "TAG",
        /// A group of labels.
        TagCategory => "TAG_CATEGORY",
        /// The result of a background task.
        TaskResult => "TASK_RESULT",
        /// The result of a report.
        ReportResult => "REPORT_RESULT",
        /// A violation of a separation-of-duties policy.
        SodViolation => "SOD_VIOLATION",
        /// A change of an account.
        AccountActivity => "ACCOUNT_ACTIVITY",
        /// The older name of a governance group.
        Workgroup => "WORKGROUP",
    }
}
