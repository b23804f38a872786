//! Decides on any number of items from a table, such as one that reviewers have filled in:
//! first a dry run, then with a journal.
//!
//! ```sh
//! cargo run -p certs --example bulk_decide -- CERTIFICATION decisions.csv
//! ```
//!
//! The table has the columns `item`, `decision` (`APPROVE` or `REVOKE`) and `comment`. Without
//! arguments a table is made of the largest open certification. Without `SAIL_BASE_URL` all of
//! it runs on a simulator; decisions on a real tenant need `--yes`. If the program is
//! interrupted, run it again with the same table: it continues from the journal beside it.

use std::path::{Path, PathBuf};

use certs::filter::{certification, item};
use certs::model::{Decision, Id, Phase, ReviewDecision};
use certs::{Client, Journal};

mod support;

use support::{Result, connect, may_write, show};

/// A row of the table.
#[derive(serde::Deserialize, serde::Serialize)]
struct Row {
    item: Id,
    decision: Decision,
    comment: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let (client, simulator) = connect().await?;
    let arguments: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--yes")
        .collect();
    let folder = tempfile::tempdir()?;
    let (certification, table) = match arguments.as_slice() {
        [certification, table] => (certification.into(), PathBuf::from(table)),
        _ => write_table(&client, folder.path()).await?,
    };
    let decisions = read_table(&table)?;
    let review = client.certification(&certification);

    // Finds what is wrong with the table before anything is sent.
    let planned = review.decide(decisions.clone()).dry_run().await?;
    println!("Planned for certification {certification}:");
    for decision in [Decision::Approve, Decision::Revoke] {
        let of_it = planned.items().iter().filter(|item| {
            item.decision
                .as_ref()
                .is_some_and(|it| it.decision == decision)
        });
        println!("  {:>5} {decision}", of_it.count());
    }
    if !may_write(&client) {
        println!(
            "This is a real tenant, so nothing is decided. Add `--yes` to send the \
                  decisions."
        );
        return Ok(());
    }

    let path = table.with_extension("journal.jsonl");
    let journal = Journal::open_or_create(&path).await?;
    let decide = review.decide(decisions).journal(&journal);
    let outcome = decide.progress(show).await?;

    println!("{outcome}");
    for item in outcome.items() {
        if let Some(error) = item.outcome.error() {
            println!("  {}: {error}", item.id);
        }
    }
    if let Some(certification) = outcome.certification() {
        println!("In all, {} are decided.", certification.progress());
    }
    if !outcome.is_complete() {
        println!(
            "Run it again to continue: {} records what is done.",
            path.display()
        );
    }
    if let Some(simulator) = simulator {
        simulator.shutdown().await;
    }
    Ok(())
}

fn read_table(path: &Path) -> Result<Vec<ReviewDecision>> {
    let mut decisions = Vec::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let Row {
            item,
            decision,
            comment,
        } = row?;
        let decision = match decision {
            Decision::Approve => ReviewDecision::approve(item),
            Decision::Revoke => ReviewDecision::revoke(item),
            other => return Err(format!("item {item}: `{other}` cannot be decided").into()),
        };
        decisions.push(if comment.is_empty() {
            decision
        } else {
            decision.comment(comment)
        });
    }
    Ok(decisions)
}

/// Writes a table of the open items of the largest certification, as somebody would fill it in by
/// hand.
async fn write_table(client: &Client, folder: &Path) -> Result<(Id, PathBuf)> {
    let active = certification::phase().eq(Phase::Active);
    let open = active.and(certification::completed().eq(false));
    let open: Vec<_> = client
        .certifications()
        .filter(open)
        .stream()
        .try_collect()
        .await?;
    let largest = open
        .into_iter()
        .filter(|row| {
            row.reviewer
                .as_ref()
                .is_some_and(|reviewer| !reviewer.is_governance_group())
        })
        .max_by_key(|row| row.progress().remaining())
        .ok_or("nothing is open")?;

    let path = folder.join("decisions.csv");
    let mut table = csv::Writer::from_path(&path)?;
    let review = client.certification(&largest.id);
    let mut items = review.items().filter(item::completed().eq(false)).stream();
    while let Some(item) = items.try_next().await? {
        let (decision, comment) = if item.is_privileged() {
            (Decision::Revoke, "privileged access needs a new request")
        } else {
            (Decision::Approve, "still needed")
        };
        table.serialize(Row {
            item: item.id,
            decision,
            comment: comment.to_owned(),
        })?;
    }
    table.flush()?;
    println!("Table: {}", path.display());
    Ok((largest.id, path))
}
