//! A large amount of evidence takes little memory. It runs in a separate process, so the server's
//! memory does not count.

use std::process::Command;

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::evidence::Manifest;

use crate::support::canned::Canned;

/// So many that the decoded items alone would exceed the limit.
const ITEMS: usize = 40_000;

/// An item in the service's form, with texts of usual lengths. `#` is the number of the item, `@`
/// that of the identity. Every second item is revoked.
const ITEM: &str = r#"{
    "id": "00000000000000000000000000#", "completed": true, "newAccess": false,
    "decision": "APPROVE", "comments": "still needed, see ticket #",
    "identitySummary": {
        "id": "11111111111111111111111111@", "identityId": "22222222222222222222222222@",
        "name": "Person @", "completed": true
    },
    "accessSummary": {
        "access": { "type": "ENTITLEMENT", "id": "33333333333333333333333333#", "name": "Group #" },
        "entitlement": {
            "id": "33333333333333333333333333#", "name": "Group #", "privileged": false,
            "description": "Members may read and change folder # of the department",
            "attributeName": "memberOf", "attributeValue": "CN=Group #,OU=Groups,DC=acme,DC=example",
            "sourceId": "5", "sourceName": "Active Directory", "sourceType": "Active Directory - Direct",
            "owner": { "type": "IDENTITY", "id": "o", "name": "Ines Barros", "email": "ines(at)acme" },
            "account": { "id": "44444444444444444444444444@", "name": "person@", "type": "ACCOUNT" }
        }
    }
}"#;

fn item(number: usize) -> String {
    let mut item = ITEM.replace('#', &format!("{number:06}"));
    if number % 2 == 1 {
        item = item.replace("APPROVE", "REVOKE");
    }
    item.replace('@', &format!("{:06}", number / 20))
}

fn service() -> Canned {
    Canned::with(|uri: Uri| {
        let query = uri.query().unwrap_or_default();
        let offset = query
            .split('&')
            .find_map(|part| part.strip_prefix("offset="));
        let offset: usize = offset.map_or(0, |offset| offset.parse().unwrap());
        let (list, total) = match uri.path() {
            "/v3/certifications" => (format!(r#"{{ "id": "c", "decisionsTotal": {ITEMS} }}"#), 1),
            _ => {
                let page: Vec<_> = (offset..ITEMS.min(offset + 250)).map(item).collect();
                (page.join(","), ITEMS)
            }
        };
        Response::builder()
            .header("content-type", "application/json")
            .header("x-total-count", total)
            .body(Body::from(format!("[{list}]")))
            .unwrap()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn very_many_items_fit_into_64_mib() {
    let service = service();
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let mut gather = Command::new(env!("CARGO_BIN_EXE_gather-evidence"));
    gather.args([&*service.listen().await, "c"]).arg(&folder);
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
    let mut tables = manifest.files.iter().filter_map(|file| file.rows);
    assert!(tables.all(|rows| rows == ITEMS as u64));
    assert_eq!(manifest.totals.decisions.revoked, ITEMS as u64 / 2);
    manifest.verify(&folder).unwrap();
    let report = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(report.matches("<tr><td><bdi>Person").count() >= ITEMS / 2);
    println!("{said}");
}
