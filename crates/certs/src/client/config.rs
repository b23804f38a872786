//! Where and as whom, from the environment or from a file.
//!
//! Names and shapes are those of the vendor's own tools. Nothing is read unless a caller asks
//! for it: no file is looked for.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::ClientBuilder;
use crate::error::{Error, Result};

const BASE_URL: &str = "SAIL_BASE_URL";
const CLIENT_ID: &str = "SAIL_CLIENT_ID";
const CLIENT_SECRET: &str = "SAIL_CLIENT_SECRET";

impl ClientBuilder {
    /// Starts from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`.
    ///
    /// # Errors
    ///
    /// If one of them is missing or empty.
    pub fn from_env() -> Result<Self> {
        from_variables("the environment", |name| std::env::var(name).ok())
    }

    /// Starts from a file: JSON with `BaseURL`, `ClientId` and `ClientSecret` if its name
    /// ends in `.json`, and lines of `NAME=value` with the names of
    /// [`from_env`](Self::from_env) otherwise. The environment is neither read nor changed.
    ///
    /// The file holds a secret: only its owner should be able to read it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or lacks one of the three.
    ///
    /// ```no_run
    /// let client = certs::ClientBuilder::from_file("config.json")?.build()?;
    /// # Ok::<(), certs::Error>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        {
            from_json(&shown, path)
        } else {
            let unreadable = |error| {
                // The library's message on a line that it cannot read repeats the line.
                let why = match error {
                    dotenvy::Error::Io(error) => error.to_string(),
                    _ => "a line is not NAME=value".to_owned(),
                };
                Error::config(format!("{shown} cannot be read: {why}"))
            };
            let lines = dotenvy::from_path_iter(path).map_err(unreadable)?;
            let variables: HashMap<String, String> =
                lines.collect::<Result<_, _>>().map_err(unreadable)?;
            from_variables(&shown, |name| variables.get(name).cloned())
        }
    }
}

fn from_variables(place: &str, read: impl Fn(&str) -> Option<String>) -> Result<ClientBuilder> {
    let read = |name: &str| match read(name) {
        Some(value) if !value.trim().is_empty() => Ok(value),
        _ => Err(Error::config(format!(
            "{name} is not set in {place}. Set {BASE_URL}, {CLIENT_ID} and {CLIENT_SECRET}, or \
             use `Client::builder`"
        ))),
    };
    let builder = ClientBuilder::new(read(BASE_URL)?);
    Ok(builder.client_credentials(read(CLIENT_ID)?, read(CLIENT_SECRET)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(rename = "BaseURL")]
    base_url: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

fn from_json(shown: &str, path: &Path) -> Result<ClientBuilder> {
    let refused = |why: String| Error::config(format!("{shown} cannot be read: {why}"));
    let text = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    // Where, but not what: the text holds a secret.
    let config: Config = serde_json::from_slice(&text).map_err(|error| {
        refused(format!(
            "line {}, column {} is not as expected",
            error.line(),
            error.column()
        ))
    })?;
    let value = |name: &str, value: Option<String>| match value {
        Some(value) if !value.trim().is_empty() => Ok(value),
        _ => Err(Error::config(format!("{shown} has no {name}"))),
    };
    let builder = ClientBuilder::new(value("BaseURL", config.base_url)?);
    let id = value("ClientId", config.client_id)?;
    Ok(builder.client_credentials(id, value("ClientSecret", config.client_secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, Result<ClientBuilder>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let builder = ClientBuilder::from_file(path);
        (folder, builder)
    }

    #[test]
    fn both_shapes_of_files_are_read() {
        for (name, text) in [
            (
                "config.json",
                r#"{"BaseURL": "https://acme.example", "ClientId": "i", "ClientSecret": "s"}"#,
            ),
            (
                ".env",
                "# who\nSAIL_BASE_URL=https://acme.example\nexport SAIL_CLIENT_ID=\"i\"\n\
                 SAIL_CLIENT_SECRET='s'\n",
            ),
        ] {
            let client = file(name, text).1.unwrap().build().unwrap();
            assert_eq!(client.base_url(), "https://acme.example");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_no_secret_is_repeated() {
        for (name, text, what) in [
            (
                "config.json",
                r#"{"ClientId": "i", "ClientSecret": "hush"}"#,
                "has no BaseURL",
            ),
            ("config.json", r#"{"ClientSecret": "hush" "#, "line 1"),
            (
                ".env",
                "SAIL_CLIENT_SECRET=hush\n",
                "SAIL_BASE_URL is not set",
            ),
            (".env", "SAIL_CLIENT_SECRET='hush\n", "not NAME=value"),
        ] {
            let error = file(name, text).1.unwrap_err();
            assert!(error.is_config());
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(what), "{shown}");
            assert!(!shown.contains("hush"), "{shown}");
        }
        let error = ClientBuilder::from_file("no-such-file.json").unwrap_err();
        assert!(error.to_string().contains("no-such-file.json"), "{error}");
    }
}
