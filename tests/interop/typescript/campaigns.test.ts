// The whole life of a campaign with the vendor's TypeScript SDK. The tests run in the order in
// which they are written: the steps of one campaign, and then what campaigns are made from.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  CertificationCampaignFiltersApi,
  CertificationCampaignFiltersV2024Api,
  CertificationCampaignsApi,
  CertificationCampaignsV2024Api,
  CertificationsApi,
  CertificationsV2024Api,
} from "sailpoint-api-client";

import { Simulator } from "./simulator";
import { VERSION, body, configure, ended, present, refused, until } from "./vendor";

const DAY = 24 * 60 * 60 * 1000;

let simulator: Simulator;
let campaigns: CertificationCampaignsApi | CertificationCampaignsV2024Api;
let filters: CertificationCampaignFiltersApi | CertificationCampaignFiltersV2024Api;
let certifications: CertificationsApi | CertificationsV2024Api;
/** The campaign that the steps are about. */
let id: string;

before(async () => {
  simulator = await Simulator.start();
  const configuration = configure(simulator.baseUrl, "sim-admin");
  if (VERSION === "v2024") {
    campaigns = new CertificationCampaignsV2024Api(configuration);
    filters = new CertificationCampaignFiltersV2024Api(configuration);
    certifications = new CertificationsV2024Api(configuration);
  } else {
    campaigns = new CertificationCampaignsApi(configuration);
    filters = new CertificationCampaignFiltersApi(configuration);
    certifications = new CertificationsApi(configuration);
  }
  const { data } = await campaigns.getActiveCampaigns({ filters: 'status eq "STAGED"' });
  id = present(data[0].id);
});

after(() => simulator.stop());

/** The campaign once it has this status. */
function becomes(status: string, id: string) {
  return until(
    (found) => found.status === status,
    async () => (await campaigns.getCampaign({ id })).data,
  );
}

/** A JSON Patch that replaces fields. */
function patch(fields: Record<string, string | boolean>) {
  const changes = Object.entries(fields).map(([name, value]) => ({
    op: "replace" as const,
    path: `/${name}`,
    value,
  }));
  return body("jsonPatchOperation", changes);
}

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString();
}

async function certificationsOf(campaign: string) {
  const filters = `campaign.id eq "${campaign}"`;
  return (await certifications.listIdentityCertifications({ filters, limit: 250 })).data;
}

test("lists campaigns, slim and full", async () => {
  const { data, headers } = await campaigns.getActiveCampaigns({
    detail: "FULL",
    filters: 'status in ("ACTIVE","STAGED")',
    sorters: "-created,name",
    count: true,
  });
  assert.equal(Number(headers["x-total-count"]), data.length);
  const full = data as Awaited<ReturnType<typeof campaigns.createCampaign>>["data"][];
  for (const row of full) {
    const scope = {
      MANAGER: row.alerts,
      SOURCE_OWNER: row.sourceOwnerCampaignInfo,
      SEARCH: row.searchCampaignInfo,
      ROLE_COMPOSITION: row.roleCompositionCampaignInfo,
      MACHINE_ACCOUNT: row.machineAccountCampaignInfo,
    };
    assert.ok(scope[row.type] && row.modified && row.mandatoryCommentRequirement);
  }
  const filtered = full.find((row) => row.filter);
  assert.equal(filtered?.filter?.name, "Contractors");
  await refused(400, () => campaigns.getActiveCampaigns({ sorters: "status" }));
});

test("changes and activates a staged one", async () => {
  const changes = patch({ name: "Winter review", deadline: inDays(30), autoRevokeAllowed: true });
  const { data: changed } = await campaigns.updateCampaign({ id, ...changes });
  assert.equal(changed.name, "Winter review");
  assert.equal(changed.autoRevokeAllowed, true);
  await refused(400, () => campaigns.updateCampaign({ id, ...patch({ type: "MANAGER" }) }));
  await campaigns.startCampaign({ id, ...body("activateCampaignOptions", { timeZone: "+02:00" }) });
  await refused(400, () => campaigns.startCampaign({ id }));
  const active = await becomes("ACTIVE", id);
  const rows = await certificationsOf(id);
  assert.equal(rows.length, active.totalCertifications);
  assert.ok(rows.every((row) => row.phase === "ACTIVE" && row.due));
  await refused(400, () => campaigns.updateCampaign({ id, ...patch({ name: "x" }) }));
});

test("reassigns whole certifications as a task", async () => {
  const [row] = await certificationsOf(id);
  const { data: all } = await certifications.listIdentityCertifications({ limit: 250 });
  const held = present(row.reviewer?.id);
  const others = new Set(
    all
      .filter((other) => other.reviewer?.type === "IDENTITY" && other.reviewer.id !== held)
      .map((other) => present(other.reviewer?.id)),
  );
  const move = async (to: string) => {
    const { data: task } = await campaigns.move({
      id,
      ...body("adminReviewReassign", {
        certificationIds: [present(row.id)],
        reassignTo: { type: "IDENTITY" as const, id: to },
        reason: "On leave",
      }),
    });
    assert.equal(task.targetId, id);
    return ended(() => certifications.getCertificationTask({ id: present(task.id) }));
  };
  let moved: string | undefined;
  for (const to of others) {
    // Nobody reviews their own access.
    if ((await move(to)).status === "SUCCESS") {
      moved = to;
      break;
    }
  }
  const { data: after } = await certifications.getIdentityCertification({ id: present(row.id) });
  assert.equal(after.reviewer?.id, present(moved));
  const again = await move(present(moved));
  assert.equal(again.status, "ERROR");
  assert.match(present(again.errors?.[0].text), /already/);
});

test("runs reports", async () => {
  const type = "CERTIFICATION_SIGNOFF_REPORT" as const;
  await campaigns.startCampaignReport({ id, type });
  const read = async () => {
    const { data } = await campaigns.getCampaignReports({ id });
    return { data: present(data.find((report) => report.reportType === type)) };
  };
  assert.equal((await read()).data.status, "PENDING");
  const ready = await ended(read);
  assert.ok(ready.status === "SUCCESS" && ready.id && ready.lastRunAt);
  await campaigns.startCampaignRemediationScan({ id });
  const columns = { identityAttributeColumns: ["country"] };
  await campaigns.setCampaignReportsConfig(body("campaignReportsConfig", columns));
  assert.deepEqual((await campaigns.getCampaignReportsConfig()).data, columns);
});

test("completes what is past due, and deletes it", async () => {
  const complete = body("campaignCompleteOptions", { autoCompleteAction: "REVOKE" as const });
  const remove = body("campaignsDeleteRequest", { ids: [id] });
  await refused(400, () => campaigns.completeCampaign({ id, ...complete }));
  await refused(400, () => campaigns.deleteCampaigns(remove));
  await campaigns.updateCampaign({ id, ...patch({ deadline: inDays(-1) }) });
  await campaigns.completeCampaign({ id, ...complete });
  const done = await becomes("COMPLETED", id);
  assert.equal(done.completedCertifications, done.totalCertifications);
  const [row] = await certificationsOf(id);
  assert.equal(row.phase, "SIGNED");
  await campaigns.deleteCampaigns(remove);
  await until(
    (left) => left.length === 0,
    async () => (await campaigns.getActiveCampaigns({ filters: `id eq "${id}"` })).data,
  );
  await refused(404, () => campaigns.getCampaign({ id }));
});

test("creates one, and refuses parts that exclude one another", async () => {
  const search = { type: "IDENTITY" as const, query: "attributes.country:DE" };
  const campaign = {
    name: "A new one",
    description: "Of a test",
    type: "SEARCH" as const,
    searchCampaignInfo: search,
  };
  const { data: created } = await campaigns.createCampaign(body("campaign", campaign));
  assert.equal(created.status, "PENDING");
  assert.equal(created.searchCampaignInfo?.query, search.query);
  await becomes("STAGED", present(created.id));
  const both = { ...campaign, searchCampaignInfo: { ...search, identityIds: ["p-1"] } };
  await refused(400, () => campaigns.createCampaign(body("campaign", both)));
  const other = { ...campaign, type: "MANAGER" as const };
  await refused(400, () => campaigns.createCampaign(body("campaign", other)));
});

test("templates and their schedules", async () => {
  const campaign = { name: "%Y review", description: "Yearly", type: "MANAGER" as const };
  const { data: created } = await campaigns.createCampaignTemplate(
    body("campaignTemplate", {
      name: "Yearly",
      description: "By managers",
      deadlineDuration: "P2W",
      campaign,
      // Required by the type; the service has its own.
      created: inDays(0),
      modified: inDays(0),
    }),
  );
  const id = present(created.id);
  await refused(404, () => campaigns.getCampaignTemplateSchedule({ id }));
  const schedule = {
    type: "MONTHLY" as const,
    days: { type: "LIST" as const, values: ["15", "L"] },
    hours: { type: "LIST" as const, values: ["9"] },
    timeZoneId: "Europe/Berlin",
  };
  await campaigns.setCampaignTemplateSchedule({ id, ...body("schedule", schedule) });
  assert.deepEqual((await campaigns.getCampaignTemplateSchedule({ id })).data, schedule);
  const changes = patch({ deadlineDuration: "P4W" });
  const { data: changed } = await campaigns.patchCampaignTemplate({ id, ...changes });
  assert.deepEqual([changed.deadlineDuration, changed.scheduled], ["P4W", true]);
  const listed = await campaigns.getCampaignTemplates({ filters: 'name sw "Year"' });
  assert.deepEqual(listed.data, [changed]);
  const { data: generated } = await campaigns.startGenerateCampaignTemplate({ id });
  assert.match(generated.name, /^2\d{3} review$/);
  await becomes("STAGED", generated.id);
  await campaigns.deleteCampaignTemplateSchedule({ id });
  await campaigns.deleteCampaignTemplate({ id });
  await refused(404, () => campaigns.getCampaignTemplate({ id }));
});

test("filters of campaigns", async () => {
  const details = {
    name: "Payroll",
    mode: "INCLUSION" as const,
    criteriaList: [
      {
        type: "SOURCE" as const,
        property: "name",
        value: "Payroll",
        // The type asks for a text that is an object, which nothing is.
        operation: "EQUALS" as never,
      },
    ],
    // Required by the type; the service has its own.
    id: "new",
    owner: "me",
    isSystemFilter: false,
  };
  const { data: created } = await filters.createCampaignFilter(
    body("campaignFilterDetails", details),
  );
  assert.ok(created.id !== "new" && created.owner !== "me");
  // The specification calls the parameter of this path `filterId`, so the SDK leaves `{id}` in it.
  const replace = { filterId: created.id, ...body("campaignFilterDetails", details) };
  await refused(400, () => filters.updateCampaignFilter(replace));
  const { data: listed } = await filters.listCampaignFilters({ includeSystemFilters: false });
  assert.ok(listed.items?.some((filter) => filter.id === created.id));
  const { data: all } = await filters.listCampaignFilters({});
  const system = present(all.items?.find((filter) => filter.isSystemFilter));
  await refused(400, () => filters.deleteCampaignFilters({ requestBody: [system.id] }));
  await filters.deleteCampaignFilters({ requestBody: [created.id] });
  await refused(404, () => filters.getCampaignFilterById({ id: created.id }));
});
