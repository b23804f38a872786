//! Watches a campaign: a line for each change of one of its certifications, until all are signed
//! off.
//!
//! ```sh
//! cargo run -p certs --example watch -- "Q3 manager review"
//! ```
//!
//! Without a tenant in the environment it runs on a simulator in this process, where a robot
//! decides and signs off in the meantime, so that there is progress to watch, and an end.

use std::collections::HashMap;
use std::time::Duration;

use certs::filter::item;
use certs::model::{AccessReviewItem, Campaign, Certification, Id, Phase};
use certs::{Client, RateLimit};
use certs_sim::Simulator;
use futures_util::future::try_join_all;

mod support;

use support::{Result, arguments, connect_or, heading, name};

/// The pause between two reads. A real campaign takes weeks.
const PAUSE: Duration = Duration::from_secs(30);
const PAUSE_ON_A_SIMULATOR: Duration = Duration::from_millis(250);

#[tokio::main]
async fn main() -> Result<()> {
    let simulator = Simulator::builder().rate_limit(None);
    let (client, simulator) = connect_or(simulator).await?;
    let (campaign, pause) = match (arguments().next(), &simulator) {
        (Some(name), None) => (client.campaigns().named(name).await?, PAUSE),
        (Some(name), Some(_)) => (client.campaigns().named(name).await?, PAUSE_ON_A_SIMULATOR),
        (None, Some(_)) => (choose(&client).await?, PAUSE_ON_A_SIMULATOR),
        (None, None) => return Err("say which campaign to watch: its name".into()),
    };

    heading(&format!("Campaign `{}`", name(&campaign.name)));
    let campaign = campaign.id;
    let watching = watch(&client, &campaign, pause);
    match &simulator {
        None => watching.await?,
        Some(simulator) => {
            let admin = simulator.admin();
            let robot = Client::builder(simulator.base_url())
                .client_credentials(admin.client_id, admin.client_secret)
                .rate_limit(RateLimit::unlimited())
                .build()?;
            tokio::try_join!(watching, review(&robot, &campaign))?;
        }
    }
    Ok(())
}

/// Shows the progress of the certifications until all are signed off.
async fn watch(client: &Client, campaign: &Id, pause: Duration) -> Result<()> {
    let mut shown = HashMap::new();
    loop {
        let rows = certifications(client, campaign).await?;
        for row in &rows {
            let line = line(row);
            if shown.get(&row.id) != Some(&line) {
                println!("{line}");
                shown.insert(row.id.clone(), line);
            }
        }
        if rows.iter().all(Certification::is_signed) {
            let made: i64 = rows.iter().map(|row| row.progress().made).sum();
            let all = rows.len();
            println!("All {all} certifications are signed off, with {made} decisions.");
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
}

async fn certifications(client: &Client, campaign: &Id) -> certs::Result<Vec<Certification>> {
    let list = client.campaign(campaign).certifications();
    list.in_stable_order().stream().try_collect().await
}

/// Who reviews the certification, and how far it is.
fn line(row: &Certification) -> String {
    const WIDTH: u64 = 30;

    let reviewer = row.reviewer_name().unwrap_or("(unnamed)");
    let progress = row.progress();
    let (made, total) = (progress.made.unsigned_abs(), progress.total.unsigned_abs());
    let full = (made * WIDTH).checked_div(total).unwrap_or(WIDTH);
    let bar: String = (0..WIDTH)
        .map(|at| if at < full { '█' } else { '░' })
        .collect();
    let state = match (&row.signed, row.is_completed()) {
        (Some(signed), _) => format!("signed {}", signed.strftime("%H:%M:%S")),
        (None, true) => "to be signed off".to_owned(),
        (None, false) => String::new(),
    };
    format!("{reviewer:<26.26} {bar} {made:>4}/{total:<4} {state}")
}

/// The campaign with the most to do, of those that a client can bring to an end: the service
/// lets nobody work on a governance group's certifications, and some campaigns have not begun.
async fn choose(client: &Client) -> Result<Campaign> {
    let all: Vec<_> = client.certifications().stream().try_collect().await?;
    let mut open: HashMap<&Id, i64> = HashMap::new();
    for row in &all {
        let Some(campaign) = &row.campaign else {
            continue;
        };
        *open.entry(&campaign.id).or_default() += row.progress().remaining();
        let of_group = row
            .reviewer
            .as_ref()
            .is_some_and(|r| r.is_governance_group());
        if of_group || row.phase == Some(Phase::Staged) {
            open.insert(&campaign.id, i64::MIN / 2);
        }
    }
    let most = open.into_iter().max_by_key(|(_, open)| *open);
    let (id, _) = most.ok_or("there is no campaign")?;
    Ok(client.campaign(id).get().await?)
}

/// The robot: in each certification, a decision on a few items at a time, and the sign-off.
async fn review(client: &Client, campaign: &Id) -> Result<()> {
    let rows = certifications(client, campaign).await?;
    let open = rows.iter().filter(|row| !row.is_signed()).enumerate();
    let reviews = open.map(async |(n, row)| {
        let review = client.certification(&row.id);
        let open = review.items().filter(item::completed().eq(false));
        let items: Vec<_> = open.in_stable_order().stream().try_collect().await?;
        let approve = |item: &AccessReviewItem| item.approve().comment("still needed");
        for batch in items.chunks((items.len() / 12).max(1)) {
            tokio::time::sleep(Duration::from_millis(150 + 40 * n as u64)).await;
            let outcome = review.decide(batch.iter().map(approve)).await?;
            outcome.ensure_complete()?;
        }
        review.sign_off().await
    });
    try_join_all(reviews).await?;
    Ok(())
}
