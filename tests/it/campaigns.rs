//! Campaigns, from a name to a report, against the simulator.

use std::collections::HashMap;
use std::time::Duration;

use certs::filter::{campaign, certification};
use certs::model::{CampaignScope, CampaignStatus, Phase, ReportStatus, ReportType};
use certs::{Client, ErrorKind, Journal, NewCampaign, Version};
use certs_sim::{Builder, Decision, Simulator, TaskTimes, view};
use insta::assert_snapshot;

use crate::support::wire::api_requests;
use crate::support::{admin_of, builder, other_reviewers, running_clock, simulator, tenant};

/// A tenant in which time passes, and changes of campaigns take time.
fn running_tenant() -> Simulator {
    running(tenant())
}

fn running(tenant: Builder) -> Simulator {
    let tenant = tenant.clock(running_clock());
    tenant.task_times(TaskTimes::default()).build().unwrap()
}

fn campaign_in(sim: &Simulator, status: certs_sim::CampaignStatus) -> view::Campaign {
    let mut all = sim.campaigns().into_iter();
    let found = all.find(|campaign| campaign.status == status);
    found.unwrap_or_else(|| panic!("no campaign is {status}"))
}

/// The campaign that has the most certifications.
fn largest(sim: &Simulator) -> view::Campaign {
    let mut sizes: HashMap<String, usize> = HashMap::new();
    for row in sim.certifications() {
        *sizes.entry(row.campaign_id).or_default() += 1;
    }
    let active = sim.campaigns().into_iter();
    let active = active.filter(|row| row.status == certs_sim::CampaignStatus::Active);
    active
        .max_by_key(|row| sizes.get(&row.id).copied())
        .unwrap()
}

fn ids<'a>(sim: &Simulator, campaign: &'a view::Campaign) -> (Vec<String>, &'a str) {
    let rows = sim.certifications().into_iter();
    let rows = rows.filter(|row| row.campaign_id == campaign.id);
    (rows.map(|row| row.id).collect(), &campaign.id)
}

#[tokio::test]
async fn a_list_is_slim_or_full() {
    let sim = simulator();
    let client = admin_of(&sim);
    let list = client.campaigns().in_stable_order();
    let slim: Vec<_> = list.clone().stream().try_collect().await.unwrap();
    let full: Vec<_> = list.full().stream().try_collect().await.unwrap();
    assert_eq!(slim.len(), sim.campaigns().len());
    assert!(slim.iter().all(|campaign| campaign.modified.is_none()));
    for (slim, full) in slim.iter().zip(&full) {
        assert_eq!((&slim.id, &slim.status), (&full.id, &full.status));
        assert!(full.modified.is_some() && full.mandatory_comment_requirement.is_some());
        assert!(full.extra.is_empty(), "{:?}", full.extra);
        assert_eq!(&client.campaign(&slim.id).get().await.unwrap(), full);
    }
    let staged = campaign::status().eq(CampaignStatus::Staged);
    let staged = client.campaigns().filter(staged).count().await.unwrap();
    assert!(staged > 0 && staged < slim.len() as u64);
    assert!(matches!(slim[0].scope(), Some(CampaignScope::Search(None))));
}

#[tokio::test]
async fn a_name_leads_to_one_campaign_or_says_what_is_near() {
    let sim = simulator();
    let client = admin_of(&sim);
    let name = "Quarterly Manager Review";
    let found = client.campaigns().named(name).await.unwrap();
    assert_eq!(found.name.as_deref(), Some(name));
    assert_eq!(api_requests(&sim).len(), 1);

    let error = client.campaigns().named("Quartely manager review");
    let error = error.await.unwrap_err();
    assert!(error.is_not_found());
    assert_snapshot!(error, @"get_active_campaigns (v3): no campaign is called `Quartely manager review`. There is `Quarterly Manager Review` (ACTIVE, created 2026-01-30), `Contractor Manager Review` (ACTIVE, created 2026-01-28), `Next Quarter Manager Review` (STAGED, created 2026-01-25), `Previous Quarter Manager Review` (COMPLETED, created 2025-12-19). Check the id and the tenant");
    let error = client.campaigns().named("Onboarding").await.unwrap_err();
    assert_snapshot!(error, @"get_active_campaigns (v3): no campaign is called `Onboarding`, or anything like it. Check the id and the tenant");
    let blank = client.campaigns().named(" ").await.unwrap_err();
    assert_eq!(blank.kind(), ErrorKind::Refused);

    let mut scenario = sim.export();
    scenario.campaigns[1].name = name.to_owned();
    let twins = tenant().scenario(scenario).build().unwrap();
    let client = admin_of(&twins);
    let error = client.campaigns().named(name).await.unwrap_err();
    assert_eq!(error.items().len(), 2);
    assert_eq!(error.kind(), ErrorKind::Refused);
    let one = campaign::id().eq(&error.items()[1]);
    let found = client.campaigns().filter(one).named(name).await.unwrap();
    assert_eq!(found.id, error.items()[1]);
}

#[tokio::test(start_paused = true)]
async fn a_staged_campaign_is_activated_in_every_version() {
    for version in Version::ALL {
        let sim = running_tenant();
        let admin = sim.admin();
        let client: Client = builder(&sim)
            .client_credentials(admin.client_id, admin.client_secret)
            .version(*version)
            .build()
            .unwrap();
        let staged = campaign_in(&sim, certs_sim::CampaignStatus::Staged);
        let campaign = client.campaign(&staged.id);
        // The tenant's clock is behind, so its deadlines are over by the client's.
        let error = campaign.activate().await.unwrap_err();
        assert!(
            error.kind() == ErrorKind::Refused
                && error.to_string().contains("STAGED, with the deadline"),
            "{error}"
        );
        campaign
            .activate()
            .time_zone("-05:00")
            .unchecked()
            .await
            .unwrap();
        let error = campaign.activate().await.unwrap_err();
        assert!(error.to_string().contains("ACTIVATING"), "{error}");
        let active = campaign.wait_until(CampaignStatus::Active).await.unwrap();
        assert!(active.is_in(&CampaignStatus::Active));
        let all: Vec<_> = campaign
            .certifications()
            .stream()
            .try_collect()
            .await
            .unwrap();
        assert!(!all.is_empty());
        assert!(
            all.iter()
                .all(|row| row.phase == Some(Phase::Active) && row.due.is_some())
        );
        let error = campaign
            .wait_until(CampaignStatus::Staged)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TaskFailed);
    }
}

#[tokio::test]
async fn a_campaign_past_due_is_completed_and_decides_what_is_open() {
    let sim = simulator();
    let client = admin_of(&sim);
    let active = largest(&sim);
    let campaign = client.campaign(&active.id);
    // The tenant's clock is behind: the campaign is past due by the client's, not by the tenant's.
    let error = campaign.complete().await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    sim.clock().advance(Duration::from_secs(100 * 24 * 3600));
    let before: HashMap<_, _> = sim
        .items()
        .into_iter()
        .map(|item| (item.id, item.decision))
        .collect();
    let client = admin_of(&sim);
    let campaign = client.campaign(campaign.id());
    campaign.complete().revoke_open().await.unwrap();
    let completed = campaign
        .wait_until(CampaignStatus::Completed)
        .await
        .unwrap();
    assert_eq!(
        completed.total_certifications,
        completed.completed_certifications
    );
    let (certifications, _) = ids(&sim, &active);
    for certification in &certifications {
        for item in sim.items_of(certification) {
            let expected = before[&item.id].unwrap_or(Decision::Revoke);
            assert_eq!(item.decision, Some(expected));
        }
    }
    let error = campaign.complete().await.unwrap_err();
    assert!(
        error.kind() == ErrorKind::Refused && error.to_string().contains("COMPLETED"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_campaign_that_is_used_is_not_deleted() {
    let sim = running_tenant();
    let client = admin_of(&sim);
    let active = campaign_in(&sim, certs_sim::CampaignStatus::Active);
    let error = client.campaign(&active.id).delete().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);

    let staged = campaign_in(&sim, certs_sim::CampaignStatus::Staged);
    let (certifications, _) = ids(&sim, &staged);
    let campaign = client.campaign(&staged.id);
    campaign.delete().await.unwrap();
    assert!(
        campaign
            .get()
            .await
            .unwrap()
            .is_in(&CampaignStatus::Canceling)
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(campaign.get().await.unwrap_err().is_not_found());
    let gone = client.certification(&certifications[0]).get().await;
    assert!(gone.unwrap_err().is_not_found());
    assert!(
        sim.certifications()
            .iter()
            .all(|row| row.campaign_id != staged.id)
    );
    let again = tenant().scenario(sim.export()).build().unwrap();
    assert_eq!(again.export(), sim.export());
}

#[tokio::test]
async fn what_may_change_depends_on_the_status() {
    let sim = simulator();
    let client = admin_of(&sim);
    let staged = campaign_in(&sim, certs_sim::CampaignStatus::Staged);
    let deadline = "2027-01-31T23:59:59Z".parse().unwrap();
    let changed = client
        .campaign(&staged.id)
        .update()
        .name("not this")
        .name("Winter review")
        .description("Everybody")
        .deadline(deadline)
        .email_notification_enabled(true)
        .auto_revoke_allowed(true)
        .recommendations_enabled(false)
        .await
        .unwrap();
    assert_eq!(changed.name.as_deref(), Some("Winter review"));
    assert_eq!(changed.deadline, Some(deadline));
    assert_eq!(changed.auto_revoke_allowed, Some(true));
    let active = campaign_in(&sim, certs_sim::CampaignStatus::Active);
    let active = client.campaign(&active.id);
    assert_eq!(
        active.update().deadline(deadline).await.unwrap().deadline,
        Some(deadline)
    );
    let error = active.update().name("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        active.update().await.unwrap_err().kind(),
        ErrorKind::Refused
    );
}

#[tokio::test(start_paused = true)]
async fn a_report_is_started_and_waited_for() {
    let sim = running_tenant();
    let client = admin_of(&sim);
    let campaign = client.campaign(&campaign_in(&sim, certs_sim::CampaignStatus::Completed).id);
    assert_eq!(campaign.reports().await.unwrap().len(), 4);
    let report = campaign.report(ReportType::SignOff);
    assert_eq!(report.status().await.unwrap().status, None);
    report.start().await.unwrap();
    assert!(report.status().await.unwrap().is_pending());
    let error = report.wait().timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskPending);
    assert_snapshot!(error.to_string().replace(campaign.id().get().unwrap(), "[campaign]"), @"get_campaign_reports (v3): CERTIFICATION_SIGNOFF_REPORT of campaign [campaign] is not ready after 0ns; its status is `PENDING`. It continues: wait for it again");
    let ready = report.wait().await.unwrap();
    assert_eq!(ready.status, Some(ReportStatus::Success));
    assert!(ready.last_run_at.is_some() && ready.id.get().is_some());
    campaign.scan_remediation().await.unwrap();
}

#[tokio::test]
async fn an_overview_has_every_certification_once_and_the_late_first() {
    let sim = simulator();
    let client = admin_of(&sim);
    let of = largest(&sim);
    let campaign = client.campaign(&of.id);
    let (certifications, _) = ids(&sim, &of);
    let before = "2026-01-01T00:00:00Z".parse().unwrap();
    let overview = campaign.overview().as_of(before).await.unwrap();
    assert_eq!(overview.certifications().count(), certifications.len());
    assert_eq!(overview.late().count(), 0);
    assert_eq!(api_requests(&sim).len(), 1, "one pass");

    let overview = campaign.overview().await.unwrap();
    assert!(overview.late().count() > 0, "by our calendar all are late");
    let late: Vec<bool> = overview.reviewers().iter().map(|of| of.is_late()).collect();
    assert!(late.is_sorted_by(|one, other| one >= other), "{late:?}");
    let made: i64 = overview
        .reviewers()
        .iter()
        .map(|of| of.progress().made)
        .sum();
    assert_eq!(made, overview.progress().made);
    let signed = campaign.certifications();
    let signed = signed.and_filter(certification::phase().eq(Phase::Signed));
    assert_eq!(
        signed.count().await.unwrap(),
        overview.signed().count() as u64
    );
}

#[tokio::test(start_paused = true)]
async fn a_campaign_in_error_is_not_waited_for() {
    let mut scenario = simulator().export();
    let filter = scenario.campaign_filters.last_mut().unwrap();
    // The client would refuse this criterion, because it combines nothing.
    filter.fields["criteriaList"][0]["children"] = serde_json::json!([]);
    let id = filter.id.clone();
    let sim = running(tenant().scenario(scenario));
    let client = admin_of(&sim);
    let new = NewCampaign::manager("a name", "words").filter(id);
    let created = client.create_campaign(new).await.unwrap();
    assert!(created.is_in(&CampaignStatus::Pending));
    let created = client.campaign(created.id);
    let error = created
        .wait_until(CampaignStatus::Staged)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskFailed);
    let text = error
        .to_string()
        .replace(created.id().get().unwrap(), "[campaign]");
    assert_snapshot!(text, @"get_campaign (v3): campaign [campaign] is not STAGED and will not be, as it is ERROR: The campaign filter has a composite criterion without children, or another criterion with some");
    created.delete().await.unwrap();
}

/// The open certifications of the largest campaign, and somebody who can have them.
fn to_reassign(sim: &Simulator) -> (view::Campaign, Vec<String>, String) {
    let campaign = largest(sim);
    let open: Vec<_> = sim
        .certifications()
        .into_iter()
        .filter(|row| row.campaign_id == campaign.id && row.phase == certs_sim::Phase::Active)
        .collect();
    let is_free = |person: &view::Identity| {
        !person.is_machine
            && open.iter().all(|row| {
                let items = sim.items_of(&row.id);
                let is_own = |item: &view::Item| item.identity_id.as_ref() == Some(&person.id);
                row.reviewer.id() != person.id && !items.iter().any(is_own)
            })
    };
    let to = sim.identities().into_iter().find(is_free).unwrap().id;
    (campaign, open.into_iter().map(|row| row.id).collect(), to)
}

fn reviewers(sim: &Simulator, ids: &[String]) -> Vec<String> {
    let rows = sim.certifications().into_iter();
    let rows = rows.filter(|row| ids.contains(&row.id));
    rows.map(|row| row.reviewer.id().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn whole_certifications_go_to_another_reviewer() {
    let sim = running_tenant();
    let (of, ids, to) = to_reassign(&sim);
    let client = admin_of(&sim);
    let campaign = client.campaign(&of.id);
    let reassign = campaign.reassign(&to, "on leave").certifications(&ids);
    let outcome = reassign.await.unwrap();
    assert_eq!(outcome.tasks().count(), 1, "{outcome}");
    assert!(outcome.ensure_complete().is_err(), "it is pending");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(reviewers(&sim, &ids).iter().all(|id| *id == to));

    // Refused because of what the client knows.
    let overview = campaign.overview().await.unwrap();
    assert!(overview.reassigned().count() >= ids.len());
    sim.clear_requests();
    let again = campaign
        .reassign(&to, "on leave")
        .certifications(overview.certifications());
    let error = again.await.unwrap_err();
    assert!(
        error.kind() == ErrorKind::Refused && !error.items().is_empty(),
        "{error}"
    );
    assert!(api_requests(&sim).is_empty());
}

/// The errors of refusals, by the client before sending and by the service.
struct Refusals<'a> {
    sim: &'a Simulator,
    text: String,
}

impl Refusals<'_> {
    fn begin(&mut self, what: &str) {
        self.text += &format!("{what}\n");
        self.sim.clear_requests();
    }

    fn by_the_client(&mut self, error: &certs::Error) {
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        let sent = api_requests(self.sim).into_iter();
        assert_eq!(sent.filter(|request| request.method != "GET").count(), 0);
        self.text += &format!("  before it is sent: {error}\n");
    }

    fn by_the_service(&mut self, error: &certs::Error) {
        assert!(error.kind() != ErrorKind::Refused, "{error}");
        let mut text = error.to_string();
        if let Some(id) = error.tracking_id() {
            text = text.replace(&format!(" [tracking id {id}]"), "");
        }
        self.text += &format!("  by the service: {text}\n");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_campaign_does_not_allow_is_refused_with_what_to_do() {
    use certs_sim::CampaignStatus::{Active, Completed, Staged};

    let sim = running_tenant();
    let client = admin_of(&sim);
    let handle = |status| client.campaign(campaign_in(&sim, status).id);
    let (staged, active, completed) = (handle(Staged), handle(Active), handle(Completed));
    let later = "2099-12-31T23:59:59Z".parse().unwrap();
    active.update().deadline(later).await.unwrap();
    let earlier = "2020-12-31T23:59:59Z".parse().unwrap();
    staged.update().deadline(earlier).await.unwrap();
    let (sim, text) = (&sim, String::new());
    let mut refusals = Refusals { sim, text };

    for (what, campaign) in [
        ("complete one that is not past due", &active),
        ("complete one that is staged", &staged),
        ("complete one that is completed", &completed),
    ] {
        refusals.begin(what);
        refusals.by_the_client(&campaign.complete().await.unwrap_err());
        let complete = campaign.complete().unchecked();
        refusals.by_the_service(&complete.await.unwrap_err());
    }
    for (what, campaign) in [
        ("activate one whose deadline is over", &staged),
        ("activate one that is active", &active),
    ] {
        refusals.begin(what);
        refusals.by_the_client(&campaign.activate().await.unwrap_err());
        let activate = campaign.activate().unchecked();
        refusals.by_the_service(&activate.await.unwrap_err());
    }
    refusals.begin("delete one that is active");
    refusals.by_the_client(&active.delete().await.unwrap_err());
    refusals.by_the_service(&active.delete().unchecked().await.unwrap_err());
    refusals.begin("change what cannot be changed");
    refusals.by_the_client(&active.update().await.unwrap_err());
    refusals.by_the_service(&active.update().name("x").await.unwrap_err());

    let all = active.overview().await.unwrap();
    let open = all.certifications().find(|row| !row.is_signed()).unwrap();
    let has_it = open.reviewer.clone().unwrap().id;
    refusals.begin("reassign to the reviewer who has it");
    let reassign = active.reassign(&has_it, "on leave").certifications([open]);
    refusals.by_the_client(&reassign.await.unwrap_err());
    // By its id, the task fails, but the reviewer has it.
    let reassign = active.reassign(&has_it, "on leave");
    let reassign = reassign.certifications([&open.id]).wait().await;
    reassign.unwrap().ensure_complete().unwrap();
    refusals.begin("reassign what is signed");
    let signed = all.signed().next().unwrap();
    let reassign = active.reassign("p-1", "on leave").certifications([signed]);
    refusals.by_the_client(&reassign.await.unwrap_err());
    for (what, to, reason, id) in [
        ("reassign to nobody", "", "on leave", "c-1"),
        ("reassign without a reason", "p-1", " ", "c-1"),
        ("reassign an empty id", "p-1", "on leave", ""),
    ] {
        refusals.begin(what);
        let reassign = active.reassign(to, reason).certifications([id]);
        refusals.by_the_client(&reassign.await.unwrap_err());
    }
    let names = [
        (staged.id(), "[staged]"),
        (active.id(), "[active]"),
        (completed.id(), "[completed]"),
        (&open.id, "[open]"),
        (&signed.id, "[signed]"),
        (&has_it, "[reviewer]"),
    ];
    let text = names.iter().fold(refusals.text, |text, (id, name)| {
        text.replace(id.get().unwrap(), name)
    });
    assert_snapshot!(text);
}

#[tokio::test(start_paused = true)]
async fn a_bad_certification_does_not_take_its_neighbours_along() {
    let sim = running_tenant();
    let (of, ids, to) = to_reassign(&sim);
    let mut elsewhere = sim.certifications().into_iter();
    let elsewhere = elsewhere.find(|row| row.campaign_id != of.id).unwrap();
    let client = admin_of(&sim);
    let named = ids.iter().chain([&elsewhere.id]);
    let reassign = client.campaign(&of.id).reassign(&to, "on leave");
    let outcome = reassign.certifications(named).wait().await.unwrap();
    for item in outcome.items() {
        let is_bad = item.id == elsewhere.id;
        assert_eq!(item.outcome.error().is_some(), is_bad, "{:?}", item.outcome);
    }
    assert!(reviewers(&sim, &ids).iter().all(|id| *id == to));
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_settled_and_a_journal_continues() {
    let sim = running_tenant();
    let (of, ids, to) = to_reassign(&sim);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let client = admin_of(&sim);
    let campaign = client.campaign(&of.id);
    let target = certs_sim::Operation::ReassignCertifications;
    sim.faults()
        .add(certs_sim::Fault::ResetAfter.on(target).times(1));
    let journal = Journal::create(&path).await.unwrap();
    let reassign = campaign.reassign(&to, "on leave").certifications(&ids);
    let outcome = reassign.journal(&journal).wait().await.unwrap();
    outcome.ensure_complete().unwrap();
    let sent = api_requests(&sim).into_iter();
    let sent = sent
        .filter(|request| request.path.ends_with("/reassign"))
        .count();
    assert_eq!(sent, 1, "it is not sent again");
    // Repeating the call does nothing.
    let reassign = campaign.reassign(&to, "on leave").certifications(&ids);
    reassign
        .journal(&journal)
        .await
        .unwrap()
        .ensure_complete()
        .unwrap();
    drop(journal);
    let journal = Journal::open(&path).await.unwrap();
    client
        .resume(&journal)
        .await
        .unwrap()
        .ensure_complete()
        .unwrap();
    let sent = api_requests(&sim).into_iter();
    let sent = sent
        .filter(|request| request.path.ends_with("/reassign"))
        .count();
    assert_eq!(sent, 1);
    assert!(reviewers(&sim, &ids).iter().all(|id| *id == to));
}

/// A planned reassignment was not sent. Before it is resumed, a person gives one of the
/// certifications to somebody else.
#[tokio::test(start_paused = true)]
async fn resuming_leaves_certifications_that_a_person_has_reassigned() {
    for are_listed in [false, true] {
        let sim = running_tenant();
        let (of, ids, to) = to_reassign(&sim);
        let client = admin_of(&sim);
        let campaign = client.campaign(&of.id);
        let journal = Journal::to_writer(tokio::io::sink());
        let target = certs_sim::Operation::ReassignCertifications;
        sim.faults().add(certs_sim::Fault::ExpiredToken.on(target));
        let call = campaign.reassign(&to, "on leave");
        let call = if are_listed {
            let filter = certs::filter::certification::id().is_in(&ids);
            let listed = client.certifications().filter(filter).send().await.unwrap();
            call.certifications(&listed.items)
        } else {
            call.certifications(&ids)
        };
        call.journal(&journal).await.unwrap_err();
        sim.faults().clear();
        let theirs = sim
            .certifications()
            .into_iter()
            .find(|row| row.id == ids[0]);
        let is_other = |id: &String| *id != to && *id != *theirs.as_ref().unwrap().reviewer.id();
        let mut others = other_reviewers(&sim, theirs.as_ref().unwrap()).into_iter();
        let other = others.find(is_other).unwrap();
        let by_hand = campaign
            .reassign(&other, "by hand")
            .certifications(&ids[..1]);
        by_hand.wait().await.unwrap().ensure_complete().unwrap();

        let resumed = client.resume(&journal).await.unwrap();
        let outcome = &resumed.calls()[0].outcome;
        assert_eq!(outcome.items()[0].outcome.as_str(), "changed meanwhile");
        assert_eq!(outcome.applied().count(), ids.len() - 1, "{resumed}");
        assert_eq!(reviewers(&sim, &ids[..1]), [other]);
    }
}

#[tokio::test]
async fn what_cannot_be_created_is_refused_before_it_is_sent() {
    use certs::model::{AccessType, CriterionOperation, CriterionType, FilterCriterion};
    use certs::{
        CampaignReviewer, NewCampaignFilter, NewCampaignTemplate, NewSchedule, RoleScope,
        SearchScope,
    };

    let sim = simulator();
    let client = admin_of(&sim);
    let ids: [&str; 0] = [];
    let mut many = SearchScope::access_found_by("*");
    for _ in 0..=certs::MAX_ACCESS_CONSTRAINTS {
        many = many.only_with_any(AccessType::Role);
    }
    let constrained = SearchScope::identities(["p-1"]).only_with(AccessType::Role, ids);
    let nobody = SearchScope::identities(["p-1"]).reviewer(CampaignReviewer::identity(""));
    let mut refusals = String::new();
    for new in [
        NewCampaign::manager("", "words"),
        NewCampaign::manager("a name", " "),
        NewCampaign::source_owner("a name", "words", ids),
        NewCampaign::machine_account("a name", "words", [""]),
        NewCampaign::search("a name", "words", SearchScope::identities(ids)),
        NewCampaign::search("a name", "words", SearchScope::access_found_by("")),
        NewCampaign::search("a name", "words", many),
        NewCampaign::search("a name", "words", constrained),
        NewCampaign::search("a name", "words", nobody),
        NewCampaign::role_composition("a name", "words", RoleScope::all("")),
        NewCampaign::role_composition("a name", "words", RoleScope::roles("p-1", ids)),
        NewCampaign::role_composition("a name", "words", RoleScope::found_by("p-1", " ")),
        NewCampaign::manager("a name", "words").filter(""),
    ] {
        refusals += &format!("{}\n", client.create_campaign(new).await.unwrap_err());
    }
    let campaign = NewCampaign::manager("a name", "words");
    let template = NewCampaignTemplate::new("a name", "words", campaign);
    let template = template.deadline_duration("two weeks");
    let error = client.create_campaign_template(template).await.unwrap_err();
    refusals += &format!("{error}\n");
    let template = client.campaign_template("t-1");
    for schedule in [
        NewSchedule::weekly([8], [1]),
        NewSchedule::monthly([], [1]),
        NewSchedule::annually([0], [1], [1]),
        NewSchedule::weekly([1], [24]),
        NewSchedule::weekly([1], [8]).and_last_day(),
    ] {
        let error = template.set_schedule(schedule).await.unwrap_err();
        refusals += &format!("{error}\n");
    }
    let mut parent = FilterCriterion::combined(
        CriterionOperation::And,
        vec![FilterCriterion::new(CriterionType::Role)],
    );
    parent.criterion_type = Some(CriterionType::Source);
    for criteria in [
        vec![],
        vec![FilterCriterion::default()],
        vec![FilterCriterion::combined(CriterionOperation::Or, vec![])],
        vec![parent],
    ] {
        let filter = NewCampaignFilter::including("a name", criteria);
        let error = client.create_campaign_filter(filter).await.unwrap_err();
        refusals += &format!("{error}\n");
    }
    let error = client
        .campaign("k-1")
        .activate()
        .time_zone("CET")
        .await
        .unwrap_err();
    refusals += &format!("{error}\n");
    assert_snapshot!(refusals);
    assert!(api_requests(&sim).is_empty());
}
