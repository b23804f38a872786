//! The address of a tenant's API.

use url::{Host, Url};

use crate::error::Error;

/// Checks the base URL and brings it to the one form that paths are appended to: no
/// slash at the end.
pub(crate) fn parse(text: &str, allow_http: bool) -> Result<String, Error> {
    let refuse = |why: &str| {
        Err(Error::config(format!(
            "the base URL `{}` {why}",
            shown(text)
        )))
    };
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("is not a URL. It looks like https://TENANT.api.identitynow.com");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or password. Pass credentials to the builder instead");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment. Leave everything after the host away");
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http || is_loopback(&url) => {}
        "http" => {
            return refuse(
                "is not encrypted: tokens would travel in the open. Use https, or \
                 `allow_http()` if that is really meant",
            );
        }
        _ => return refuse("is neither https nor http"),
    }
    let path = url.path().trim_end_matches('/');
    if let Some(version) = ["/v3", "/beta"]
        .into_iter()
        .find(|version| path.ends_with(version))
    {
        return refuse(&format!(
            "ends in `{version}`. Leave it away: the client adds the version itself"
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// What stands before an `@` may be a password and is not repeated.
pub(crate) fn shown(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => text.to_owned(),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

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
            ("https://acme.example/beta/", "ends in `/beta`"),
            ("https://acme.example?x=1", "query"),
        ] {
            let error = parse(given, false).unwrap_err();
            assert!(error.is_config());
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
