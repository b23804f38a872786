//! The report: one self-contained file, in which no text of the tenant is markup.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Response, Uri};
use serde_json::{Value, json};

use crate::support::canned::Canned;

const HOSTILE: &str =
    "</bdi></td></style><script src=\"//evil.example/x\">'&lt;\u{202e}<img onerror=x src=y>";

/// Every text is hostile.
fn hostile_service() -> Canned {
    Canned::with(|uri: Uri| {
        let person = json!({ "id": HOSTILE, "name": HOSTILE, "email": HOSTILE, "type": HOSTILE });
        let body = match uri.path() {
            "/v3/certifications" => json!([
                { "id": "c1", "name": HOSTILE, "phase": HOSTILE, "reviewer": person,
                  "campaign": { "id": HOSTILE, "name": HOSTILE },
                  "reassignment": { "comment": HOSTILE, "from": {
                      "id": HOSTILE, "name": HOSTILE, "reviewer": person } } },
                { "id": HOSTILE, "name": HOSTILE },
            ]),
            "/v3/certifications/c1/access-review-items" => json!([
                { "id": HOSTILE, "decision": "REVOKE", "comments": HOSTILE,
                  "identitySummary": { "name": HOSTILE },
                  "accessSummary": { "access": { "name": HOSTILE, "type": HOSTILE },
                      "entitlement": { "id": "e", "sourceName": HOSTILE } } },
                HOSTILE,
            ]),
            _ => {
                let error = json!({ "trackingId": HOSTILE, "messages": [{ "text": HOSTILE }] });
                let response = Response::builder().status(500);
                return response.body(Body::from(error.to_string())).unwrap();
            }
        };
        let count = body.as_array().unwrap().len();
        let response = Response::builder().header("x-total-count", count);
        response.body(Body::from(body.to_string())).unwrap()
    })
}

#[tokio::test]
async fn no_text_is_markup() {
    let service = hostile_service();
    let folder = tempfile::tempdir().unwrap();
    let evidence = service.client().evidence().campaign(HOSTILE);
    evidence.write_to(&folder).await.unwrap();
    let report = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    let escaped = "&lt;/td&gt;&lt;/style&gt;&lt;script src=&quot;//evil.example/x&quot;&gt;";
    assert!(report.matches(escaped).count() > 15);
    let tags = report.split('<').skip(1);
    let tags = tags.map(|tag| {
        tag.split(['>', ' ', '\n'])
            .next()
            .unwrap()
            .trim_start_matches('/')
    });
    let tags: BTreeSet<_> = tags.collect();
    let expected = BTreeSet::from([
        "!DOCTYPE", "b", "bdi", "body", "code", "dd", "dl", "dt", "footer", "h1", "h2", "head",
        "header", "html", "li", "main", "meta", "p", "section", "small", "strong", "style",
        "table", "tbody", "td", "th", "thead", "time", "title", "tr", "ul",
    ]);
    assert_eq!(tags.difference(&expected).collect::<Vec<_>>(), [&""; 0]);
    // Elements are properly nested.
    let mut open = Vec::new();
    for tag in report.split('<').skip(1) {
        let name = tag.split(['>', ' ', '\n']).next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if matches!(name, "!DOCTYPE" | "meta") => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty());
    let style = report.split_once("<style>").unwrap().1;
    let style = style.split_once("</style>").unwrap().0;
    assert!(!style.contains("url(") && !style.contains("@import"));
}

/// Items as in real campaigns, whose access is only in the role or access profile.
#[tokio::test]
async fn grants_and_counts_of_access_without_a_reference() {
    let items = json!([
        { "id": "i1", "decision": "ACKNOWLEDGE", "accessSummary": { "role": {
            "id": "ro1", "name": "Role one",
            "accessProfiles": [{ "id": "ap9", "name": "AP nine", "entitlements": [
                { "id": "e9", "name": "Deep", "sourceName": "SAP", "attributeName": "profile",
                  "attributeValue": "Z_ALL", "privileged": true }] }],
            "entitlements": [{ "id": "e8", "name": "Direct", "sourceName": "AD" }] } } },
        { "id": "i2", "decision": "REVOKE", "accessSummary": { "accessProfile": {
            "id": "ap1", "name": "AP one",
            "entitlements": [{ "id": "e2", "sourceName": "Workday" }] } } },
        { "id": "i3" },
    ]);
    let service = Canned::with(move |uri: Uri| {
        let body = match uri.path() {
            "/v3/certifications" => {
                json!([{ "id": "c1", "campaign": { "id": "k1", "name": "K" } }])
            }
            _ => items.clone(),
        };
        let count = body.as_array().unwrap().len();
        let response = Response::builder().header("x-total-count", count);
        response.body(Body::from(body.to_string())).unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    let evidence = service.client().evidence().campaign("k1").grants();
    let manifest = evidence.write_to(&folder).await.unwrap();
    assert!(manifest.complete, "{:?}", manifest.discrepancies);
    let read = |name: &str, keys: &[&str]| {
        let lines = std::fs::read_to_string(folder.path().join(name)).unwrap();
        let rows = lines.lines().map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            keys.iter().map(|key| row[*key].clone()).collect::<Value>()
        });
        rows.collect::<Vec<_>>()
    };
    let keys = [
        "access_type",
        "access_id",
        "access_name",
        "source_name",
        "access_privileged",
        "grants_privileged",
        "entitlements_granted",
    ];
    assert_eq!(
        read("evidence.jsonl", &keys),
        [
            json!(["ROLE", "ro1", "Role one", "AD; SAP", null, true, 2]),
            json!(["ACCESS_PROFILE", "ap1", "AP one", "Workday", null, false, 1]),
            json!([null, null, null, null, null, null, 0]),
        ]
    );
    let keys = [
        "item_id",
        "path",
        "entitlement_id",
        "source_name",
        "attribute_value",
        "privileged",
    ];
    assert_eq!(
        read("grants.jsonl", &keys),
        [
            json!(["i1", "Role one > Direct", "e8", "AD", null, null]),
            json!([
                "i1",
                "Role one > AP nine > Deep",
                "e9",
                "SAP",
                "Z_ALL",
                true
            ]),
            json!(["i2", "AP one > e2", "e2", "Workday", null, null]),
        ]
    );
    let decisions = serde_json::to_value(manifest.campaigns[0].decisions).unwrap();
    assert_eq!(
        decisions,
        json!({ "approved": 0, "revoked": 1, "other": 1, "open": 1 })
    );
    assert_eq!(manifest.campaigns[0].decisions, manifest.totals.decisions);
}
