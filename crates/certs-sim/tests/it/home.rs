//! The page for people.

use certs_sim::{CampaignStatus, Scenario, Simulator};
use serde_json::json;

use crate::client::{Client, simulator};

async fn page(sim: &Simulator) -> String {
    let response = reqwest::get(sim.base_url()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_page_explains_itself() {
    let sim = simulator().await;
    let page = page(&sim).await;
    for credential in ["sim-admin", "sim-cert-admin", "sim-secret"] {
        assert!(page.contains(credential), "{credential}");
    }
    assert!(page.contains(&format!("curl -s {}/oauth/token", sim.base_url())));
    assert_eq!(page.matches("<td>GET</td><td><code>/v3/").count(), 20);
    assert_eq!(page.matches("<td>POST</td><td><code>/v3/").count(), 16);
    assert_eq!(page.matches("<td>GET</td><td><code>/beta/").count(), 5);
    assert_eq!(page.matches("<td>POST</td><td><code>/beta/").count(), 1);
    for scope in ["idn:campaign:manage", "idn:certification:read", "any"] {
        assert!(page.contains(&format!("<td>{scope}</td>")), "{scope}");
    }
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn it_shows_the_state_of_the_campaigns() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let before = page(&sim).await;
    assert!(before.contains("1 campaign templates, 2 campaign filters."));
    for campaign in sim.campaigns() {
        let row = format!(
            "<td><code>{}</code></td><td>{}</td><td>{}</td>",
            campaign.id, campaign.campaign_type, campaign.status
        );
        assert!(before.contains(&row), "{row}");
    }
    let staged = |row: &certs_sim::view::Campaign| row.status == CampaignStatus::Staged;
    let staged = sim.campaigns().into_iter().find(staged).unwrap();
    let delete = json!({ "ids": [staged.id] });
    client.post("/v3/campaigns/delete", delete).await;
    assert!(page(&sim).await.contains("<td>CANCELING</td>"));
    sim.clock().advance(std::time::Duration::from_secs(2));
    assert!(!page(&sim).await.contains(&staged.id));
}

#[tokio::test]
async fn it_shows_the_state_of_the_certifications() {
    let sim = simulator().await;
    let rows = sim.certifications();
    let before = page(&sim).await;
    assert!(before.contains(&format!("{} in all", rows.len())));
    assert!(before.contains("The first 50:"));
    let row = &rows[0];
    let shown = |done: u32| {
        format!(
            "<td><code>{}</code></td><td>{}</td><td>{done} of {}</td>",
            row.id, row.phase, row.decisions_total
        )
    };
    assert!(before.contains(&shown(0)));
    let items = sim.items_of(&row.id);
    let decision = json!([{ "id": items[0].id, "decision": "APPROVE", "bulk": false }]);
    let path = format!("/v3/certifications/{}/decide", row.id);
    Client::admin(&sim).await.post(&path, decision).await.ok();
    assert!(page(&sim).await.contains(&shown(1)));
}

#[tokio::test]
async fn names_cannot_write_html() {
    let mut scenario = simulator().await.export();
    scenario.campaigns[0].name = "<script>".to_owned();
    scenario.certifications[0].name = Some("<script>\"x\" & 'y'</script>".to_owned());
    scenario.identities[0].name = "<b>Admin</b>".to_owned();
    let sim = Simulator::builder()
        .scenario(scenario)
        .start()
        .await
        .unwrap();
    let page = page(&sim).await;
    assert!(page.contains("&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;"));
    assert!(page.contains("&lt;b&gt;Admin&lt;/b&gt;"));
    assert!(!page.contains("<script") && !page.contains("<b>"));
}

#[tokio::test]
async fn the_current_scenario_is_served() {
    let sim = simulator().await;
    let url = format!("{}/scenario", sim.base_url());
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert_eq!(Scenario::from_json(&text).unwrap(), sim.export());
}
