//! Makes a scenario from responses of the service: certifications and their items.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Scenario;
use super::error::ScenarioError;
use crate::id::Id;
use crate::view::{Decision, Reviewer};

type Record = Map<String, Value>;
type Result<T> = std::result::Result<T, ScenarioError>;

/// Reads the responses and makes a scenario of them.
pub(super) fn read(text: &str) -> Result<Scenario> {
    let text = text.trim_start_matches('\u{feff}');
    let mut responses: Value =
        serde_json::from_str(text).map_err(|error| ScenarioError::new("", error.to_string()))?;
    make_identifiers(&mut responses);
    let mut tenant = Tenant::default();
    for (certification, items) in sorted(responses)? {
        tenant.add_certification(certification, items);
    }
    let scenario = tenant.into_scenario();
    serde_path_to_error::deserialize(scenario).map_err(|error| ScenarioError::misfit(&error))
}

/// Replaces identifiers that the simulator cannot store, equal texts with equal identifiers.
fn make_identifiers(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(make_identifiers),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(id)
                        if matches!(name.as_str(), "id" | "identityId" | "sourceId") =>
                    {
                        *id = identifier(id);
                    }
                    _ => make_identifiers(value),
                }
            }
        }
        _ => {}
    }
}

fn identifier(text: &str) -> String {
    let plain = text.replace('-', "");
    if let Some(id) = Id::parse(&plain) {
        return id.to_string();
    }
    let bytes = text.bytes().map(|byte| Id::new(byte.into()));
    bytes.fold(Id::new(0), Id::derive).to_string()
}

/// Each certification with its items, however the responses were combined.
fn sorted(responses: Value) -> Result<Vec<(Record, Vec<Record>)>> {
    let mut certifications = Vec::new();
    let mut loose = Vec::new();
    match responses {
        Value::Object(mut fields)
            if !fields.contains_key("id")
                && (fields.contains_key("certifications") || fields.contains_key("items")) =>
        {
            let given = fields.remove("certifications");
            add(
                given.unwrap_or_default(),
                "certifications",
                &mut certifications,
                &mut loose,
            )?;
            match fields.remove("items").unwrap_or_default() {
                Value::Object(by_certification) => {
                    for (id, items) in by_certification {
                        let id = identifier(&id);
                        let certification = certifications
                            .iter_mut()
                            .find(|(row, _)| text(row, "id") == Some(&id))
                            .ok_or_else(|| {
                                ScenarioError::new("items", format!("no certification \"{id}\""))
                            })?;
                        certification.1.extend(records(items, "items")?);
                    }
                }
                items => loose.extend(records(items, "items")?),
            }
        }
        responses => add(responses, "", &mut certifications, &mut loose)?,
    }
    if loose.is_empty() {
        return Ok(certifications);
    }
    if certifications.is_empty() {
        certifications.push((Record::new(), Vec::new()));
    }
    match certifications.as_mut_slice() {
        [(_, items)] => items.extend(loose),
        _ => {
            return Err(ScenarioError::new(
                "items",
                "which certification they are of is not said: write \
                 {\"certifications\": [..], \"items\": {\"ID\": [..]}}",
            ));
        }
    }
    Ok(certifications)
}

/// Certifications, perhaps with their `items` in them, and items, distinguished by their fields.
fn add(
    responses: Value,
    path: &str,
    certifications: &mut Vec<(Record, Vec<Record>)>,
    loose: &mut Vec<Record>,
) -> Result<()> {
    for mut record in records(responses, path)? {
        if record.contains_key("accessSummary") {
            loose.push(record);
        } else {
            let items = record.remove("items").unwrap_or_default();
            certifications.push((record, records(items, "items")?));
        }
    }
    Ok(())
}

/// One record or a list of them.
fn records(value: Value, path: &str) -> Result<Vec<Record>> {
    let values = match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values,
        one => vec![one],
    };
    let record = |value| match value {
        Value::Object(record) => Ok(record),
        other => Err(ScenarioError::new(
            path,
            format!("a record is an object, not {other}"),
        )),
    };
    values.into_iter().map(record).collect()
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name).and_then(Value::as_str)
}

fn object<'a>(record: &'a Record, name: &str) -> Option<&'a Record> {
    record.get(name).and_then(Value::as_object)
}

fn flag(record: &Record, name: &str, default: bool) -> bool {
    record.get(name).and_then(Value::as_bool).unwrap_or(default)
}

/// A date field; anything else is returned unchanged.
fn date(record: &Record, name: &str) -> Option<Timestamp> {
    text(record, name)?.parse().ok()
}

/// Everything that the responses mention, once.
#[derive(Default)]
struct Tenant {
    identities: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    sources: BTreeMap<String, Value>,
    entitlements: BTreeMap<String, Value>,
    profiles: BTreeMap<String, Value>,
    roles: BTreeMap<String, Value>,
    campaigns: BTreeMap<String, Value>,
    certifications: Vec<Value>,
}

impl Tenant {
    fn into_scenario(self) -> Value {
        let list = |rows: BTreeMap<String, Value>| Value::Array(rows.into_values().collect());
        let ids: Vec<_> = self
            .certifications
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        let mut certifications = self.certifications;
        // A certification that is not among the responses cannot be named.
        for row in &mut certifications {
            if !ids.contains(&row["reassignment"]["from"])
                && let Some(row) = row.as_object_mut()
            {
                row.remove("reassignment");
            }
        }
        json!({
            "identities": list(self.identities),
            "governanceGroups": list(self.groups),
            "sources": list(self.sources),
            "entitlements": list(self.entitlements),
            "accessProfiles": list(self.profiles),
            "roles": list(self.roles),
            "campaigns": list(self.campaigns),
            "certifications": certifications,
        })
    }

    fn add_certification(&mut self, row: Record, items: Vec<Record>) {
        /// The fields that the simulator writes itself.
        const OWN: &[&str] = &[
            "id",
            "name",
            "campaign",
            "campaignRef",
            "reviewer",
            "phase",
            "created",
            "modified",
            "due",
            "signed",
            "reassignment",
            "hasErrors",
            "errorMessage",
        ];
        /// The fields that it counts, if it has the items.
        const COUNTED: &[&str] = &[
            "completed",
            "decisionsMade",
            "decisionsTotal",
            "identitiesCompleted",
            "identitiesTotal",
        ];
        let id =
            text(&row, "id").map_or_else(|| identifier("imported certification"), str::to_owned);
        let campaign = object(&row, "campaign").or_else(|| object(&row, "campaignRef"));
        let campaign = self.campaign(campaign);
        let reviewer = self.reviewer(&id, object(&row, "reviewer"));
        let dates = ["created", "modified", "due", "signed"];
        let mut certification = json!({ "id": id, "campaign": campaign, "reviewer": reviewer });
        for name in dates {
            if let Some(date) = date(&row, name) {
                certification[name] = json!(date);
            }
        }
        for name in ["name", "phase", "errorMessage"] {
            if let Some(value) = text(&row, name) {
                certification[name] = json!(value);
            }
        }
        if let Some(reassignment) = object(&row, "reassignment")
            && let Some(from) = object(reassignment, "from").and_then(|from| text(from, "id"))
        {
            let comment = text(reassignment, "comment").unwrap_or_default();
            certification["reassignment"] = json!({ "from": from, "comment": comment });
        }
        let is_odd = |name: &str, value: &Value| {
            dates.contains(&name) && !value.is_null() && date(&row, name).is_none()
        };
        let is_extra = |name: &str, value: &Value| {
            is_odd(name, value)
                || !OWN.contains(&name) && (items.is_empty() || !COUNTED.contains(&name))
        };
        let extra = row.iter().filter(|(name, value)| is_extra(name, value));
        let extra: Record = extra
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        certification["extra"] = Value::Object(extra);
        let items = items.into_iter().map(|item| self.item(item));
        certification["items"] = Value::Array(items.collect());
        self.certifications.push(certification);
    }

    fn campaign(&mut self, campaign: Option<&Record>) -> String {
        let none = Record::new();
        let row = campaign.unwrap_or(&none);
        let id = text(row, "id").map_or_else(|| identifier("imported campaign"), str::to_owned);
        let mut campaign = json!({
            "id": id,
            "name": text(row, "name").unwrap_or("Imported"),
            "type": text(row, "campaignType").unwrap_or("MANAGER"),
            "correlated": text(row, "correlatedStatus") != Some("UNCORRELATED"),
        });
        for name in ["description", "mandatoryCommentRequirement"] {
            if let Some(value) = text(row, name) {
                campaign[name] = json!(value);
            }
        }
        self.campaigns.entry(id.clone()).or_insert(campaign);
        id
    }

    fn reviewer(&mut self, certification: &str, reviewer: Option<&Record>) -> Reviewer {
        let id = reviewer.and_then(|row| text(row, "id"));
        let id = id.map_or_else(
            || identifier(&format!("reviewer of {certification}")),
            str::to_owned,
        );
        let none = Record::new();
        let row = reviewer.unwrap_or(&none);
        if text(row, "type") == Some("GOVERNANCE_GROUP") {
            let name = text(row, "name").unwrap_or("Imported group");
            let group = json!({ "id": id, "name": name });
            self.groups.entry(id.clone()).or_insert(group);
            return Reviewer::GovernanceGroup(id);
        }
        self.identity(&id, text(row, "name"), text(row, "email"));
        Reviewer::Identity(id)
    }

    /// An identity that is first mentioned without an e-mail address may get one later.
    fn identity(&mut self, id: &str, name: Option<&str>, email: Option<&str>) {
        let new = || json!({ "id": id, "name": name.unwrap_or("Imported identity"), "email": "" });
        let row = self.identities.entry(id.to_owned()).or_insert_with(new);
        if let Some(email) = email {
            row["email"] = json!(email);
        }
    }

    fn owner(&mut self, row: &Record) -> Option<String> {
        let owner = object(row, "owner")?;
        let id = text(owner, "id")?;
        self.identity(id, text(owner, "name"), text(owner, "email"));
        Some(id.to_owned())
    }

    fn item(&mut self, mut row: Record) -> Value {
        let summary = object(&row, "accessSummary").cloned().unwrap_or_default();
        let access = self.access(&summary);
        let subject = object(&row, "identitySummary").cloned();
        let identity = subject
            .as_ref()
            .and_then(|subject| text(subject, "identityId"));
        if let (Some(id), Some(subject)) = (identity, &subject) {
            self.identity(id, text(subject, "name"), None);
        }
        let id = text(&row, "id").map_or_else(
            || identifier(&format!("imported item {}", Value::Object(row.clone()))),
            str::to_owned,
        );
        let mut item = json!({
            "id": id,
            "access": access,
            "accessOmitted": object(&summary, "access").is_none(),
            "newAccess": flag(&row, "newAccess", false),
        });
        if let Some(identity) = identity {
            item["identity"] = json!(identity);
        }
        if let Some(decision) = text(&row, "decision") {
            // Clients cannot make other decisions than these two, but the simulator returns them.
            let known = Decision::from_wire(decision);
            item["decision"] = json!(known.unwrap_or(Decision::Approve));
            if let Some(comments) = text(&row, "comments") {
                item["comments"] = json!(comments);
            }
            if known.is_some() {
                row.remove("decision");
            }
        } else {
            row.remove("decision");
        }
        // The simulator keeps what a review changes, and returns everything else as it was given.
        for own in [
            "id",
            "completed",
            "newAccess",
            "comments",
            "identitySummary",
        ] {
            row.remove(own);
        }
        item["extra"] = Value::Object(row);
        item
    }

    /// The access of an item, from whichever part of the summary is present.
    fn access(&mut self, summary: &Record) -> Value {
        let (kind, id) = if let Some(role) = object(summary, "role") {
            ("ROLE", self.role(role))
        } else if let Some(profile) = object(summary, "accessProfile") {
            ("ACCESS_PROFILE", self.profile(profile))
        } else if let Some(entitlement) = object(summary, "entitlement") {
            ("ENTITLEMENT", self.entitlement(entitlement))
        } else {
            let none = Record::new();
            let access = object(summary, "access").unwrap_or(&none);
            match text(access, "type") {
                Some("ROLE") => ("ROLE", self.role(access)),
                Some("ACCESS_PROFILE") => ("ACCESS_PROFILE", self.profile(access)),
                _ => ("ENTITLEMENT", self.entitlement(access)),
            }
        };
        json!({ "type": kind, "id": id })
    }

    fn source(&mut self, id: Option<&str>, name: Option<&str>, kind: Option<&str>) -> String {
        let name = name.unwrap_or("Imported");
        let id = id.map_or_else(|| identifier(&format!("source {name}")), str::to_owned);
        let mut source = json!({ "id": id, "name": name });
        if let Some(kind) = kind {
            source["type"] = json!(kind);
        }
        self.sources.entry(id.clone()).or_insert(source);
        id
    }

    fn entitlement(&mut self, row: &Record) -> String {
        let (id, name) = named(row, "entitlement");
        let source = self.source(
            text(row, "sourceId"),
            text(row, "sourceName"),
            text(row, "sourceType"),
        );
        let mut entitlement = json!({
            "id": id,
            "name": name,
            "source": source,
            "privileged": flag(row, "privileged", false),
            "revocable": flag(row, "revocable", true),
            "cloudGoverned": flag(row, "cloudGoverned", false),
        });
        if let Some(owner) = self.owner(row) {
            entitlement["owner"] = json!(owner);
        }
        for field in [
            "description",
            "attributeName",
            "attributeValue",
            "sourceSchemaObjectType",
        ] {
            if let Some(value) = text(row, field) {
                entitlement[field] = json!(value);
            }
        }
        self.entitlements.entry(id.clone()).or_insert(entitlement);
        id
    }

    fn entitlements(&mut self, row: &Record) -> Vec<String> {
        let inside = row.get("entitlements").and_then(Value::as_array);
        let inside = inside.into_iter().flatten().filter_map(Value::as_object);
        inside
            .map(|entitlement| self.entitlement(entitlement))
            .collect()
    }

    fn profile(&mut self, row: &Record) -> String {
        let (id, name) = named(row, "access profile");
        let entitlements = self.entitlements(row);
        // Responses do not name the source of an access profile: it is that of its entitlements.
        let first = entitlements
            .first()
            .and_then(|id| self.entitlements.get(id));
        let source = match first {
            Some(first) => first["source"].clone(),
            None => json!(self.source(None, None, None)),
        };
        let mut profile = json!({
            "id": id,
            "name": name,
            "source": source,
            "description": text(row, "description").unwrap_or_default(),
            "privileged": flag(row, "privileged", false),
            "cloudGoverned": flag(row, "cloudGoverned", false),
            "entitlements": entitlements,
        });
        for field in ["endDate", "created", "modified"] {
            if let Some(date) = date(row, field) {
                profile[field] = json!(date);
            }
        }
        if let Some(owner) = self.owner(row) {
            profile["owner"] = json!(owner);
        }
        self.profiles.entry(id.clone()).or_insert(profile);
        id
    }

    fn role(&mut self, row: &Record) -> String {
        let (id, name) = named(row, "role");
        let profiles = row.get("accessProfiles").and_then(Value::as_array);
        let profiles = profiles.into_iter().flatten().filter_map(Value::as_object);
        let profiles: Vec<_> = profiles.map(|profile| self.profile(profile)).collect();
        let mut role = json!({
            "id": id,
            "name": name,
            "description": text(row, "description").unwrap_or_default(),
            "privileged": flag(row, "privileged", false),
            "revocable": flag(row, "revocable", true),
            "accessProfiles": profiles,
            "entitlements": self.entitlements(row),
        });
        if let Some(date) = date(row, "endDate") {
            role["endDate"] = json!(date);
        }
        if let Some(owner) = self.owner(row) {
            role["owner"] = json!(owner);
        }
        self.roles.entry(id.clone()).or_insert(role);
        id
    }
}

/// The identifier and name of an access, if given.
fn named<'a>(row: &'a Record, what: &str) -> (String, &'a str) {
    let name = text(row, "name").unwrap_or("Imported");
    let id = text(row, "id").map_or_else(|| identifier(&format!("{what} {name}")), str::to_owned);
    (id, name)
}
