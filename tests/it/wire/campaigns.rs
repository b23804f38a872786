//! Campaigns, templates and campaign filters.

use certs::filter::{campaign, campaign_template};
use certs::model::{
    AccessType, CampaignStatus, CriterionOperation, CriterionType, FilterCriterion,
    MandatoryCommentRequirement, ReportType,
};
use certs::{
    CampaignReviewer, Client, NewCampaign, NewCampaignFilter, NewCampaignTemplate, NewSchedule,
    Result, RoleScope, SearchScope,
};
use insta::assert_snapshot;

use crate::support::admin_of;
use crate::support::simulator;
use crate::support::wire::request_text;

/// What a call sends, whatever it is answered: nothing here has these ids.
async fn sent<T>(call: impl AsyncFnOnce(Client) -> Result<T>) -> String {
    let sim = simulator();
    let _ = call(admin_of(&sim)).await;
    request_text(&sim, &[])
}

fn settings(new: NewCampaign) -> NewCampaign {
    new.deadline("2026-12-31T23:59:59Z".parse().unwrap())
        .email_notification_enabled(true)
        .auto_revoke_allowed(false)
        .recommendations_enabled(false)
        .sunset_comments_required(true)
        .mandatory_comment_requirement(MandatoryCommentRequirement::RevokeOnlyDecisions)
        .filter("f-1")
}

#[tokio::test]
async fn get_active_campaigns() {
    let text = sent(async |client| {
        let filter = campaign::status()
            .is_in([CampaignStatus::Active, CampaignStatus::Staged])
            .and(campaign::name().starts_with("Q3"));
        let list = client.campaigns().full().filter(filter);
        list.in_stable_order()
            .page_size(25)
            .with_total()
            .send()
            .await
    });
    assert_snapshot!(text.await);
}

#[tokio::test]
async fn get_campaign() {
    assert_snapshot!(sent(async |client| client.campaign("k-1").get().await).await);
}

#[tokio::test]
async fn update_campaign() {
    let text = sent(async |client| {
        let update = client.campaign("k-1").update().name("Q3").description("x");
        update.email_notification_enabled(true).await
    });
    assert_snapshot!(text.await);
}

#[tokio::test]
async fn start_campaign() {
    let text = sent(async |client| {
        let activate = client.campaign("k-1").activate().time_zone("-05:30");
        activate.unchecked().await
    });
    assert_snapshot!(text.await);
}

#[tokio::test]
async fn complete_campaign() {
    let text = sent(async |client| {
        let complete = client.campaign("k-1").complete();
        complete.revoke_open().unchecked().await
    });
    assert_snapshot!(text.await);
}

#[tokio::test]
async fn delete_campaigns() {
    let delete = sent(async |client| client.campaign("k-1").delete().unchecked().await);
    assert_snapshot!(delete.await);
}

#[tokio::test]
async fn reassign_certifications() {
    let text = sent(async |client| {
        let reassign = client.campaign("k-1").reassign("p-1", "on leave");
        reassign.certifications(["c-1", "c-2", "c-1"]).await
    });
    assert_snapshot!(text.await);
}

#[tokio::test]
async fn reports() {
    let list = sent(async |client| client.campaign("k-1").reports().await);
    let run = sent(async |client| {
        client
            .campaign("k-1")
            .report(ReportType::SignOff)
            .start()
            .await
    });
    let scan = sent(async |client| client.campaign("k-1").scan_remediation().await);
    let get = sent(async |client| client.campaign_reports_config().await);
    let set = sent(async |client| {
        client
            .set_campaign_reports_config(["country", "city"])
            .await
    });
    let all = [list.await, run.await, scan.await, get.await, set.await];
    assert_snapshot!(all.join("\n---\n"));
}

#[tokio::test]
async fn create_campaign() {
    let search = SearchScope::identities(["p-1", "p-2"])
        .described_as("two people")
        .reviewer(CampaignReviewer::identity("p-3"))
        .only_with(AccessType::Role, ["r-1"])
        .only_with_any(AccessType::Entitlement);
    let roles = RoleScope::found_by("p-4", "name:admin").reviewer(CampaignReviewer::group("g-1"));
    let mut all = Vec::new();
    for new in [
        settings(NewCampaign::manager("a name", "words")),
        NewCampaign::source_owner("a name", "words", ["s-1"]),
        NewCampaign::uncorrelated_accounts("a name", "words", ["s-1"]),
        NewCampaign::search("a name", "words", search),
        NewCampaign::search("a name", "words", SearchScope::access_found_by("name:SAP")),
        NewCampaign::role_composition("a name", "words", roles),
        NewCampaign::role_composition("a name", "words", RoleScope::all("p-4")),
        NewCampaign::machine_account("a name", "words", ["s-1"]),
    ] {
        all.push(sent(async |client| client.create_campaign(new).await).await);
    }
    assert_snapshot!(all.join("\n---\n"));
}

#[tokio::test]
async fn templates() {
    let campaign = || NewCampaign::manager("%Y review", "words");
    let list = sent(async |client| {
        let filter = campaign_template::name().at_least("B");
        client.campaign_templates().filter(filter).send().await
    });
    let create = sent(async |client| {
        let new = NewCampaignTemplate::new("a name", "words", campaign());
        client
            .create_campaign_template(new.deadline_duration("P2W"))
            .await
    });
    let update = sent(async |client| {
        let update = client.campaign_template("t-1").update();
        update.deadline_duration("P3W").campaign(campaign()).await
    });
    let get = sent(async |client| client.campaign_template("t-1").get().await);
    let delete = sent(async |client| client.campaign_template("t-1").delete().await);
    let generate = sent(async |client| client.campaign_template("t-1").generate().await);
    let schedule = sent(async |client| client.campaign_template("t-1").schedule().await);
    let set = sent(async |client| {
        let yearly = NewSchedule::annually([1, 7], [15], [17]).and_last_day();
        let yearly = yearly.time_zone("America/Chicago");
        client.campaign_template("t-1").set_schedule(yearly).await
    });
    let stop = sent(async |client| client.campaign_template("t-1").delete_schedule().await);
    let all = [
        list.await,
        create.await,
        update.await,
        get.await,
        delete.await,
        generate.await,
        schedule.await,
        set.await,
        stop.await,
    ];
    assert_snapshot!(all.join("\n---\n"));
}

#[tokio::test]
async fn campaign_filters() {
    let criterion = || {
        let source = FilterCriterion::new(CriterionType::Source);
        let source = source.compares("name", CriterionOperation::Equals, "Payroll");
        FilterCriterion::combined(CriterionOperation::And, vec![source])
    };
    let list = sent(async |client| client.campaign_filters().without_system_filters().await);
    let get = sent(async |client| client.campaign_filter("f-1").get().await);
    let create = sent(async |client| {
        let new = NewCampaignFilter::including("a name", [criterion()]).description("words");
        client.create_campaign_filter(new).await
    });
    let replace = sent(async |client| {
        let new = NewCampaignFilter::excluding("a name", [criterion()]);
        client.campaign_filter("f-1").replace(new).await
    });
    let delete = sent(async |client| client.campaign_filter("f-1").delete().await);
    let all = [
        list.await,
        get.await,
        create.await,
        replace.await,
        delete.await,
    ];
    assert_snapshot!(all.join("\n---\n"));
}
