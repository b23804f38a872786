//! Checks the address of a tenant's API.

use url::Url;

use super::placeholder::has_placeholder;
use crate::api::version::Version;
use crate::error::Error;
use crate::http::loopback::is_loopback;

/// Checks the base URL, and removes the slash at its end so that paths can be appended.
pub(super) fn parse(text: &str, allow_http: bool) -> Result<String, Error> {
    let url = checked(text, "base URL", allow_http)?;
    let refuse = |why: &str| Err(refused("base URL", text, why));
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment. Remove everything after the host");
    }
    if let Some(why) = url.path_segments().and_then(wrong_path) {
        return refuse(&why);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The service names that precede the version in paths of per-service versions.
const SERVICES: [&str; 5] = [
    "campaign-filters",
    "campaign-templates",
    "campaigns",
    "certification-tasks",
    "certifications",
];

/// What is wrong with the path of a base URL, if anything.
fn wrong_path<'a>(segments: impl Iterator<Item = &'a str>) -> Option<String> {
    let lower = segments.map(str::to_ascii_lowercase);
    let segments: Vec<_> = lower.filter(|segment| !segment.is_empty()).collect();
    let is_version = |segment: &str| {
        segment == "beta"
            || segment
                .parse::<Version>()
                .is_ok_and(|version| version.name() == segment)
    };
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    let version = segments.iter().enumerate().find(|(place, segment)| {
        // The path of a gateway may contain `v1`.
        let is_a_services = *place > 0 && SERVICES.contains(&segments[place - 1]);
        let is_last = place + 1 == segments.len();
        is_version(segment) && (**segment != Version::V1.name() || is_a_services || is_last)
    });
    if let Some((place, version)) = version {
        return Some(if place + 1 == segments.len() {
            format!("ends in `/{version}`. Remove it: the client adds the version itself")
        } else {
            format!(
                "has `/{version}` in it. Remove it and what follows: the client adds the version \
                 itself"
            )
        });
    }
    match segments[..] {
        ["ui", ..] => Some(
            "is an address of the user interface. The API's is https://TENANT.api.identitynow.com"
                .to_owned(),
        ),
        [.., "cc", "api"] => {
            Some("ends in `/cc/api`, which is an older API. Remove that part".to_owned())
        }
        [.., "oauth", "token"] => {
            Some("ends in `/oauth/token`. Remove it: the client adds it itself".to_owned())
        }
        _ => None,
    }
}

/// Checks an address that is complete, such as that of a token endpoint, which may have a query.
pub(super) fn parse_endpoint(text: &str, allow_http: bool) -> Result<String, Error> {
    checked(text, "token URL", allow_http).map(String::from)
}

fn checked(text: &str, what: &str, allow_http: bool) -> Result<Url, Error> {
    let refuse = |why: &str| Err(refused(what, text, why));
    let bare = text.trim_matches(|next: char| next.is_whitespace() || "\"'".contains(next));
    let Ok(url) = Url::parse(bare) else {
        return refuse(if has_placeholder(text) {
            "has a placeholder in it. Write the name of the tenant there"
        } else {
            "is not a URL. Write one such as https://TENANT.api.identitynow.com"
        });
    };
    if has_placeholder(text) {
        return refuse("has a placeholder in it. Write the name of the tenant there");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or password. Pass credentials to the builder instead");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if allow_http || url.host().is_some_and(|host| is_loopback(&host)) => Ok(url),
        "http" => refuse(
            "is not encrypted: tokens would travel in the open. Use https, or `allow_http()` if \
             that is really meant",
        ),
        _ => refuse("is neither https nor http"),
    }
}

fn refused(what: &str, text: &str, why: &str) -> Error {
    Error::config(format!("the {what} `{}` {why}", shown(text)))
}

/// The part before an `@` may be a password and is not repeated.
pub(super) fn shown(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::error::ErrorKind;

    #[test]
    fn accepted_and_brought_to_one_form() {
        for (given, kept) in [
            (
                "https://acme.api.identitynow.com",
                "https://acme.api.identitynow.com",
            ),
            (
                "https://acme.api.identitynow.com/",
                "https://acme.api.identitynow.com",
            ),
            (
                " https://id.acme.example/api/ ",
                "https://id.acme.example/api",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("\"https://acme.example\"\r\n", "https://acme.example"),
            (
                "https://acme.example/v1/sailpoint",
                "https://acme.example/v1/sailpoint",
            ),
        ] {
            assert_eq!(parse(given, false).unwrap(), kept);
        }
        assert!(parse("http://acme.example", true).is_ok());
    }

    #[test]
    fn refused_with_a_hint() {
        for (given, hint) in [
            ("acme.api.identitynow.com", "is not a URL"),
            ("http://acme.example", "not encrypted"),
            ("http://127.0.0.1.acme.example", "not encrypted"),
            ("ftp://acme.example", "neither https nor http"),
            ("https://acme.example/v3", "ends in `/v3`"),
            ("https://acme.example/v3/certifications", "has `/v3` in it"),
            ("https://acme.example/beta/", "ends in `/beta`"),
            ("https://acme.example/V3", "ends in `/v3`"),
            ("https://acme.example/v2024/", "ends in `/v2024`"),
            ("https://acme.example/v2025", "ends in `/v2025`"),
            ("https://acme.example/v2026", "ends in `/v2026`"),
            ("https://acme.example/v1", "ends in `/v1`"),
            ("https://acme.example/certifications/v1", "ends in `/v1`"),
            (
                "https://acme.example/campaigns/v1/campaigns",
                "has `/v1` in it",
            ),
            ("https://acme.example/cc/api/", "ends in `/cc/api`"),
            ("https://acme.example/ui/admin", "user interface"),
            ("https://acme.example/oauth/token", "the client adds it"),
            ("https://{tenant}.api.identitynow.com", "placeholder"),
            ("https://[tenant].api.identitynow.com", "placeholder"),
            ("https://your-tenant.api.identitynow.com", "placeholder"),
            ("http://evil.localhost", "not encrypted"),
            ("https://acme.example?x=1", "query"),
        ] {
            let error = parse(given, false).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(hint), "{given}: {error}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        let error = parse("https://ada:lovelace@acme.example", false).unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("lovelace"),
            "{error:?}"
        );
    }
}
