//! Reads address and credentials from the environment or from a file.
//!
//! Names and formats are those of the vendor's own tools. Nothing is read unless the caller asks
//! for it.

#[cfg(feature = "cli-config")]
mod cli;

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use super::ClientBuilder;
use crate::error::{Error, Result};

const BASE_URL: &str = "SAIL_BASE_URL";
const CLIENT_ID: &str = "SAIL_CLIENT_ID";
const CLIENT_SECRET: &str = "SAIL_CLIENT_SECRET";
const VERSION: &str = "SAIL_API_VERSION";

impl ClientBuilder {
    /// Starts from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`, and `SAIL_API_VERSION` if it is set.
    ///
    /// # Errors
    ///
    /// If one of the first three is missing or empty, or the last is not a
    /// [version](crate::Version).
    pub fn from_env() -> Result<Self> {
        from_variables("the environment", |name| std::env::var(name).ok())
    }

    /// Starts from a file: JSON with `BaseURL`, `ClientId` and `ClientSecret` if its name ends in
    /// `.json`, the configuration of the vendor's command line tool if in `.yaml` (feature
    /// `cli-config`), and lines of `NAME=value` with the names of [`from_env`](Self::from_env)
    /// otherwise. The environment is neither read nor changed, and values are taken literally,
    /// without substitution. The file may be UTF-8 or, as older PowerShells write it, UTF-16.
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
        let unreadable = |why: String| Error::config(format!("{shown} cannot be read: {why}"));
        let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let text = decoded(&text)
            .ok_or_else(|| unreadable("it is neither UTF-8 nor UTF-16".to_owned()))?;
        let ends_in = |known| {
            let extension = path.extension();
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case(known))
        };
        if ends_in("json") {
            from_json(&shown, &text)
        } else if ends_in("yaml") || ends_in("yml") {
            #[cfg(feature = "cli-config")]
            return cli::from_yaml(&shown, &text);
            #[cfg(not(feature = "cli-config"))]
            Err(unreadable("enable the feature `cli-config`".to_owned()))
        } else {
            let variables = variables(&text)
                .map_err(|line| unreadable(format!("line {line} is not NAME=value")))?;
            from_variables(&shown, |name| variables.get(name).cloned())
        }
    }

    /// Starts from the active environment of the vendor's command line tool, in
    /// `.sailpoint/config.yaml` of the home directory: its `baseurl`, and the id and secret of its
    /// personal access token.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or lacks one of the three. Newer versions of the tool keep the id
    /// and the secret in the key store of the system, which this method does not read.
    ///
    /// ```no_run
    /// let client = certs::ClientBuilder::from_cli_config()?.build()?;
    /// # Ok::<(), certs::Error>(())
    /// ```
    #[cfg(feature = "cli-config")]
    pub fn from_cli_config() -> Result<Self> {
        let home = std::env::home_dir().ok_or_else(|| {
            Error::config("the home directory, which has the file, was not found. Use `from_file`")
        })?;
        Self::from_file(home.join(cli::PATH))
    }
}

/// The text of a file, whose first bytes may name its encoding.
fn decoded(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes.as_chunks::<2>();
        let units: Vec<_> = units.iter().map(|bytes| unit(*bytes)).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8(rest.to_vec()).ok(),
    }
}

/// Reads lines of `NAME=value` with the quoting of a shell. The error is the number of a line that
/// is not one of these, nor empty, nor a comment; the line itself may hold a secret.
fn variables(text: &str) -> Result<HashMap<String, String>, usize> {
    let mut variables = HashMap::new();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or(number)?;
        let name = match name.trim().split_once(char::is_whitespace) {
            Some(("export" | "set", name)) => name.trim(),
            _ => name.trim().trim_start_matches("$env:"),
        };
        let value = value.trim();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let (quoted, rest) = value[1..].split_once(quote).ok_or(number)?;
                let rest = rest.trim_start();
                (rest.is_empty() || rest.starts_with('#'))
                    .then_some(quoted)
                    .ok_or(number)?
            }
            // A comment begins after a blank.
            _ => value
                .split_once(" #")
                .map_or(value, |(value, _)| value.trim_end()),
        };
        variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(variables)
}

fn from_variables(place: &str, read: impl Fn(&str) -> Option<String>) -> Result<ClientBuilder> {
    let given = |name: &str| read(name).filter(|value| !value.trim().is_empty());
    let version = given(VERSION).map(|version| version.parse()).transpose()?;
    let read = |name: &str| match given(name) {
        Some(value) => Ok(value),
        None => Err(Error::config(format!(
            "{name} is not set in {place}. Set {BASE_URL}, {CLIENT_ID} and {CLIENT_SECRET}, or \
             use `Client::builder`"
        ))),
    };
    let builder = ClientBuilder::new(read(BASE_URL)?);
    let builder = builder.client_credentials(read(CLIENT_ID)?, read(CLIENT_SECRET)?);
    Ok(builder.version(version.unwrap_or_default()))
}

fn from_json(shown: &str, text: &str) -> Result<ClientBuilder> {
    // Names the place, not the content: the text holds a secret.
    let config: serde_json::Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        Error::config(format!(
            "{shown} cannot be read: line {}, column {} is not as expected",
            error.line(),
            error.column()
        ))
    })?;
    // Ignores case: the vendor's tools capitalise the names differently.
    let value = |name: &str| {
        let mut members = config.iter();
        match members.find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, Value::String(value))) if !value.trim().is_empty() => Ok(value),
            Some((_, Value::String(_) | Value::Null)) | None => {
                Err(Error::config(format!("{shown} has no {name}")))
            }
            Some(_) => Err(Error::config(format!("{name} in {shown} is not text"))),
        }
    };
    let builder = ClientBuilder::new(value("BaseURL")?.clone());
    Ok(builder.client_credentials(value("ClientId")?, value("ClientSecret")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn file(name: &str, text: impl AsRef<[u8]>) -> (tempfile::TempDir, Result<ClientBuilder>) {
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
                "Config.JSON",
                r#"{"baseUrl": "\"https://acme.example\"", "clientid": "i\r\n", "clientSecret": "s"}"#,
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
    fn files_of_a_windows_shell_are_read() {
        let json =
            r#"{"BaseURL": "https://acme.example", "ClientId": "i", "ClientSecret": "ß€😀"}"#;
        let lines =
            "SAIL_BASE_URL=https://acme.example\r\nSAIL_CLIENT_ID=i\r\nSAIL_CLIENT_SECRET=ß\r\n";
        for (name, text) in [("config.json", json), (".env", lines)] {
            let marked = format!("\u{feff}{text}");
            let little: Vec<_> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<_> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [marked.into_bytes(), little, big] {
                file(name, bytes).1.unwrap().build().unwrap();
            }
            let error = file(name, &b"\xff\xfe\x00"[..]).1.unwrap_err();
            assert!(error.to_string().contains("UTF-16"), "{error}");
        }
    }

    #[test]
    fn values_are_taken_as_they_are_written() {
        let read = |line: &str| variables(line).map(|variables| variables.get("X").cloned());
        for (line, value) in [
            ("X=pa$$word${HOME}", "pa$$word${HOME}"),
            ("X=\"$HOME # not a comment\"", "$HOME # not a comment"),
            ("export X='a\\b' # a comment", "a\\b"),
            ("X = a=b # a comment", "a=b"),
            ("X=a#b", "a#b"),
            ("export\tX=a", "a"),
            ("set X=a", "a"),
            ("$env:X = 'a'", "a"),
        ] {
            assert_eq!(read(line), Ok(Some(value.to_owned())), "{line}");
        }
        assert_eq!(read("# nothing\n\nX"), Err(3));
        assert_eq!(read("X='a"), Err(1));
        assert_eq!(read("X='a' b"), Err(1));
    }

    #[test]
    fn the_version_is_read_and_checked() {
        let lines = |version: &str| {
            format!(
                "SAIL_BASE_URL=https://acme.example\nSAIL_CLIENT_ID=i\nSAIL_CLIENT_SECRET=s\n\
                 SAIL_API_VERSION={version}\n"
            )
        };
        let client = file(".env", lines("V2025")).1.unwrap().build().unwrap();
        assert_eq!(client.version(), crate::Version::V2025);
        let client = file(".env", lines("")).1.unwrap().build().unwrap();
        assert_eq!(client.version(), crate::Version::V3);
        let error = file(".env", lines("v4")).1.unwrap_err();
        assert!(error.to_string().contains("v2024, v2025"), "{error}");
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
                "config.json",
                r#"{"BaseURL": "https://acme.example", "ClientId": 7, "ClientSecret": "hush"}"#,
                "ClientId in",
            ),
            (
                ".env",
                "SAIL_CLIENT_SECRET=hush\n",
                "SAIL_BASE_URL is not set",
            ),
            (".env", "SAIL_CLIENT_SECRET='hush\n", "not NAME=value"),
        ] {
            let error = file(name, text).1.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(what), "{shown}");
            assert!(!shown.contains("hush"), "{shown}");
        }
        let error = ClientBuilder::from_file("no-such-file.json").unwrap_err();
        assert!(error.to_string().contains("no-such-file.json"), "{error}");
    }
}
