//! Finds things by the names that people give them.

use crate::status::{Failure, Result};

/// Similar names, the nearest first.
fn near<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    const ALIKE: f64 = 0.8;
    /// How much less similar than the nearest name another one may be.
    const NEARLY: f64 = 0.05;
    const SHOWN: usize = 3;

    let wanted = wanted.to_lowercase();
    let alike = |name: &'a str| {
        let lower = name.to_lowercase();
        let score = if lower.contains(&wanted) {
            1.0
        } else {
            strsim::jaro_winkler(&wanted, &lower)
        };
        (score > ALIKE).then_some((score, name))
    };
    let mut near: Vec<_> = names.into_iter().filter_map(alike).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    let best = near.first().map_or(0.0, |(score, _)| *score);
    near.retain(|(score, _)| *score > best - NEARLY);
    near.into_iter().map(|(_, name)| name).take(SHOWN).collect()
}

/// `; did you mean "A" or "B"?`, or nothing.
pub(crate) fn suggestion<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let near: Vec<_> = near(wanted, names)
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    }
}

/// Something with an id and a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) id: &'a str,
}

/// Finds the id of the thing by its id, its exact name, or its name in another case.
pub(crate) fn find(what: &str, wanted: &str, all: Vec<Named<'_>>) -> Result<String> {
    let mut all = all;
    all.sort_unstable();
    all.dedup();
    if let Some(found) = all.iter().find(|named| named.id == wanted) {
        return Ok(found.id.to_owned());
    }
    let of = |is: &dyn Fn(&Named<'_>) -> bool| -> Vec<_> {
        all.iter()
            .filter(|named| is(named))
            .map(|named| named.id)
            .collect()
    };
    let exact = of(&|named| named.name == wanted);
    let lower = wanted.to_lowercase();
    let found = if exact.is_empty() {
        of(&|named| named.name.to_lowercase() == lower)
    } else {
        exact
    };
    match &found[..] {
        [id] => Ok((*id).to_owned()),
        [] => {
            let suggestion = suggestion(wanted, all.iter().map(|named| named.name));
            Err(Failure::error(format!(
                "there is no {what} `{wanted}`{suggestion}"
            )))
        }
        ids => Err(Failure::error(format!(
            "{} {what}s are called `{wanted}`: give the id of one, {}",
            ids.len(),
            ids.join(" or ")
        ))),
    }
}

/// Whether the text has the form of the service's ids, so that no lookup is needed.
pub(crate) fn is_id(text: &str) -> bool {
    let digits = text.chars().filter(|c| *c != '-');
    digits.clone().count() == 32 && digits.clone().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Named<'_>; 4] = [
        Named {
            name: "Q3 Manager Review",
            id: "1",
        },
        Named {
            name: "Q4 Manager Review",
            id: "2",
        },
        Named {
            name: "Twice",
            id: "3",
        },
        Named {
            name: "Twice",
            id: "4",
        },
    ];

    #[test]
    fn a_name_finds_one_or_says_why_not() {
        let find = |wanted| find("campaign", wanted, ALL.to_vec()).map_err(|e| e.to_string());
        assert_eq!(find("2"), Ok("2".to_owned()));
        assert_eq!(find("q4 manager review"), Ok("2".to_owned()));
        assert_eq!(
            find("Q4 Managr Review").unwrap_err(),
            "there is no campaign `Q4 Managr Review`; did you mean `Q4 Manager Review`?"
        );
        let several = find("manager").unwrap_err();
        assert!(
            several.contains("`Q3 Manager Review` or `Q4 Manager Review`"),
            "{several}"
        );
        assert_eq!(find("Sales").unwrap_err(), "there is no campaign `Sales`");
        assert_eq!(
            find("Twice").unwrap_err(),
            "2 campaigns are called `Twice`: give the id of one, 3 or 4"
        );
    }

    #[test]
    fn ids_are_recognised() {
        assert!(is_id("2c9180835d2e5168015d32f890ca1581"));
        assert!(is_id("ef38f943-47e9-4562-b5bb-8424a56397d8"));
        assert!(!is_id("Q3 Manager Review"));
    }
}
