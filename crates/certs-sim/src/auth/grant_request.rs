//! A token request in its three forms: url-encoded, multipart, or in the query.

use axum::extract::Request;
use axum::http::header;

/// The parameters of a token request, from wherever they came.
#[derive(Debug, Default)]
pub(crate) struct GrantRequest {
    parameters: Vec<(String, String)>,
    /// The body without its secret.
    pub(crate) shown_body: Option<String>,
}

impl GrantRequest {
    /// Reads the body and then the query. If both have a parameter, the body counts.
    pub(crate) async fn read(request: Request) -> Result<Self, String> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
            .unwrap_or_default();
        let mut parameters = if content_type.starts_with("multipart/form-data") {
            multipart(request).await?
        } else if content_type.is_empty()
            || content_type.starts_with("application/x-www-form-urlencoded")
        {
            form(request).await?
        } else {
            // Parsed as a form, the secret could be in a name, which the log shows.
            return Err(format!("The content type {content_type} is not supported."));
        };
        let shown_body = (!parameters.is_empty()).then(|| {
            let mut shown = form_urlencoded::Serializer::new(String::new());
            shown.extend_pairs(&parameters);
            without_secret(&shown.finish())
        });
        parameters.extend(form_urlencoded::parse(query.as_bytes()).into_owned());
        Ok(Self {
            parameters,
            shown_body,
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

async fn form(request: Request) -> Result<Vec<(String, String)>, String> {
    // The size was bounded when the request was recorded.
    let body = axum::body::to_bytes(request.into_body(), usize::MAX)
        .await
        .map_err(|error| error.to_string())?;
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}

#[cfg(feature = "multipart")]
async fn multipart(request: Request) -> Result<Vec<(String, String)>, String> {
    use axum::extract::{FromRequest as _, Multipart};

    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| error.body_text())?;
    let mut parameters = Vec::new();
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|error| error.body_text())?
    {
        let name = part.name().unwrap_or_default().to_owned();
        let value = part.text().await.map_err(|error| error.body_text())?;
        parameters.push((name, value));
    }
    Ok(parameters)
}

#[cfg(not(feature = "multipart"))]
#[expect(
    clippy::unused_async,
    reason = "with the feature, it waits for the body"
)]
async fn multipart(_: Request) -> Result<Vec<(String, String)>, String> {
    Err("This simulator is built without its feature `multipart`.".to_owned())
}

/// A url-encoded form without the value of the secret, and otherwise unchanged.
pub(crate) fn without_secret(form: &str) -> String {
    let pairs = form.split('&').map(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        let is_secret = form_urlencoded::parse(name.as_bytes())
            .next()
            .is_some_and(|(name, _)| name == "client_secret");
        if is_secret {
            format!("{name}=[redacted]")
        } else {
            pair.to_owned()
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::without_secret;

    #[test]
    fn only_the_secret_is_taken_out() {
        assert_eq!(
            without_secret("a=%20b&client%5Fsecret=x%26y&c"),
            "a=%20b&client%5Fsecret=[redacted]&c"
        );
    }
}
