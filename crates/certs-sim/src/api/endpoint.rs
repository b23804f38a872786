//! The steps around every operation: token, rate limit, scope, one step on the state.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, RawPathParams, Request, State as Shared};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use jiff::Timestamp;

use super::success::Success;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::scope::Scope;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::Row;
use crate::query::filter::{Filter, Rule};
use crate::query::page::{Page, PastEnd};
use crate::query::params::Params;
use crate::query::select::{Selection, select};
use crate::query::sort::{Order, Sortable};
use crate::state::{Extent, State};
use crate::sync::lock;
use crate::version::Version;

/// An authorised request as an operation sees it.
#[derive(Debug)]
pub(crate) struct Call {
    path: Vec<(String, String)>,
    pub(crate) params: Params,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) caller: Caller,
    pub(crate) now: Timestamp,
    pub(crate) extent: Extent,
    /// For what the request makes.
    pub(crate) new_id: Id,
    past_end: PastEnd,
}

impl Call {
    /// A decoded parameter of the path. The routes declare every one that operations use.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The requested part of the collection.
    pub(crate) fn page(&self) -> Result<Page, ApiError> {
        Page::read(&self.params)
    }

    /// The `filters` parameter, by the fields that the operation lists.
    pub(crate) fn filter<F: Copy>(&self, rules: &[Rule<F>]) -> Result<Option<Filter<F>>, ApiError> {
        self.params
            .get("filters")
            .map(|filters| Filter::parse(filters, rules))
            .transpose()
    }

    /// The same, for operations that combine at most two terms.
    pub(crate) fn filter_pair<F: Copy>(
        &self,
        rules: &[Rule<F>],
    ) -> Result<Option<Filter<F>>, ApiError> {
        self.params
            .get("filters")
            .map(|filters| Filter::parse_pair(filters, rules))
            .transpose()
    }

    /// The `sorters` parameter, by the fields that the operation lists.
    pub(crate) fn order<F: Copy>(
        &self,
        sortable: &Sortable<F>,
    ) -> Result<Option<Order<F>>, ApiError> {
        self.params
            .get("sorters")
            .map(|sorters| Order::parse(sorters, sortable))
            .transpose()
    }

    /// Picks the page that the request asks for.
    pub(crate) fn select<R: Row>(
        &self,
        rows: impl Iterator<Item = R>,
        filter: Option<&Filter<R::Field>>,
        order: Option<&Order<R::Field>>,
        page: Page,
    ) -> Result<Selection<R>, ApiError> {
        let selection = select(rows, filter, order, page);
        page.check(selection.total, self.past_end)?;
        Ok(selection)
    }
}

/// One operation: reads or changes the state, and responds.
pub(crate) type Operation = fn(&mut State, &Call) -> Result<Success, ApiError>;

/// An operation, its path, and who may call it. The routes and the list on the home page come from
/// these.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint {
    verb: Verb,
    pub(crate) path: &'static str,
    guard: Guard,
    operation: Operation,
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Endpoint {
    pub(crate) fn method(&self) -> &'static str {
        match self.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }

    /// The scopes of which a token needs one; none if any token does.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &'static str> {
        self.guard.scopes.iter().map(|scope| scope.as_str())
    }

    fn handler(self, version: Version) -> MethodRouter<Arc<App>> {
        let handler = move |Shared(app): Shared<Arc<App>>, request: Request| {
            self.respond(version, app, request)
        };
        match self.verb {
            Verb::Get => get(handler),
            Verb::Post => post(handler),
            Verb::Put => put(handler),
            Verb::Patch => patch(handler),
            Verb::Delete => delete(handler),
        }
    }

    async fn respond(self, version: Version, app: Arc<App>, request: Request) -> Response {
        match self.run(version, &app, request).await {
            Ok(success) => success.into_response(),
            Err(error) => error.into_response(),
        }
    }

    async fn run(self, version: Version, app: &App, request: Request) -> Result<Success, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = self.guard.admit(version, app, &parts.headers)?;
        let path = RawPathParams::from_request_parts(&mut parts, &())
            .await
            .map_err(|error| ApiError::syntax(error.body_text()))?
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        // The size was bounded when the request was recorded.
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .map_err(|error| ApiError::syntax(error.to_string()))?;
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let extent = parts.extensions.get().copied().unwrap_or_default();
        let call = |now| Call {
            path,
            params: Params::parse(parts.uri.query().unwrap_or_default()),
            content_type: content_type
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            body: body.into(),
            caller,
            now,
            extent,
            new_id: Id::random(),
            past_end: app.past_end,
        };
        let operation = self.operation;
        match self.verb {
            Verb::Get => app.read(|state, now| operation(state, &call(now))),
            Verb::Post | Verb::Put | Verb::Patch | Verb::Delete => app.write(|now| {
                let call = call(now);
                move |state| operation(state, &call)
            }),
        }
    }
}

/// The routes to the endpoints of a version.
pub(crate) fn routes(version: Version, endpoints: &[Endpoint]) -> Router<Arc<App>> {
    endpoints.iter().fold(Router::new(), |router, endpoint| {
        router.route(&version.path(endpoint.path), endpoint.handler(version))
    })
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// Any of them is enough. If empty, no scope is needed.
    scopes: &'static [Scope],
}

impl Guard {
    /// Holders of one of these scopes, or of the one that allows everything.
    pub(crate) const fn scopes(scopes: &'static [Scope]) -> Self {
        Self { scopes }
    }

    /// Everybody with a token.
    pub(crate) const fn any() -> Self {
        Self { scopes: &[] }
    }

    pub(crate) const fn get(self, path: &'static str, operation: Operation) -> Endpoint {
        self.endpoint(Verb::Get, path, operation)
    }

    pub(crate) const fn post(self, path: &'static str, operation: Operation) -> Endpoint {
        self.endpoint(Verb::Post, path, operation)
    }

    pub(crate) const fn put(self, path: &'static str, operation: Operation) -> Endpoint {
        self.endpoint(Verb::Put, path, operation)
    }

    pub(crate) const fn patch(self, path: &'static str, operation: Operation) -> Endpoint {
        self.endpoint(Verb::Patch, path, operation)
    }

    pub(crate) const fn delete(self, path: &'static str, operation: Operation) -> Endpoint {
        self.endpoint(Verb::Delete, path, operation)
    }

    const fn endpoint(self, verb: Verb, path: &'static str, operation: Operation) -> Endpoint {
        Endpoint {
            verb,
            path,
            guard: self,
            operation,
        }
    }

    fn admit(self, version: Version, app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let now = app.clock.now();
        let caller = bearer(headers)
            .and_then(|token| lock(&app.tokens).holder(token, now).cloned())
            .ok_or(ApiError::Unauthorized)?;
        lock(&app.limiter)
            .pass(&caller.client_id, version, now)
            .map_err(|retry_after| ApiError::RateLimited { retry_after })?;
        let is_allowed = |scope: &Scope| caller.scopes.allow(*scope);
        if self.scopes.is_empty() || self.scopes.iter().any(is_allowed) {
            return Ok(caller);
        }
        let needed: Vec<_> = self.scopes.iter().map(|scope| scope.as_str()).collect();
        Err(ApiError::forbidden(format!(
            "The token lacks the scope {}; it has: {}.",
            needed.join(" or "),
            caller.scopes
        )))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}
