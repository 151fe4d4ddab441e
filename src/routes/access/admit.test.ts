import { describe, expect, test } from "vitest";
import { adminToken, createTestEdge, readProblem, sha256 } from "../../../test/support/edge.ts";

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe("a request is let in", () => {
  test("with id and secret of a key that has the scope", async () => {
    const { app, key } = await createTestEdge();
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(200);
    const headers = { Authorization: `bearer  ${key}` };
    expect((await app.request("/v1/notes", { headers })).status).toBe(200);
  });

  test("with the scope only, which is named otherwise", async () => {
    const { app, addKey } = await createTestEdge();
    const reader = await addKey({ scopes: ["users:read"] });
    expect((await app.request("/v1/notes", bearer(reader))).status).toBe(200);
    const refused = await app.request("/v1/notes", { method: "POST", ...bearer(reader) });
    expect(refused.headers.get("WWW-Authenticate")).toContain('scope="users:write"');
    const problem = await readProblem(refused);
    expect(problem).toMatchObject({ status: 403, code: "scope_missing" });
    expect(problem.detail).toContain("users:write");
  });
});

describe("a request is not let in", () => {
  test("without credentials, and is told how", async () => {
    const { app } = await createTestEdge();
    const response = await app.request("/v1/notes");
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="purser"');
    expect(await readProblem(response)).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  test("with anything else in their place", async () => {
    const { app, key, keys } = await createTestEdge();
    const [id, secret] = key.split(".") as [string, string];
    const stored = keys.get(id)?.secretSha256;
    const wrong = [
      `Bearer ${id}.${secret}x`,
      `Bearer ${id}.${secret.slice(0, -1)}`,
      `Bearer ${id}.`,
      `Bearer ${id}`,
      `Bearer ${id}.${stored}`,
      `Bearer ${crypto.randomUUID()}.${secret}`,
      `Bearer .${secret}`,
      `Bearer ${key} ${key}`,
      `Bearer ${"x".repeat(10_000)}`,
      `Bearer ${adminToken}`,
      "Bearer",
      `Basic ${btoa(key)}`,
      key,
    ];
    for (const Authorization of wrong) {
      const response = await app.request("/v1/notes", { headers: { Authorization } });
      expect((await readProblem(response)).code, Authorization).toBe("unauthenticated");
      expect(response.headers.get("WWW-Authenticate")).toContain("invalid_token");
    }
  });

  test("with another secret of a key whose own was just proved, which is hashed once", async () => {
    let hashed = 0;
    const counting = (text: string): string => {
      hashed += 1;
      return sha256(text);
    };
    const { app, key } = await createTestEdge({ services: { sha256: counting } });
    for (let time = 0; time < 3; time++) {
      expect((await app.request("/v1/notes", bearer(key))).status).toBe(200);
    }
    expect(hashed).toBe(1);
    const last = key.endsWith("0") ? "1" : "0";
    for (const other of [`${key.slice(0, -1)}${last}`, `${key}0`, key.slice(0, -1)]) {
      expect((await app.request("/v1/notes", bearer(other))).status).toBe(401);
    }
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(200);
  });

  test("with a key in the query or in a cookie", async () => {
    const { app, key } = await createTestEdge();
    expect((await app.request(`/v1/notes?apiKey=${key}`)).status).toBe(401);
    const headers = { Cookie: `apiKey=${key}` };
    expect((await app.request("/v1/notes", { headers })).status).toBe(401);
  });

  test("from the instant its key expires, even if the look-up is older", async () => {
    const { app, addKey, advance } = await createTestEdge();
    const key = await addKey({ expiresAt: "2026-11-22T12:00:10Z" });
    advance(9_999);
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(200);
    advance(1);
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(401);
  });

  test("30 seconds after its key was revoked, at the latest", async () => {
    const { app, key, keys, advance } = await createTestEdge();
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(200);
    keys.clear();
    advance(30_000);
    expect((await app.request("/v1/notes", bearer(key))).status).toBe(401);
  });
});

describe("the admin token", () => {
  const post = (token: string) => ({ method: "POST", ...bearer(token) });

  test("opens what is for admins, and nothing else does", async () => {
    const { app, key } = await createTestEdge();
    expect((await app.request("/v1/all-notes", post(adminToken))).status).toBe(204);
    expect((await app.request("/v1/all-notes", post(`${adminToken}x`))).status).toBe(401);
    expect((await app.request("/v1/all-notes", post(adminToken.slice(1)))).status).toBe(401);
    expect((await app.request("/v1/all-notes", { method: "POST" })).status).toBe(401);
    const refused = await app.request("/v1/all-notes", post(key));
    expect(await readProblem(refused)).toMatchObject({ status: 403, code: "scope_missing" });
  });

  test.each([undefined, "", "short"])("that is %j opens nothing", async (configured) => {
    const { app } = await createTestEdge({ config: { adminToken: configured } });
    const token = configured || "x";
    expect((await app.request("/v1/all-notes", post(token))).status).toBe(401);
  });
});

describe("a key's rate limit", () => {
  test("lets through so many requests a second, and says so on each", async () => {
    const { app, addKey, advance, metrics } = await createTestEdge();
    const key = await addKey({ rateLimitPerSecond: 5 });
    const burst = () =>
      Promise.all(Array.from({ length: 8 }, () => app.request("/v1/notes", bearer(key))));
    const statuses = (await burst()).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(metrics.rateLimited.snapshot().series).toMatchObject([{ value: 3 }]);

    const refused = await app.request("/v1/notes", bearer(key));
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect(refused.headers.get("RateLimit-Policy")).toBe('"key";q=5;w=1');
    expect(refused.headers.get("RateLimit")).toBe('"key";r=0;t=1');
    expect(await readProblem(refused)).toMatchObject({ status: 429, code: "rate_limited" });

    advance(1_000);
    const again = await app.request("/v1/notes", bearer(key));
    expect(again.status).toBe(200);
    expect(again.headers.get("RateLimit")).toBe('"key";r=4;t=1');
  });

  test("is the configured one for keys without their own, and each key has its own", async () => {
    const { app, key, addKey } = await createTestEdge({ config: { rateLimitPerSecond: 2 } });
    const other = await addKey();
    const statuses: number[] = [];
    for (const one of [key, key, key, other]) {
      statuses.push((await app.request("/v1/notes", bearer(one))).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
  });
});

describe("the use of a key", () => {
  test("is written at most once a minute, with its latest time", async () => {
    const { app, key, uses, advance } = await createTestEdge();
    const use = () => app.request("/v1/notes", bearer(key));
    await use();
    expect(uses).toHaveLength(1);
    for (let second = 1; second < 60; second++) {
      advance(1_000);
      await use();
    }
    expect(uses).toHaveLength(1);
    advance(1_000);
    await use();
    expect(uses.map(({ at }) => at)).toEqual([
      "2026-11-22T12:00:00.000Z",
      "2026-11-22T12:01:00.000Z",
    ]);
  });

  test("is not noted when the secret is wrong", async () => {
    const { app, key, uses } = await createTestEdge();
    await app.request("/v1/notes", bearer(`${key}x`));
    expect(uses).toEqual([]);
  });
});
