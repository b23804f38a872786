//! Decisions from tables and by rules.

use certs_sim::Decision;

use crate::support::{CERTIFICATION, Tenant, item_id};

#[test]
fn a_table_of_a_spreadsheet_decides_row_by_row() {
    let tenant = Tenant::of_items(6);
    let lines = [
        "\u{feff}IDENTITY;Access;Decision;Comment".to_owned(),
        "Person 0;Access 0;Approve;\"still; needed\"".to_owned(),
        "person 0;access 1;REVOKE;left".to_owned(),
        "Person 0;Access 2;;".to_owned(),
    ];
    let csv = tenant.write("d.csv", lines.join("\r\n"));
    let path = csv.to_str().unwrap();
    let planned = tenant.run(&format!("decide --csv {path} --dry-run")).done();
    planned
        .prints("2 decisions: 1 to approve, 1 to revoke")
        .says("1 row: without a decision");
    assert_eq!(tenant.decided(), 0);

    let asked = tenant.run(&format!("decide --csv {path}")).with(2);
    let host = tenant
        .sim
        .base_url()
        .trim_start_matches("http://")
        .to_owned();
    asked.says(&host).says("There is no terminal to ask on");
    assert_eq!(tenant.decided(), 0);

    tenant
        .run(&format!("decide --csv {path} --yes"))
        .done()
        .prints("2 of 2 applied");
    let item = |number| tenant.sim.item(&item_id(number)).unwrap();
    assert_eq!(item(0).decision, Some(Decision::Approve));
    assert_eq!(item(0).comments.as_deref(), Some("still; needed"));
    assert_eq!(item(1).decision, Some(Decision::Revoke));
    assert_eq!(item(2).decision, None);

    tenant
        .run(&format!("decide --csv {path} --yes"))
        .with(4)
        .says("2 rows: decided so already");
}

#[test]
fn every_bad_row_is_named_with_its_column_and_the_fix() {
    let tenant = Tenant::of_items(10);
    let table = "item,identity,access,decision,comment,end_date\n\
                 ,Persn 0,Access 0,approve,,\n\
                 ,Person 0,Acces 1,approve,,\n\
                 ,Person 0,,approve,,\n\
                 nonsense,,,approve,,\n\
                 ,Person 0,Access 2,keep,,\n\
                 ,Person 0,Access 3,approve,,2027-01-31\n\
                 ,Person 0,Access 4,revoke,,soon\n\
                 ,Person 0,Access 5,revoke,,2027-01-31,too many\n\
                 ,Person 0,Access 6,approve,,\n\
                 ,Person 0,Access 6,revoke,,\n";
    let csv = tenant.write("d.csv", table);
    let path = csv.to_str().unwrap();
    let finished = tenant.run(&format!("decide --csv {path} --yes")).with(1);
    let errors = finished.err.replace(path, "d.csv");
    insta::assert_snapshot!("bad rows", errors);
    assert_eq!(tenant.decided(), 0);

    let skipped = tenant
        .run(&format!("decide --csv {path} --yes --skip-bad-rows"))
        .with(3);
    skipped.prints("1 of 1 applied");
    assert_eq!(tenant.decided(), 1);
}

#[test]
fn what_the_campaign_demands_is_a_problem_of_the_row() {
    let scenario = Tenant::of_items(4).sim.export().to_json();
    let scenario = scenario.replace("NO_DECISIONS", "ALL_DECISIONS");
    let scenario = certs_sim::Scenario::from_json(&scenario).unwrap();
    let tenant = Tenant::new(certs_sim::Simulator::builder().scenario(scenario));
    let table = format!(
        "item,decision,comment\n{},approve,fine\n{},approve,\n",
        item_id(0),
        item_id(1)
    );
    let csv = tenant.write("d.csv", table);
    let finished = tenant
        .run(&format!("decide --csv {} --yes", csv.display()))
        .with(1);
    finished.says("line 3: it is decided without a comment");
    assert_eq!(tenant.decided(), 0);
}

#[test]
fn rules_of_a_file_decide_what_they_match() {
    let tenant = Tenant::of_items(30);
    let rules = r#"
        [[rule]]
        name = "tens"
        when = 'access.name sw "Access 1"'
        decision = "revoke"
        comment = "no longer needed"

        [[rule]]
        when = 'access.name sw "Access 2"'
        decision = "approve"
    "#;
    let file = tenant.write("rules.toml", rules);
    let rules = format!("decide {CERTIFICATION} --rules {}", file.display());
    let planned = tenant.run(&format!("{rules} --dry-run")).done();
    planned
        .prints("tens")
        .prints("22 decisions: 11 to approve, 11 to revoke");
    let all = tenant
        .run(&format!("{rules} --dry-run --output jsonl"))
        .done();
    assert_eq!(all.out.lines().count(), 22);
    tenant
        .run(&format!("{rules} --yes"))
        .done()
        .prints("22 of 22 applied, 8 left open");
    tenant.run(&format!("{rules} --yes")).with(4);
    tenant
        .run(&format!("decide --rules {} --yes", file.display()))
        .with(2)
        .says("--campaign");

    let wrong = tenant.write("wrong.toml", "[[rule]]\nwhen = 'access.nam eq \"A\"'\n");
    let wrong = format!("decide {CERTIFICATION} --rules {}", wrong.display());
    tenant
        .run(&wrong)
        .with(1)
        .says("line 2")
        .says("did you mean `access.name`?");
}

#[test]
fn what_the_service_refuses_is_named_and_the_rest_done() {
    let tenant = Tenant::of_items(4);
    let table = format!(
        "item,decision\n{},approve\n{},revoke\n",
        item_id(0),
        item_id(1)
    );
    let csv = tenant.write("d.csv", table);
    // The service never processes a decision, so it stays unknown or not done.
    tenant.sim.faults().add("decide:500".parse().unwrap());
    let words = format!("decide --csv {} --yes --output jsonl", csv.display());
    let failed = tenant
        .run(&words)
        .with(1)
        .says("certs resume")
        .says("tracking id");
    assert_eq!(failed.err.matches("nothing was done").count(), 1);
    assert_eq!(tenant.decided(), 0);
    tenant.sim.faults().clear();
    tenant
        .run(&words)
        .done()
        .says("Note: an earlier run was stopped before its end");
    assert_eq!(tenant.decided(), 2);
}
