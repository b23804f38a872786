//! The responses to refused requests.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::id::Id;

/// The detail codes of `ErrorResponseDto` that the simulator sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The body or the query cannot be read at all.
    Syntax,
    /// It can be read, but asks for something impossible.
    Content,
    /// Something required is missing.
    Missing,
    /// A value is not allowed.
    Illegal,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Timeout,
    Fault,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::Syntax | Self::Content | Self::Missing | Self::Illegal => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::Syntax => "400.0 Bad request syntax",
            Self::Content => "400.1 Bad Request Content",
            Self::Missing => "400.1.0 Required data missing or empty",
            Self::Illegal => "400.1.3 Illegal value",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not found",
            Self::MethodNotAllowed => "405 Method not allowed",
            Self::Timeout => "408 Request timeout",
            Self::Fault => "500.0 Internal Fault",
        }
    }

    /// The general text of the status; the precise reason is in `causes`.
    fn message(self) -> &'static str {
        match self {
            Self::Syntax => "The request could not be parsed.",
            Self::Content | Self::Missing | Self::Illegal => {
                "The request was syntactically correct but its content is semantically invalid."
            }
            Self::Forbidden => "The server understood the request but refuses to authorize it.",
            Self::NotFound => {
                "The server did not find a current representation for the target resource."
            }
            Self::MethodNotAllowed => "The target resource does not support the method.",
            Self::Timeout => "The server did not receive a complete request in time.",
            Self::Fault => "An internal fault occurred.",
        }
    }
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No token, or one that is expired or was not issued here.
    Unauthorized,
    /// The rate limit is reached; try again after this many seconds.
    RateLimited { retry_after: u64 },
    /// Everything that returns an `ErrorResponseDto`.
    Refused { code: Code, causes: Vec<String> },
}

impl ApiError {
    fn refused(code: Code, cause: impl Into<String>) -> Self {
        Self::Refused {
            code,
            causes: vec![cause.into()],
        }
    }

    pub(crate) fn syntax(cause: impl Into<String>) -> Self {
        Self::refused(Code::Syntax, cause)
    }

    pub(crate) fn content(cause: impl Into<String>) -> Self {
        Self::refused(Code::Content, cause)
    }

    pub(crate) fn missing(cause: impl Into<String>) -> Self {
        Self::refused(Code::Missing, cause)
    }

    pub(crate) fn illegal(cause: impl Into<String>) -> Self {
        Self::refused(Code::Illegal, cause)
    }

    pub(crate) fn forbidden(cause: impl Into<String>) -> Self {
        Self::refused(Code::Forbidden, cause)
    }

    pub(crate) fn not_found(cause: impl Into<String>) -> Self {
        Self::refused(Code::NotFound, cause)
    }

    pub(crate) fn method_not_allowed(cause: impl Into<String>) -> Self {
        Self::refused(Code::MethodNotAllowed, cause)
    }

    pub(crate) fn timeout(cause: impl Into<String>) -> Self {
        Self::refused(Code::Timeout, cause)
    }

    pub(crate) fn fault(cause: impl Into<String>) -> Self {
        Self::refused(Code::Fault, cause)
    }

    /// The same as a mistake in the request, for operations whose contract has no 404.
    pub(crate) fn into_content(self) -> Self {
        Self::content(self.causes().join(" "))
    }

    /// The reasons, for responses in another form than an error body.
    pub(crate) fn causes(&self) -> &[String] {
        match self {
            Self::Refused { causes, .. } => causes,
            Self::Unauthorized | Self::RateLimited { .. } => &[],
        }
    }
}

/// One message in the tenant's language.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message<'a> {
    locale: &'static str,
    locale_origin: &'static str,
    text: &'a str,
}

impl<'a> Message<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            locale: "en-US",
            locale_origin: "DEFAULT",
            text,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorResponse<'a> {
    detail_code: &'static str,
    tracking_id: Id,
    messages: [Message<'a>; 1],
    causes: Vec<Message<'a>>,
}

impl<'a> ErrorResponse<'a> {
    fn new(code: Code, causes: &'a [String]) -> Self {
        Self {
            detail_code: code.detail(),
            tracking_id: Id::random(),
            messages: [Message::new(code.message())],
            causes: causes.iter().map(|cause| Message::new(cause)).collect(),
        }
    }
}

/// The body for a request that cannot be read, for code that writes the response itself.
pub(crate) fn unreadable(cause: String) -> String {
    serde_json::to_string(&ErrorResponse::new(Code::Syntax, &[cause])).expect("text is always JSON")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            // The documentation gives one body for every 401, whatever the error of
            // the token.
            Self::Unauthorized => {
                let body = json!({ "error": "JWT validation failed: JWT is expired" });
                (StatusCode::UNAUTHORIZED, Json(body)).into_response()
            }
            Self::RateLimited { retry_after } => {
                let body = json!({ "message": " Rate Limit Exceeded " });
                let retry_after = [(header::RETRY_AFTER, retry_after.to_string())];
                (StatusCode::TOO_MANY_REQUESTS, retry_after, Json(body)).into_response()
            }
            Self::Refused { code, causes } => {
                let body = ErrorResponse::new(code, &causes);
                (code.status(), Json(body)).into_response()
            }
        }
    }
}
