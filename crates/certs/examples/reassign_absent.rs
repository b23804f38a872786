//! Gives all open items of an absent reviewer to somebody else.
//!
//! ```sh
//! cargo run -p certs --example reassign_absent -- ABSENT-ID SUBSTITUTE-ID
//! ```
//!
//! Without a tenant in the environment it runs on a simulator in this process, and chooses
//! the two itself: the reviewer with the most to do, and another one. On a real tenant it
//! only shows what it would reassign, unless `--yes` is added.

use certs::filter::{certification, item};
use certs::model::{AccessReviewItem, Certification, Id, Phase, Reviewer};
use certs::{BulkOutcome, Client, Review};

mod support;

use support::{Result, arguments, connect_or, heading, may_write, name, show};

const REASON: &str = "on leave until May";

#[tokio::main]
async fn main() -> Result<()> {
    let large = certs_sim::Simulator::builder().items(1_000);
    let (client, _simulator) = connect_or(large).await?;
    let (absent, substitute) = match (arguments().next(), arguments().nth(1)) {
        (Some(absent), Some(substitute)) => (absent.into(), substitute.into()),
        _ if client.base_url().starts_with("http://") => choose(&client).await?,
        _ => return Err("give two identity ids: who is absent, and who decides instead".into()),
    };

    heading(&format!("From {absent} to {substitute}"));
    let (mut given, mut kept) = (0, Vec::new());
    for row in open_certifications(&client, Some(&absent)).await? {
        let review = client.certification(&row.id);
        let open = review.items().filter(item::completed().eq(false));
        let open: Vec<_> = open.in_stable_order().stream().try_collect().await?;
        // Nobody may review their own access; a reassignment that asks for it is refused.
        let (own, others): (Vec<_>, Vec<_>) = open
            .into_iter()
            .partition(|item| item.identity_id() == substitute.get());
        kept.extend(own);
        if others.is_empty() {
            continue;
        }
        println!("{} ({} open)", name(&row.name), others.len());
        if may_write(&client) {
            let outcome = reassign(&review, &substitute, &others).await?;
            println!("  {outcome}");
            for task in outcome.tasks() {
                let status = task.status.as_ref().map_or("", |status| status.as_str());
                println!("  task {}: {status}", task.id);
            }
            for item in outcome.items() {
                if let Some(error) = item.outcome.error() {
                    println!("  {}: {error}", item.id);
                }
            }
        }
        given += others.len();
    }

    heading("Left");
    println!("{given} items to reassign; {} cannot be:", kept.len());
    for item in &kept {
        let access = item.access_name();
        println!("  {} `{}`: the substitute's own", item.id, name(&access));
    }
    if !may_write(&client) {
        println!("This is a real tenant, so nothing was reassigned. Add `-- --yes` to do it.");
    }
    Ok(())
}

/// Gives the items to the substitute and waits until they are there.
async fn reassign(
    review: &Review,
    substitute: &Id,
    items: &[AccessReviewItem],
) -> Result<BulkOutcome> {
    let reassign = review.reassign(substitute, REASON).items(items);
    Ok(reassign.progress(show).wait().await?)
}

async fn open_certifications(
    client: &Client,
    reviewer: Option<&Id>,
) -> certs::Result<Vec<Certification>> {
    let open = certification::phase()
        .eq(Phase::Active)
        .and(certification::completed().eq(false));
    let mut list = client.certifications().filter(open).in_stable_order();
    if let Some(reviewer) = reviewer {
        list = list.reviewer(reviewer);
    }
    let mut rows: Vec<_> = list.stream().try_collect().await?;
    // The service does not let a client work on a governance group's certifications.
    rows.retain(|row| reviewer_of(row).is_some_and(|reviewer| !reviewer.is_governance_group()));
    Ok(rows)
}

fn reviewer_of(row: &Certification) -> Option<&Reviewer> {
    row.reviewer.as_ref()
}

/// The reviewer of the largest certification, and somebody whose access is in it, so that some
/// items have to stay.
async fn choose(client: &Client) -> Result<(Id, Id)> {
    let open = open_certifications(client, None).await?;
    let largest = open.iter().max_by_key(|row| row.progress().remaining());
    let largest = largest.ok_or("nothing is open")?;
    let absent = reviewer_of(largest).ok_or("nobody reviews it")?.id.clone();
    let items = client.certification(&largest.id).items();
    let open = items.filter(item::completed().eq(false)).send().await?;
    let mut people = open.items.iter().filter_map(AccessReviewItem::identity_id);
    let substitute = people.find(|id| absent != *id).ok_or("nobody is left")?;
    Ok((absent, substitute.into()))
}
