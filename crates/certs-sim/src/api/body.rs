//! Request bodies, read field by field so that a refusal names the field.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::endpoint::Call;
use crate::error::ApiError;

/// Parses the body. A client may omit the content type, but must not declare one other than JSON.
pub(crate) fn parse(call: &Call) -> Result<Value, ApiError> {
    if call.body.is_empty() {
        return Err(ApiError::missing("The request needs a body."));
    }
    if let Some(content_type) = &call.content_type {
        let is_json = content_type
            .to_ascii_lowercase()
            .starts_with("application/json");
        if !is_json {
            return Err(ApiError::syntax(format!(
                "The body must be application/json, but it is {content_type}."
            )));
        }
    }
    serde_json::from_slice(&call.body)
        .map_err(|error| ApiError::syntax(format!("The body is not JSON: {error}.")))
}

/// A list of one to `max` entries.
pub(crate) fn list<'a>(value: &'a Value, path: &str, max: usize) -> Result<&'a [Value], ApiError> {
    let Some(entries) = value.as_array() else {
        return Err(wrong_type(path, "a list"));
    };
    if entries.is_empty() {
        return Err(ApiError::missing(format!("{} is empty.", shown(path))));
    }
    if entries.len() > max {
        return Err(ApiError::content(format!(
            "{} has {} entries, but {max} are the most.",
            shown(path),
            entries.len()
        )));
    }
    Ok(entries)
}

/// An object and its place in the body.
pub(crate) struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    pub(crate) fn read(value: &'a Value, path: impl Into<String>) -> Result<Self, ApiError> {
        let path = path.into();
        match value.as_object() {
            Some(fields) => Ok(Self { fields, path }),
            None => Err(wrong_type(&path, "an object")),
        }
    }

    fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// A field that is present; null counts as absent.
    fn optional(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str) -> Result<&'a Value, ApiError> {
        self.optional(name)
            .ok_or_else(|| ApiError::missing(format!("{} is missing.", self.at(name))))
    }

    /// A text that is not blank.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, ApiError> {
        let text = text(self.required(name)?, || self.at(name))?;
        if text.trim().is_empty() {
            return Err(ApiError::missing(format!("{} is empty.", self.at(name))));
        }
        Ok(text)
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        self.optional(name)
            .map(|value| text(value, || self.at(name)))
            .transpose()
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        self.required(name)?
            .as_bool()
            .ok_or_else(|| wrong_type(&self.at(name), "true or false"))
    }

    pub(crate) fn optional_flag(&self, name: &str) -> Result<(), ApiError> {
        match self.optional(name) {
            Some(value) if !value.is_boolean() => Err(wrong_type(&self.at(name), "true or false")),
            _ => Ok(()),
        }
    }

    pub(crate) fn optional_whole(&self, name: &str) -> Result<(), ApiError> {
        match self.optional(name) {
            Some(value) if !value.is_i64() => Err(wrong_type(&self.at(name), "a whole number")),
            _ => Ok(()),
        }
    }

    /// One of the spellings that `read` knows.
    pub(crate) fn keyword<T>(
        &self,
        name: &str,
        spellings: &[&str],
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ApiError> {
        let text = text(self.required(name)?, || self.at(name))?;
        read(text).ok_or_else(|| {
            ApiError::illegal(format!(
                "{} is \"{text}\", but it must be one of: {}.",
                self.at(name),
                spellings.join(", ")
            ))
        })
    }

    pub(crate) fn optional_time(&self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let Some(value) = self.optional_text(name)? else {
            return Ok(None);
        };
        value
            .parse()
            .map(Some)
            .map_err(|_| wrong_type(&self.at(name), "a date and time of RFC 3339"))
    }

    pub(crate) fn list(&self, name: &str, max: usize) -> Result<&'a [Value], ApiError> {
        list(self.required(name)?, &self.at(name), max)
    }

    /// A list of texts that may be empty or absent.
    pub(crate) fn check_texts(&self, name: &str) -> Result<(), ApiError> {
        let is_texts = self.optional(name).is_none_or(|value| {
            value
                .as_array()
                .is_some_and(|entries| entries.iter().all(Value::is_string))
        });
        if is_texts {
            return Ok(());
        }
        Err(wrong_type(&self.at(name), "a list of strings"))
    }

    /// A list of texts, if there is one.
    pub(crate) fn optional_texts(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        self.check_texts(name)?;
        let list = self.optional(name).and_then(Value::as_array);
        let texts = |list: &Vec<Value>| {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        Ok(list.map(texts))
    }

    /// A list of at least one text.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, ApiError> {
        self.list(name, usize::MAX)?;
        Ok(self.optional_texts(name)?.unwrap_or_default())
    }

    /// A list of objects that may be empty or absent.
    pub(crate) fn objects(&self, name: &str, max: usize) -> Result<Vec<Object<'a>>, ApiError> {
        let Some(Value::Array(entries)) = self.optional(name) else {
            return Ok(Vec::new());
        };
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.list(name, max)?.iter().enumerate();
        entries
            .map(|(position, entry)| Object::read(entry, format!("{}[{position}]", self.at(name))))
            .collect()
    }

    pub(crate) fn optional_object(&self, name: &str) -> Result<Option<Object<'a>>, ApiError> {
        self.optional(name)
            .map(|value| Object::read(value, self.at(name)))
            .transpose()
    }
}

fn text(value: &Value, path: impl FnOnce() -> String) -> Result<&str, ApiError> {
    value
        .as_str()
        .ok_or_else(|| wrong_type(&path(), "a string"))
}

fn wrong_type(path: &str, expected: &str) -> ApiError {
    ApiError::illegal(format!("{} must be {expected}.", shown(path)))
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "The body" } else { path }
}
