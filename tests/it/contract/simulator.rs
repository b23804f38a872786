//! The simulator accepts exactly the filters, orders and scopes of the contract.

use std::collections::BTreeSet;

use certs_sim::Simulator;
use reqwest::Method;
use serde_json::Value;

use crate::support::contract::{Operation, contracts};
use crate::support::{assert_no_failures, open_certification, tenant};

/// Every comparison that some operation supports, and some that none does.
const OPERATORS: [&str; 10] = ["eq", "ne", "sw", "in", "ca", "gt", "ge", "lt", "le", "co"];

/// Sends requests for operations of a contract to a simulator, without any code of the client.
pub(super) struct Asking<'a> {
    sim: &'a Simulator,
    http: reqwest::Client,
    token: String,
    ids: Ids,
}

/// The ids for the paths of operations.
struct Ids {
    certification: String,
    /// An item with permissions, and its certification.
    item: String,
    certification_of_item: String,
    campaign: String,
    template: String,
    filter: String,
}

impl Ids {
    fn of(sim: &Simulator) -> Self {
        let items = sim.items().into_iter();
        let item = items.max_by_key(|item| item.permissions).unwrap();
        let scenario = sim.export();
        let template = scenario.campaign_templates.first();
        Self {
            certification: open_certification(sim).id,
            item: item.id,
            certification_of_item: item.certification_id,
            campaign: scenario.campaigns[0].id.clone(),
            template: template.map_or("none".to_owned(), |template| template.id.clone()),
            filter: scenario.campaign_filters[0].id.clone(),
        }
    }
}

impl<'a> Asking<'a> {
    /// With an administrator's token that has these scopes.
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
            ids: Ids::of(sim),
        }
    }

    /// The status of an operation without a body.
    pub(super) async fn get(&self, version: &str, operation: &Operation, query: &str) -> u16 {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let url = format!("{}?{query}", self.url(version, operation));
        let request = self.http.request(method, url).bearer_auth(&self.token);
        request.send().await.unwrap().status().as_u16()
    }

    /// The response of an operation to a body.
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

    /// Whether an operation accepts a filter of one comparison.
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

    /// The address of an operation, with ids.
    fn url(&self, version: &str, operation: &Operation) -> String {
        let ids = &self.ids;
        let certification = if operation.path.contains("{itemId}") {
            &ids.certification_of_item
        } else {
            &ids.certification
        };
        // An earlier operation may have deleted it. The response is then 404, which does not refuse
        // the scope either.
        let (id, kind) = match operation.path.split('/').nth(1) {
            Some("campaigns") => (&ids.campaign, "CAMPAIGN_STATUS_REPORT"),
            Some("campaign-templates") => (&ids.template, ""),
            Some("campaign-filters") => (&ids.filter, ""),
            _ => (certification, "ENTITLEMENT"),
        };
        let path = operation
            .path
            .replace("{id}", id)
            .replace("{certificationId}", certification)
            .replace("{itemId}", &ids.item)
            .replace("{type}", kind);
        format!("{}/{version}{path}", self.sim.base_url())
    }
}

#[tokio::test]
async fn the_filters_are_those_of_the_contract() {
    let sim = tenant().start().await.unwrap();
    let asking = Asking::new(&sim, "sp:scopes:all").await;
    let mut failures = Vec::new();
    for contract in contracts() {
        // Some fields accept only certain values.
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
async fn the_sorters_are_those_of_the_contract() {
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
    let contracts = contracts();
    let operations = contracts.iter().flat_map(|contract| {
        let operations = contract.operations().into_iter();
        operations.map(|operation| (contract.version, operation))
    });
    let operations: Vec<(&str, Operation)> = operations.collect();
    let scopes = operations
        .iter()
        .flat_map(|(_, operation)| &operation.scopes);
    let all: BTreeSet<&String> = scopes.collect();
    let mut failures = Vec::new();
    for scope in &all {
        let asking = Asking::new(&sim, scope).await;
        for (version, operation) in &operations {
            let status = asking.get(version, operation, "").await;
            let is_enough = operation.scopes.is_empty() || operation.scopes.contains(scope);
            if is_enough == (status == 403) {
                let id = &operation.id;
                failures.push(format!(
                    "{version} {id}: with {scope}, the simulator returns {status}"
                ));
            }
        }
    }
    assert_no_failures(failures);
    assert!(all.len() > 2, "{all:?}");
}

/// A value in the form of a query.
fn form(text: &str) -> String {
    serde_urlencoded::to_string([("", text)]).unwrap()[1..].to_owned()
}
