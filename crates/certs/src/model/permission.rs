//! Permissions behind an entitlement.

use super::record::record;

record! {
    /// What an entitlement allows on one target
    /// (`getIdentityCertificationItemPermissions`).
    ///
    /// The contents come from the connected systems as they are: spelling and meaning
    /// differ from one to the next.
    pub struct Permission {
        /// The actions that are allowed on the target, such as `SELECT`.
        pub rights: Vec<String> => "rights",
        /// What the rights apply to, such as a table.
        pub target: Option<String> => "target",
    }
}
