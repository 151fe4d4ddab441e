import { afterAll, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../scripts/openapi/document.ts";
import { type Operation, operations } from "../support/operations.ts";
import { fill, newTenant, type Tenant } from "../support/tenant.ts";
import { wholeApp } from "../support/whole-app.ts";

const { send, adminToken } = await wholeApp();
const mine = await newTenant(send, adminToken);
const theirs = await newTenant(send, adminToken);

/** When a key was used last, for when a balance was asked, and what was signed when it was asked for. */
const momentary = ["lastUsedAt", "at", "receipt"];

/** Everything that a tenant can read of itself. */
const everything = async ({ key, ids }: Tenant): Promise<unknown> => {
  const reads = operations.filter((one) => one.method === "GET" && !one.isAdmin);
  const answers = await Promise.all(
    reads.map(async ({ path }) => [path, await send(key, "GET", fill(path, ids))] as const),
  );
  return answers.map(([path, { status, data }]) => [
    path,
    status,
    JSON.parse(JSON.stringify(data ?? null), (name, value) =>
      momentary.includes(name) ? null : value,
    ),
  ]);
};

/** The feed follows what is committed when no transaction of the cluster is older. */
for (const { key } of [mine, theirs]) {
  await vi.waitFor(async () => {
    const { data } = await send(key, "GET", "/v1/events?limit=10");
    expect(data).toHaveLength(10);
  }, 10_000);
}

const before = await everything(theirs);

const withId = operations.filter(({ isAdmin, pathIds }) => !isAdmin && pathIds.length > 0);
const idMembers = ({ body }: Operation): string[] =>
  Object.keys((body ?? {}) as JsonObject).filter((name) => name.endsWith("Id"));
const withIdInBody = operations.filter((one) => idMembers(one).length > 0);
const idFilters = ({ query }: Operation): string[] =>
  query.map(({ name }) => String(name)).filter((name) => name.endsWith("Id"));
const lists = operations.filter(
  ({ method, isAdmin, pathIds, query }) =>
    method === "GET" &&
    !isAdmin &&
    pathIds.length === 0 &&
    query.some((parameter) => parameter["name"] === "limit"),
);

describe("another organization's id in the path is not found", () => {
  test.each(withId)("$id", async ({ method, path, body }) => {
    const answer = await send(mine.key, method, fill(path, theirs.ids), fill(body, mine.ids));
    expect([answer.status, answer.body?.code]).toEqual([404, "not_found"]);
  });
});

describe("another organization's id in the body is not found", () => {
  const cases = withIdInBody.flatMap((one) => idMembers(one).map((member) => ({ ...one, member })));
  test.each(cases)("$id $member", async ({ method, path, body, member }) => {
    const sent = fill(body, mine.ids) as JsonObject;
    const foreign = fill({ [member]: (body as JsonObject)[member] }, theirs.ids);
    const answer = await send(mine.key, method, fill(path, mine.ids), { ...sent, ...foreign });
    expect([404, 422]).toContain(answer.status);
    expect(["not_found", "owner_not_found"]).toContain(answer.body?.code);
  });
});

describe("another organization's id as a filter finds nothing", () => {
  const cases = operations
    .filter(({ isAdmin }) => !isAdmin)
    .flatMap((one) => idFilters(one).map((filter) => ({ ...one, filter })));
  test.each(cases)("$id $filter", async ({ method, path, filter }) => {
    const answer = await send(
      mine.key,
      method,
      `${fill(path, mine.ids)}?${filter}=${theirs.ids[filter]}`,
    );
    const { data } = answer;
    if (method === "GET") expect([answer.status, data]).toEqual([200, []]);
    else if (answer.status === 200) expect(data).toEqual({ deleted: 0 });
    else expect(answer.status).toBe(404);
  });
});

describe("a list shows nothing of another organization", () => {
  test.each(lists)("$id", async ({ path }) => {
    const answer = await send(mine.key, "GET", `${path}?limit=100`);
    expect(answer.status).toBe(200);
    expect((answer.data as unknown[]).length).toBeGreaterThan(0);
    for (const id of Object.values(theirs.ids))
      expect(JSON.stringify(answer.body)).not.toContain(id);
  });
});

test("the document has ids in paths, bodies and filters for these tests to try", () => {
  expect(withId.length).toBeGreaterThan(20);
  expect(withIdInBody.length).toBeGreaterThanOrEqual(5);
  expect(lists.length).toBeGreaterThanOrEqual(6);
});

// After all of them, since what none of them may change is the same for all.
afterAll(async () => {
  expect(await everything(theirs)).toEqual(before);
});
