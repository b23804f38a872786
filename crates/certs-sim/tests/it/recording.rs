use serde_json::json;

use crate::client::{Client, simulator};

#[tokio::test]
async fn requests_are_kept_as_they_were_on_the_wire() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    sim.clear_requests();
    client
        .get("/v3/certifications?filters=phase%20eq+%22X%22&limit=1")
        .await;
    client
        .post("/v3/certifications/a%2Fb/decide", json!([{ "id": "x" }]))
        .await;
    let requests = sim.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].method, "GET");
    assert_eq!(requests[0].path, "/v3/certifications");
    assert_eq!(
        requests[0].query.as_deref(),
        Some("filters=phase%20eq+%22X%22&limit=1")
    );
    assert_eq!(requests[0].body, None);
    assert_eq!(requests[0].status, 400);
    assert_eq!(requests[0].headers["authorization"], "[redacted]");
    assert_eq!(requests[1].path, "/v3/certifications/a%2Fb/decide");
    assert_eq!(requests[1].body, Some(json!([{ "id": "x" }])));
    assert_eq!(requests[1].headers["content-type"], "application/json");
    assert_eq!(requests[1].status, 404);
}

#[tokio::test]
async fn no_form_of_a_token_request_shows_its_secret() {
    let sim = simulator().await;
    let url = format!("{}/oauth/token", sim.base_url());
    let http = reqwest::Client::new();
    let pairs = [("client_id", "somebody"), ("client_secret", "hush-hush")];
    let multipart = reqwest::multipart::Form::new()
        .text("client_id", "somebody")
        .text("client_secret", "hush-hush");
    for request in [
        http.post(&url).form(&pairs),
        http.post(&url).multipart(multipart),
        http.post(&url).query(&pairs),
        http.post(&url)
            .json(&json!({ "client_secret": "hush-hush" })),
        http.post(&url)
            .header("content-type", "multipart/form-data")
            .body("hush-hush"),
    ] {
        request.send().await.unwrap();
    }
    let requests = sim.requests();
    assert_eq!(requests.len(), 5);
    assert!(
        !format!("{requests:?}").contains("hush-hush"),
        "{requests:#?}"
    );
    let shown = json!("client_id=somebody&client_secret=[redacted]");
    for request in &requests[..2] {
        assert_eq!(request.body.as_ref(), Some(&shown));
    }
}
