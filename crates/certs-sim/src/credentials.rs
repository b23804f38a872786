//! The credentials of clients.

use std::fmt;

/// The client id of the tenant's organisation administrator (ORG_ADMIN).
pub(crate) const ADMIN_CLIENT: &str = "sim-admin";
/// The client id of the tenant's certification administrator (CERT_ADMIN).
pub(crate) const CERT_ADMIN_CLIENT: &str = "sim-cert-admin";
/// The secret of every client. Nothing here needs protection, and any other text is a wrong secret
/// for tests.
pub(crate) const SECRET: &str = "sim-secret";

/// A client id and its secret, for `POST /oauth/token`.
///
/// `Debug` output leaves out the secret, as clients under test should do with theirs.
///
/// ```
/// use certs_sim::Credentials;
///
/// let credentials = Credentials::new("someone", "hush");
/// assert!(!format!("{credentials:?}").contains("hush"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
}

impl Credentials {
    /// Credentials of your own, for example to see them refused.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("client_secret", &"[redacted]")
            .finish()
    }
}
