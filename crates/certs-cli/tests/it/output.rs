//! Output for people and for programs.

use crate::support::Tenant;

#[test]
fn every_format_has_the_same_records() {
    let tenant = Tenant::small();
    let id = tenant.open().id;
    let items = |format: &str| {
        tenant
            .run(&format!("items {id} --output {format}"))
            .done()
            .out
    };
    let json: Vec<serde_json::Value> = serde_json::from_str(&items("json")).unwrap();
    let lines = items("jsonl");
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(json, lines);
    let expected = tenant.sim.items_of(&id).len();
    assert_eq!(json.len(), expected);

    let text = items("csv");
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<_> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let keys: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(header), sorted(keys));
    assert_eq!(csv.records().count(), expected);
    // Aligned, without colours, because it is not a terminal.
    let table = items("table");
    assert_eq!(table.lines().count(), expected + 1);
    assert!(!table.contains('\x1b'), "{table}");
}

#[test]
fn nothing_to_show_has_a_status_of_its_own() {
    let tenant = Tenant::of_items(3);
    let none = tenant.run("due --within 1s --output json").with(4);
    assert_eq!(none.out.trim(), "[]");
    none.says("Nothing is due.");
    tenant
        .run("sign-off --campaign Nonsense")
        .with(1)
        .says("there is no campaign `Nonsense`");
    let spring = ["due", "--campaign", "sprng review"];
    tenant
        .run_words(spring)
        .with(1)
        .says("did you mean `Spring Review`?");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let tenant = Tenant::of_items(2_000);
    let certs = env!("CARGO_BIN_EXE_certs");
    let line = format!(
        "{certs} items {} --output csv | head -n 1; echo ${{PIPESTATUS[0]}}",
        crate::support::CERTIFICATION
    );
    let mut bash = std::process::Command::new("bash");
    let admin = tenant.sim.admin();
    bash.env("SAIL_BASE_URL", tenant.sim.base_url())
        .env("SAIL_CLIENT_ID", admin.client_id)
        .env("SAIL_CLIENT_SECRET", admin.client_secret);
    let piped = crate::support::finished(bash.args(["-c", &line]).output().unwrap()).done();
    assert!(piped.out.ends_with("\n0\n"), "{piped:?}");
    assert_eq!(piped.err, "");
}

#[test]
fn items_are_filtered_by_the_apis_syntax() {
    let tenant = Tenant::of_items(120);
    let filter = [
        "items",
        "Mei's part",
        "--filter",
        r#"access.name sw "Access 7""#,
    ];
    let finished = tenant.run_words(filter).done();
    // 7 and 70 to 79 of the first person, 7 of the second.
    assert_eq!(finished.out.lines().count(), 13, "{finished:?}");
    let wrong = ["items", "Mei's part", "--filter", "access.nam sw \"A\""];
    tenant
        .run_words(wrong)
        .with(2)
        .says("did you mean `access.name`?");
}
