//! What the simulator lets through is what the contract says: filters, orders, scopes.

use std::collections::BTreeSet;

use certs_sim::Simulator;
use reqwest::Method;
use serde_json::Value;

use crate::support::contract::{Operation, contracts};
use crate::support::{assert_no_failures, open_certification, tenant};

/// Every comparison that some operation has, and some that none has.
const OPERATORS: [&str; 10] = ["eq", "ne", "sw", "in", "ca", "gt", "ge", "lt", "le", "co"];

/// Asks a simulator for operations of a contract, without any code of the client.
pub(super) struct Asking<'a> {
    sim: &'a Simulator,
    http: reqwest::Client,
    token: String,
}

impl<'a> Asking<'a> {
    /// With a token of the administrator that has these scopes.
    pub(super) async fn new(sim: &'a Simulator, scope: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let admin = sim.admin();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &admin.client_id),
            ("client_secret", &admin.client_secret),
            ("scope", scope),
        ];
        let url = format!("{}/oauth/token", sim.base_url());
        let granted = http.post(url).form(&form).send().await.unwrap();
        let granted: Value = granted.json().await.unwrap();
        Self {
            sim,
            http,
            token: granted["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// The status of an operation without a body.
    pub(super) async fn get(&self, version: &str, operation: &Operation, query: &str) -> u16 {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let url = format!("{}?{query}", self.url(version, operation));
        let request = self.http.request(method, url).bearer_auth(&self.token);
        request.send().await.unwrap().status().as_u16()
    }

    /// What an operation answers to a body.
    pub(super) async fn post(
        &self,
        version: &str,
        operation: &Operation,
        body: &[Value],
    ) -> String {
        let request = self.http.post(self.url(version, operation)).json(body);
        let response = request.bearer_auth(&self.token).send().await.unwrap();
        response.text().await.unwrap()
    }

    /// Whether an operation takes a filter of one comparison.
    async fn takes(
        &self,
        version: &str,
        operation: &Operation,
        field: &str,
        operator: &str,
        value: &str,
    ) -> bool {
        let filter = match operator {
            "in" | "ca" => format!("{field} {operator} ({value})"),
            _ => format!("{field} {operator} {value}"),
        };
        let query = format!("filters={}", form(&filter));
        self.get(version, operation, &query).await == 200
    }

    /// An address that the operation answers to.
    fn url(&self, version: &str, operation: &Operation) -> String {
        let items = self.sim.items();
        let item = items.iter().find(|item| item.permissions > 0).unwrap();
        let certification = if operation.path.contains("{itemId}") {
            item.certification_id.clone()
        } else {
            open_certification(self.sim).id
        };
        let scenario = self.sim.export();
        let (id, kind) = match operation.path.split('/').nth(1) {
            Some("campaigns") => (scenario.campaigns[0].id.clone(), "CAMPAIGN_STATUS_REPORT"),
            // What was deleted cannot be found, which is no matter here.
            Some("campaign-templates") => {
                let template = scenario.campaign_templates.first();
                (template.map_or("none".to_owned(), |it| it.id.clone()), "")
            }
            Some("campaign-filters") => (scenario.campaign_filters[0].id.clone(), ""),
            _ => (certification.clone(), "ENTITLEMENT"),
        };
        let path = operation
            .path
            .replace("{id}", &id)
            .replace("{certificationId}", &certification)
            .replace("{itemId}", &item.id)
            .replace("{type}", kind);
        format!("{}/{version}{path}", self.sim.base_url())
    }
}

#[tokio::test]
async fn every_filter_of_the_contract_is_known_and_no_other() {
    let sim = tenant().start().await.unwrap();
    let asking = Asking::new(&sim, "sp:scopes:all").await;
    let mut failures = Vec::new();
    for contract in contracts() {
        // Some fields take only certain words.
        let enums = contract.enums();
        let words: BTreeSet<&str> = enums.values().map(|values| values[0].as_str()).collect();
        for operation in contract.operations() {
            for (field, declared) in &operation.filters {
                let texts = words.iter().map(|word| format!("\"{word}\""));
                let values = ["\"some text\"".to_owned(), "true".to_owned()];
                let mut fitting = None;
                for value in values.into_iter().chain(texts) {
                    if asking
                        .takes(contract.version, &operation, field, &declared[0], &value)
                        .await
                    {
                        fitting = Some(value);
                        break;
                    }
                }
                let place = format!("{} {}", contract.version, operation.id);
                let Some(value) = fitting else {
                    let first = &declared[0];
                    failures.push(format!("{place}: the simulator refuses `{field} {first}`"));
                    continue;
                };
                for operator in OPERATORS {
                    let is_known = asking
                        .takes(contract.version, &operation, field, operator, &value)
                        .await;
                    if is_known != declared.iter().any(|known| known == operator) {
                        let known = if is_known { "takes" } else { "refuses" };
                        failures.push(format!(
                            "{place}: the simulator {known} `{field} {operator}`"
                        ));
                    }
                }
            }
        }
    }
    assert_no_failures(failures);
}

#[tokio::test]
async fn every_order_of_the_contract_is_known_and_no_other() {
    let sim = tenant().start().await.unwrap();
    let asking = Asking::new(&sim, "sp:scopes:all").await;
    let mut failures = Vec::new();
    for contract in contracts() {
        for operation in contract.operations() {
            if operation.parameter("sorters").is_none() {
                continue;
            }
            let filters = operation.filters.keys();
            let fields: BTreeSet<&String> = filters.chain(&operation.sorters).collect();
            for field in fields {
                let query = format!("sorters={}", form(field));
                let is_known = asking.get(contract.version, &operation, &query).await == 200;
                if is_known != operation.sorters.contains(field) {
                    let known = if is_known { "sorts" } else { "does not sort" };
                    failures.push(format!(
                        "{} {}: the simulator {known} by `{field}`",
                        contract.version, operation.id
                    ));
                }
            }
        }
    }
    assert_no_failures(failures);
}

#[tokio::test]
async fn every_operation_asks_for_the_scope_of_the_contract() {
    let sim = tenant().start().await.unwrap();
    let all: BTreeSet<String> = contracts()
        .iter()
        .flat_map(|contract| contract.operations())
        .flat_map(|operation| operation.scopes)
        .collect();
    let mut failures = Vec::new();
    for scope in &all {
        let asking = Asking::new(&sim, scope).await;
        for contract in contracts() {
            for operation in contract.operations() {
                let status = asking.get(contract.version, &operation, "").await;
                let is_enough = operation.scopes.is_empty() || operation.scopes.contains(scope);
                if is_enough == (status == 403) {
                    failures.push(format!(
                        "{} {}: with {scope}, the simulator answers {status}",
                        contract.version, operation.id
                    ));
                }
            }
        }
    }
    assert_no_failures(failures);
    assert!(all.len() > 2, "{all:?}");
}

/// A value as a query has it.
fn form(text: &str) -> String {
    serde_urlencoded::to_string([("", text)]).unwrap()[1..].to_owned()
}
