// What the examples of the documentation run on: they include this file, so that each shows only
// what its reader would write.

/// Runs an example with a client of a simulated tenant, the id of one of its campaigns, and the
/// path of a folder that does not exist yet.
#[tokio::main]
async fn on_a_simulator(
    example: impl AsyncFnOnce(
        certs::Client,
        String,
        std::path::PathBuf,
    ) -> Result<(), Box<dyn std::error::Error>>,
) {
    let sim = certs_sim::Simulator::start().await.unwrap();
    let admin = sim.admin();
    let client = certs::Client::builder(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .build()
        .unwrap();
    let place = tempfile::tempdir().unwrap();
    let campaign = sim.campaigns()[0].id.clone();
    let folder = place.path().join("evidence");
    example(client, campaign, folder).await.unwrap();
}
