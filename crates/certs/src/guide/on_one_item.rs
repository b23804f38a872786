// What the examples of the migration page run on: they include this file, so that each shows only
// what its reader would write.

/// Runs an example with a client of a simulated tenant, the id of a certification, the id of
/// somebody else who reviews, and the id of an item that may be given to them.
#[tokio::main]
async fn on_one_item(
    example: impl AsyncFnOnce(
        certs::Client,
        &str,
        &str,
        &str,
    ) -> Result<(), Box<dyn std::error::Error>>,
) {
    let sim = certs_sim::Simulator::builder().build().unwrap();
    let admin = sim.admin();
    let client = certs::Client::builder(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .http_service(sim.service())
        .build()
        .unwrap();
    let mut certifications = sim.certifications();
    certifications.retain(|certification| {
        certification.phase == certs_sim::Phase::Active
            && matches!(certification.reviewer, certs_sim::Reviewer::Identity(_))
    });
    let id = &certifications[0].id;
    let new_reviewer = certifications[1].reviewer.id();
    let mut items = sim.items_of(id);
    items.retain(|item| item.identity_id.as_deref() != Some(new_reviewer));
    example(client, id, new_reviewer, &items[0].id)
        .await
        .unwrap();
}
