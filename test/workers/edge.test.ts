import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { DatabaseRejected } from "../../src/db/database.ts";
import { neonDatabase } from "../../src/db/drivers/neon.ts";
import { sender } from "./client.ts";

const get = (path: string): Promise<Response> =>
  exports.default.fetch(new Request(`https://purser.test${path}`));

test("says that it runs on Workers, and that its database is ready", async () => {
  expect(await (await get("/health")).json()).toMatchObject({ status: "ok", runtime: "workers" });
  expect((await get("/ready")).status).toBe(200);
});

test("serves metrics, the OpenAPI document and the API reference from its assets", async () => {
  expect(await (await get("/metrics")).text()).toContain("# TYPE");
  expect(await (await get("/openapi.json")).json()).toHaveProperty("paths");
  expect((await get("/docs")).status).toBe(200);
  const script = await get("/docs/swagger-ui-bundle.js");
  expect(script.status).toBe(200);
  expect(script.headers.get("content-type")).toContain("javascript");
});

test("the admin token opens only what is for admins", async () => {
  const admin = sender(env.ADMIN_TOKEN ?? "");
  expect((await admin("GET", "/v1/organizations")).status).toBe(200);
  expect((await admin("GET", "/v1/wallets")).status).toBeGreaterThanOrEqual(401);
  expect((await sender("nobody")("GET", "/v1/organizations")).status).toBe(401);
});

test("Neon's driver inside workerd: values, errors and what is unknown", async () => {
  const url = env.DATABASE_URL ?? "";
  const endpoint = env.NEON_ENDPOINT ?? "";
  const database = neonDatabase({ url, endpoint });
  const statement = (text: string, ...params: (string | number | null)[]) => ({
    name: "under_test",
    text,
    params,
  });
  const rows = await database.run(
    statement(
      "select $1::bigint as big, $2::timestamptz as at, $3::text as none",
      "9007199254740993",
      "2026-11-02T09:30:00Z",
      null,
    ),
  );
  expect(rows).toEqual([
    { big: "9007199254740993", at: new Date("2026-11-02T09:30:00Z"), none: null },
  ]);
  await expect(database.run(statement("selekt"))).rejects.toBeInstanceOf(DatabaseRejected);
  await expect(
    database.run(statement("select pg_sleep(3)"), { timeoutMs: 100 }),
  ).rejects.toMatchObject({ name: "DatabaseUnreachable", sent: true });
  const batch = [statement("select 1 as a"), statement("select 2 as a")];
  expect(await database.batch(batch)).toEqual([[{ a: 1 }], [{ a: 2 }]]);
});
