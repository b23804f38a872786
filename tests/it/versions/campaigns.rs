//! Every call about campaigns, templates and campaign filters, successfully.

use certs::filter::{campaign, campaign_template};
use certs::model::{
    AccessType, CampaignStatus, CriterionOperation, CriterionType, FilterCriterion,
    MandatoryCommentRequirement, ReportType,
};
use certs::{
    CampaignReviewer, Client, NewCampaign, NewCampaignFilter, NewCampaignTemplate, NewSchedule,
    RoleScope, SearchScope,
};
use certs_sim::view::Certification;

use super::Names;

/// `certification` is one of an active campaign, and `to` may review it.
pub(super) async fn every_call(
    client: &Client,
    certification: &Certification,
    to: &str,
    names: &mut Names,
) {
    life(client, certification, to, names).await;
    creation(client, names).await;
    templates(client, names).await;
    filters(client, names).await;
}

async fn life(client: &Client, certification: &Certification, to: &str, names: &mut Names) {
    let filter = campaign::status()
        .is_in([CampaignStatus::Active, CampaignStatus::Staged])
        .and(campaign::name().starts_with("Quarterly"));
    let list = client.campaigns().full().filter(filter).in_stable_order();
    let list = list.page_size(25).with_total().send().await.unwrap();
    let active = client.campaign(&list.items[0].id);
    assert_eq!(*active.id(), certification.campaign_id);
    names.push((active.id().to_string(), "campaign"));
    active.get().await.unwrap();
    active.overview().await.unwrap();
    active.scan_remediation().await.unwrap();
    active.report(ReportType::SignOff).start().await.unwrap();
    active.reports().await.unwrap();
    client.campaign_reports_config().await.unwrap();
    let columns = client.set_campaign_reports_config(["country", "city"]);
    columns.await.unwrap();

    let reassign = active.reassign(to, "on leave");
    let reassign = reassign.certifications([&certification.id, &certification.id]);
    let outcome = reassign.wait().await.unwrap();
    outcome.ensure_complete().unwrap();
    names.push((outcome.tasks().next().unwrap().id.to_string(), "task"));

    let is_over = "2020-12-31T23:59:59Z".parse().unwrap();
    active.update().deadline(is_over).await.unwrap();
    active.complete().revoke_open().await.unwrap();

    let staged = campaign::status().eq(CampaignStatus::Staged);
    let staged = client.campaigns().filter(staged).send().await.unwrap();
    let staged = client.campaign(&staged.items[0].id);
    names.push((staged.id().to_string(), "campaign"));
    let update = staged.update().name("Q3").description("x");
    let update = update.email_notification_enabled(true);
    let later = "2099-12-31T23:59:59Z".parse().unwrap();
    update.deadline(later).await.unwrap();
    staged.activate().time_zone("-05:30").await.unwrap();
}

async fn creation(client: &Client, names: &mut Names) {
    let search = SearchScope::identities(["p-1", "p-2"])
        .description("two people")
        .reviewer(CampaignReviewer::identity("p-3"))
        .only_with(AccessType::Role, ["r-1"])
        .only_with_any(AccessType::Entitlement);
    let access = SearchScope::access_found_by("name:SAP");
    let roles = RoleScope::found_by("p-4", "name:admin").reviewer(CampaignReviewer::group("g-1"));
    let with_settings = NewCampaign::manager("a name", "words")
        .deadline("2099-12-31T23:59:59Z".parse().unwrap())
        .email_notification_enabled(true)
        .auto_revoke_allowed(false)
        .recommendations_enabled(false)
        .sunset_comments_required(true)
        .mandatory_comment_requirement(MandatoryCommentRequirement::RevokeOnlyDecisions)
        .filter("f-1");
    let mut created = Vec::new();
    for new in [
        with_settings,
        NewCampaign::source_owner("a name", "words", ["s-1"]),
        NewCampaign::uncorrelated_accounts("a name", "words", ["s-1"]),
        NewCampaign::search("a name", "words", search),
        NewCampaign::search("a name", "words", access),
        NewCampaign::role_composition("a name", "words", roles),
        NewCampaign::role_composition("a name", "words", RoleScope::all("p-4")),
        NewCampaign::machine_account("a name", "words", ["s-1"]),
    ] {
        created.push(client.create_campaign(new).await.unwrap());
    }
    let created = client.campaign(&created[0].id);
    names.push((created.id().to_string(), "campaign"));
    created.delete().unchecked().await.unwrap();
}

async fn templates(client: &Client, names: &mut Names) {
    let filter = campaign_template::name().at_least("B");
    let list = client.campaign_templates().filter(filter);
    list.in_stable_order().send().await.unwrap();
    let campaign = || NewCampaign::manager("%Y review", "words");
    let new = NewCampaignTemplate::new("a name", "words", campaign());
    let created = client.create_campaign_template(new.deadline_duration("P2W"));
    let template = client.campaign_template(created.await.unwrap().id);
    names.push((template.id().to_string(), "template"));
    template.get().await.unwrap();
    let update = template.update().name("another").description("x");
    let update = update.deadline_duration("P3W").campaign(campaign());
    update.await.unwrap();
    template.generate().await.unwrap();
    for schedule in [
        NewSchedule::weekly([1], [8]),
        NewSchedule::monthly([15], [8]).and_last_day(),
        NewSchedule::annually([1, 7], [15], [17])
            .time_zone("America/Chicago")
            .until("2099-12-31T23:59:59Z".parse().unwrap()),
    ] {
        template.set_schedule(schedule).await.unwrap();
    }
    template.schedule().await.unwrap();
    template.delete_schedule().await.unwrap();
    template.delete().await.unwrap();
}

async fn filters(client: &Client, names: &mut Names) {
    let criterion = || {
        let source = FilterCriterion::new(CriterionType::Source);
        let source = source.compares("name", CriterionOperation::Equals, "Payroll");
        FilterCriterion::combined(CriterionOperation::And, vec![source])
    };
    client.campaign_filters().await.unwrap();
    let list = client.campaign_filters().without_system_filters();
    list.await.unwrap();
    let new = NewCampaignFilter::including("a name", [criterion()]).description("words");
    let created = client.create_campaign_filter(new).await.unwrap();
    let filter = client.campaign_filter(created.id);
    names.push((filter.id().to_string(), "filter"));
    filter.get().await.unwrap();
    let other = NewCampaignFilter::excluding("a name", [criterion()]);
    filter.replace(other).await.unwrap();
    filter.delete().await.unwrap();
}
