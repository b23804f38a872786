//! A whole review as a newcomer does it, from `due` to `sign-off`.

use certs_sim::Phase;

use crate::support::Tenant;

#[test]
fn a_review_from_a_table_to_verified_evidence() {
    let tenant = Tenant::of_items(25);
    tenant
        .run("due")
        .done()
        .prints("25 of 25")
        .prints("Mei's part");
    let table = tenant
        .run_words(["items", "Mei's part", "--output", "csv"])
        .done()
        .out;
    // The columns that a person fills in.
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let header = rows.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|it| it == name).unwrap();
    let mut filled = csv::Writer::from_writer(Vec::new());
    filled.write_record(&header).unwrap();
    for row in rows.records() {
        let mut cells: Vec<_> = row.unwrap().iter().map(str::to_owned).collect();
        "approve".clone_into(&mut cells[place("decision")]);
        "checked".clone_into(&mut cells[place("comment")]);
        filled.write_record(&cells).unwrap();
    }
    let csv = tenant.write("review.csv", filled.into_inner().unwrap());

    let early = tenant
        .run_words(["sign-off", "Mei's part", "--yes"])
        .with(1);
    early.says("25 of 25 decisions are open");
    tenant
        .run(&format!("decide --csv {} --yes", csv.display()))
        .done();
    let ready = tenant
        .run_words(["sign-off", "Mei's part", "--dry-run"])
        .done();
    ready.prints("1 of 1 could be signed off");
    assert_eq!(tenant.sim.certifications()[0].phase, Phase::Active);
    tenant
        .run_words(["sign-off", "--campaign", "Spring Review", "--yes"])
        .done();
    assert_eq!(tenant.sim.certifications()[0].phase, Phase::Signed);
    tenant
        .run_words(["sign-off", "Mei's part", "--yes"])
        .with(4);

    let evidence = [
        "evidence",
        "--campaign",
        "Spring Review",
        "--out",
        "e",
        "--grants",
        "--html",
    ];
    tenant
        .run_words(evidence)
        .done()
        .prints("25 of 25 items")
        .prints("grants.csv");
    tenant.run("verify e").done().prints("match the manifest");
    tenant.run_words(evidence).with(1).says("already exists");
    let only = [
        "evidence",
        "--campaign",
        "Spring Review",
        "--out",
        "f",
        "--format",
        "jsonl",
    ];
    tenant.run_words(only).done();
    let mut files: Vec<_> = std::fs::read_dir(tenant.path("f"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["evidence.jsonl", "manifest.json"]);

    let file = tenant.path("e/evidence.csv");
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replacen("checked", "chucked", 1);
    std::fs::write(&file, text).unwrap();
    tenant.run("verify e").with(1).says("evidence.csv");
}
