use certs_sim::{PastEnd, Phase, Simulator};
use reqwest::StatusCode;
use serde_json::Value;

use crate::client::{Client, simulator};

fn texts<'a>(records: &'a [Value], pointer: &str) -> Vec<&'a str> {
    records
        .iter()
        .filter_map(|record| record.pointer(pointer)?.as_str())
        .collect()
}

#[tokio::test]
async fn pages_put_together_are_the_whole() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let largest = sim
        .certifications()
        .into_iter()
        .max_by_key(|row| row.decisions_total)
        .unwrap();
    let path = format!("/v3/certifications/{}/access-review-items", largest.id);
    for sorters in [None, Some("identitySummary.name,-access.name")] {
        let mut collected = Vec::new();
        for offset in ["0", "70", "140", "210"] {
            let mut query = vec![("limit", "70"), ("offset", offset), ("count", "true")];
            query.extend(sorters.map(|sorters| ("sorters", sorters)));
            let reply = client.list(&path, &query).await;
            assert_eq!(reply.header("x-total-count"), Some("240"));
            collected.extend(
                texts(&reply.records(), "/id")
                    .into_iter()
                    .map(str::to_owned),
            );
        }
        let mut expected: Vec<_> = sim
            .items_of(&largest.id)
            .into_iter()
            .map(|item| item.id)
            .collect();
        assert_eq!(expected.len(), 240);
        if sorters.is_some() {
            expected.sort();
            collected.sort();
        }
        assert_eq!(collected, expected);
    }
}

#[tokio::test]
async fn limits_are_kept_and_named() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let path = "/v3/certifications";
    let reply = client
        .list(path, &[("limit", "0"), ("count", "true")])
        .await;
    assert!(reply.header("x-total-count").is_some());
    assert!(reply.records().is_empty());
    let reply = client.list(path, &[("offset", "100000")]).await;
    assert_eq!(reply.header("x-total-count"), None);
    assert!(reply.records().is_empty());
    for (parameter, value) in [
        ("limit", "251"),
        ("limit", "-1"),
        ("limit", ""),
        ("limit", "ten"),
        ("offset", "-1"),
        ("offset", "4000000000"),
        ("offset", "1.5"),
        ("count", "yes"),
    ] {
        let reply = client.list(path, &[(parameter, value)]).await;
        let (detail, cause) = reply.refusal();
        assert_eq!(detail, "400.1.3 Illegal value");
        assert!(cause.contains(parameter), "{cause}");
    }
}

#[tokio::test]
async fn an_offset_past_the_end_can_be_refused() {
    let sim = Simulator::builder()
        .items(0)
        .past_end(PastEnd::Refused)
        .start()
        .await
        .unwrap();
    let client = Client::admin(&sim).await;
    let reply = client
        .list("/v3/certifications", &[("offset", "100000")])
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.refusal().1.contains("offset"));
}

#[tokio::test]
async fn certifications_are_filtered_and_sorted() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let list = async |path: &str, filters: &str, sorters: &str| {
        let query = [("filters", filters), ("sorters", sorters), ("limit", "250")];
        client.list(path, &query).await.records()
    };
    let active = list("/v3/certifications", "phase eq \"active\"", "name").await;
    let expected = sim
        .certifications()
        .into_iter()
        .filter(|row| row.phase == Phase::Active);
    assert_eq!(active.len(), expected.count());
    assert!(texts(&active, "/name").is_sorted_by_key(|name| name.to_lowercase()));

    let done = list(
        "/v3/certifications",
        "completed eq true and phase eq \"ACTIVE\"",
        "-due",
    )
    .await;
    assert!(!done.is_empty() && done.iter().all(|row| row["completed"] == true));
    assert!(texts(&done, "/due").is_sorted_by(|left, right| left >= right));

    let campaign = &sim.campaigns()[3].id;
    let filter = format!(
        "campaign.id in (\"{}\", \"x\") or id eq \"{campaign}\"",
        campaign.to_uppercase()
    );
    let of_campaign = list("/v3/certifications", &filter, "due").await;
    assert!(!of_campaign.is_empty());
    assert!(
        of_campaign
            .iter()
            .all(|row| row["campaign"]["id"] == campaign.as_str())
    );
    assert!(
        of_campaign.last().unwrap()["due"].is_null(),
        "what is missing comes last"
    );

    let filter =
        "campaignRef.campaignType in (\"SEARCH\",\"MACHINE_ACCOUNT\") and completed ne true";
    let beta = list("/beta/certifications", filter, "name").await;
    assert!(!beta.is_empty());
    assert!(beta.iter().all(|row| row["completed"] == false));
    for (path, filters) in [
        ("/v3/certifications", "completed ne true"),
        ("/v3/certifications", "campaignRef.id eq \"x\""),
        ("/beta/certifications", "campaign.id eq \"x\""),
    ] {
        assert_eq!(
            client.list(path, &[("filters", filters)]).await.refusal().0,
            "400.1 Bad Request Content"
        );
    }
}

#[tokio::test]
async fn items_are_filtered_by_every_field() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let largest = sim
        .certifications()
        .into_iter()
        .max_by_key(|row| row.decisions_total)
        .unwrap();
    let items = sim.items_of(&largest.id);
    let path = format!("/v3/certifications/{}/access-review-items", largest.id);
    let all = client.list(&path, &[]).await.records();
    let sources = texts(&all, "/accessSummary/entitlement/sourceName");
    let person = all[0]["identitySummary"]["name"]
        .as_str()
        .unwrap()
        .to_lowercase();
    let first = &items[0];
    let summary = first.identity_summary_id.as_deref().unwrap();
    for filter in [
        format!("id eq \"{}\"", first.id),
        "type eq \"ROLE\"".to_owned(),
        "access.type eq \"access_profile\"".to_owned(),
        "completed eq true".to_owned(),
        "completed ne true".to_owned(),
        format!("identitySummary.id in (\"{summary}\")"),
        format!("identitySummary.name eq \"{person}\""),
        format!("identitySummary.name sw \"{}\"", &person[..3]),
        format!("access.id eq \"{}\"", first.access_id),
        format!("access.name sw \"{}\"", &first.access_name[..2]),
        format!("entitlement.sourceName eq \"{}\"", sources[0]),
        "accessProfile.sourceName sw \"s\"".to_owned(),
        "not (completed eq true or access.type eq \"ENTITLEMENT\")".to_owned(),
    ] {
        let found = client.list(&path, &[("filters", &filter)]).await.records();
        assert!(
            !found.is_empty() && found.len() < all.len(),
            "{filter}: {}",
            found.len()
        );
    }
    for sorters in [
        "access.type",
        "-entitlement.sourceName",
        "accessProfile.sourceName,access.name",
    ] {
        assert_eq!(
            client
                .list(&path, &[("sorters", sorters)])
                .await
                .records()
                .len(),
            all.len()
        );
    }
}

#[tokio::test]
async fn only_one_kind_of_access_can_be_picked() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let largest = sim
        .certifications()
        .into_iter()
        .max_by_key(|row| row.decisions_total)
        .unwrap();
    let items = sim.items_of(&largest.id);
    let path = format!("/v3/certifications/{}/access-review-items", largest.id);
    let id_of = |kind: &str| {
        let item = items.iter().find(|item| item.access_type.as_str() == kind);
        item.unwrap().access_id.clone()
    };
    for (parameter, kind) in [
        ("entitlements", "ENTITLEMENT"),
        ("access-profiles", "ACCESS_PROFILE"),
        ("roles", "ROLE"),
    ] {
        let ids = format!("{},unknown", id_of(kind));
        let found = client.list(&path, &[(parameter, &ids)]).await.records();
        assert!(!found.is_empty());
        let field = match kind {
            "ENTITLEMENT" => "entitlement",
            "ACCESS_PROFILE" => "accessProfile",
            _ => "role",
        };
        assert!(
            found
                .iter()
                .all(|item| item["accessSummary"][field].is_object())
        );
        let other = if parameter == "roles" {
            "entitlements"
        } else {
            "roles"
        };
        let reply = client.list(&path, &[(parameter, "x"), (other, "x")]).await;
        let (detail, cause) = reply.refusal();
        assert_eq!(detail, "400.1 Bad Request Content");
        assert!(
            cause.contains(parameter) && cause.contains(other),
            "{cause}"
        );
    }
}

#[tokio::test]
async fn permissions_and_reviewers_are_the_same_in_both_versions() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let item = sim
        .items()
        .into_iter()
        .find(|item| item.permissions > 1)
        .unwrap();
    let (certification, item_id) = (&item.certification_id, &item.id);
    let path = format!("certifications/{certification}/access-review-items/{item_id}/permissions");
    let all = client.get(&format!("/v3/{path}")).await.records();
    assert_eq!(all.len(), item.permissions);
    assert_eq!(client.get(&format!("/beta/{path}")).await.records(), all);
    let target = all[0]["target"].as_str().unwrap();
    let right = all[0]["rights"][0].as_str().unwrap().to_lowercase();
    let filter = format!(
        "rights ca (\"{right}\") and target eq \"{}\"",
        target.to_lowercase()
    );
    let found = client
        .list(&format!("/v3/{path}"), &[("filters", &filter)])
        .await
        .records();
    assert_eq!(found, &all[..1]);
    let twice = format!("target eq \"{target}\" or target eq \"x\"");
    let reply = client
        .list(&format!("/beta/{path}"), &[("filters", &twice)])
        .await;
    assert_eq!(reply.refusal().0, "400.1 Bad Request Content");

    let path = format!("certifications/{certification}/reviewers");
    let query = [
        ("filters", "email sw \"\" and name sw \"\""),
        ("sorters", "-email,name"),
    ];
    let reviewers = client.list(&format!("/v3/{path}"), &query).await.records();
    assert_eq!(reviewers.len(), 1);
    assert_eq!(
        client
            .list(&format!("/beta/{path}"), &query)
            .await
            .records(),
        reviewers
    );
}

#[tokio::test]
async fn summaries_add_up() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = sim
        .certifications()
        .into_iter()
        .find(|row| {
            row.phase == Phase::Active
                && row.identities_total > 2
                && row.decisions_made > 0
                && !row.is_completed()
        })
        .unwrap();
    let path = format!("/v3/certifications/{}", row.id);
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let summary = client.get(&format!("{path}/decision-summary")).await.ok();
    let sum = |suffix: &str| {
        ["entitlement", "accessProfile", "role", "account"]
            .map(|kind| number(&summary[format!("{kind}{suffix}")]))
            .into_iter()
            .sum::<u32>()
    };
    assert_eq!(sum("DecisionsTotal"), row.decisions_total);
    assert_eq!(sum("DecisionsMade"), row.decisions_made);
    assert_eq!(sum("sApproved") + sum("sRevoked"), row.decisions_made);

    let people = client
        .list(
            &format!("{path}/identity-summaries"),
            &[("sorters", "-name"), ("count", "true")],
        )
        .await;
    assert_eq!(
        people.header("x-total-count"),
        Some(&*row.identities_total.to_string())
    );
    let people = people.records();
    assert!(
        texts(&people, "/name").is_sorted_by_key(|name| std::cmp::Reverse(name.to_lowercase()))
    );
    let complete = people.iter().filter(|row| row["completed"] == true).count();
    assert_eq!(u32::try_from(complete).unwrap(), row.identities_completed);
    let id = people[0]["id"].as_str().unwrap();
    assert_eq!(
        client
            .get(&format!("{path}/identity-summaries/{id}"))
            .await
            .ok(),
        people[0]
    );
    let filters = format!("identitySummary.id eq \"{id}\"");
    let one = client
        .list(
            &format!("{path}/decision-summary"),
            &[("filters", &filters)],
        )
        .await
        .ok();
    assert!(
        number(&one["entitlementDecisionsTotal"]) <= number(&summary["entitlementDecisionsTotal"])
    );

    let items = sim.items_of(&row.id);
    for kind in ["ENTITLEMENT", "ACCESS_PROFILE", "ROLE"] {
        let found = client
            .list(
                &format!("{path}/access-summaries/{kind}"),
                &[("sorters", "access.name")],
            )
            .await
            .records();
        let mut expected: Vec<_> = items
            .iter()
            .filter(|item| item.access_type.as_str() == kind)
            .map(|item| item.access_id.as_str())
            .collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(found.len(), expected.len());
    }
}
