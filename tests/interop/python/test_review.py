"""A whole access review with the vendor's Python SDK, on V3 and again on v2025.

The SDK shares nothing with this repository: what it accepts is not our reading of the
API. The tests are the steps of one review and run in the order in which they are written.
"""

import itertools
import types

import pytest
import sailpoint.beta
from sailpoint.beta.models.review_reassign import ReviewReassign as BetaReviewReassign
from sailpoint.paginator import Paginator
from vendor import api_client, ended, refused

PAGE = 250


def clients(base_url, sdk, client_id):
    """The APIs for one client."""
    client = api_client(base_url, sdk, client_id)
    beta = api_client(base_url, sailpoint.beta, client_id)
    return types.SimpleNamespace(
        certifications=sdk.CertificationsApi(client),
        summaries=sdk.CertificationSummariesApi(client),
        beta=sailpoint.beta.CertificationsApi(beta),
    )


@pytest.fixture(scope="module")
def admin(sdk_url, sdk):
    return clients(sdk_url, sdk, "sim-admin")


@pytest.fixture(scope="module")
def review(admin):
    """The certification of the steps, in its state before the first one."""
    open_ones = admin.certifications.list_identity_certifications(
        reviewer_identity="me", filters='phase eq "ACTIVE" and completed eq false'
    )
    return next(
        row
        for row in open_ones
        if row.campaign.mandatory_comment_requirement == "REVOKE_ONLY_DECISIONS"
        and row.identities_total > 2
    )


@pytest.fixture(scope="module")
def other(admin, review):
    """Another reviewer."""
    rows = admin.certifications.list_identity_certifications(limit=PAGE)
    return next(row.reviewer.id for row in rows if row.reviewer.id != review.reviewer.id)


def access(item):
    """Type and name of what an item is about, which often are only in its own part."""
    summary = item.access_summary
    if summary.access:
        return summary.access.type, summary.access.name
    parts = {
        "ENTITLEMENT": summary.entitlement,
        "ACCESS_PROFILE": summary.access_profile,
        "ROLE": summary.role,
    }
    return next((kind, part.name) for kind, part in parts.items() if part)


def open_items(admin, review):
    return admin.certifications.list_identity_access_review_items(
        id=review.id,
        filters="completed eq false",
        sorters="identitySummary.name,-access.name",
    )


def header(response, name):
    """A header of a response; the SDK's mapping is exact about case, HTTP is not."""
    return {key.lower(): value for key, value in response.headers.items()}[name]


def reassignment(model, kind, item_id, to):
    references = [{"id": item_id, "type": kind}]
    return model.from_dict(
        {"reassign": references, "reassignTo": to, "reason": "Knows them better"}
    )


def everything(call, **arguments):
    return Paginator.paginate(call, 1_000_000, limit=PAGE, **arguments)


def test_lists_what_is_owed(admin):
    response = admin.certifications.list_identity_certifications_with_http_info(
        reviewer_identity="me",
        filters='phase eq "ACTIVE" and completed eq false',
        sorters="-due,name",
        count=True,
    )
    assert int(header(response, "x-total-count")) == len(response.data) > 0
    dates = [row.due for row in response.data]
    assert dates == sorted(dates, reverse=True)


def test_gets_one_and_its_reviewers(admin, review):
    row = admin.certifications.get_identity_certification(id=review.id)
    assert row.name == review.name
    reviewers = admin.certifications.list_certification_reviewers(id=review.id, sorters="name")
    assert [reviewer.email for reviewer in reviewers] == [review.reviewer.email]


def test_filters_items(admin, review):
    items = open_items(admin, review)
    assert len(items) == review.decisions_total - review.decisions_made
    name = access(items[0])[1]
    same = admin.certifications.list_identity_access_review_items(
        id=review.id, filters=f'access.name eq "{name.upper()}"'
    )
    assert {access(item)[1] for item in same} == {name}


@pytest.mark.parametrize("kind", ["ENTITLEMENT", "ACCESS_PROFILE", "ROLE"])
def test_summarises_access(admin, review, kind):
    rows = admin.summaries.get_identity_access_summaries(
        id=review.id, type=kind, sorters="access.name"
    )
    assert {row.access.type for row in rows} <= {kind}


def test_summarises_identities(admin, review):
    people = admin.summaries.get_identity_summaries(id=review.id, sorters="name")
    assert len(people) == review.identities_total
    one = admin.summaries.get_identity_summary(id=review.id, identity_summary_id=people[0].id)
    assert one.name == people[0].name


def test_reads_everything_there_is(admin):
    """Through the SDK's models, which refuse nulls and values that they do not know."""
    kinds = set()
    for row in everything(admin.certifications.list_identity_certifications):
        if row.reviewer.type == "GOVERNANCE_GROUP":
            refused(400, admin.certifications.get_identity_certification, id=row.id)
            continue
        items = everything(admin.certifications.list_identity_access_review_items, id=row.id)
        assert len(items) == row.decisions_total
        kinds |= {access(item)[0] for item in items}
        admin.summaries.get_identity_decision_summary(id=row.id)
        read_permissions(admin, row, items)
    assert kinds == {"ENTITLEMENT", "ACCESS_PROFILE", "ROLE"}


def read_permissions(admin, row, items):
    """Reads the permissions of the first items that have some."""
    entitlements = ((item, item.access_summary.entitlement) for item in items)
    have_some = (item for item, found in entitlements if found and found.has_permissions)
    for item in itertools.islice(have_some, 3):
        ids = {"certification_id": row.id, "item_id": item.id}
        read = admin.certifications.get_identity_certification_item_permissions
        first = read(**ids)[0]
        filters = f'rights ca ("{first.rights[0].lower()}") and target eq "{first.target}"'
        assert first.target in [permission.target for permission in read(**ids, filters=filters)]


def test_reassigns_at_once(admin, sdk, review, other):
    item = open_items(admin, review)[0]
    after = admin.certifications.reassign_identity_certifications(
        id=review.id, review_reassign=reassignment(sdk.ReviewReassign, "ITEM", item.id, other)
    )
    assert after.decisions_total == review.decisions_total - 1


def test_reassigns_as_a_task(admin, sdk, review, other):
    person = admin.summaries.get_identity_summaries(id=review.id, sorters="name")[-1]
    task = admin.certifications.submit_reassign_certs_async(
        id=review.id,
        review_reassign=reassignment(sdk.ReviewReassign, "IDENTITY_SUMMARY", person.id, other),
    )
    pending = admin.certifications.get_pending_certification_tasks(filters=f'id eq "{task.id}"')
    assert [row.id for row in pending] == [task.id]
    task = ended(lambda: admin.certifications.get_certification_task(id=task.id))
    assert task.status == "SUCCESS", task
    assert task.reassignment_trail_dtos[0].new_owner == other


def test_a_task_with_a_bad_target_fails(admin, sdk, review):
    item = open_items(admin, review)[0]
    task = admin.certifications.submit_reassign_certs_async(
        id=review.id, review_reassign=reassignment(sdk.ReviewReassign, "ITEM", item.id, "nobody")
    )
    task = ended(lambda: admin.certifications.get_certification_task(id=task.id))
    assert task.status == "ERROR"
    assert "nobody" in task.errors[0].text


def test_the_new_reviewer_sees_where_items_came_from(sdk_url, sdk, review, other):
    theirs = clients(sdk_url, sdk, other)
    rows = theirs.certifications.list_identity_certifications()
    assert {row.reviewer.id for row in rows if row.reviewer.type == "IDENTITY"} == {other}
    trails = [row.reassignment.to_dict() for row in rows if row.reassignment]
    assert review.id in [trail["from"]["id"] for trail in trails]
    refused(403, theirs.certifications.get_identity_certification, id=review.id)


def test_cannot_sign_off_early(admin, review):
    refused(400, admin.certifications.sign_off_identity_certification, id=review.id)


def test_a_revocation_needs_a_comment(admin, sdk, review):
    item = open_items(admin, review)[0]
    decision = sdk.ReviewDecision(id=item.id, decision="REVOKE", bulk=False)
    refusal = refused(
        400,
        admin.certifications.make_identity_decision,
        id=review.id,
        review_decision=[decision],
    )
    assert "comments" in refusal.data.causes[0].text


def test_decides_and_signs_off(admin, sdk, review):
    first, *rest = open_items(admin, review)
    decisions = [sdk.ReviewDecision(id=item.id, decision="APPROVE", bulk=True) for item in rest]
    decisions.append(
        sdk.ReviewDecision(
            id=first.id,
            decision="REVOKE",
            bulk=False,
            comments="Moved to Logistics",
            proposed_end_date="2030-01-31T00:00:00.000Z",
        )
    )
    decide = admin.certifications.make_identity_decision
    assert decide(id=review.id, review_decision=decisions).completed
    summary = admin.summaries.get_identity_decision_summary(id=review.id)
    revoked = (summary.entitlements_revoked, summary.access_profiles_revoked, summary.roles_revoked)
    assert sum(revoked) == 1
    signed = admin.certifications.sign_off_identity_certification(id=review.id)
    assert (signed.phase, signed.completed) == ("SIGNED", True)
    refused(400, decide, id=review.id, review_decision=decisions)


@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": 'phase eq "OVER"'},
        {"filters": 'nothing eq "x"'},
        {"filters": "completed eq"},
        {"sorters": "phase"},
    ],
)
def test_bad_questions_are_refused_with_a_reason(admin, arguments):
    refusal = refused(400, admin.certifications.list_identity_certifications, **arguments)
    assert refusal.data.detail_code.startswith("400.1")
    assert refusal.data.causes[0].text


def test_what_is_not_there_is_not_found(admin):
    refusal = refused(404, admin.certifications.get_identity_certification, id="0" * 32)
    assert refusal.data.tracking_id


def test_beta_lists(admin, review):
    # The SDK's beta model needs `signed`, so only signed ones are requested.
    rows = admin.beta.list_certifications(
        filters='phase eq "SIGNED" and campaignRef.campaignType in ("SEARCH","MANAGER")'
        " and completed ne false",
        sorters="-signed",
    )
    assert rows[0].campaign_ref.id == review.campaign.id
    assert {row.campaign_ref.campaign_type for row in rows} == {"SEARCH", "MANAGER"}
    mine = admin.beta.list_certifications(reviewer_identitiy="me", filters='phase eq "SIGNED"')
    assert 0 < len(mine) < len(admin.beta.list_certifications(filters='phase eq "SIGNED"'))


def test_beta_refuses_what_is_signed(admin, review, other):
    refusal = refused(
        400,
        admin.beta.submit_reassign_certs_async,
        id=review.id,
        review_reassign=reassignment(BetaReviewReassign, "ITEM", review.id, other),
    )
    assert header(refusal, "x-deprecated") == "true"


def test_beta_reassigns_as_a_task(admin, other):
    staged = admin.certifications.list_identity_certifications(filters='phase eq "STAGED"', limit=1)[0]
    item = admin.certifications.list_identity_access_review_items(id=staged.id, limit=1)[0]
    reviewers = admin.beta.list_certification_reviewers(id=staged.id)
    assert reviewers[0].id == staged.reviewer.id
    admin.beta.get_identity_certification_item_permissions(certification_id=staged.id, item_id=item.id)
    task = admin.beta.submit_reassign_certs_async(
        id=staged.id, review_reassign=reassignment(BetaReviewReassign, "ITEM", item.id, other)
    )
    pending = admin.beta.get_identity_certification_pending_tasks(id=staged.id)
    assert [row.id for row in pending] == [task.id]
    read = admin.beta.get_identity_certification_task_status
    assert ended(lambda: read(id=staged.id, task_id=task.id)).status == "SUCCESS"
