//! Callers and their permissions.

pub(crate) mod grant_request;
pub(crate) mod scope;
pub(crate) mod token;

use self::scope::Scopes;
use crate::credentials::{ADMIN_CLIENT, CERT_ADMIN_CLIENT, SECRET};
use crate::id::Id;
use crate::state::table::Ix;
use crate::state::tenant::{Person, Tenant};
use crate::view::UserLevel;

/// The holder of a token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) client_id: String,
    pub(crate) person: Ix<Person>,
    pub(crate) level: UserLevel,
    pub(crate) scopes: Scopes,
}

impl Caller {
    /// Administrators see and change every certification.
    pub(crate) fn is_admin(&self) -> bool {
        match self.level {
            UserLevel::OrgAdmin | UserLevel::CertAdmin => true,
            UserLevel::User => false,
        }
    }
}

/// The identity behind a client id: two names for the administrators, and for
/// everybody else their own identifier. Machine identities have no credentials.
pub(crate) fn authenticate(
    tenant: &Tenant,
    client_id: &str,
    client_secret: &str,
) -> Option<Ix<Person>> {
    if client_secret != SECRET {
        return None;
    }
    match client_id {
        ADMIN_CLIENT => Some(tenant.admin),
        CERT_ADMIN_CLIENT => Some(tenant.cert_admin),
        _ => Id::parse(client_id)
            .and_then(|id| tenant.people.find(id))
            .filter(|person| !tenant.people[*person].is_machine()),
    }
}
