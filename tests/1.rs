use certs_sim::{Decision, Phase, Reviewer, Simulator};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sim = Simulator::start().await?; // a tenant of its own, on a free port
    let admin = sim.admin();
    let client = certs::Client::builder(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .build()?;
    let mine = |row: &certs_sim::view::Certification| {
        row.phase == Phase::Active && matches!(row.reviewer, Reviewer::Identity(_))
    };
    let open = sim.certifications().into_iter().find(mine).unwrap();

    // Your code:
    let review = client.certification(&open.id);
    let page = review.items().send().await?;
    review.decide(page.items.iter().map(|item| item.approve().comment("needed"))).await?;

    assert!(sim.items_of(&open.id).iter().all(|item| item.decision == Some(Decision::Approve)));
    Ok(())
}
