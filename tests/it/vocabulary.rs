//! What the client's lists filter and sort by is what the contract says. (Fields and values of the
//! model are held against it by `cargo xtask check`.)

use std::collections::{BTreeMap, BTreeSet};

use certs::filter::VOCABULARY;

use crate::support::contract::contracts;

type Filters = BTreeMap<String, BTreeSet<String>>;

fn set<'a>(
    texts: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a + ?Sized)>,
) -> BTreeSet<String> {
    texts
        .into_iter()
        .map(|text| text.as_ref().to_owned())
        .collect()
}

#[test]
fn filters_and_sorters_are_those_of_the_contract() {
    let mut declared: BTreeMap<(String, String), (Filters, BTreeSet<String>)> = BTreeMap::new();
    for contract in contracts() {
        for operation in contract.operations() {
            let filters: Filters = operation
                .filters
                .iter()
                .map(|(field, operators)| (field.clone(), set(operators)))
                .collect();
            let sorters = set(&operation.sorters);
            if !(filters.is_empty() && sorters.is_empty()) {
                let key = (contract.version.to_owned(), operation.id);
                declared.insert(key, (filters, sorters));
            }
        }
    }
    let known: BTreeMap<_, _> = VOCABULARY
        .iter()
        .map(|endpoint| {
            let key = (
                endpoint.contract.to_owned(),
                endpoint.operation_id.to_owned(),
            );
            let fields = endpoint.fields.iter();
            let filters: Filters = fields
                .clone()
                .filter(|field| !field.operators.is_empty())
                .map(|field| (field.name.to_owned(), set(field.operators.iter().copied())))
                .collect();
            let sorters = fields.filter(|field| field.sortable);
            (key, (filters, set(sorters.map(|field| field.name))))
        })
        .collect();
    assert_eq!(known.len(), VOCABULARY.len(), "an endpoint is there twice");
    assert_eq!(known, declared);
}
