//! The limits of requests are those of the contract, in the client and in the simulator.

use certs::{MAX_DECISIONS, MAX_PAGE_SIZE};

use super::simulator::Asking;
use crate::support::contract::contracts;
use crate::support::{assert_no_failures, tenant};

#[tokio::test]
async fn a_page_has_at_most_what_the_contract_says() {
    let sim = tenant().start().await.unwrap();
    let asking = Asking::new(&sim, "sp:scopes:all").await;
    let mut failures = Vec::new();
    let mut seen = 0;
    for contract in contracts() {
        for operation in contract.operations() {
            let Some(limit) = operation.parameter("limit") else {
                continue;
            };
            let (version, id) = (contract.version, &operation.id);
            let maximum = limit.schema["maximum"].as_u64().unwrap();
            if u64::from(MAX_PAGE_SIZE) != maximum {
                failures.push(format!(
                    "{version} {id}: {maximum}, MAX_PAGE_SIZE is {MAX_PAGE_SIZE}"
                ));
            }
            for (limit, expected) in [(maximum, 200), (maximum + 1, 400)] {
                let query = format!("limit={limit}");
                let status = asking.get(version, &operation, &query).await;
                if status != expected {
                    failures.push(format!(
                        "{version} {id}?{query}: the simulator returns {status}"
                    ));
                }
            }
            seen += 1;
        }
    }
    assert_no_failures(failures);
    assert!(seen > 5, "only {seen} operations have a limit");
}

#[tokio::test]
async fn a_request_has_at_most_the_decisions_that_the_contract_says() {
    let sim = tenant().start().await.unwrap();
    let asking = Asking::new(&sim, "sp:scopes:all").await;
    let [v3, _] = contracts();
    let decide = v3.named("makeIdentityDecision");
    let maximum = decide.request.as_ref().unwrap()["maxItems"]
        .as_u64()
        .unwrap();
    assert_eq!(
        MAX_DECISIONS as u64, maximum,
        "makeIdentityDecision, maxItems"
    );

    let decision = serde_json::json!({"id": "i-1", "decision": "APPROVE", "bulk": true});
    let mut decisions = vec![decision; MAX_DECISIONS + 1];
    // The message without the tracking id, which is random.
    let causes = |response: String| {
        let response: serde_json::Value = serde_json::from_str(&response).unwrap();
        response["causes"].to_string()
    };
    let too_many = causes(asking.post(v3.version, &decide, &decisions).await);
    let limit = maximum.to_string();
    assert!(
        too_many.contains(&limit),
        "makeIdentityDecision: {too_many}"
    );
    decisions.pop();
    let refused = causes(asking.post(v3.version, &decide, &decisions).await);
    assert!(!refused.contains(&limit), "makeIdentityDecision: {refused}");
}
