//! Messages that accompany errors.

use std::fmt;

use super::open_enum::open_enum;
use super::record::record;

record! {
    /// One message in one language (`ErrorMessageDto`), from an error response or a task. Prints as
    /// its text.
    ///
    /// Beta's tasks carry bare strings instead: those have only `text`.
    pub struct ErrorMessage or its text {
        /// The language of `text`, a BCP 47 tag such as `en-US`. `None` when the service
        /// did not localise the message.
        pub locale: Option<String> => "locale",
        /// How the language was chosen. `None` when the service did not localise the
        /// message.
        pub locale_origin: Option<LocaleOrigin> => "localeOrigin",
        /// The message.
        pub text: Option<String> => "text",
    }
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
