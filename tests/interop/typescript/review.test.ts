// A whole access review with the vendor's TypeScript SDK, which shares nothing with this
// repository: what it accepts is not our reading of the API. The tests are the steps of
// one review and run in the order in which they are written.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  type AccessReviewItem,
  type AccessReviewItemV2024,
  CertificationSummariesApi,
  CertificationSummariesV2024Api,
  CertificationsApi,
  CertificationsBetaApi,
  CertificationsV2024Api,
  type IdentityCertificationDto,
  Paginator,
  type ReviewDecision,
} from "sailpoint-api-client";

import { Simulator } from "./simulator";
import { VERSION, body, configure, ended, present, refused } from "./vendor";

let simulator: Simulator;
let admin: Clients;
/** The certification that the steps are about, as it was before the first of them. */
let review: IdentityCertificationDto & { id: string };
/** Somebody else who reviews. */
let other: string;

interface Clients {
  certifications: CertificationsApi | CertificationsV2024Api;
  summaries: CertificationSummariesApi | CertificationSummariesV2024Api;
  beta: CertificationsBetaApi;
}

/** The APIs as one client sees them. */
function clients(clientId: string, accessToken?: string): Clients {
  const configuration = configure(simulator.baseUrl, clientId, accessToken);
  const beta = new CertificationsBetaApi(configuration);
  if (VERSION === "v2024") {
    return {
      certifications: new CertificationsV2024Api(configuration),
      summaries: new CertificationSummariesV2024Api(configuration),
      beta,
    };
  }
  return {
    certifications: new CertificationsApi(configuration),
    summaries: new CertificationSummariesApi(configuration),
    beta,
  };
}

function reassignment(type: "ITEM" | "IDENTITY_SUMMARY" | "TARGET_SUMMARY", id: string, to: string) {
  return { reassign: [{ id, type }], reassignTo: to, reason: "Knows them better" };
}

async function openItems(): Promise<(AccessReviewItem | AccessReviewItemV2024)[]> {
  const { data } = await admin.certifications.listIdentityAccessReviewItems({
    id: review.id,
    filters: "completed eq false",
    sorters: "identitySummary.name,-access.name",
  });
  return data;
}

before(async () => {
  simulator = await Simulator.start();
  admin = clients("sim-admin");
  const { data: open } = await admin.certifications.listIdentityCertifications({
    reviewerIdentity: "me",
    filters: 'phase eq "ACTIVE" and completed eq false',
  });
  const suited = open.find(
    (row) =>
      row.campaign?.mandatoryCommentRequirement === "REVOKE_ONLY_DECISIONS" &&
      present(row.identitiesTotal) > 2,
  );
  review = { ...present(suited), id: present(suited?.id) };
  const { data: rows } = await admin.certifications.listIdentityCertifications({ limit: 250 });
  const theirs = rows.find((row) => row.reviewer?.id !== review.reviewer?.id);
  other = present(theirs?.reviewer?.id);
});

after(() => simulator.stop());

test("lists what is owed", async () => {
  const { data, headers } = await admin.certifications.listIdentityCertifications({
    reviewerIdentity: "me",
    filters: 'phase eq "ACTIVE" and completed eq false',
    sorters: "-due,name",
    count: true,
  });
  assert.equal(Number(headers["x-total-count"]), data.length);
  const dates = data.map((row) => present(row.due));
  assert.deepEqual(dates, [...dates].sort().reverse());
});

test("gets one and its reviewers", async () => {
  const { data } = await admin.certifications.getIdentityCertification({ id: review.id });
  assert.deepEqual(data, review);
  const reviewers = await admin.certifications.listCertificationReviewers({
    id: review.id,
    sorters: "name",
  });
  assert.deepEqual(
    reviewers.data.map((reviewer) => reviewer.id),
    [review.reviewer?.id],
  );
});

test("filters items by access", async () => {
  const items = await openItems();
  assert.equal(items.length, present(review.decisionsTotal) - present(review.decisionsMade));
  // `access` is often null: what an item is about is named in a part of its own, too.
  const entitlements = items.flatMap((item) => item.accessSummary?.entitlement ?? []);
  const ids = entitlements.map((found) => found.id);
  const only = await admin.certifications.listIdentityAccessReviewItems({
    id: review.id,
    entitlements: ids.join(","),
  });
  assert.equal(only.data.length, ids.length);
});

test("summarises identities and access", async () => {
  const { id } = review;
  const { data: people } = await admin.summaries.getIdentitySummaries({ id, sorters: "name" });
  assert.equal(people.length, review.identitiesTotal);
  const one = await admin.summaries.getIdentitySummary({
    id,
    identitySummaryId: present(people[0].id),
  });
  assert.deepEqual(one.data, people[0]);
  for (const type of ["ENTITLEMENT", "ACCESS_PROFILE", "ROLE"] as const) {
    const { data } = await admin.summaries.getIdentityAccessSummaries({
      id,
      type,
      sorters: "access.name",
    });
    assert.ok(data.every((row) => row.access?.type === type));
  }
});

test("reads everything there is", async () => {
  const { certifications } = admin;
  const all = await Paginator.paginate(
    certifications,
    certifications.listIdentityCertifications,
    { limit: 1_000_000 },
    50,
  );
  for (const row of all.data) {
    const id = present(row.id);
    if ((row.reviewer?.type as string) === "GOVERNANCE_GROUP") {
      await refused(400, () => certifications.getIdentityCertification({ id }));
      continue;
    }
    const items = await Paginator.paginate(
      certifications,
      certifications.listIdentityAccessReviewItems,
      { id, limit: 1_000_000 },
      250,
    );
    assert.equal(items.data.length, row.decisionsTotal);
    const item = items.data.find((found) => found.accessSummary?.entitlement?.hasPermissions);
    if (item) {
      const permissions = await certifications.getIdentityCertificationItemPermissions({
        certificationId: id,
        itemId: present(item.id),
        filters: 'rights ca ("select") or target sw "fin"',
      });
      assert.ok(Array.isArray(permissions.data));
    }
  }
});

test("reassigns at once", async () => {
  const [item] = await openItems();
  const { data } = await admin.certifications.reassignIdentityCertifications({
    id: review.id,
    ...body("reviewReassign", reassignment("ITEM", present(item.id), other)),
  });
  assert.equal(data.decisionsTotal, present(review.decisionsTotal) - 1);
});

test("reassigns as a task", async () => {
  const { id } = review;
  const { data: people } = await admin.summaries.getIdentitySummaries({ id, sorters: "name" });
  const submitted = await admin.certifications.submitReassignCertsAsync({
    id,
    ...body("reviewReassign", reassignment("IDENTITY_SUMMARY", present(people.at(-1)?.id), other)),
  });
  const pending = await admin.certifications.getPendingCertificationTasks({
    filters: `targetId eq "${id}"`,
  });
  assert.deepEqual(
    pending.data.map((task) => task.id),
    [submitted.data.id],
  );
  const taskId = present(submitted.data.id);
  const task = await ended(() => admin.certifications.getCertificationTask({ id: taskId }));
  assert.equal(task.status, "SUCCESS");
  assert.equal(task.reassignmentTrailDTOs?.[0].newOwner, other);
});

test("a task with a bad target fails", async () => {
  const [item] = await openItems();
  const submitted = await admin.certifications.submitReassignCertsAsync({
    id: review.id,
    ...body("reviewReassign", reassignment("ITEM", present(item.id), "nobody")),
  });
  const taskId = present(submitted.data.id);
  const task = await ended(() => admin.certifications.getCertificationTask({ id: taskId }));
  assert.equal(task.status, "ERROR");
  assert.match(present(task.errors?.[0].text), /nobody/);
});

test("somebody else sees their own only", async () => {
  const theirs = clients(other).certifications;
  const { data } = await theirs.listIdentityCertifications({});
  const trails = data.map((row) => row.reassignment?.from?.id);
  assert.ok(trails.includes(review.id));
  await refused(403, () => theirs.getIdentityCertification({ id: review.id }));
});

test("a foreign token is refused", async () => {
  const stranger = clients("sim-admin", "foreign").certifications;
  const refusal = await refused(401, () => stranger.listIdentityCertifications({}));
  assert.ok(refusal.data.error);
});

test("cannot sign off early, or revoke without a comment", async () => {
  const { id } = review;
  await refused(400, () => admin.certifications.signOffIdentityCertification({ id }));
  const [item] = await openItems();
  const refusal = await refused(400, () =>
    admin.certifications.makeIdentityDecision({
      id,
      ...body("reviewDecision", [{ id: present(item.id), decision: "REVOKE", bulk: false }]),
    }),
  );
  assert.match(refusal.data.causes[0].text, /comments/);
});

test("decides and signs off", async () => {
  const { id } = review;
  const [first, ...rest] = await openItems();
  const all: ReviewDecision[] = [
    {
      id: present(first.id),
      decision: "REVOKE",
      bulk: false,
      comments: "Moved to Logistics",
      proposedEndDate: "2030-01-31T00:00:00.000Z",
    },
    ...rest.map((item) => ({ id: present(item.id), decision: "APPROVE" as const, bulk: true })),
  ];
  const decided = await admin.certifications.makeIdentityDecision({ id, ...body("reviewDecision", all) });
  assert.equal(decided.data.completed, true);
  const { data: summary } = await admin.summaries.getIdentityDecisionSummary({ id });
  const revoked = [
    summary.entitlementsRevoked,
    summary.accessProfilesRevoked,
    summary.rolesRevoked,
  ];
  assert.equal(
    revoked.reduce((sum, count) => present(sum) + present(count), 0),
    1,
  );
  const signed = await admin.certifications.signOffIdentityCertification({ id });
  assert.equal(signed.data.phase, "SIGNED");
  await refused(400, () => admin.certifications.makeIdentityDecision({ id, ...body("reviewDecision", all) }));
});

test("bad questions are refused with a reason", async () => {
  for (const question of [
    { filters: 'phase eq "OVER"' },
    { filters: 'nothing eq "x"' },
    { filters: "completed eq" },
    { sorters: "phase" },
  ]) {
    const refusal = await refused(400, () =>
      admin.certifications.listIdentityCertifications(question),
    );
    assert.match(refusal.data.detailCode, /^400\.1/);
  }
  const unknown = { id: "0".repeat(32) };
  const refusal = await refused(404, () => admin.certifications.getIdentityCertification(unknown));
  assert.ok(refusal.data.trackingId);
});

test("beta lists", async () => {
  const rows = await admin.beta.listCertifications({
    filters: 'phase eq "SIGNED"',
    sorters: "-signed",
    count: true,
  });
  assert.equal(rows.headers["x-deprecated"], "true");
  assert.equal(rows.data[0].campaignRef.id, review.campaign?.id);
  const mine = await admin.beta.listCertifications({ reviewerIdentitiy: "me" });
  assert.ok(mine.data.length > 0);
  assert.ok(mine.data.every((row) => row.reviewer.id === review.reviewer?.id));
});

test("beta reassigns as a task", async () => {
  const staged = await admin.certifications.listIdentityCertifications({
    filters: 'phase eq "STAGED"',
    limit: 1,
  });
  const id = present(staged.data[0].id);
  const items = await admin.certifications.listIdentityAccessReviewItems({ id, limit: 1 });
  const item = items.data[0];
  const parts = ["entitlement", "accessProfile", "role"] as const;
  const part = present(parts.find((name) => item.accessSummary?.[name]));
  const reviewers = await admin.beta.listCertificationReviewers({ id });
  assert.equal(reviewers.data[0].id, staged.data[0].reviewer?.id);
  await admin.beta.getIdentityCertificationItemPermissions({
    certificationId: id,
    itemId: present(item.id),
  });
  const submitted = await admin.beta.submitReassignCertsAsync({
    id,
    reviewReassignBeta: reassignment(
      "TARGET_SUMMARY",
      present(item.accessSummary?.[part]?.id),
      other,
    ),
  });
  const taskId = present(submitted.data.id);
  const pending = await admin.beta.getIdentityCertificationPendingTasks({ id });
  assert.deepEqual(
    pending.data.map((task) => task.id),
    [taskId],
  );
  const task = await ended(() => admin.beta.getIdentityCertificationTaskStatus({ id, taskId }));
  assert.equal(task.status, "SUCCESS");
});
