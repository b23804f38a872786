use certs_sim::Simulator;

use crate::client::Client;

fn assert_send_sync<T: Send + Sync>() {}

#[tokio::test]
async fn many_run_side_by_side_and_share_nothing() {
    assert_send_sync::<Simulator>();
    let mut sims = Vec::new();
    for seed in 0..8 {
        sims.push(
            Simulator::builder()
                .items(0)
                .seed(seed)
                .start()
                .await
                .unwrap(),
        );
    }
    for sim in &sims {
        let client = Client::admin(sim).await;
        let found = client
            .list("/v3/certifications", &[("limit", "250")])
            .await
            .records();
        assert_eq!(found.len(), sim.certifications().len());
        assert_eq!(sim.requests().len(), 2);
    }
    for sim in sims {
        let url = sim.base_url().to_owned();
        sim.shutdown().await;
        reqwest::get(url).await.unwrap_err();
    }
}

#[tokio::test]
async fn dropping_one_stops_it() {
    let sim = Simulator::builder().items(0).start().await.unwrap();
    let url = sim.base_url().to_owned();
    drop(sim);
    let mut attempts = 0;
    while reqwest::get(&url).await.is_ok() {
        attempts += 1;
        assert!(attempts < 1_000, "still there");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error_that_names_it() {
    let sim = Simulator::builder().items(0).start().await.unwrap();
    let taken = sim
        .base_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let error = Simulator::builder()
        .items(0)
        .listen(taken)
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}
