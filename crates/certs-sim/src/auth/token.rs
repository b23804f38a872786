//! Access tokens.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rand::RngExt as _;
use serde_json::json;

use super::Caller;
use crate::clock::later;
use crate::id::Id;

/// The tokens that were issued. They look like JWTs because clients decode them, but they are only
/// valid if they are on this list.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, Grant>,
}

struct Grant {
    caller: Caller,
    expires: Timestamp,
}

/// A new token with what the token endpoint says about it.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) jti: Id,
}

impl Tokens {
    pub(crate) fn issue(
        &mut self,
        caller: Caller,
        identity: Id,
        now: Timestamp,
        lifetime: Duration,
    ) -> Issued {
        // An expired token is refused like one that was never issued.
        self.issued.retain(|_, grant| grant.expires > now);
        let expires = later(now, lifetime);
        let jti = Id::random();
        let claims = json!({
            "tenant_id": TENANT_ID,
            "pod": POD,
            "org": ORG,
            "identity_id": identity,
            "client_id": caller.client_id,
            "scope": caller.scopes.to_string(),
            "iat": now.as_second(),
            "exp": expires.as_second(),
            "jti": jti,
        });
        let header = json!({ "alg": "HS256", "typ": "JWT" });
        // The signature is never verified; it only makes a token hard to guess.
        let signature: [u8; 32] = rand::rng().random();
        let access_token = [
            BASE64_URL_SAFE_NO_PAD.encode(header.to_string()),
            BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()),
            BASE64_URL_SAFE_NO_PAD.encode(signature),
        ]
        .join(".");
        self.issued
            .insert(access_token.clone(), Grant { caller, expires });
        Issued { access_token, jti }
    }

    /// Expires a token early.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.issued.remove(token);
    }

    /// The holder of a valid token.
    pub(crate) fn holder(&self, token: &str, now: Timestamp) -> Option<&Caller> {
        self.issued
            .get(token)
            .filter(|grant| grant.expires > now)
            .map(|grant| &grant.caller)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tokens", self.issued.len())
    }
}

/// The tenant in the words of a token.
pub(crate) const TENANT_ID: &str = "3c1f7a52-9d0e-4b86-8a41-5e2f60c7d913";
pub(crate) const POD: &str = "sim-local";
pub(crate) const ORG: &str = "northwind-sim";
