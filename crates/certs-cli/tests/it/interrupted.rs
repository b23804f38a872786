//! Runs that are stopped or killed, and continued.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use certs_sim::{Decision, Operation};

use crate::support::{CERTIFICATION, Tenant, finished, item_id};

const ROWS: usize = 5_000;

/// A table of all items, and ten wrong rows.
fn table(tenant: &Tenant) -> String {
    let mut table = "item,decision,comment\n".to_owned();
    for number in 0..ROWS {
        let decision = if number % 7 == 0 { "revoke" } else { "approve" };
        table += &format!("{},{decision},row {number}\n", item_id(number));
        if number % 500 == 0 {
            table += &format!("no-such-item-{number},approve,\n");
        }
    }
    tenant.write("d.csv", &table).display().to_string()
}

/// Starts to decide; the first four requests are processed, but get no response.
fn begun(tenant: &Tenant) -> Child {
    tenant
        .sim
        .faults()
        .add("decide:silence-after:x4".parse().unwrap());
    let path = table(tenant);
    let mut command = tenant.command(["decide", "--csv", &path, "--skip-bad-rows", "--yes"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while tenant.sim.traffic().of(Operation::Decide) < 4 || tenant.decided() < 1_000 {
        sleep(Duration::from_millis(10));
    }
    child
}

/// Each item has the decision of its row.
fn assert_all_are_decided(tenant: &Tenant) {
    let items: HashMap<_, _> = tenant
        .sim
        .items()
        .into_iter()
        .map(|it| (it.id.clone(), it))
        .collect();
    for number in 0..ROWS {
        let item = &items[&item_id(number)];
        let is_revoked = item.decision == Some(Decision::Revoke);
        assert_eq!(is_revoked, number % 7 == 0, "{item:?}");
        assert_eq!(item.comments, Some(format!("row {number}")));
    }
}

#[test]
fn five_thousand_rows_continue_after_a_kill() {
    let tenant = Tenant::of_items(ROWS);
    let mut child = begun(&tenant);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(tenant.decided(), 1_000);

    let journal = tenant.journal().display().to_string();
    let left = tenant.run(&format!("resume {journal} --dry-run")).done();
    let left = left.prints("0 of 5000 applied, 1000 unknown, 4000 not attempted");
    left.prints("Nothing was sent");
    tenant
        .run(&format!("resume {journal}"))
        .with(2)
        .says("There is no terminal");
    assert_eq!(tenant.decided(), 1_000);
    // Without a name, it resumes the newest unfinished journal.
    tenant
        .run("resume --yes")
        .done()
        .prints("5000 of 5000 applied");
    assert_all_are_decided(&tenant);
    tenant
        .run("resume --yes")
        .with(4)
        .says("Nothing is unfinished");

    let path = tenant.path("d.csv").display().to_string();
    let again = tenant
        .run(&format!("decide --csv {path} --skip-bad-rows --yes"))
        .with(3);
    again
        .says("5000 rows: decided so already")
        .says("10 rows: skipped");
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_what_was_done_and_how_to_continue() {
    let tenant = Tenant::of_items(ROWS);
    let child = begun(&tenant);
    let id = child.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    let stopped = finished(child.wait_with_output().unwrap()).with(3);
    let journal = tenant.journal().display().to_string();
    let stopped = stopped.says("stopped. 0 of 5000 were processed");
    stopped.says(&format!("certs resume {journal}"));
    tenant.run(&format!("resume {journal} --yes")).done();
    assert_all_are_decided(&tenant);
}

/// Resuming names the items that are not done, to people and to programs.
#[test]
fn what_a_person_decides_in_the_meantime_is_left_and_named() {
    let tenant = Tenant::of_items(ROWS);
    let mut child = begun(&tenant);
    child.kill().unwrap();
    child.wait().unwrap();
    let theirs = item_id(4_000);
    let decided = tenant
        .sim
        .decide(&theirs, Decision::Revoke, Some("left the team"));
    decided.unwrap();
    let resumed = tenant.run("resume --yes").with(3);
    let resumed = resumed.prints("4999 of 5000 applied, 1 changed meanwhile");
    resumed.prints(&theirs).says("To continue");
    let again = tenant.run("resume --yes --output jsonl").with(1);
    assert!(again.out.contains(&theirs), "{again:#?}");
    assert_eq!(again.out.lines().count(), 1);
    tenant.run("resume --yes --overwrite-changed").done();
    let item = tenant.sim.item(&theirs).unwrap();
    assert_eq!(item.comments.as_deref(), Some("row 4000"));
}

#[test]
fn a_journal_that_cannot_be_read_is_not_taken_for_a_finished_one() {
    let tenant = Tenant::of_items(2);
    tenant
        .run("resume --yes")
        .with(4)
        .says("Nothing is unfinished");
    let newer = r#"{"event":"journal","format":99,"other":"fields"}"#;
    let folder = tenant.path(".local/state/certs/journals");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("20990101-000000-decide.jsonl"), newer).unwrap();
    let resumed = tenant.run("resume --yes").with(1);
    resumed
        .says("20990101-000000-decide.jsonl was left out")
        .says("begun by a newer version");
}

/// The sign-off arrives, but the service is gone before it responds.
#[test]
fn a_sign_off_without_a_response_is_unknown() {
    let tenant = Tenant::of_items(2);
    for number in 0..2 {
        let item = item_id(number);
        tenant.sim.decide(&item, Decision::Approve, None).unwrap();
    }
    let rule = "sign-off:silence-after".parse().unwrap();
    tenant.sim.faults().add(rule);
    let mut command = tenant.command(["sign-off", CERTIFICATION, "--yes"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while tenant.sim.traffic().of(Operation::SignOff) < 1 {
        sleep(Duration::from_millis(10));
    }
    let Tenant { sim, home, .. } = tenant;
    drop(sim);
    let unknown = finished(child.wait_with_output().unwrap()).with(3);
    unknown
        .prints("unknown")
        .prints("0 of 1 signed off, 1 unknown")
        .says("It may have taken effect")
        .says("To continue with what can be done: certs resume");
    drop(home);
}
