//! Permissions, the same in both versions.

use super::{FieldValue, Matchable};
use crate::filter::endpoint::{BetaPermissions, Permissions};
use crate::model::Permission;

impl Matchable for Permissions {
    type Record = Permission;

    fn value<'a>(permission: &'a Permission, field: &str) -> Option<FieldValue<'a>> {
        value(permission, field)
    }
}

impl Matchable for BetaPermissions {
    type Record = Permission;

    fn value<'a>(permission: &'a Permission, field: &str) -> Option<FieldValue<'a>> {
        value(permission, field)
    }
}

fn value<'a>(permission: &'a Permission, field: &str) -> Option<FieldValue<'a>> {
    Some(match field {
        "target" => FieldValue::text(permission.target.as_deref()),
        "rights" => FieldValue::Texts(&permission.rights),
        _ => return None,
    })
}
