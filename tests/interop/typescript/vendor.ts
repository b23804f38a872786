// What the tests with the vendor's SDK share.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { Configuration } from "sailpoint-api-client";

const SECRET = "sim-secret";
/** The version that the steps are done on. */
export const VERSION = process.env.API_VERSION ?? "v3";

/** What a client sends with. */
export function configure(baseurl: string, clientId: string, accessToken?: string): Configuration {
  // Asks for tokens by itself, with the credentials as multipart form data.
  const configuration = new Configuration({
    baseurl,
    clientId,
    clientSecret: SECRET,
    tokenUrl: `${baseurl}/oauth/token`,
    accessToken,
  });
  // The SDK would send a 429 again by itself, and hide the first response.
  configuration.retriesConfig = { retries: 0 };
  return configuration;
}

/** What the types call optional and every response has. */
export function present<T>(value: T | null | undefined): T {
  assert.ok(value !== null && value !== undefined);
  return value;
}

/** A body under the names that each version's SDK has for it. */
export function body<Name extends string, T>(name: Name, value: T) {
  return { [name]: value, [`${name}V2024`]: value } as Record<Name | `${Name}V2024`, T>;
}

/** The refusal of a call, which must come with this status. */
export async function refused(status: number, call: () => Promise<unknown>) {
  try {
    await call();
  } catch (error) {
    const { response, message } = error as {
      message: string;
      response?: { status: number; data: any; headers: Record<string, string> };
    };
    assert.equal(response?.status, status, JSON.stringify(response?.data ?? message));
    return present(response);
  }
  assert.fail(`not refused with ${status}`);
}

/** What is read once it is done, which is after about a second. */
export async function until<T>(
  isDone: (found: T) => boolean,
  read: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await read();
    if (isDone(found)) {
      return found;
    }
    await sleep(100);
  }
  assert.fail("it goes on");
}

/** The task once it is at its end. */
export function ended<T extends { status?: string }>(read: () => Promise<{ data: T }>): Promise<T> {
  return until(
    (task) => ["SUCCESS", "ERROR"].includes(present(task.status)),
    async () => (await read()).data,
  );
}
