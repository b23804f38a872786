//! A whole access review: find the campaign and what is due in it, read its items, reassign one,
//! decide by a policy after a dry run, sign off, keep evidence, and read the result through beta.
//!
//! ```sh
//! cargo run -p certs --example review
//! ```
//!
//! By default it runs on a simulator in this process. With `SAIL_BASE_URL`,
//! `SAIL_CLIENT_ID` and `SAIL_CLIENT_SECRET` set it runs on that tenant. Decisions on a real
//! tenant are real: there it only shows what is due, unless `-- --yes` is added.

use certs::filter::{beta, certification, item};
use certs::model::{AccessReviewItem, Certification, Phase};
use certs::{ItemOutcome, Policy, Review, Verdict};

mod support;

use support::{Result, connect, heading, may_write, name};

#[tokio::main]
async fn main() -> Result<()> {
    let (client, simulator) = connect().await?;

    let named = support::arguments().next();
    let named = named.as_deref().unwrap_or("Quarterly Manager Review");
    let campaign = client.campaigns().named(named).await?;
    heading(&format!("Due in `{named}`, soonest first"));
    let due: Vec<Certification> = client
        .campaign(&campaign.id)
        .certifications()
        .and_filter(
            certification::phase()
                .eq(Phase::Active)
                .and(certification::completed().eq(false)),
        )
        .sort(certification::due().asc())
        .stream()
        .try_collect()
        .await?;
    due.iter().for_each(show_certification);

    if !may_write(&client) {
        println!("\nThis is a real tenant, so nothing is decided. Add `-- --yes` to continue.");
        return Ok(());
    }
    // The service does not let a client work on a governance group's certifications.
    let by_a_person = |c: &&Certification| {
        c.reviewer
            .as_ref()
            .is_some_and(|r| !r.is_governance_group())
    };
    let Some(chosen) = due
        .iter()
        .filter(by_a_person)
        .find(|c| c.progress().remaining() >= 3)
    else {
        println!("\nNothing is due that has at least three open decisions.");
        return Ok(());
    };
    let review = client.certification(&chosen.id);

    heading(&format!("To decide in `{}`", name(&chosen.name)));
    let items = open_items(&review).await?;
    items.iter().take(8).for_each(show_item);
    if items.len() > 8 {
        println!("  … and {} more", items.len() - 8);
    }

    heading("Reassign one item");
    let items = if reassign_one(&review, chosen, &due, &items).await? {
        open_items(&review).await?
    } else {
        items
    };

    heading("What the policy would decide");
    let planned = review.decide_by(rules()).dry_run().await?;
    planned
        .items()
        .iter()
        .take(8)
        .for_each(|decided| show_decision(decided, &items));

    heading("Decide");
    let outcome = review.decide_by(rules()).await?;
    outcome.ensure_complete()?;
    println!("  {outcome}");
    let summary = review.decision_summary().await?;
    println!(
        "  {} approved, {} revoked",
        summary.approved(),
        summary.revoked()
    );

    heading("Sign off, which is final");
    let signed = review.sign_off().await?;
    show_certification(&signed);
    if let Some(item) = items.first() {
        let changed = item.approve().comment("changed my mind");
        match review.decide([changed]).await {
            Ok(outcome) => println!("  a decision after that: {outcome}"),
            Err(_) => println!("  a decision after that is refused"),
        }
    }

    heading("Evidence");
    let mut records = Vec::new();
    let evidence = client.evidence().certifications([&chosen.id]);
    let manifest = evidence
        .json_lines("review.jsonl", &mut records)
        .write()
        .await?;
    println!("  {manifest}");
    println!("  {} bytes of JSON Lines", records.len());

    heading("The same certification through beta");
    let page = client
        .beta()
        .certifications()
        .filter(beta::certification::id().eq(&chosen.id))
        .send()
        .await?;
    page.items.iter().for_each(show_certification);

    if let Some(simulator) = simulator {
        simulator.shutdown().await;
    }
    Ok(())
}

async fn open_items(review: &Review) -> certs::Result<Vec<AccessReviewItem>> {
    review
        .items()
        .filter(item::completed().eq(false))
        .sort(item::identity_summary_name().asc())
        .stream()
        .try_collect()
        .await
}

/// Gives the first item to a reviewer of another certification.
async fn reassign_one(
    review: &Review,
    chosen: &Certification,
    due: &[Certification],
    items: &[AccessReviewItem],
) -> Result<bool> {
    let reviewer = chosen.reviewer.as_ref().map(|reviewer| &reviewer.id);
    for item in items {
        // Nobody may review their own access.
        let other = due
            .iter()
            .filter_map(|certification| certification.reviewer.as_ref())
            .filter(|other| !other.is_governance_group())
            .find(|other| Some(&other.id) != reviewer && other.id.get() != item.identity_id());
        let Some(other) = other else { continue };

        let outcome = review
            .reassign(&other.id, "knows this system better")
            .items([item])
            .await?;
        println!(
            "  {} goes to {}: {outcome}",
            name(&item.access_name()),
            name(&other.name)
        );
        return Ok(true);
    }
    println!("  no other reviewer may have one");
    Ok(false)
}

/// Revokes privileged access, and approves everything else.
fn rules() -> Policy {
    let revoke = Verdict::revoke().comment("privileged access needs a new request");
    let approve = Verdict::approve().comment("still needed");
    Policy::new()
        .when_item(AccessReviewItem::is_privileged, revoke)
        .named("privileged")
        .otherwise(approve)
        .named("all others")
}

fn show_certification(certification: &Certification) {
    let due = certification
        .due
        .map(|due| due.strftime("%Y-%m-%d").to_string());
    println!(
        "  {:<6} due {:<10} {:>7} decided  {} ({})",
        certification
            .phase
            .as_ref()
            .map_or("", |phase| phase.as_str()),
        due.unwrap_or_default(),
        certification.progress().to_string(),
        certification.campaign_name().unwrap_or("(no campaign)"),
        certification.reviewer_name().unwrap_or("no reviewer"),
    );
}

/// What the policy decides on an item: by which rule, on whose access.
fn show_decision(decided: &ItemOutcome, items: &[AccessReviewItem]) {
    let decision = decided.decision.as_ref();
    let rule = decided.rule.as_ref().and_then(|rule| rule.name.as_deref());
    let item = items.iter().find(|item| item.id == decided.id);
    println!(
        "  {:<8} {:<36} of {:<22} ({})",
        decision.map_or("", |decision| decision.decision.as_str()),
        item.and_then(|item| item.access_name())
            .unwrap_or("(unnamed)"),
        item.and_then(|item| item.identity_name())
            .unwrap_or("(unnamed)"),
        rule.unwrap_or("no rule"),
    );
}

fn show_item(item: &AccessReviewItem) {
    println!(
        "  {:<22} {:<15} {:<36}{}",
        name(&item.identity_name()),
        item.access_type().map_or("", |kind| kind.as_str()),
        name(&item.access_name()),
        if item.is_privileged() {
            "  privileged"
        } else {
            ""
        },
    );
}
