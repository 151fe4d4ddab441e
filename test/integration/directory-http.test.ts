import { describe, expect, it } from "vitest";
import type { StatementEvent } from "../../src/db/drivers/observe.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { apiKeyRoutes } from "../../src/routes/api-keys.ts";
import { createEdgeApp } from "../../src/routes/edge-app.ts";
import { organizationRoutes } from "../../src/routes/organizations.ts";
import { createBucketStore } from "../../src/routes/rate-limit/bucket-store.ts";
import { teamMemberRoutes } from "../../src/routes/team-members.ts";
import { teamRoutes } from "../../src/routes/teams.ts";
import { userRoutes } from "../../src/routes/users.ts";
import { createRequestScope } from "../../src/runtime/request-scope.ts";
import { testDatabase } from "../support/database.ts";
import { directoryOn, newId } from "../support/directory.ts";
import { adminToken, readProblem, sha256 } from "../support/edge.ts";

const database = await testDatabase();
const statements: StatementEvent[] = [];
const directory = directoryOn(
  database.postgres({ onStatement: (event) => statements.push(event) }),
);
const lines: string[] = [];

const app = createEdgeApp(
  {
    directory,
    tokenStore: createBucketStore(Date.now),
    metrics: createMetrics({ version: "1", runtime: "node" }, Date.now),
    logger: createLogger((_level, line) => lines.push(line), Date.now),
    tracing: undefined,
    scope: createRequestScope(),
    defer: () => undefined,
    sha256,
    mac: sha256,
    now: Date.now,
    config: {
      version: "1",
      runtime: "node",
      adminToken,
      metricsToken: undefined,
      corsOrigins: [],
      rateLimitPerSecond: 100_000,
      maxBodyBytes: 1_000_000,
      logShare: 1,
      slowMs: 1_000,
    },
  },
  (edge) => {
    const routers = [organizationRoutes, apiKeyRoutes, userRoutes, teamRoutes, teamMemberRoutes];
    for (const routes of routers) edge.route("/v1", routes({ directory }));
  },
);

type Json = Record<string, unknown>;

interface Answer {
  readonly status: number;
  readonly body: { readonly data: Json & Json[]; readonly meta: { page: { next: string | null } } };
  readonly response: Response;
}

const call = async (
  token: string,
  method: string,
  path: string,
  json?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await app.request(`/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.clone().text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined, response };
};

/** A fresh organization; `as` calls with its first key, which is in the edge's cache already. */
const newOrganization = async () => {
  const { body } = await call(adminToken, "POST", "/organizations", { name: "Acme" });
  const key = String(body.data["apiKey"]);
  const as = (method: string, path: string, json?: unknown, headers?: Record<string, string>) =>
    call(key, method, path, json, headers);
  await as("GET", "/users");
  return { id: String(body.data["id"]), key, as };
};

const problemOf = async ({ response }: Answer) => {
  const { status, code, errors } = await readProblem(response);
  return { status, code, at: errors.map((error) => error.pointer ?? error.parameter) };
};

describe("the directory over HTTP", () => {
  it("creates, reads, lists, patches and deletes with the documented statuses and fields", async () => {
    const { as } = await newOrganization();
    const user = await as("POST", "/users", { email: "a@b.example" });
    expect(user.status).toBe(201);
    expect(Object.keys(user.body.data)).toEqual(
      expect.arrayContaining(["id", "email", "name", "metadata", "createdAt", "updatedAt"]),
    );
    const userId = user.body.data["id"];
    const team = await as("POST", "/teams", { name: " Ops " });
    expect(team.body.data).toMatchObject({ name: "Ops", metadata: {} });
    const teamId = team.body.data["id"];
    const member = await as("POST", "/team-members", { teamId, userId });
    expect(member.status).toBe(201);
    expect(member.body.data).toMatchObject({ teamId, userId, role: "member" });
    const path = `/team-members/${member.body.data["id"]}`;
    expect((await as("PATCH", path, { role: "admin" })).body.data["role"]).toBe("admin");
    expect((await as("GET", `/team-members?teamId=${teamId}`)).body.data).toHaveLength(1);
    expect((await as("DELETE", path)).status).toBe(204);
    expect(await problemOf(await as("GET", path))).toMatchObject({
      status: 404,
      code: "not_found",
    });
    expect((await as("DELETE", `/users/${userId}`)).status).toBe(204);
    expect((await as("DELETE", `/users/${userId}`)).status).toBe(404);
    expect((await as("GET", "/users")).body.data).toEqual([]);
  });

  it("needs one statement for a read, a creation and an update", async () => {
    const { id, as } = await newOrganization();
    const count = async (work: () => Promise<Answer>) => {
      const before = statements.length;
      const { status } = await work();
      return [status, statements.length - before];
    };
    const userId = (await as("POST", "/users", { email: "a@b.example" })).body.data["id"];
    const teamId = (await as("POST", "/teams", { name: "Ops" })).body.data["id"];
    const keyed = { "Idempotency-Key": newId() };
    const scopes = ["users:read"];
    expect(await count(() => as("GET", `/users/${userId}`))).toEqual([200, 1]);
    expect(await count(() => as("GET", `/users/${newId()}`))).toEqual([404, 1]);
    expect(await count(() => as("GET", "/users?sortBy=email&skip=1"))).toEqual([200, 1]);
    expect(await count(() => as("GET", `/organizations/${id}`))).toEqual([200, 1]);
    expect(await count(() => as("PATCH", `/organizations/${id}`, { name: "B" }))).toEqual([200, 1]);
    expect(await count(() => as("POST", "/teams", { name: "B" }, keyed))).toEqual([201, 1]);
    expect(await count(() => as("POST", "/team-members", { teamId, userId }))).toEqual([201, 1]);
    expect(await count(() => as("POST", "/api-keys", { name: "B", scopes }))).toEqual([201, 1]);
    expect(await count(() => as("PATCH", `/users/${userId}`, { name: "B" }))).toEqual([200, 1]);
    expect(await count(() => as("DELETE", `/team-members?teamId=${teamId}`))).toEqual([200, 1]);
    expect(await count(() => call(adminToken, "POST", "/organizations", { name: "B" }))).toEqual([
      201, 1,
    ]);
  });

  it("replays a creation with its status and body, and refuses its key for another body", async () => {
    const { as } = await newOrganization();
    const keyed = { "Idempotency-Key": newId() };
    const first = await as("POST", "/users", { email: "a@b.example", name: "A" }, keyed);
    const again = await as("POST", "/users", { name: "A", email: "a@b.example" }, keyed);
    expect(first.response.headers.get("Idempotency-Replayed")).toBe(null);
    expect(again.response.headers.get("Idempotency-Replayed")).toBe("true");
    expect([again.status, again.body.data]).toEqual([201, first.body.data]);
    const other = await as("POST", "/users", { email: "c@b.example" }, keyed);
    expect(await problemOf(other)).toMatchObject({ status: 422, code: "idempotency_key_reused" });
  });

  it("ends memberships in bulk with exactly one filter", async () => {
    const { as } = await newOrganization();
    const teamId = (await as("POST", "/teams", { name: "Ops" })).body.data["id"];
    for (const email of ["a@b.example", "b@b.example"]) {
      const userId = (await as("POST", "/users", { email })).body.data["id"];
      await as("POST", "/team-members", { teamId, userId });
    }
    for (const query of ["", `?teamId=${teamId}&userId=${newId()}`, "?role=member", "?teamId=x"]) {
      expect(await problemOf(await as("DELETE", `/team-members${query}`))).toMatchObject({
        status: 400,
        code: "malformed_request",
      });
    }
    expect((await as("GET", "/team-members")).body.data).toHaveLength(2);
    const ended = await as("DELETE", `/team-members?teamId=${teamId}`);
    expect([ended.status, ended.body.data]).toEqual([200, { deleted: 2 }]);
  });

  it("names the field of what it refuses, and never fails on bad input", async () => {
    const { id, as } = await newOrganization();
    const refused: [string, string, unknown, number, string][] = [
      ["POST", "/users", {}, 422, "/email"],
      ["POST", "/users", { email: "no" }, 422, "/email"],
      ["POST", "/users", { email: null }, 422, "/email"],
      ["POST", "/users", { email: `${"a".repeat(300)}@b.example` }, 422, "/email"],
      ["POST", "/users", { email: "a@b.example", name: "\u0000" }, 422, "/name"],
      ["POST", "/users", { email: "a@b.example", name: "\ud800" }, 422, "/name"],
      ["POST", "/users", { email: "a@b.example", name: "n".repeat(201) }, 422, "/name"],
      ["POST", "/users", { email: "a@b.example", admin: true }, 422, "/admin"],
      ["POST", "/users", { email: "a@b.example", metadata: { a: 1 } }, 422, "/metadata/a"],
      ["POST", "/users", { email: "a@b.example", metadata: { a: "\u0000" } }, 422, "/metadata/a"],
      ["POST", "/users", { email: "a@b.example", metadata: { a: "\udfff" } }, 422, "/metadata/a"],
      ["POST", "/teams", { name: " " }, 422, "/name"],
      ["POST", "/teams", { name: 7 }, 422, "/name"],
      ["POST", "/team-members", { teamId: "x", userId: newId() }, 422, "/teamId"],
      ["POST", "/team-members", { teamId: newId(), userId: newId() }, 404, "/teamId"],
      ["POST", "/api-keys", { name: "k", scopes: [] }, 422, "/scopes"],
      ["POST", "/api-keys", { name: "k", scopes: ["all"] }, 422, "/scopes/0"],
      [
        "POST",
        "/api-keys",
        { name: "k", scopes: ["users:read"], expiresAt: "x" },
        422,
        "/expiresAt",
      ],
      [
        "POST",
        "/api-keys",
        { name: "k", scopes: ["users:read"], rateLimitPerSecond: 0 },
        422,
        "/rateLimitPerSecond",
      ],
      ["PATCH", `/organizations/${id}`, { currency: "XXZ" }, 422, "/currency"],
      ["PATCH", `/organizations/${id}`, { timezone: "Mars/Base" }, 422, "/timezone"],
      ["PATCH", `/organizations/${id}`, { smallestLimit: 2 ** 53 }, 422, "/smallestLimit"],
      ["PATCH", `/organizations/${id}`, { smallestLimit: -1 }, 422, "/smallestLimit"],
      [
        "PATCH",
        `/organizations/${id}`,
        { defaultLimits: { day: { amount: 1 } } },
        422,
        "/defaultLimits/day/amount",
      ],
      ["GET", "/users?sortBy=email;drop table users", undefined, 400, "sortBy"],
      ["GET", "/users?limit=101", undefined, 400, "limit"],
      ["GET", "/users?skip=10001", undefined, 400, "skip"],
      ["GET", "/users?cursor=abc", undefined, 400, "cursor"],
      ["GET", "/users?name=x", undefined, 400, "name"],
    ];
    for (const [method, path, json, status, at] of refused) {
      const answer = await problemOf(await as(method, path, json));
      expect([method, path, json, answer.status, answer.at[0]]).toEqual([
        method,
        path,
        json,
        status,
        at,
      ]);
    }
    expect((await as("GET", "/users")).body.data).toEqual([]);
  });

  it("stores the largest metadata that it accepts, also of characters that JSON must escape", async () => {
    const { as } = await newOrganization();
    for (const character of ["\u0001", "€", '"']) {
      const metadata = Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`${i}`.padEnd(40, "k"), character.repeat(500)]),
      );
      const { status, body } = await as("POST", "/teams", { name: newId(), metadata });
      expect([status, body.data["metadata"]]).toEqual([201, metadata]);
    }
  });

  it("walks a filtered list by cursor, which fits no other order or filter", async () => {
    const { as } = await newOrganization();
    const teams: unknown[] = [];
    const userId = (await as("POST", "/users", { email: "a@b.example" })).body.data["id"];
    for (let i = 0; i < 5; i++) {
      const teamId = (await as("POST", "/teams", { name: `T${i}` })).body.data["id"];
      teams.push(teamId);
      await as("POST", "/team-members", { teamId, userId });
    }
    const list = `/team-members?userId=${userId}&limit=2&sort=asc`;
    const seen: unknown[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: Answer = await as("GET", cursor ? `${list}&cursor=${cursor}` : list);
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map((member) => member["teamId"]));
      cursor = page.body.meta.page.next;
      pages++;
    } while (cursor);
    expect([seen, pages]).toEqual([teams, 3]);
    const first = (await as("GET", list)).body.meta.page.next;
    for (const other of [
      `/team-members?userId=${userId}&limit=2&sort=desc`,
      `/team-members?userId=${newId()}&limit=2&sort=asc`,
      "/team-members?limit=2&sort=asc",
      "/users?limit=2&sort=asc",
    ]) {
      const answer = await problemOf(await as("GET", `${other}&cursor=${first}`));
      expect(answer).toEqual({ status: 400, code: "malformed_request", at: ["cursor"] });
    }
  });

  it("lets a new key do what it was granted and nothing else, until it is revoked", async () => {
    const { id, key, as } = await newOrganization();
    const made = await as("POST", "/api-keys", { name: "Reader", scopes: ["users:read"] });
    expect(made.status).toBe(201);
    const reader = String(made.body.data["key"]);
    expect((await call(reader, "GET", "/users")).status).toBe(200);
    expect((await call(reader, "POST", "/users", { email: "a@b.example" })).status).toBe(403);
    expect((await call(reader, "GET", `/organizations/${id}`)).status).toBe(403);
    expect((await call(key, "GET", "/organizations")).status).toBe(403);
    expect((await call(`${reader}x`, "GET", "/users")).status).toBe(401);
    expect((await as("DELETE", `/api-keys/${made.body.data["id"]}`)).status).toBe(204);
    expect((await as("GET", `/api-keys/${made.body.data["id"]}`)).status).toBe(404);
    const last = await as("DELETE", `/api-keys/${key.split(".")[0]}`);
    expect(await problemOf(last)).toMatchObject({ status: 409, code: "last_api_key" });
  });

  it("writes no address, name, key or secret into its log", async () => {
    const { as, key } = await newOrganization();
    await as("POST", "/users", { email: "secret@b.example", name: "Nobody" });
    await as("POST", "/users", { email: "secret@b.example", name: "Nobody" });
    await as("GET", "/users?email=secret@b.example");
    const log = lines.join("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const hidden of ["secret@b", "Nobody", key, key.split(".")[1] ?? ""]) {
      expect(log).not.toContain(hidden);
    }
  });
});
