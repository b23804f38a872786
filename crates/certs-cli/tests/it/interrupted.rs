//! Runs that are stopped or killed, and continued.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use certs_sim::{Decision, Operation};

use crate::support::{Tenant, finished, item_id};

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
    left.prints("5000").prints("Nothing was sent");
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
