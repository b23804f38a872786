//! Reassigning items to another reviewer.

use crate::support::{CERTIFICATION, OTHER, Tenant, item_id};

fn items_of(tenant: &Tenant, certification: &str) -> usize {
    tenant.sim.items_of(certification).len()
}

#[test]
fn everything_of_one_reviewer_goes_to_another() {
    let tenant = Tenant::of_items(40);
    let words = [
        "reassign",
        "--from",
        "Mei Tanaka",
        "--to",
        OTHER,
        "--reason",
        "on leave",
    ];
    let dry = words.into_iter().chain(["--dry-run"]);
    tenant
        .run_words(dry)
        .done()
        .prints("40 items of 1 certification");
    assert_eq!(items_of(&tenant, CERTIFICATION), 40);
    let yes = words.into_iter().chain(["--yes"]);
    tenant
        .run_words(yes.clone())
        .done()
        .prints("40 of 40 applied");
    assert_eq!(items_of(&tenant, CERTIFICATION), 0);
    tenant.run_words(yes).with(4);
    let unknown = ["reassign", "--from", "Mei Tanka", "--to", OTHER];
    tenant
        .run_words(unknown)
        .with(1)
        .says("did you mean `Mei Tanaka`?");
}

#[test]
fn a_table_says_what_goes_to_whom() {
    let tenant = Tenant::of_items(5);
    let table = format!(
        "Item,To,Reason\n{},{OTHER},knows it\nnonsense,{OTHER},\n",
        item_id(2)
    );
    let csv = tenant.write("r.csv", table);
    let words = format!("reassign --csv {} --yes", csv.display());
    tenant
        .run(&words)
        .with(1)
        .says("line 3, column `item`")
        .says("nonsense");
    assert_eq!(items_of(&tenant, CERTIFICATION), 5);
    tenant
        .run(&format!("{words} --skip-bad-rows"))
        .with(3)
        .prints("1 of 1 applied");
    assert_eq!(items_of(&tenant, CERTIFICATION), 4);
}

#[test]
fn people_are_found_by_name_or_address_in_any_campaign() {
    let tenant = Tenant::small();
    let out = tenant.run("due --output jsonl").done().out;
    let rows = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let rows: Vec<_> = rows
        .filter(|row| row["workable"] == true && row["open"] != 0)
        .collect();
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or("").to_owned();
    let (from, to) = (&rows[0], rows.last().unwrap());
    assert_ne!(text(from, "reviewer"), text(to, "reviewer"));
    for name in ["reviewer", "reviewer_email"] {
        let (from, campaign) = (text(from, name), text(from, "campaign"));
        let to = text(to, name);
        let words = [
            "reassign",
            "--from",
            &from,
            "--to",
            &to,
            "--campaign",
            &campaign,
        ];
        let words = words.into_iter().chain(["--dry-run"]);
        tenant.run_words(words).done().prints("Nothing was sent");
    }
    let words = [
        "reassign",
        "--from",
        &text(from, "reviewer"),
        "--to",
        "Nobody At All",
    ];
    tenant
        .run_words(words)
        .with(1)
        .says("there is no reviewer `Nobody At All`");
}

#[test]
fn only_what_is_overdue_is_escalated() {
    let tenant = Tenant::small();
    let overdue = tenant.run("due --output jsonl").done().out;
    let overdue = overdue
        .lines()
        .filter(|line| line.contains(r#""overdue":true"#))
        .count();
    assert!(overdue > 0);
    let to = &tenant.sim.identities()[0].id;
    let planned = tenant
        .run(&format!("escalate --to {to} --dry-run --output jsonl"))
        .done();
    let certification = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["certification"].as_str().unwrap().to_owned()
    };
    let certifications: std::collections::HashSet<_> =
        planned.out.lines().map(certification).collect();
    assert!(
        (1..=overdue).contains(&certifications.len()),
        "{certifications:?}"
    );
    let long = format!("escalate --to {to} --overdue-by 1000d --yes");
    tenant.run(&long).with(4).says("Nothing is overdue");
}
