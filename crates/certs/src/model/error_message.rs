//! Messages that accompany errors.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Extra;
use super::open_enum::open_enum;
use super::schema::plain_descriptions;

/// One message in one language (`ErrorMessageDto`), from an error answer or a task.
/// Prints as its text.
///
/// Beta's tasks carry bare strings instead: those have only `text`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct ErrorMessage {
    /// The language of `text`, a BCP 47 tag such as `en-US`. `None` when the service
    /// did not localise the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// How the language was chosen. `None` when the service did not localise the
    /// message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale_origin: Option<LocaleOrigin>,
    /// What the service has to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Display for ErrorMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.as_deref().unwrap_or_default())
    }
}

open_enum! {
    /// How the language of a message was chosen.
    pub enum LocaleOrigin {
        /// The system's default language.
        Default => "DEFAULT",
        /// The best match for the request's `Accept-Language`.
        Request => "REQUEST",
    }
}
