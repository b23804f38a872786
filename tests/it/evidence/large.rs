//! Very much evidence takes little memory, in a process of its own so that the server's does
//! not count.

use std::process::Command;

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::evidence::Manifest;
use serde_json::{Value, json};

use crate::support::canned::Canned;

const ITEMS: usize = 100_000;

/// As the service answers it, with texts of usual lengths.
fn item(number: usize) -> Value {
    let person = number / 20;
    json!({
        "id": format!("{number:032x}"), "completed": true, "newAccess": false,
        "decision": "APPROVE", "comments": format!("still needed, see ticket {number}"),
        "identitySummary": {
            "id": format!("{person:032x}"), "identityId": format!("{person:032x}"),
            "name": format!("Person {person}"), "completed": true,
        },
        "accessSummary": {
            "access": { "type": "ENTITLEMENT", "id": format!("{number:032x}"), "name": format!("Group {number}") },
            "entitlement": {
                "id": format!("{number:032x}"), "name": format!("Group {number}"),
                "description": format!("Members may read and change folder {number} of the department"),
                "privileged": false, "attributeName": "memberOf",
                "attributeValue": format!("CN=Group {number},OU=Groups,DC=acme,DC=example"),
                "sourceName": "Active Directory", "sourceId": "5", "sourceType": "Active Directory - Direct",
                "owner": { "type": "IDENTITY", "id": "o", "name": "Ines Barros", "email": "ines@acme.example" },
                "account": { "id": format!("{person:032x}"), "name": format!("person{person}"), "type": "ACCOUNT" },
            },
        },
    })
}

async fn service() -> Canned {
    Canned::with(|uri: Uri| {
        let query = uri.query().unwrap_or_default();
        let offset = query
            .split('&')
            .find_map(|part| part.strip_prefix("offset="));
        let offset: usize = offset.map_or(0, |offset| offset.parse().unwrap());
        let (body, total): (Value, _) = match uri.path() {
            "/v3/certifications" => (json!([{ "id": "c", "decisionsTotal": ITEMS }]), 1),
            _ => ((offset..ITEMS.min(offset + 250)).map(item).collect(), ITEMS),
        };
        Response::builder()
            .header("content-type", "application/json")
            .header("x-total-count", total)
            .body(Body::from(body.to_string()))
            .unwrap()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_items_fit_into_64_mib() {
    let service = service().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let mut gather = Command::new(env!("CARGO_BIN_EXE_gather-evidence"));
    gather.args([service.base_url(), "c"]).arg(&folder);
    let output = tokio::task::spawn_blocking(move || gather.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let manifest = Manifest::read(&folder).unwrap();
    assert!(manifest.complete, "{:?}", manifest.discrepancies);
    assert_eq!(manifest.totals.items, ITEMS as u64);
    assert_eq!(manifest.totals.items_by_service, ITEMS as u64);
    assert_eq!(manifest.files.len(), 3);
    assert!(manifest.files.iter().all(|file| file.rows == ITEMS as u64));
    manifest.verify(&folder).unwrap();
    println!("{said}");
}
