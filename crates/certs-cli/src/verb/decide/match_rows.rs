//! Finds the items that the rows of a table name.

use std::collections::HashMap;
use std::path::Path;

use certs::Client;
use certs::model::{AccessReviewItem, Certification, Decision, Id, ReviewDecision};
use jiff::Timestamp;

use super::About;
use crate::effects::name_of;
use crate::interrupt;
use crate::progress::Progress;
use crate::sheet::{Column, Row, Sheet, unknown};
use crate::status::{Failure, Result};

const COLUMNS: &[Column] = &[
    Column {
        name: "item",
        others: &["itemid", "id", "reviewitem", "accessreviewitem"],
    },
    Column {
        name: "identity",
        others: &["identityname", "user", "employee"],
    },
    Column {
        name: "identity_id",
        others: &[],
    },
    Column {
        name: "access",
        others: &["accessname", "entitlement", "role", "accessprofile"],
    },
    Column {
        name: "access_id",
        others: &[],
    },
    Column {
        name: "certification",
        others: &["certificationid", "certificationname"],
    },
    Column {
        name: "decision",
        others: &["verdict", "action"],
    },
    Column {
        name: "comment",
        others: &["comments", "reason"],
    },
    Column {
        name: "end_date",
        others: &["proposedenddate", "enddate", "until"],
    },
];

/// The rows of a table as decisions.
pub(super) struct Matched {
    pub(super) sheet: Sheet,
    /// By certification.
    pub(super) decisions: Vec<(Certification, Vec<ReviewDecision>)>,
    /// By the item's id.
    pub(super) about: HashMap<Id, About>,
    /// How many rows repeat an existing decision.
    pub(super) decided_already: usize,
    pub(super) without_decision: usize,
    /// How many rows change an existing decision.
    pub(super) changing: usize,
}

/// Reads a table, with all checks that do not need the tenant.
pub(super) fn read(path: &Path) -> Result<Sheet> {
    let sheet = Sheet::read(path, COLUMNS)?;
    let names_items = sheet.uses("item")
        || ((sheet.uses("identity") || sheet.uses("identity_id"))
            && (sheet.uses("access") || sheet.uses("access_id")));
    if !sheet.rows.is_empty() && !names_items {
        return Err(Failure::error(format!(
            "{}: no row names an item: fill in `item`, or `identity` and `access`",
            path.display()
        )));
    }
    Ok(sheet)
}

/// An item that a row may name.
struct Candidate {
    /// Its certification, by its place.
    certification: usize,
    item: AccessReviewItem,
}

/// Finds the items of all rows in these certifications.
pub(super) async fn matched(
    client: &Client,
    certifications: Vec<Certification>,
    mut sheet: Sheet,
) -> Result<Matched> {
    let all = Candidates::read(client, &certifications).await?;
    let mut decisions: Vec<_> = certifications
        .into_iter()
        .map(|row| (row, Vec::new()))
        .collect();
    let mut lines: HashMap<Id, u64> = HashMap::new();
    let mut about = HashMap::new();
    let (mut decided_already, mut without_decision, mut changing) = (0, 0, 0);
    for row in std::mem::take(&mut sheet.rows) {
        if row.get("decision").is_none() {
            without_decision += 1;
            continue;
        }
        let certification = row.get("certification").map(str::to_owned);
        let found = all.find(&row, |candidate| {
            let (of, _) = &decisions[candidate.certification];
            certification
                .as_deref()
                .is_none_or(|it| of.id == it || name_of(of) == it)
        });
        let candidate = match found {
            Ok(candidate) => candidate,
            Err((column, why)) => {
                sheet.problem(row.line, column, why);
                continue;
            }
        };
        let decision = match decision(&row, &candidate.item) {
            Ok(decision) => decision,
            Err((column, why)) => {
                sheet.problem(row.line, Some(column), why);
                continue;
            }
        };
        if let Some(earlier) = lines.insert(decision.id.clone(), row.line) {
            let why = format!("line {earlier} decides the same item: remove one of them");
            sheet.problem(row.line, None, why);
            continue;
        }
        if is_made(&decision, &candidate.item) {
            decided_already += 1;
            continue;
        }
        changing += usize::from(candidate.item.decision.is_some());
        about.insert(
            decision.id.clone(),
            About {
                text: Some(label(&candidate.item)),
                line: Some(row.line),
            },
        );
        decisions[candidate.certification].1.push(decision);
    }
    Ok(Matched {
        sheet,
        decisions,
        about,
        decided_already,
        without_decision,
        changing,
    })
}

/// The details of the items of these certifications.
pub(super) async fn described(
    client: &Client,
    certifications: &[Certification],
) -> Result<HashMap<Id, About>> {
    let all = Candidates::read(client, certifications).await?.all;
    let about = all.into_iter().map(|Candidate { item, .. }| {
        let text = Some(label(&item));
        (item.id, About { text, line: None })
    });
    Ok(about.collect())
}

type Wrong<C> = (C, String);

/// The decision that a row asks for.
fn decision(
    row: &Row,
    item: &AccessReviewItem,
) -> std::result::Result<ReviewDecision, Wrong<&'static str>> {
    let text = row.get("decision").unwrap_or_default();
    let mut decision = match text.to_lowercase().as_str() {
        "approve" | "approved" => item.approve(),
        "revoke" | "revoked" => item.revoke(),
        _ => {
            let why = format!("`{text}` is not a decision: write approve or revoke, or nothing");
            return Err(("decision", why));
        }
    };
    if let Some(comment) = row.get("comment") {
        decision = decision.comment(comment);
    }
    if let Some(text) = row.get("end_date") {
        let date: Timestamp = date(text).ok_or_else(|| {
            let why = format!("`{text}` is not a date: write it like 2027-01-31");
            ("end_date", why)
        })?;
        if decision.decision != Decision::Revoke {
            return Err((
                "end_date",
                "only revoked access can end: leave it empty".to_owned(),
            ));
        }
        decision = decision.proposed_end_date(date);
    }
    Ok(decision.bulk(true))
}

/// A date is its midnight in UTC, as in rules.
fn date(text: &str) -> Option<Timestamp> {
    let midnight = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(midnight)
}

/// Whether the item already shows the decision.
fn is_made(decision: &ReviewDecision, item: &AccessReviewItem) -> bool {
    let text = |comment: &Option<String>| comment.as_deref().unwrap_or_default().trim().to_owned();
    item.decision.as_ref() == Some(&decision.decision)
        && (decision.comments.is_none() || text(&item.comments) == text(&decision.comments))
}

fn label(item: &AccessReviewItem) -> String {
    match (item.identity_name(), item.access_name()) {
        (Some(identity), Some(access)) => format!("{identity}: {access}"),
        (None, Some(access)) => access.to_owned(),
        (identity, None) => identity.unwrap_or_default().to_owned(),
    }
}

/// All items that rows may name.
struct Candidates {
    all: Vec<Candidate>,
    by_id: HashMap<Id, usize>,
    /// By id and by name in lower case.
    by_identity: HashMap<String, Vec<usize>>,
}

impl Candidates {
    async fn read(client: &Client, certifications: &[Certification]) -> Result<Self> {
        let counts = certifications
            .iter()
            .map(|row| row.progress().total.unsigned_abs());
        let progress = Progress::new("Reading items", counts.sum());
        let mut read = Self {
            all: Vec::new(),
            by_id: HashMap::new(),
            by_identity: HashMap::new(),
        };
        for (certification, row) in certifications.iter().enumerate() {
            let items = client.certification(&row.id).items();
            let mut items = items.in_stable_order().fetch_ahead(4).stream();
            while let Some(item) = interrupt::reading(items.try_next()).await? {
                progress.inc();
                read.add(Candidate {
                    certification,
                    item,
                });
            }
        }
        progress.finish();
        Ok(read)
    }

    fn add(&mut self, candidate: Candidate) {
        let place = self.all.len();
        let item = &candidate.item;
        self.by_id.insert(item.id.clone(), place);
        let name = item.identity_name().map(str::to_lowercase);
        for key in [name, item.identity_id().map(str::to_owned)]
            .into_iter()
            .flatten()
        {
            self.by_identity.entry(key).or_default().push(place);
        }
        self.all.push(candidate);
    }

    /// The one item that a row names.
    fn find(
        &self,
        row: &Row,
        is_in_certification: impl Fn(&Candidate) -> bool,
    ) -> std::result::Result<&Candidate, Wrong<Option<&'static str>>> {
        if let Some(id) = row.get("item") {
            let candidate = self.by_id.get(id).map(|place| &self.all[*place]);
            let candidate = candidate.ok_or_else(|| {
                let why = format!("no open certification in the selection has an item `{id}`");
                (Some("item"), why)
            })?;
            return if is_in_certification(candidate) {
                Ok(candidate)
            } else {
                let why = "its item is in another certification: correct it, or leave it empty";
                Err((Some("certification"), why.to_owned()))
            };
        }
        let (column, identity) = either(row, "identity_id", "identity")?;
        let of_identity = self.by_identity.get(identity);
        let of_identity = of_identity.or_else(|| self.by_identity.get(&identity.to_lowercase()));
        let Some(of_identity) = of_identity else {
            let names = self
                .all
                .iter()
                .filter_map(|candidate| candidate.item.identity_name());
            return Err((Some(column), unknown("identity", identity, names)));
        };
        let of_identity = of_identity.iter().map(|place| &self.all[*place]);
        let of_identity: Vec<_> = of_identity.filter(|it| is_in_certification(it)).collect();
        let (column, access) = either(row, "access_id", "access")?;
        let lower = access.to_lowercase();
        let is_meant = |candidate: &&&Candidate| {
            let item = &candidate.item;
            item.access_id() == Some(access)
                || item
                    .access_name()
                    .is_some_and(|name| name.to_lowercase() == lower)
        };
        let found: Vec<_> = of_identity.iter().filter(is_meant).collect();
        match &found[..] {
            [candidate] => Ok(candidate),
            [] => {
                let names = of_identity
                    .iter()
                    .filter_map(|candidate| candidate.item.access_name());
                let why = unknown(&format!("access of {identity} called"), access, names);
                Err((Some(column), why))
            }
            several => {
                let ids: Vec<_> = several.iter().filter_map(|it| it.item.id.get()).collect();
                let why = format!(
                    "it means {} items: fill in `item` with one of {}",
                    several.len(),
                    ids.join(", ")
                );
                Err((Some(column), why))
            }
        }
    }
}

fn either<'a>(
    row: &'a Row,
    first: &'static str,
    second: &'static str,
) -> std::result::Result<(&'static str, &'a str), Wrong<Option<&'static str>>> {
    let cell = |column| Some((column, row.get(column)?));
    cell(first).or_else(|| cell(second)).ok_or_else(|| {
        let why = format!("it is empty: fill in `item`, or `{second}`");
        (Some(second), why)
    })
}
