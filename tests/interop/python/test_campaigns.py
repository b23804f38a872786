"""The whole life of a campaign with the vendor's Python SDK, on V3 and again on v2025.

The tests run in the order in which they are written: the steps of one campaign, and then
what campaigns are made from.
"""

import datetime
import json
import types

import pytest
from vendor import api_client, ended, refused, until

DAY = datetime.timedelta(days=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(scope="module")
def admin(sdk_url, sdk):
    client = api_client(sdk_url, sdk, "sim-admin")
    return types.SimpleNamespace(
        campaigns=sdk.CertificationCampaignsApi(client),
        filters=sdk.CertificationCampaignFiltersApi(client),
        certifications=sdk.CertificationsApi(client),
    )


@pytest.fixture(scope="module")
def campaign(admin):
    """The campaign of the steps, in its state before the first one."""
    staged = admin.campaigns.get_active_campaigns(filters='status eq "STAGED"', sorters="name")
    return max((row.actual_instance for row in staged), key=lambda row: row.total_certifications)


def certifications(admin, campaign):
    filters = f'campaign.id eq "{campaign.id}"'
    return admin.certifications.list_identity_certifications(filters=filters, sorters="name")


def raw(response):
    """A raw response, not decoded by the SDK's models."""
    return json.loads(response.data)


def has_status(admin, campaign_id, status):
    """Waits until the campaign has this status, and returns it."""
    read = lambda: admin.campaigns.get_campaign(id=campaign_id).actual_instance
    return until(lambda found: found.status == status, read)


def patch(sdk, **fields):
    """A JSON Patch that replaces fields."""
    changes = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in fields.items()]
    return [sdk.JsonPatchOperation.from_dict(change) for change in changes]


def test_lists_campaigns(admin):
    response = admin.campaigns.get_active_campaigns_with_http_info(
        filters='status in ("ACTIVE","STAGED") and name sw "quarterly"', sorters="-created", count=True
    )
    assert [row.actual_instance.name for row in response.data] == ["Quarterly Manager Review"]
    refused(400, admin.campaigns.get_active_campaigns, filters='type eq "MANAGER"')
    refused(400, admin.campaigns.get_active_campaigns, sorters="status")


def test_reads_full_campaigns(admin, sdk):
    """Through the SDK's model, which refuses nulls and values that it does not know."""
    rows = raw(admin.campaigns.get_active_campaigns_without_preload_content(detail="FULL"))
    kinds = set()
    for row in rows:
        full = sdk.Campaign.from_dict(row)
        assert full.modified and full.mandatory_comment_requirement
        scopes = {
            "SOURCE_OWNER": full.source_owner_campaign_info,
            "SEARCH": full.search_campaign_info,
            "ROLE_COMPOSITION": full.role_composition_campaign_info,
            "MACHINE_ACCOUNT": full.machine_account_campaign_info,
        }
        assert [kind for kind, scope in scopes.items() if scope] == [kind for kind in scopes if kind == full.type]
        kinds.add(full.type)
    assert kinds == {"MANAGER", *scopes}


def test_changes_a_staged_one(admin, sdk, campaign):
    deadline = (now() + 30 * DAY).isoformat()
    changes = patch(sdk, name="Winter review", deadline=deadline, autoRevokeAllowed=True)
    changed = admin.campaigns.update_campaign(id=campaign.id, json_patch_operation=changes)
    assert (changed.name, changed.auto_revoke_allowed) == ("Winter review", True)
    assert abs(changed.deadline - (now() + 30 * DAY)) < DAY
    changes = patch(sdk, type="MANAGER")
    refused(400, admin.campaigns.update_campaign, id=campaign.id, json_patch_operation=changes)


def test_activates(admin, sdk, campaign):
    options = sdk.ActivateCampaignOptions(time_zone="Berlin")
    start = admin.campaigns.start_campaign
    refused(400, start, id=campaign.id, activate_campaign_options=options)
    start(id=campaign.id, activate_campaign_options=sdk.ActivateCampaignOptions(time_zone="-05:00"))
    refused(400, start, id=campaign.id)
    assert has_status(admin, campaign.id, "ACTIVE").total_certifications > 0
    assert {row.phase for row in certifications(admin, campaign)} == {"ACTIVE"}
    changes = patch(sdk, name="x")
    refused(400, admin.campaigns.update_campaign, id=campaign.id, json_patch_operation=changes)


def test_shows_who_is_late(admin, campaign):
    """The data of an overview."""
    rows = certifications(admin, campaign)
    assert all(row.due and row.decisions_total >= row.decisions_made for row in rows)
    assert all(row.reviewer.email for row in rows if row.reviewer.type == "IDENTITY")


def test_reassigns_whole_certifications(admin, sdk, campaign):
    rows = certifications(admin, campaign)
    held = {row.reviewer.id for row in rows}
    everyone = admin.certifications.list_identity_certifications(limit=250)
    identities = [row.reviewer.id for row in everyone if row.reviewer.type == "IDENTITY"]
    move = admin.campaigns.move
    ids = [row.id for row in rows]

    def body(to):
        to = {"id": to, "type": "IDENTITY"}
        body = {"certificationIds": ids, "reassignTo": to, "reason": "On leave"}
        return sdk.AdminReviewReassign.from_dict(body)

    for to in identities:
        if to in held:
            continue
        task = move(id=campaign.id, admin_review_reassign=body(to))
        assert (task.type, task.target_type, task.target_id) == ("ADMIN_REASSIGN", "CAMPAIGN", campaign.id)
        read = admin.certifications.get_certification_task
        task = ended(lambda: read(id=task.id))
        # Nobody may review their own access.
        if task.status == "SUCCESS":
            break
        assert task.errors[0].text
    assert {row.reviewer.id for row in certifications(admin, campaign)} == {to}
    again = move(id=campaign.id, admin_review_reassign=body(to))
    again = ended(lambda: read(id=again.id))
    assert (again.status, "already" in again.errors[0].text) == ("ERROR", True)


def test_runs_reports(admin, sdk, campaign):
    kinds = {report.report_type for report in admin.campaigns.get_campaign_reports(id=campaign.id)}
    assert len(kinds) == 4
    kind = sdk.ReportType.CAMPAIGN_STATUS_REPORT
    admin.campaigns.start_campaign_report(id=campaign.id, type=kind)

    def report():
        reports = admin.campaigns.get_campaign_reports(id=campaign.id)
        return next(report for report in reports if report.report_type == kind)

    assert report().status == "PENDING"
    ready = ended(report)
    assert ready.status == "SUCCESS" and ready.id and ready.last_run_at
    admin.campaigns.start_campaign_remediation_scan(id=campaign.id)
    columns = ["country", "department"]
    config = sdk.CampaignReportsConfig(identity_attribute_columns=columns)
    admin.campaigns.set_campaign_reports_config(campaign_reports_config=config)
    assert admin.campaigns.get_campaign_reports_config().identity_attribute_columns == columns


def test_completes_what_is_past_due(admin, sdk, campaign):
    complete = admin.campaigns.complete_campaign
    refused(400, complete, id=campaign.id)
    delete = sdk.CampaignsDeleteRequest(ids=[campaign.id])
    refused(400, admin.campaigns.delete_campaigns, campaigns_delete_request=delete)
    changes = patch(sdk, deadline=(now() - DAY).isoformat())
    admin.campaigns.update_campaign(id=campaign.id, json_patch_operation=changes)
    complete(id=campaign.id, campaign_complete_options=sdk.CampaignCompleteOptions(auto_complete_action="REVOKE"))
    done = has_status(admin, campaign.id, "COMPLETED")
    assert done.completed_certifications == done.total_certifications > 0
    row = certifications(admin, campaign)[0]
    items = admin.certifications.list_identity_access_review_items(id=row.id)
    assert row.phase == "SIGNED" and "REVOKE" in {item.decision for item in items}


def test_deletes(admin, sdk, campaign):
    delete = sdk.CampaignsDeleteRequest(ids=[campaign.id])
    admin.campaigns.delete_campaigns(campaigns_delete_request=delete)
    assert admin.campaigns.get_campaign(id=campaign.id).actual_instance.status == "CANCELING"
    filters = f'id eq "{campaign.id}"'
    until(lambda left: not left, lambda: admin.campaigns.get_active_campaigns(filters=filters))
    refused(404, admin.campaigns.get_campaign, id=campaign.id)
    assert not certifications(admin, campaign)


@pytest.mark.parametrize(
    "kind, scope",
    [
        ("MANAGER", {}),
        ("SOURCE_OWNER", {"sourceOwnerCampaignInfo": {"sourceIds": ["s-1"]}}),
        ("SEARCH", {"searchCampaignInfo": {"type": "ACCESS", "query": "user"}}),
        (
            "ROLE_COMPOSITION",
            {"roleCompositionCampaignInfo": {"remediatorRef": {"type": "IDENTITY", "id": "p-1"}}},
        ),
        (
            "MACHINE_ACCOUNT",
            {"machineAccountCampaignInfo": {"sourceIds": ["s-1"], "reviewerType": "ACCOUNT_OWNER"}},
        ),
    ],
)
def test_creates_each_type(admin, sdk, kind, scope):
    body = {"name": "A new one", "description": "Of a test", "type": kind, **scope}
    create = admin.campaigns.create_campaign
    created = create(campaign=sdk.Campaign.from_dict(body))
    assert (created.status, created.type, created.total_certifications) == ("PENDING", kind, 0)
    staged = has_status(admin, created.id, "STAGED")
    assert staged.deadline > now()
    for name in scope:
        wrong = sdk.Campaign.from_dict({**body, "type": "MANAGER"})
        refused(400, create, campaign=wrong)


def test_templates_and_their_schedules(admin, sdk):
    api = admin.campaigns
    campaign = {"name": "%Y manager review", "description": "Yearly", "type": "MANAGER"}
    body = {
        "name": "Yearly",
        "description": "By managers",
        "deadlineDuration": "P2W",
        "campaign": campaign,
        "created": now().isoformat(),
        "modified": now().isoformat(),
    }
    created = api.create_campaign_template(campaign_template=sdk.CampaignTemplate.from_dict(body))
    assert (created.scheduled, created.owner_ref.type) == (False, "IDENTITY")
    refused(404, api.get_campaign_template_schedule, id=created.id)
    hours = {"type": "LIST", "values": ["9"]}
    schedule = {"type": "MONTHLY", "days": {"type": "LIST", "values": ["15", "L"]}, "hours": hours}
    api.set_campaign_template_schedule(id=created.id, schedule=sdk.Schedule.from_dict(schedule))
    assert api.get_campaign_template_schedule(id=created.id).days.values == ["15", "L"]
    changes = patch(sdk, deadlineDuration="P4W", description="All of them")
    changed = api.patch_campaign_template(id=created.id, json_patch_operation=changes)
    assert (changed.deadline_duration, changed.scheduled) == ("P4W", True)
    listed = api.get_campaign_templates(filters='name sw "year"', sorters="-modified")
    assert [row.id for row in listed] == [created.id]
    generated = api.start_generate_campaign_template(id=created.id)
    assert generated.name == f"{now().year} manager review"
    staged = has_status(admin, generated.id, "STAGED")
    assert abs(staged.deadline - (now() + 28 * DAY)) < DAY
    api.delete_campaign_template_schedule(id=created.id)
    assert not api.get_campaign_template(id=created.id).scheduled
    api.delete_campaign_template(id=created.id)
    refused(404, api.get_campaign_template, id=created.id)


def test_filters_of_campaigns(admin, sdk):
    api = admin.filters
    payroll = {"type": "SOURCE", "property": "name", "value": "Payroll", "operation": "EQUALS"}
    # The model requires fields that only responses have, and sends them.
    own = {"id": "new", "owner": "me", "isSystemFilter": False}
    body = {"name": "Payroll", "mode": "INCLUSION", "criteriaList": [payroll], **own}
    details = sdk.CampaignFilterDetails.from_dict
    created = api.create_campaign_filter(campaign_filter_details=details(body))
    assert created.id != "new" and created.owner and not created.is_system_filter
    assert created.criteria_list[0].value == "Payroll"
    # The specification calls the parameter of this path `filterId`, so the SDK leaves `{id}` in it.
    refused(400, api.update_campaign_filter, created.id, campaign_filter_details=created)
    assert api.get_campaign_filter_by_id(id=created.id).mode == "INCLUSION"
    listed = api.list_campaign_filters(include_system_filters=False).items
    assert created.id in [row.id for row in listed]
    assert api.list_campaign_filters(start=1, limit=1).items == listed[:1]
    (system,) = [row for row in api.list_campaign_filters().items if row.is_system_filter]
    refused(400, api.delete_campaign_filters, request_body=[system.id])

    use = {"type": "CAMPAIGN_FILTER", "id": created.id}
    body = {"name": "Filtered", "description": "Of a test", "type": "MANAGER", "filter": use}
    campaign = admin.campaigns.create_campaign(campaign=sdk.Campaign.from_dict(body))
    assert (campaign.filter.id, campaign.filter.name) == (created.id, "Payroll")

    api.delete_campaign_filters(request_body=[created.id])
    refused(404, api.get_campaign_filter_by_id, id=created.id)
