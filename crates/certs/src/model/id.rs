//! Ids, which responses may leave out.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An id that the service gave: of a certification, an item, an identity.
///
/// It is missing if the response left it out: [`get`](Self::get) then returns `None`. A missing id
/// equals no text and prints as nothing. Every call that needs an id accepts this type or text. It
/// refuses a missing id, blank text and more than 256 bytes before it sends anything.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::model::AccessReviewItem;
///
/// let item: AccessReviewItem = serde_json::from_str(r#"{ "id": "2c9180", "completed": false }"#)?;
/// assert_eq!(item.id, "2c9180");
/// assert_eq!(item.id.get(), Some("2c9180"));
///
/// let item: AccessReviewItem = serde_json::from_str(r#"{ "completed": false }"#)?;
/// assert_eq!(item.id.get(), None);
/// let error = client.certification(&item.id).get().await.unwrap_err();
/// println!("{error}"); // ... the certification id is missing: ...
/// # Ok(()) });
/// ```
///
/// As JSON it is text or null.
// Empty if the id is missing, so that the type takes no more memory than text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// The id, or `None` if it is missing.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(&*self.0)
    }

    /// Says that `what` is missing, such as "certification id", and what to do.
    pub(crate) fn missing(what: impl fmt::Display) -> String {
        format!("the {what} is missing: pass one, or skip the record if its response has none")
    }
}

impl<T: Into<String>> From<T> for Id {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl From<&Self> for Id {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, text: &str) -> bool {
        self.get() == Some(text)
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

impl PartialEq<String> for Id {
    fn eq(&self, text: &String) -> bool {
        *self == **text
    }
}

/// Allows looking up an id in a map or set by its text.
impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(id) => id.fmt(f),
            None => f.write_str("None"),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Option::<String>::deserialize(deserializer)?;
        Ok(Self(id.unwrap_or_default()))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Id {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<String>::json_schema(generator)
    }
}
