import { describe, expect, test } from "vitest";
import { type ServiceName, serviceNames } from "../../scripts/services/service-names.ts";
import { expectGone, ownerKinds, prosperousOwner } from "../http/owners.ts";
import { dataOf, type Json, refusalOf, times } from "../support/api.ts";
import { rowsOf } from "../support/dump.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { lethalEndpoint, type Moment } from "../support/lethal-endpoint.ts";
import { countedStatements, scrape } from "../support/metrics.ts";
import { sumOf } from "../support/open-metrics.ts";
import { newOrganization } from "../support/organization.ts";
import { servicesServer } from "../support/services.ts";
import { verified } from "../support/tampering.ts";

const endpoints = { directory: await lethalEndpoint(), wallets: await lethalEndpoint() };
const server = await servicesServer({
  apart: true,
  config: {
    directory: { NEON_ENDPOINT: endpoints.directory.url },
    wallets: { NEON_ENDPOINT: endpoints.wallets.url },
  },
});

/** What a service does to its database, and the statement with which it does it. */
const steps = {
  "the owner is written": ["directory", /insert into directory\.(users|teams)/],
  "the owner is looked up": ["directory", /from directory\.(users|teams)/],
  "the owner is deleted": ["directory", /update directory\.(users|teams) set deleted_at/],
  "the wallet is written": ["wallets", /insert into wallets\.wallets/],
  "the owner's tombstone is written": ["wallets", /insert into wallets\.owners/],
  "the owner's wallets are closed": ["wallets", /lock_wallets/],
} as const;

type Death = readonly [victim: ServiceName, moment: Moment, step: keyof typeof steps];

/** Lets a service die at that moment of a request, and starts it again; answers what the client saw. */
const through = async (
  [victim, moment, step]: Death,
  send: () => Promise<{ readonly status: number; readonly problem: { readonly code: string } }>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<string> => {
  const { pid } = server.process(victim);
  const [of, statement] = steps[step];
  const endpoint = endpoints[of];
  endpoint.killAt(moment, statement, () => process.kill(pid, "SIGKILL"), victim === of);
  const seen = await send().then(
    ({ status, problem }) => `${status} ${problem.code}`.trim(),
    () => "cut off",
  );
  expect(endpoint.struck).toBe(true);
  await server.process(victim).kill();
  await meanwhile();
  await server.restart(victim);
  return seen;
};

const unknown = (victim: ServiceName): string =>
  victim === "gateway" ? "cut off" : "503 outcome_unknown";

describe.each(ownerKinds)("a $kind", (kind) => {
  const table = `${kind.kind}s`;

  test.each<Death>([
    ["directory", "before", "the owner is written"],
    ["directory", "after", "the owner is written"],
    ["gateway", "before", "the owner is written"],
    ["gateway", "after", "the owner is written"],
  ])("is created once, if the %s dies %s %s", async (...death) => {
    const { api } = await newOrganization(server);
    const key = crypto.randomUUID();
    const body =
      kind.kind === "team" ? { name: key } : { email: `${key}@harbour.example`, name: "Ada" };
    const create = () => api.post<{ id: string }>(kind.path, body, key);
    expect(await through(death, create)).toBe(unknown(death[0]));
    const again = await create();
    expect(again.status).toBe(201);
    if (death[0] === "directory") expect(again.replayed).toBe(death[1] === "after");
    const listed = dataOf(await api.get<{ id: string }[]>(kind.path));
    expect(listed.map(({ id }) => id)).toEqual([again.data.id]);
  });

  test.each<Death>([
    ["directory", "before", "the owner is looked up"],
    ["directory", "after", "the owner is looked up"],
    ["wallets", "before", "the wallet is written"],
    ["wallets", "after", "the wallet is written"],
    ["gateway", "before", "the wallet is written"],
    ["gateway", "after", "the wallet is written"],
  ])("has one wallet, if the %s dies %s %s", async (...death) => {
    const organization = await newOrganization(server);
    const { api } = organization;
    const owner = await organization.make(table);
    const key = crypto.randomUUID();
    const open = () => api.post<{ id: string }>("/v1/wallets", { [kind.field]: owner }, key);
    expect(await through(death, open)).toBe(unknown(death[0]));
    const again = await open();
    expect(again.status).toBe(201);
    if (death[0] !== "gateway")
      expect(again.replayed).toBe(death[0] === "wallets" && death[1] === "after");
    const wallets = dataOf(await api.get<{ id: string }[]>("/v1/wallets"));
    expect(wallets.map(({ id }) => id)).toEqual([again.data.id]);
    dataOf(await api.post(`/v1/wallets/${again.data.id}/deposits`, { amount: 5 }));
    expect(await ledgerFaults(server, organization.id)).toEqual([]);
  });

  test.each<Death>([
    ["wallets", "before", "the owner's tombstone is written"],
    ["wallets", "after", "the owner's tombstone is written"],
    ["wallets", "before", "the owner's wallets are closed"],
    ["wallets", "after", "the owner's wallets are closed"],
    ["directory", "before", "the owner is deleted"],
    ["directory", "after", "the owner is deleted"],
    ["gateway", "before", "the owner is deleted"],
    ["gateway", "after", "the owner's wallets are closed"],
  ])("goes for good, if the %s dies %s %s", async (...death) => {
    const organization = await newOrganization(server);
    const { api } = organization;
    const owner = await prosperousOwner(organization, kind);
    const remove = () => api.delete(owner.url);
    expect(await through(death, remove)).toBe(unknown(death[0]));
    const again = await remove();
    // Nobody else deleted it: if it is gone, that was the first time.
    const mayBeGone = death[1] === "after" || death[0] === "gateway";
    expect(mayBeGone ? [204, 404] : [204]).toContain(again.status);
    await expectGone(organization, owner);
    expect(await ledgerFaults(server, organization.id)).toEqual([]);
  });

  test("that is half deleted is still there, has no wallets any more and gets none", async () => {
    const organization = await newOrganization(server);
    const { api } = organization;
    const owner = await prosperousOwner(organization, kind);
    await through(["directory", "before", "the owner is deleted"], () => api.delete(owner.url));
    expect((await api.get(owner.url)).status).toBe(200);
    for (const { id } of owner.wallets) {
      expect((await api.get(`/v1/wallets/${id}`)).status).toBe(404);
    }
    const late = await api.post("/v1/wallets", { [kind.field]: owner.id });
    expect(refusalOf(late)).toMatchObject({ status: 409, code: "owner_closed" });
    expect((await api.delete(owner.url)).status).toBe(204);
    await expectGone(organization, owner);
  });
});

test("without the directory whoever is known goes on paying, and is told what cannot be done", async () => {
  const organization = await newOrganization(server);
  const { api } = organization;
  const wallet = await organization.wallet(1_000);
  const card = await organization.card(wallet.id);
  const death: Death = ["directory", "before", "the owner is written"];
  await through(
    death,
    () => api.post("/v1/teams", { name: "x" }),
    async () => {
      expect((await organization.pay(card.id, 100)).approved).toBe(true);
      expect(refusalOf(await api.get("/v1/users"))).toMatchObject({
        status: 503,
        code: "unavailable",
      });
      const opened = await api.post("/v1/wallets", { userId: crypto.randomUUID() });
      expect(refusalOf(opened)).toMatchObject({ status: 503, code: "outcome_unknown" });
      // A key that the gateway has not seen: nothing has changed for sure.
      const stranger = `${crypto.randomUUID()}.${"s".repeat(43)}`;
      const body = { cardId: card.id, amount: 1 };
      const refused = await api.send("POST", "/v1/authorizations", { json: body, token: stranger });
      expect(refusalOf(refused)).toMatchObject({ status: 503, code: "unavailable" });
    },
  );
  expect(dataOf(await api.get<Json[]>("/v1/users"))).toHaveLength(1);
});

test("without the wallets owners are read and made, and none is deleted", async () => {
  const organization = await newOrganization(server);
  const { api } = organization;
  const owner = await organization.make("users");
  await through(
    ["wallets", "before", "the wallet is written"],
    () => api.post("/v1/wallets", { userId: owner }),
    async () => {
      expect((await api.get(`/v1/users/${owner}`)).status).toBe(200);
      await organization.make("teams");
      const removed = await api.delete(`/v1/users/${owner}`);
      expect(refusalOf(removed)).toMatchObject({ status: 503, code: "outcome_unknown" });
      expect((await api.get(`/v1/users/${owner}`)).status).toBe(200);
    },
  );
  expect((await api.delete(`/v1/users/${owner}`)).status).toBe(204);
});

test("metrics and readiness tell of all three, and of the one that is missing", async () => {
  const statements = async () => {
    const { "wallets.commit": commits = 0, "directory.insert_user": users = 0 } =
      await countedStatements(server);
    return { commits, users };
  };
  const up = async (service: string) =>
    sumOf(await scrape(server), "purser_service_up", { service });
  const ready = async () => (await fetch(new URL("/ready", server.url))).status;
  const before = await statements();
  const organization = await newOrganization(server);
  await organization.wallet(1_000);
  const after = await statements();
  expect(after).toEqual({ commits: before.commits + 1, users: before.users + 1 });
  expect(sumOf(await scrape(server), "purser_build_info")).toBe(1);
  expect(sumOf(await scrape(server), "purser_metrics_isolates")).toBeGreaterThanOrEqual(3);
  expect([await up("directory"), await up("wallets")]).toEqual([1, 1]);

  await server.process("wallets").kill();
  expect([await up("directory"), await up("wallets")]).toEqual([1, 0]);
  expect(await statements()).toEqual({ commits: 0, users: after.users });
  await expect.poll(ready, { timeout: 10_000, interval: 200 }).toBe(503);
  await server.restart("wallets");
  // What it counted outlived it.
  expect(await statements()).toEqual(after);
  expect(await up("wallets")).toBe(1);
  await expect.poll(ready, { timeout: 10_000, interval: 200 }).toBe(200);
});

test.each(serviceNames)(
  "the %s that is killed under load loses nothing that was acknowledged",
  async (victim) => {
    const organization = await newOrganization(server);
    const { api } = organization;
    const wallets = await Promise.all(times(3, () => organization.wallet(10_000)));
    const cards = await Promise.all(wallets.map(({ id }) => organization.card(id)));
    const teamId = await organization.make("teams");
    const commands = times(240, (index) => {
      const key = crypto.randomUUID();
      const [path, body] = (
        [
          ["/v1/authorizations", { cardId: cards[index % 3]?.id, amount: 10 }],
          ["/v1/users", { email: `${key}@harbour.example` }],
          ["/v1/authorizations", { cardId: cards[index % 3]?.id, amount: 10 }],
          ["/v1/wallets", { teamId }],
        ] as const
      )[index % 4] ?? ["", {}];
      return { send: () => api.post<{ id: string }>(path, body, key) };
    });
    const acknowledged = new Map<number, string>();
    let unheard = 0;
    const sent = commands.map(async ({ send }, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index % 60) * 15));
      const answer = await send().catch(() => undefined);
      if (answer?.status === 201) acknowledged.set(index, answer.data.id);
      else unheard += 1;
    });
    await expect
      .poll(() => acknowledged.size, { timeout: 20_000, interval: 1 })
      .toBeGreaterThan(20);
    await server.process(victim).kill();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.restart(victim);
    await Promise.all(sent);
    expect(unheard).toBeGreaterThan(0);

    // Asked again, whoever was told something is told the same, and all have one effect.
    for (const [index, { send }] of commands.entries()) {
      const id = dataOf(await send()).id;
      expect(id).toBe(acknowledged.get(index) ?? id);
    }
    for (const { id } of wallets) {
      expect(await organization.walletNow(id)).toMatchObject({ available: 9_600, held: 400 });
    }
    const count = async (table: string, where: string) =>
      (
        await rowsOf(
          server,
          `select count(*)::int as n from ${table} where organization_id = $1::uuid and ${where}`,
          organization.id,
        )
      )[0]?.["n"];
    expect(await count("wallets.wallets", "team_id is not null")).toBe(60);
    // One more for each of the wallets with cards.
    expect(await count("directory.users", "deleted_at is null")).toBe(60 + wallets.length);
    expect(await ledgerFaults(server, organization.id)).toEqual([]);
  },
);

test("all that outlived the deaths verifies: decisions, chains and every row", async () => {
  const { summary, findings } = await verified(server.database);
  expect(findings).toEqual([]);
  expect(summary.events).toBeGreaterThan(500);
});
