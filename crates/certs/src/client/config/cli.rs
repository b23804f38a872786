//! The configuration file of the vendor's command line tool: YAML, with any number of
//! environments, of which one is active.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};

use crate::client::ClientBuilder;
use crate::error::{Error, Result};

/// Its path below the home directory.
pub(super) const PATH: &str = ".sailpoint/config.yaml";

pub(super) fn from_yaml(shown: &str, text: &str) -> Result<ClientBuilder> {
    // Names the place, not the content: the text holds a secret.
    let settings = settings(text).map_err(|at| {
        let (line, column) = (at.line(), at.col() + 1);
        Error::config(format!(
            "{shown} cannot be read: line {line}, column {column} is not YAML"
        ))
    })?;
    let setting = |name: &str| settings.get(name).filter(|value| !value.trim().is_empty());
    let active = setting("activeenvironment")
        .ok_or_else(|| Error::config(format!("{shown} names no `activeenvironment`")))?;
    let of_active = |name: &str| {
        // The tool reads names without regard to case.
        let path = format!("environments/{}/{name}", active.to_lowercase());
        setting(&path).cloned().ok_or_else(|| {
            Error::config(format!(
                "{shown} has no `{name}` of the environment `{active}`. Newer versions of the \
                 tool keep credentials elsewhere: use `from_env` or `client_credentials`"
            ))
        })
    };
    let builder = ClientBuilder::new(of_active("baseurl")?);
    Ok(builder.client_credentials(of_active("pat/clientid")?, of_active("pat/clientsecret")?))
}

/// The texts of a YAML file by their paths: lower-case keys with a slash between. The error is the
/// place that is not YAML.
fn settings(text: &str) -> Result<HashMap<String, String>, Marker> {
    let mut settings = HashMap::new();
    // For each collection that is open, the key whose value comes next.
    let mut keys = Vec::<Option<String>>::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| *error.marker())?;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                keys.push(None);
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                keys.pop();
            }
            Event::Scalar(text, ..) => {
                if let Some(key @ None) = keys.last_mut() {
                    *key = Some(text.to_lowercase());
                    continue;
                }
                let path: Vec<_> = keys.iter().flatten().map(String::as_str).collect();
                settings.insert(path.join("/"), text.into_owned());
            }
            Event::Alias(_) => {}
            _ => continue,
        }
        // A value has ended, so the next scalar is a key.
        if let Some(key) = keys.last_mut() {
            *key = None;
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const FILE: &str = "\
activeenvironment: Acme
authtype: pat
debug: false
environments:
    acme:
        baseurl: https://acme.api.identitynow.com
        pat:
            accesstoken: \"\"
            clientid: 0123
            clientsecret: \"a: b # c\"
            expiry: 2026-03-02T08:00:00Z
        tenanturl: https://acme.identitynow.com
    other:
        baseurl: https://other.api.identitynow.com
templates: [a, {b: c}]
";

    #[test]
    fn the_active_environment_is_read() {
        let settings = settings(FILE).unwrap();
        assert_eq!(settings["environments/acme/pat/clientid"], "0123");
        assert_eq!(settings["environments/acme/pat/clientsecret"], "a: b # c");
        let client = from_yaml("config.yaml", FILE).unwrap().build().unwrap();
        assert_eq!(client.base_url(), "https://acme.api.identitynow.com");
    }

    #[test]
    fn what_is_missing_is_named_and_no_secret_is_repeated() {
        for (text, what) in [
            (FILE.replace("Acme", "other"), "no `pat/clientid`"),
            (FILE.replace("Acme", "none"), "no `baseurl`"),
            (FILE.replace("Acme", "\"\""), "no `activeenvironment`"),
            (FILE.replace("# c\"", "# c"), "is not YAML"),
            (String::new(), "no `activeenvironment`"),
            ("[a: &a b, *a, ?]".to_owned(), "no `activeenvironment`"),
        ] {
            let error = from_yaml("config.yaml", &text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(what), "{shown}");
            assert!(!shown.contains("a: b"), "{shown}");
        }
    }
}
