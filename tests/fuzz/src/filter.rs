//! Reading filters and sorters.

use certs::ListEndpoint;
use certs::filter::endpoint::{
    AccessSummaries, BetaCertifications, BetaPermissions, BetaReviewers, Certifications,
    IdentitySummaries, Items, Permissions, Reviewers, Tasks,
};
use certs::filter::{Filter, ParseError, Sorter};
use serde::de::DeserializeOwned;

/// A filter that is read is written with the same meaning; a refused one has an error with a place
/// in the text.
pub fn filter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    endpoint::<Certifications>(text);
    endpoint::<Items>(text);
    endpoint::<IdentitySummaries>(text);
    endpoint::<AccessSummaries>(text);
    endpoint::<Permissions>(text);
    endpoint::<Reviewers>(text);
    endpoint::<Tasks>(text);
    endpoint::<BetaCertifications>(text);
    endpoint::<BetaPermissions>(text);
    endpoint::<BetaReviewers>(text);
}

fn endpoint<E>(text: &str)
where
    E: ListEndpoint<Item: Default>,
{
    let records = [E::Item::default(), named(text)];
    match text.parse::<Filter<E>>() {
        Ok(filter) => {
            let written = filter.to_string();
            let reread = written.parse::<Filter<E>>();
            assert_eq!(reread.as_ref(), Ok(&filter), "{written}");
            assert_eq!(filter.check(), Ok(()));
            // A raw filter means the same as the parsed one.
            let raw = Filter::<E>::raw(text);
            assert_eq!(raw.to_string(), text);
            for record in &records {
                assert_eq!(filter.matches(record), raw.matches(record), "{written}");
            }
        }
        Err(error) => {
            assert_in(text, &error);
            for record in &records {
                assert!(Filter::<E>::raw(text).matches(record).is_err());
            }
        }
    }
    match text.parse::<Sorter<E>>() {
        Ok(sorter) => assert_eq!(sorter.to_string().parse().as_ref(), Ok(&sorter)),
        Err(error) => assert_in(text, &error),
    }
}

/// A record with words of the text, so that comparisons can match.
fn named<R: DeserializeOwned>(text: &str) -> R {
    let word = text.split('"').nth(1).unwrap_or(text);
    let access = serde_json::json!({ "id": word, "name": word, "type": "ENTITLEMENT" });
    let record = serde_json::json!({
        "id": word,
        "name": word,
        "email": word,
        "completed": true,
        "phase": "ACTIVE",
        "target": word,
        "rights": [word],
        "campaign": { "id": word },
        "accessSummary": { "access": access },
        "access": access,
    });
    serde_json::from_value(record).expect("records are read whatever their texts are")
}

/// An error has a place in the text or right after it, and is shown in three lines.
fn assert_in(text: &str, error: &ParseError) {
    let line = text
        .split('\n')
        .nth(error.line() - 1)
        .expect("a line of the text");
    assert!(
        (1..=line.chars().count() + 1).contains(&error.column()),
        "{error}"
    );
    assert_eq!(error.to_string().lines().count(), 3, "{error}");
}
