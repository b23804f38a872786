//! Decodes the claims of a token.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::AccessToken;

/// The claims of an access token: whose it is, and what it may do.
///
/// The service's tokens are JSON Web Tokens, whose claims anybody can read. They are not verified
/// here. A claim that the token lacks is `None` or empty; a token in another format has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenClaims {
    /// The organisation: the tenant's name in its addresses.
    pub org: Option<String>,
    /// The tenant's id.
    pub tenant_id: Option<String>,
    /// The id of the identity that the token acts as.
    pub identity_id: Option<String>,
    /// The name of its account.
    pub user_name: Option<String>,
    /// The id of the personal access token or client that got it.
    pub client_id: Option<String>,
    /// Its scopes, such as `sp:scopes:all`.
    pub scopes: Vec<String>,
    /// When it expires.
    pub expires: Option<Timestamp>,
}

impl TokenClaims {
    pub(crate) fn of(token: &AccessToken) -> Self {
        Self::read(token.expose()).unwrap_or_default()
    }

    fn read(token: &str) -> Option<Self> {
        let claims = token.split('.').nth(1)?;
        let claims = BASE64_URL_SAFE_NO_PAD
            .decode(claims.trim_end_matches('='))
            .ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        let text = |value: Value| value.as_str().map(str::to_owned);
        Some(Self {
            org: text(claims.org),
            tenant_id: text(claims.tenant_id),
            identity_id: text(claims.identity_id),
            user_name: text(claims.user_name),
            client_id: text(claims.client_id),
            scopes: scopes(&claims.scope),
            expires: claims
                .exp
                .as_i64()
                .and_then(|seconds| Timestamp::from_second(seconds).ok()),
        })
    }
}

/// A list, or one text with blanks between.
fn scopes(claim: &Value) -> Vec<String> {
    let texts: Vec<_> = match claim {
        Value::String(text) => vec![text.as_str()],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let scopes = texts.into_iter().flat_map(str::split_whitespace);
    scopes.map(str::to_owned).collect()
}

/// As values, so that a malformed claim does not fail the others.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    org: Value,
    tenant_id: Value,
    identity_id: Value,
    user_name: Value,
    client_id: Value,
    scope: Value,
    exp: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> TokenClaims {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(json);
        TokenClaims::of(&AccessToken::new(format!("e30.{claims}.c2ln")))
    }

    #[test]
    fn claims_are_read_whatever_their_form() {
        let all = claims(
            r#"{"org": "acme", "identity_id": "i-1", "user_name": "mei", "tenant_id": 7,
                "scope": ["idn:campaign:read", "sp:scopes:all"], "exp": 1767225600}"#,
        );
        assert_eq!(all.org.as_deref(), Some("acme"));
        assert_eq!(all.identity_id.as_deref(), Some("i-1"));
        assert_eq!(all.tenant_id, None);
        assert_eq!(all.scopes, ["idn:campaign:read", "sp:scopes:all"]);
        assert_eq!(all.expires.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(claims(r#"{"scope": "a b"}"#).scopes, ["a", "b"]);
    }

    #[test]
    fn text_that_is_not_a_jwt_has_no_claims() {
        for token in ["opaque", "a.b.c", "", "e30.bm90IGpzb24.x"] {
            let claims = TokenClaims::of(&AccessToken::new(token));
            assert_eq!(claims, TokenClaims::default(), "{token}");
        }
    }
}
