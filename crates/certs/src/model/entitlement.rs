//! Entitlements: single rights on a source.

use super::record::record;
use super::{Account, DataAccess, Id, IdentityReference};

record! {
    /// A single right on a source, such as a group's membership
    /// (`ReviewableEntitlement`).
    pub struct Entitlement {
        /// The entitlement's id.
        pub id: Id => "id",
        /// The entitlement's name.
        pub name: Option<String> => "name",
        /// The description. `None` when there is none.
        pub description: Option<String> => "description",
        /// Whether it is marked as privileged.
        pub privileged: Option<bool> => "privileged",
        /// Its owner. `None` when there is none.
        pub owner: Option<IdentityReference> => "owner",
        /// The account attribute that holds the entitlement, such as `memberOf`.
        pub attribute_name: Option<String> => "attributeName",
        /// The attribute's value that represents this entitlement.
        pub attribute_value: Option<String> => "attributeValue",
        /// The source's own type for such an object, such as `group`.
        pub source_schema_object_type: Option<String> => "sourceSchemaObjectType",
        /// The name of the source that it belongs to.
        pub source_name: Option<String> => "sourceName",
        /// The type of source, as its connector calls it.
        pub source_type: Option<String> => "sourceType",
        /// The id of the source that it belongs to.
        pub source_id: Id => "sourceId",
        /// Whether it has permissions that can be listed.
        pub has_permissions: Option<bool> => "hasPermissions",
        /// Whether it is itself a permission of an account.
        pub is_permission: Option<bool> => "isPermission",
        /// Whether it can be revoked.
        pub revocable: Option<bool> => "revocable",
        /// Whether it is governed as cloud access.
        pub cloud_governed: Option<bool> => "cloudGoverned",
        /// Whether `data_access` is known.
        pub contains_data_access: Option<bool> => "containsDataAccess",
        /// The data that it gives access to. `None` when that is not known.
        pub data_access: Option<Box<DataAccess>> => "dataAccess",
        /// The account through which the identity holds it.
        pub account: Option<Box<Account>> => "account",
    }
}
