//! A whole review, from finding what is due to the signed certification.

use std::time::Duration;

use certs::filter::{beta, certification, item};
use certs::model::{Certification, Decision, Id, Phase, TaskStatus, TaskType};
use certs::{BulkOutcome, Client, Error, ErrorKind, ReviewerIdentity};
use certs_sim::{Credentials, Simulator, view};

use crate::support::{
    admin_of, another_reviewer, assert_no_failures, client_of, open_certification, reviewer_of,
    simulator,
};

/// A certification of a reviewer without other rights, with open decisions, in which revoking needs
/// a comment.
fn of_a_plain_reviewer(sim: &Simulator) -> view::Certification {
    let admin = open_certification(sim).reviewer;
    let found = sim.certifications().into_iter().find(|certification| {
        certification.phase == certs_sim::Phase::Active
            && certification.reviewer != admin
            && certification.reassigned_from.is_none()
            && certification.comment_requirement
                == certs_sim::CommentRequirement::RevokeOnlyDecisions
            && certification.campaign_type == certs_sim::CampaignType::Manager
            && certification.decisions_total - certification.decisions_made >= 6
    });
    found.expect("the data set has such a certification")
}

#[tokio::test]
async fn an_administrator_reviews() {
    let sim = simulator();
    let wanted = of_a_plain_reviewer(&sim);
    review_everything(&sim, &wanted, &sim.cert_admin(), TaskType::AdminReassign).await;
}

#[tokio::test]
async fn the_reviewer_reviews() {
    let sim = simulator();
    let wanted = of_a_plain_reviewer(&sim);
    let reviewer = sim.credentials_for(wanted.reviewer.id());
    review_everything(&sim, &wanted, &reviewer, TaskType::Reassign).await;
}

async fn review_everything(
    sim: &Simulator,
    wanted: &view::Certification,
    who: &Credentials,
    reassigned_by: TaskType,
) {
    let client = client_of(sim, who);
    let total = i64::from(wanted.decisions_total);

    let due = find(&client, wanted).await;
    assert_eq!(due.id, wanted.id);
    let review = client.certification(&due.id);
    let open = review.items().filter(item::completed().eq(false)).stream();
    let open: Vec<_> = open.try_collect().await.unwrap();
    assert_eq!(
        open.len(),
        usize::try_from(due.progress().remaining()).unwrap()
    );

    // It is too early to sign off: the client finds out by reading, and the service refuses it.
    let error = review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady, "{error}");
    let error = review.sign_off().unchecked().await.unwrap_err();
    assert_rejected(&error, "decisions are not made yet");

    // A revocation needs a comment here; without one, nothing is decided at all.
    let decisions = [open[0].approve(), open[1].revoke()];
    let error = review.decide(decisions).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(error.to_string().contains("without a comment"), "{error}");
    assert_eq!(review.get().await.unwrap().progress(), due.progress());

    let decisions = [
        open[0].approve(),
        open[1].revoke().comment("has left the team"),
    ];
    let outcome = review.decide(decisions).await.unwrap();
    let applied: Vec<_> = outcome.applied().map(|item| &item.id).collect();
    assert_eq!(applied, [&open[0].id, &open[1].id]);
    let progress = outcome.certification().unwrap().progress();
    assert_eq!(progress.made, due.progress().made + 2);
    let summary = review.decision_summary().await.unwrap();
    assert_eq!(summary.progress(), progress);
    let revoked = summary.revoked();
    assert!(revoked >= 1);

    // A second decision replaces the first and counts once.
    let outcome = review
        .decide([open[1].approve().comment("back again")])
        .await
        .unwrap();
    assert_eq!(outcome.certification().unwrap().progress(), progress);
    assert_eq!(
        review.decision_summary().await.unwrap().revoked(),
        revoked - 1
    );
    let changed = review
        .items()
        .filter(item::id().eq(&open[1].id))
        .send()
        .await
        .unwrap();
    assert_eq!(changed.items[0].decision, Some(Decision::Approve));
    assert_eq!(changed.items[0].comments.as_deref(), Some("back again"));

    // At once.
    let to = another_reviewer(sim, wanted);
    let left = review
        .reassign(&to, "knows better")
        .items([&open[2]])
        .await
        .unwrap();
    assert!(left.is_complete());
    let left = left.certification().unwrap();
    assert_eq!(left.progress().total, total - 1);

    // In the background, through V3 and through beta.
    let submitted = review
        .reassign(&to, "knows better")
        .items([&open[3]])
        .in_background()
        .await
        .unwrap();
    assert!(!submitted.is_complete());
    let task = submitted.tasks().next().unwrap();
    assert_eq!(task.task_type, Some(reassigned_by.clone()));
    let done = client.task(&task.id).wait().await.unwrap();
    assert_eq!(done.status, Some(TaskStatus::Success));
    assert_eq!(done.task_type, Some(reassigned_by));
    let beta = client.beta().certification(&due.id);
    let done = beta
        .reassign(&to, "knows better")
        .items([&open[4]])
        .wait()
        .await
        .unwrap();
    assert!(done.is_complete());
    let done = done.tasks().next().unwrap();
    assert!(done.succeeded());
    assert_eq!(done.target_id, due.id);
    assert!(beta.task(&done.id).wait().await.unwrap().succeeded());
    assert_eq!(review.get().await.unwrap().progress().total, total - 3);
    assert!(
        client.tasks().send().await.unwrap().items.is_empty(),
        "nothing is pending"
    );
    assert_reassigned(sim, &due, &to, &[&open[2].id, &open[3].id, &open[4].id]).await;

    let rest = review.items().filter(item::completed().eq(false)).stream();
    let rest: Vec<_> = rest.try_collect().await.unwrap();
    assert_eq!(rest.len(), open.len() - 5);
    let last = rest
        .iter()
        .map(|item| item.revoke().comment("not used for months"));
    let outcome = review.decide(last).await.unwrap();
    let completed = outcome.certification().unwrap();
    assert!(completed.is_completed());
    assert!(!completed.is_signed(), "completed is not signed");
    assert_eq!(completed.progress().remaining(), 0);

    sim.clock().advance(Duration::from_secs(60));
    let signed = review.sign_off().await.unwrap();
    assert_eq!(signed.phase, Some(Phase::Signed));
    assert_eq!(signed.signed, Some(sim.clock().now()));
    let revoked = review.decision_summary().await.unwrap().revoked();
    let remediated = sim
        .remediations()
        .into_iter()
        .filter(|r| due.id == r.certification_id);
    assert_eq!(i64::try_from(remediated.count()).unwrap(), revoked);

    assert_read_only(&client, &signed, &to).await;
    assert_beta_says_the_same(&client, &signed).await;
}

async fn find(client: &Client, wanted: &view::Certification) -> Certification {
    let due: Vec<_> = client
        .certifications()
        .reviewer(wanted.reviewer.id())
        .filter(
            certification::phase()
                .eq(Phase::Active)
                .and(certification::completed().eq(false)),
        )
        .sort(certification::due().asc())
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert!(due.is_sorted_by_key(|certification| certification.due));
    due.into_iter()
        .find(|certification| certification.id == wanted.id)
        .unwrap()
}

#[track_caller]
fn assert_rejected(error: &Error, cause: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.detail_code(), Some("400.1 Bad Request Content"));
    assert!(error.tracking_id().is_some());
    let causes: Vec<_> = error.causes().iter().map(ToString::to_string).collect();
    assert!(causes.iter().any(|text| text.contains(cause)), "{causes:?}");
    assert!(error.to_string().contains(cause), "{error}");
}

/// The items are in one certification of the new reviewer, which names their origin.
async fn assert_reassigned(sim: &Simulator, from: &Certification, to: &str, items: &[&Id]) {
    let client = client_of(sim, &sim.credentials_for(to));
    let mine = client
        .certifications()
        .reviewer(ReviewerIdentity::Me)
        .send()
        .await
        .unwrap();
    let origin = |certification: &Certification| {
        let reassignment = certification.reassignment.as_ref()?;
        Some(reassignment.from.as_ref()?.id.clone())
    };
    let taken = mine
        .items
        .into_iter()
        .find(|c| origin(c).as_ref() == Some(&from.id))
        .unwrap();
    let reassignment = taken.reassignment.unwrap();
    assert_eq!(reassignment.comment.as_deref(), Some("knows better"));
    assert_eq!(
        reassignment.from.unwrap().reviewer.unwrap().id,
        from.reviewer.as_ref().unwrap().id
    );
    let found: Vec<_> = client
        .certification(&taken.id)
        .items()
        .stream()
        .try_collect()
        .await
        .unwrap();
    let found: Vec<_> = found.iter().map(|item| &item.id).collect();
    // They may follow others that arrived earlier.
    assert!(found.ends_with(items), "{found:?}");
}

fn decided(outcome: certs::Result<BulkOutcome>) -> certs::Result<()> {
    outcome?.ensure_complete()
}

/// Everything can be read, nothing can be changed.
async fn assert_read_only(client: &Client, signed: &Certification, other: &str) {
    let review = client.certification(&signed.id);
    let item = review.items().send().await.unwrap().items.remove(0);
    let reassign = || review.reassign(other, "too late").items([&item.id]);
    let beta = client.beta().certification(&signed.id);
    for error in [
        decided(review.decide([item.approve()]).await).unwrap_err(),
        review.sign_off().unchecked().await.unwrap_err(),
        reassign().await.unwrap_err(),
        reassign().in_background().await.unwrap_err(),
        beta.reassign(other, "too late")
            .items([&item.id])
            .await
            .unwrap_err(),
    ] {
        // The client refuses what it can check before sending.
        if error.kind() == ErrorKind::Refused {
            assert!(error.to_string().contains("signed"), "{error}")
        } else {
            assert_rejected(&error, "signed")
        }
    }
    let error = review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(review.get().await.unwrap(), *signed);
}

async fn assert_beta_says_the_same(client: &Client, signed: &Certification) {
    let id = beta::certification::id().eq(&signed.id);
    let page = client
        .beta()
        .certifications()
        .filter(id)
        .send()
        .await
        .unwrap();
    let [same] = &page.items[..] else {
        panic!("{page:?}")
    };
    assert_eq!(same.name, signed.name);
    assert_eq!(same.phase, signed.phase);
    assert_eq!(same.signed, signed.signed);
    assert_eq!(same.due, signed.due);
    assert_eq!(same.progress(), signed.progress());
    assert_eq!(same.campaign, signed.campaign);
    assert_eq!(same.identities_total, signed.identities_total);
    assert_eq!(
        same.reviewer.as_ref().unwrap().id,
        signed.reviewer.as_ref().unwrap().id
    );
}

#[tokio::test]
async fn somebody_else_may_neither_read_nor_decide() {
    let sim = simulator();
    let wanted = of_a_plain_reviewer(&sim);
    let item = sim.items_of(&wanted.id).remove(0);
    let stranger = another_reviewer(&sim, &wanted);
    let client = client_of(&sim, &sim.credentials_for(&stranger));
    let review = client.certification(&wanted.id);
    let beta = client.beta().certification(&wanted.id);
    let approve = certs::model::ReviewDecision::approve(&item.id);
    let errors = [
        ("get", review.get().await.err()),
        ("items", review.items().send().await.err()),
        ("decide", decided(review.decide([approve]).await).err()),
        (
            "reassign",
            review
                .reassign(&stranger, "mine")
                .items([&item.id])
                .await
                .err(),
        ),
        (
            "submit",
            review
                .reassign(&stranger, "mine")
                .items([&item.id])
                .in_background()
                .await
                .err(),
        ),
        ("sign off", review.sign_off().await.err()),
        (
            "sign off, unchecked",
            review.sign_off().unchecked().await.err(),
        ),
        ("reviewers", review.reviewers().send().await.err()),
        (
            "permissions",
            review.permissions(&item.id).send().await.err(),
        ),
        ("decision summary", review.decision_summary().await.err()),
        (
            "identity summaries",
            review.identity_summaries().send().await.err(),
        ),
        ("beta reviewers", beta.reviewers().send().await.err()),
        (
            "beta permissions",
            beta.permissions(&item.id).send().await.err(),
        ),
        ("beta tasks", beta.tasks_pending().await.err()),
        (
            "beta submit",
            beta.reassign(&stranger, "mine")
                .items([&item.id])
                .await
                .err(),
        ),
    ];
    let failures = errors.into_iter().filter_map(|(what, error)| match error {
        Some(error)
            if error.kind() == ErrorKind::Forbidden
                && error.detail_code() == Some("403 Forbidden") =>
        {
            None
        }
        other => Some(format!("{what}: {other:?}")),
    });
    assert_no_failures(failures.collect());
    assert_eq!(sim.items_of(&wanted.id)[0], item, "nothing has changed");

    // Lists contain what the token's owner may see, without an error.
    for list in [
        client.certifications().send().await.unwrap().items,
        client.beta().certifications().send().await.unwrap().items,
    ] {
        assert!(
            list.iter()
                .all(|certification| certification.id != wanted.id)
        );
        assert!(!list.is_empty(), "a reviewer has some of their own");
    }
}

#[tokio::test]
async fn a_reviewer_sees_what_an_administrator_sees_of_it() {
    let sim = simulator();
    let wanted = of_a_plain_reviewer(&sim);
    let by_admin = admin_of(&sim).certification(&wanted.id);
    let by_reviewer = reviewer_of(&sim, &wanted).certification(&wanted.id);
    assert_eq!(
        by_admin.get().await.unwrap(),
        by_reviewer.get().await.unwrap()
    );
    let by_admin: Vec<_> = by_admin.items().stream().try_collect().await.unwrap();
    let by_reviewer: Vec<_> = by_reviewer.items().stream().try_collect().await.unwrap();
    assert_eq!(by_admin, by_reviewer);
}

/// The service lists these certifications, but refuses to work on them.
#[tokio::test]
async fn a_governance_groups_certification_can_only_be_listed() {
    let sim = simulator();
    let client = admin_of(&sim);
    let all: Vec<_> = client
        .certifications()
        .stream()
        .try_collect()
        .await
        .unwrap();
    let is_of_group = |certification: &&Certification| {
        certification
            .reviewer
            .as_ref()
            .is_some_and(|reviewer| reviewer.is_governance_group())
    };
    let certification = all.iter().find(is_of_group).expect("the data set has one");
    let review = client.certification(&certification.id);
    assert_rejected(&review.get().await.unwrap_err(), "governance group");
    assert_rejected(
        &review.items().send().await.unwrap_err(),
        "governance group",
    );
    assert_rejected(&review.sign_off().await.unwrap_err(), "governance group");
    let unchecked = review.sign_off().unchecked();
    assert_rejected(&unchecked.await.unwrap_err(), "governance group");
}

/// Everything about one person, by the id of their summary.
#[tokio::test]
async fn an_identity_is_reassigned_whole() {
    let sim = simulator();
    let wanted = of_a_plain_reviewer(&sim);
    let client = admin_of(&sim);
    let review = client.certification(&wanted.id);
    let summary = review
        .identity_summaries()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    let filter = item::identity_summary_id().eq(&summary.id);
    let count = review.items().filter(filter.clone()).count().await.unwrap();
    assert!(count > 0);

    let to = another_reviewer(&sim, &wanted);
    let left = review
        .reassign(to, "moved")
        .identities([&summary])
        .await
        .unwrap();
    let left = left.certification().unwrap();
    let before = i64::from(wanted.decisions_total);
    assert_eq!(
        left.progress().total,
        before - i64::try_from(count).unwrap()
    );
    assert_eq!(review.items().filter(filter).count().await.unwrap(), 0);
    let gone = review.identity_summary(&summary.id).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
}
