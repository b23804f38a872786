//! `POST /oauth/token`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::auth::grant_request::GrantRequest;
use crate::auth::scope::Scopes;
use crate::auth::token::{ORG, POD, TENANT_ID};
use crate::auth::{Caller, authenticate};
use crate::exchange::ShownBody;
use crate::id::Id;
use crate::sync::lock;

#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    tenant_id: &'static str,
    pod: &'static str,
    org: &'static str,
    identity_id: Id,
    jti: Id,
}

/// Why no token is given, in the words of OAuth 2.0.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl Refusal {
    fn bad_request(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.into(),
        }
    }
}

/// Gives a token for client credentials.
pub(crate) async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let (response, shown_body) = match GrantRequest::read(request).await {
        Ok(request) => (grant(&app, &request), request.shown_body),
        Err(reason) => (Err(Refusal::bad_request("invalid_request", reason)), None),
    };
    let mut response = match response {
        Ok(response) => Json(response).into_response(),
        Err(refusal) => {
            let body = json!({
                "error": refusal.error,
                "error_description": refusal.description,
            });
            (refusal.status, Json(body)).into_response()
        }
    };
    response.extensions_mut().insert(ShownBody(shown_body));
    response
}

fn grant(app: &App, request: &GrantRequest) -> Result<TokenResponse, Refusal> {
    let required = |name: &str| {
        request.get(name).ok_or_else(|| {
            Refusal::bad_request(
                "invalid_request",
                format!("The parameter {name} is missing."),
            )
        })
    };
    let grant_type = required("grant_type")?;
    if grant_type != "client_credentials" {
        return Err(Refusal::bad_request(
            "unsupported_grant_type",
            format!("The grant type {grant_type} is not supported; use client_credentials."),
        ));
    }
    let client_id = required("client_id")?;
    let client_secret = required("client_secret")?;
    let identity = app.look(|state, _| {
        authenticate(&state.tenant, client_id, client_secret).map(|person| {
            let row = &state.tenant.people[person];
            (person, row.id, row.level)
        })
    });
    let Some((person, identity_id, level)) = identity else {
        return Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description: "There is no such client, or its secret is another one.".to_owned(),
        });
    };
    let scopes = Scopes::parse(request.get("scope"));
    let scope = scopes.to_string();
    let caller = Caller {
        client_id: client_id.to_owned(),
        person,
        level,
        scopes,
    };
    let issued = lock(&app.tokens).issue(caller, identity_id, app.clock.now(), app.token_lifetime);
    Ok(TokenResponse {
        access_token: issued.access_token,
        token_type: "bearer",
        expires_in: app.token_lifetime.as_secs(),
        scope,
        tenant_id: TENANT_ID,
        pod: POD,
        org: ORG,
        identity_id,
        jti: issued.jti,
    })
}
