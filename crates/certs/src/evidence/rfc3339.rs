//! Times in evidence: RFC 3339 in UTC, as the model writes them, but read strictly. An unreadable
//! time in a response is the service's mistake; one in evidence is damage.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

use crate::model::timestamp;

/// This moment, to the millisecond, as precise as the service's own times.
pub(super) fn now() -> Timestamp {
    let now = crate::time::wall_clock();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

fn read<E: serde::de::Error>(text: &str) -> Result<Timestamp, E> {
    timestamp::parse(text).ok_or_else(|| E::custom(format!("`{text}` is not a time")))
}

pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&timestamp::format(*time))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    read(&String::deserialize(deserializer)?)
}

/// For times that may be missing.
pub(super) mod optional {
    use super::*;

    pub(in super::super) use crate::model::timestamp::serialize;

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.as_deref().map(read).transpose()
    }
}
