//! Evidence of a campaign for an auditor: a report to read and print, every decision and every
//! entitlement behind it as CSV and JSON Lines (and Parquet, with the feature `parquet`), and a
//! manifest that says whether that is all.
//!
//! ```sh
//! cargo run -p certs --example evidence
//! cargo run -p certs --example evidence --features parquet -- CAMPAIGN_ID FOLDER
//! ```
//!
//! It runs on a simulator in this process and writes to a temporary folder. With
//! `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and `SAIL_CLIENT_SECRET` set it reads that tenant; it
//! changes nothing. Without a campaign it takes the one whose certification is due first.

use std::path::PathBuf;

use certs::Client;
use certs::evidence::Manifest;
use certs::filter::certification;
use certs::model::Id;

mod support;

use support::{Result, arguments, connect, name, show};

#[tokio::main]
async fn main() -> Result<()> {
    let (client, _simulator) = connect().await?;
    let mut arguments = arguments();
    let campaign = arguments.next().map(Id::from);
    let Some(campaign) = campaign.or(first_campaign(&client).await?) else {
        println!("There is no campaign to gather evidence of.");
        return Ok(());
    };
    let folder = match arguments.next() {
        Some(folder) => PathBuf::from(folder),
        None => tempfile::tempdir()?.keep().join("evidence"),
    };

    let manifest = client
        .evidence()
        .campaign(&campaign)
        .grants()
        .progress(show)
        .write_to(&folder)
        .await?;

    summarise(&manifest);
    // An auditor verifies the folder later and elsewhere.
    Manifest::read(&folder)?.verify(&folder)?;
    println!(
        "\nVerified. To read: {}",
        folder.join("report.html").display()
    );
    Ok(())
}

async fn first_campaign(client: &Client) -> Result<Option<Id>> {
    let list = client.certifications().sort(certification::due().asc());
    let first = list.page_size(1).send().await?.items.into_iter().next();
    Ok(first
        .and_then(|certification| certification.campaign)
        .map(|campaign| campaign.id))
}

fn summarise(manifest: &Manifest) {
    for campaign in &manifest.campaigns {
        let decisions = campaign.decisions;
        println!("\n{} on {}", name(&campaign.name), manifest.tenant);
        println!(
            "{} approved, {} revoked, {} decided otherwise, {} open; {} of {} signed off",
            decisions.approved,
            decisions.revoked,
            decisions.other,
            decisions.open,
            campaign.certifications_signed,
            campaign.certifications
        );
    }
    println!("{manifest}\n");
    for file in &manifest.files {
        println!(
            "  {:<16} {:>9} bytes  {}…",
            file.name,
            file.bytes,
            &file.sha256[..16]
        );
    }
    for discrepancy in &manifest.discrepancies {
        println!("  ! {discrepancy}");
    }
}
