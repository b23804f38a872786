//! Actions of a second person beside the client under test.

use certs_sim::{Decision, Phase, Reviewer, Simulator};

fn scene() -> (Simulator, certs_sim::view::Certification) {
    let sim = Simulator::builder().items(600).build().unwrap();
    let row = sim.certifications().into_iter().find(|row| {
        row.phase == Phase::Active
            && row.decisions_made == 0
            && row.identities_total > 1
            && row.decisions_total > 2 * row.identities_total
            && matches!(row.reviewer, Reviewer::Identity(_))
    });
    (sim, row.unwrap())
}

fn somebody(sim: &Simulator, row: &certs_sim::view::Certification) -> String {
    let items = sim.items_of(&row.id);
    let person = sim.identities().into_iter().find(|person| {
        !person.is_machine
            && person.id != row.reviewer.id()
            && items
                .iter()
                .all(|item| item.identity_id.as_ref() != Some(&person.id))
    });
    person.unwrap().id
}

#[test]
fn decides_takes_back_and_signs_off_by_the_rules() {
    let (sim, row) = scene();
    let items = sim.items_of(&row.id);
    let early = sim.sign_off(&row.id).unwrap_err();
    assert!(
        early.to_string().contains("decisions are not made yet"),
        "{early}"
    );
    for item in &items {
        sim.decide(&item.id, Decision::Approve, Some("needed"))
            .unwrap();
    }
    sim.undecide(&items[0].id).unwrap();
    assert_eq!(sim.item(&items[0].id).unwrap().decision, None);
    sim.sign_off(&row.id).unwrap_err();
    sim.decide(&items[0].id, Decision::Revoke, Some("left"))
        .unwrap();
    sim.sign_off(&row.id).unwrap();
    let late = sim
        .decide(&items[0].id, Decision::Approve, None)
        .unwrap_err();
    assert!(late.to_string().contains("signed off"), "{late}");
    sim.undecide(&items[0].id).unwrap_err();
    sim.decide("nothing", Decision::Approve, None).unwrap_err();
    assert_eq!(sim.requests(), []);
}

#[test]
fn reassigns_across_certifications() {
    let (sim, row) = scene();
    let to = somebody(&sim, &row);
    let items = sim.items_of(&row.id);
    sim.reassign(&[&items[0].id, &items[1].id], &to, "away")
        .unwrap();
    let got = sim.certifications().into_iter().find(|other| {
        other.reviewer.id() == to && other.reassigned_from.as_deref() == Some(&row.id)
    });
    let got = got.unwrap();
    assert_eq!(got.decisions_total, 2);
    let back = row.reviewer.id();
    // One item is in each certification.
    let [here, there] = [&items[2].id, &items[0].id];
    let refused = sim.reassign(&[here, there], back, "back").unwrap_err();
    assert!(
        refused.to_string().contains("already the reviewer"),
        "{refused}"
    );
    sim.reassign(&[there], back, "back").unwrap();
    assert_ne!(sim.item(there).unwrap().certification_id, got.id);
}

/// Items of one certification by identity, in requests that the test makes.
fn duplicates(requests: impl Fn(&[certs_sim::view::Item]) -> Vec<Vec<&str>>) -> usize {
    let (sim, row) = scene();
    let to = somebody(&sim, &row);
    let items = sim.items_of(&row.id);
    for request in requests(&items) {
        sim.reassign(&request, &to, "away").unwrap();
    }
    let all = sim.certifications();
    let got = all
        .iter()
        .find(|other| other.reviewer.id() == to && other.reassigned_from.is_some());
    let got = got.unwrap();
    assert_eq!(got.decisions_total, u32::try_from(items.len()).unwrap());
    got.duplicate_summaries
}

fn grouped<'a>(
    items: &'a [certs_sim::view::Item],
    key: impl Fn(&'a certs_sim::view::Item) -> &'a str,
) -> Vec<Vec<&'a str>> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(name, _)| *name == key(item)) {
            Some((_, group)) => group.push(&item.id),
            None => groups.push((key(item), vec![&item.id])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

#[test]
fn a_request_for_each_identity_or_each_access_makes_no_duplicate_summaries() {
    assert_eq!(
        duplicates(|items| grouped(items, |item| item.identity_id.as_deref().unwrap())),
        0
    );
    assert_eq!(
        duplicates(|items| grouped(items, |item| &item.access_id)),
        0
    );
}

#[test]
fn a_request_that_mixes_or_splits_them_does() {
    let mixed = duplicates(|items| vec![items.iter().map(|item| item.id.as_str()).collect()]);
    assert!(mixed > 0);
    let split = duplicates(|items| {
        let mut requests = grouped(items, |item| item.identity_id.as_deref().unwrap());
        // Two requests for an identity with several items, the second with two of them.
        let long = requests
            .iter()
            .position(|request| request.len() > 2)
            .unwrap();
        let rest = requests[long].split_off(1);
        requests.push(rest);
        requests
    });
    assert!(split > 0);
}
