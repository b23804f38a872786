//! The request builder of the generated code.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request};
use progenitor_client::QueryParam;
use serde::Serialize;

/// A request that cannot be built. Nothing was sent.
///
/// ```
/// # use std::sync::Arc;
/// # #[derive(Debug)] struct Never;
/// # impl certs_raw::Execute for Never { fn execute(&self, _: http::Request<bytes::Bytes>, _: certs_raw::Operation) -> certs_raw::Executing<'_> { unreachable!() } }
/// let client = certs_raw::v3::Client::new("", Arc::new(Never));
///
/// let without_id = client.get_identity_certification().request().unwrap_err();
/// assert_eq!(without_id.part(), "id");
/// assert_eq!(
///     without_id.to_string(),
///     "the request cannot be built: `id`: id was not initialized"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    part: &'static str,
    reason: String,
}

impl RequestError {
    pub(crate) fn new(part: &'static str, reason: impl fmt::Display) -> Self {
        Self {
            part,
            reason: reason.to_string(),
        }
    }

    /// The part of the request that is wrong: the name of a parameter, `body` or `baseurl`.
    pub fn part(&self) -> &'static str {
        self.part
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, reason } = self;
        write!(f, "the request cannot be built: `{part}`: {reason}")
    }
}

impl std::error::Error for RequestError {}

impl<E> From<RequestError> for progenitor_client::Error<E> {
    fn from(error: RequestError) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

/// Builds one request. Its URI is relative if the base URL is.
#[derive(Debug)]
pub(crate) struct RequestBuilder {
    method: Method,
    url: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

#[allow(
    dead_code,
    reason = "a method that no operation has yet is one that the next release may use"
)]
impl RequestBuilder {
    pub(crate) fn get(url: String) -> Self {
        Self::new(Method::GET, url)
    }

    pub(crate) fn post(url: String) -> Self {
        Self::new(Method::POST, url)
    }

    pub(crate) fn put(url: String) -> Self {
        Self::new(Method::PUT, url)
    }

    pub(crate) fn patch(url: String) -> Self {
        Self::new(Method::PATCH, url)
    }

    pub(crate) fn delete(url: String) -> Self {
        Self::new(Method::DELETE, url)
    }

    fn new(method: Method, url: String) -> Self {
        Self {
            method,
            url,
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Adds a header that is a parameter; nothing for `None`.
    pub(crate) fn parameter(
        mut self,
        name: &'static str,
        value: Option<&impl ToString>,
    ) -> Result<Self, RequestError> {
        if let Some(value) = value {
            let value = HeaderValue::try_from(value.to_string());
            let value = value.map_err(|why| RequestError::new(name, why))?;
            // Names of headers are written as the specification has them.
            let name = HeaderName::try_from(name).map_err(|why| RequestError::new(name, why))?;
            self.headers.insert(name, value);
        }
        Ok(self)
    }

    /// Adds a parameter: nothing for `None`, and its name once for each element of a list.
    pub(crate) fn query<T: Serialize>(
        mut self,
        name: &'static str,
        value: &T,
    ) -> Result<Self, RequestError> {
        let pairs = serde_urlencoded::to_string(QueryParam::new(name, value))
            .map_err(|why| RequestError::new(name, why))?;
        if !self.query.is_empty() && !pairs.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(&pairs);
        Ok(self)
    }

    pub(crate) fn json<T: Serialize>(mut self, body: &T) -> Result<Self, RequestError> {
        let body = serde_json::to_vec(body).map_err(|why| RequestError::new("body", why))?;
        self.body = body.into();
        let json = HeaderValue::from_static("application/json");
        Ok(self.header(CONTENT_TYPE, json))
    }

    pub(crate) fn build(self) -> Result<Request<Bytes>, RequestError> {
        let mut uri = self.url;
        if !self.query.is_empty() {
            uri.push('?');
            uri.push_str(&self.query);
        }
        let mut request = Request::builder()
            .method(self.method)
            .uri(uri)
            .body(self.body)
            // Everything but the base URL is encoded.
            .map_err(|why| RequestError::new("baseurl", why))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(builder: RequestBuilder) -> String {
        builder.build().unwrap().uri().to_string()
    }

    #[test]
    fn a_query_is_form_encoded_and_complete() {
        let get = || RequestBuilder::get("/books".to_owned());
        let uri = uri(get()
            .query("filters", &Some("title eq \"a+b & c\" é"))
            .and_then(|get| get.query("limit", &None::<i32>))
            .and_then(|get| get.query("ids", &vec!["a", "b"]))
            .and_then(|get| get.query("count", &Some(true)))
            .unwrap());
        assert_eq!(
            uri,
            "/books?filters=title+eq+%22a%2Bb+%26+c%22+%C3%A9&ids=a&ids=b&count=true"
        );
        let error = get().query("nested", &vec![vec![1]]).unwrap_err();
        assert_eq!(error.part(), "nested");
    }

    #[test]
    fn a_body_is_json_and_says_so() {
        let built = RequestBuilder::post("/books".to_owned())
            .json(&["a"])
            .and_then(RequestBuilder::build)
            .unwrap();
        assert_eq!(built.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(built.body(), r#"["a"]"#);

        let no_json = std::collections::BTreeMap::from([([1], 2)]);
        let error = RequestBuilder::post(String::new()).json(&no_json);
        assert_eq!(error.unwrap_err().part(), "body");
    }

    #[test]
    fn a_header_is_sent_if_it_is_given_and_can_be() {
        let built = RequestBuilder::get("/books".to_owned())
            .parameter("X-Shelf", Some(&7))
            .and_then(|get| get.parameter("X-Hall", None::<&String>))
            .and_then(RequestBuilder::build)
            .unwrap();
        assert_eq!(built.headers()["x-shelf"], "7");
        assert_eq!(built.headers().len(), 1);
        let error = RequestBuilder::get(String::new()).parameter("X-Shelf", Some(&"a\nb"));
        assert_eq!(error.unwrap_err().part(), "X-Shelf");
    }

    #[test]
    fn an_invalid_base_url_is_an_error() {
        let error = RequestBuilder::get("https://a b/books".to_owned()).build();
        assert_eq!(error.unwrap_err().part(), "baseurl");
    }

    #[test]
    fn what_urls_let_through_the_request_does_too() {
        // What the generated code's `encode_path` leaves as it is.
        let path = "/books/!$&'()*+,-.:;=@[]\\^_|~";
        assert_eq!(uri(RequestBuilder::get(path.to_owned())), path);
    }
}
