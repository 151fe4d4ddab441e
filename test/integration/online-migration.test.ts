import { expect, test } from "vitest";
import { migrationFaults } from "../../scripts/migration-rules/lint.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createVerifyReads } from "../../src/db/wallets/verify/verify-reads.ts";
import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import { verifyLedger } from "../../src/domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { onlineMigrations } from "../fixtures/online-migrations.ts";
import { hotOrganization } from "../plans/hot.ts";
import { dataOf, tally } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { type Call, loadOn } from "../support/load.ts";
import { newOrganization, type Organization } from "../support/organization.ts";
import { populate } from "../support/populated.ts";

const rows = 5_000;
const connections = 6;

const database = await testDatabase();
const before = await httpServer("node", database, { config: { SWEEP_SECONDS: "1" } });
const loader = database.postgres({ connections: 1, statementTimeoutMs: 600_000 });
const hot = await hotOrganization(before);
await populate(loader, hot.originals, rows);

/** What clients do all the time, of an organization of its own and of the one with many rows. */
const callsOf = async (ours: Organization): Promise<(n: number) => Call> => {
  const wallets = await Promise.all(
    Array.from({ length: 8 }, () => ours.wallet(100_000_000, { name: "Paying" })),
  );
  const cards = await Promise.all(wallets.map(({ id }) => ours.card(id)));
  const teamId = await ours.make("teams");
  const of = (n: number, list: readonly { readonly id: string }[]) =>
    list[n % list.length]?.id ?? "";
  const big = { token: hot.organization.apiKey };
  const kinds: readonly ((n: number) => Partial<Call> & Pick<Call, "path">)[] = [
    (n) => ({ path: "/v1/authorizations", json: { cardId: of(n, cards), amount: 1 + (n % 100) } }),
    (n) => ({
      path: "/v1/authorizations",
      json: { cardId: of(n, cards), amount: 5, expiresInSeconds: 1 },
    }),
    (n) => ({ path: `/v1/wallets/${of(n, wallets)}/deposits`, json: { amount: 10 } }),
    (n) => ({
      path: "/v1/transfers",
      json: { fromWalletId: of(n, wallets), toWalletId: of(n + 1, wallets), amount: 3 },
    }),
    (n) => ({ path: "/v1/users", json: { email: `${n}@load.example` } }),
    () => ({ path: "/v1/wallets", json: { teamId, name: "New" } }),
    (n) => ({ path: "/v1/cards", json: { walletId: of(n, wallets) } }),
    () => ({ path: "/v1/authorizations?limit=20", method: "GET" }),
    () => ({ path: "/v1/authorizations?limit=20", method: "GET", ...big }),
    () => ({ path: "/v1/wallets?sortBy=name&limit=20", method: "GET", ...big }),
    () => ({ path: "/v1/users?limit=20", method: "GET", ...big }),
    () => ({ path: "/v1/users?email=hot@users.example", method: "GET", ...big }),
    (n) => ({ path: `/v1/wallets/${of(n, wallets)}/transactions?limit=20`, method: "GET" }),
    (n) => ({ path: `/v1/wallets/${of(n, wallets)}`, method: "GET" }),
    () => ({ path: "/v1/events?limit=20", method: "GET" }),
  ];
  return (n) => {
    const call = kinds[n % kinds.length]?.(n) ?? { path: "/" };
    const post = call.method === undefined ? { method: "POST", key: crypto.randomUUID() } : {};
    return { edge: 0, method: "GET", route: "", token: ours.apiKey, ...post, ...call };
  };
};

test("these migrations keep the rules", async () => {
  expect(migrationFaults([...(await loadMigrations()), ...onlineMigrations])).toEqual([]);
});

test("a database in use is migrated without a failed request, and the code of before goes on", {
  timeout: 180_000,
}, async () => {
  const ours = await newOrganization(before);
  const callOf = await callsOf(ours);
  const { seen, drive } = loadOn([before.url]);
  let over = false;
  const calls = function* (): Generator<Call> {
    for (let n = 0; !over; n++) yield callOf(n);
  };
  const answered = () => seen.filter(({ status }) => status !== undefined).length;
  /** Each kind of request several times, on each connection. */
  const more = async (): Promise<void> => {
    const enough = answered() + 15 * connections * 2;
    await expect.poll(answered, { timeout: 60_000 }).toBeGreaterThan(enough);
  };
  const load = drive(calls(), connections);
  const sent: Record<string, number> = {};
  try {
    await more();
    const all = await loadMigrations();
    for (const [n, { tag }] of onlineMigrations.entries()) {
      const start = answered();
      const upTo = [...all, ...onlineMigrations.slice(0, n + 1)];
      expect(await migrate(database.url, upTo)).toEqual([tag]);
      await more();
      sent[tag] = answered() - start;
    }
  } finally {
    over = true;
    await load;
  }
  expect(tally(seen.map(({ status }) => status ?? "no answer"))).toEqual({
    200: expect.any(Number),
    201: expect.any(Number),
  });
  expect(Math.min(...Object.values(sent))).toBeGreaterThan(15 * connections);

  // A process that starts now, and the one from before, on one schema.
  const after = await httpServer("node", database);
  for (const { url } of [before, after]) {
    expect((await fetch(new URL("/ready", url))).status).toBe(200);
  }
  const lists = dataOf(await ours.api.get("/v1/authorizations?limit=1"));
  expect(lists).toHaveLength(1);

  const invalid = await loader.run({
    name: "test.invalid",
    text: `select indexrelid::regclass::text as name from pg_index where not indisvalid
        union all select conname from pg_constraint where not convalidated
        union all select id::text from wallets.wallets where tier is null`,
    params: [],
  });
  expect(invalid).toEqual([]);

  const findings: Finding[] = [];
  const proved = await verifyLedger(
    {
      reads: createVerifyReads(loader),
      sha256: sha256Hex,
      onFinding: (finding) => findings.push(finding),
      onProgress: () => {},
    },
    { organizationId: ours.id },
  );
  expect(findings).toEqual([]);
  expect(proved.wallets).toBeGreaterThan(8);
});
