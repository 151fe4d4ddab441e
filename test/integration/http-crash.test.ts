import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { expectGone, ownerKinds, prosperousOwner } from "../http/owners.ts";
import { dataOf, refusalOf } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { rowsOf } from "../support/dump.ts";
import { httpServer } from "../support/http-server.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { whileLocked } from "../support/locks.ts";
import { newOrganization } from "../support/organization.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const start = () => httpServer("node", database, { secrets });
const server = await start();

test.each(ownerKinds)(
  "a delete of a $kind that is killed between wallets and directory is mended by its repetition",
  async (kind) => {
    const doomed = await start();
    const organization = await newOrganization(server);
    const owner = await prosperousOwner(organization, kind);
    const table = `directory.${kind.kind}s`;
    const outcome = await whileLocked(database.url, {
      // The wallets are closed; then the directory's delete waits for this lock.
      hold: (sql) => sql`select from ${sql(table)} where id = ${owner.id} for update`,
      contend: () =>
        fetch(new URL(owner.url, doomed.url), {
          method: "DELETE",
          headers: { Authorization: `Bearer ${organization.apiKey}` },
        }).then(
          ({ status }) => status,
          () => "cut off",
        ),
      finish: async (sql) => {
        await doomed.kill();
        // Its statement would go on without it once the lock is free.
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
      },
    });
    expect(outcome).toBe("cut off");

    const { api } = organization;
    expect((await api.get(owner.url)).status).toBe(200);
    for (const { id } of owner.wallets) {
      expect((await api.get(`/v1/wallets/${id}`)).status).toBe(404);
    }
    // Half deleted, it gets no new wallets.
    const late = await api.post("/v1/wallets", { [kind.field]: owner.id });
    expect(refusalOf(late)).toMatchObject({ status: 409, code: "owner_closed" });

    expect((await api.delete(owner.url)).status).toBe(204);
    await expectGone(organization, owner);
    expect(await ledgerFaults(server, organization.id)).toEqual([]);
  },
);

test.each(ownerKinds)(
  "a $kind whose delete was killed before its wallets were closed can be deleted, or kept",
  async (kind) => {
    const organization = await newOrganization(server);
    const { api } = organization;
    for (const money of [0, 10]) {
      const owner = await prosperousOwner(organization, kind);
      const [wallet] = owner.wallets;
      if (money > 0)
        dataOf(await api.post(`/v1/wallets/${wallet?.id}/deposits`, { amount: money }));
      // All that such a delete leaves is the tombstone.
      await rowsOf(
        server,
        "update wallets.owners set closed_at = now() where owner_id = $1::uuid",
        owner.id,
      );
      const open = () => api.post("/v1/wallets", { [kind.field]: owner.id });
      expect(refusalOf(await open())).toMatchObject({ status: 409, code: "owner_closed" });
      const again = await api.delete(owner.url);
      if (money === 0) {
        expect(again.status).toBe(204);
        await expectGone(organization, owner);
      } else {
        expect(refusalOf(again)).toMatchObject({ status: 409, code: "owner_not_empty" });
        expect((await open()).status).toBe(201);
      }
    }
  },
);

test("a server that is killed under load loses nothing that it has answered", async () => {
  const doomed = await start();
  const organization = await newOrganization(server);
  const wallets = await Promise.all([1, 2, 3].map(() => organization.wallet(10_000)));
  const cards = await Promise.all(wallets.map(({ id }) => organization.card(id)));
  const approved: string[] = [];
  let cutOff = 0;
  const pay = async (index: number, key: string) => {
    const response = await fetch(new URL("/v1/authorizations", doomed.url), {
      method: "POST",
      headers: {
        Authorization: `Bearer ${organization.apiKey}`,
        "Content-Type": "application/json",
        "Idempotency-Key": key,
      },
      body: JSON.stringify({ cardId: cards[index % 3]?.id, amount: 10 }),
    });
    const { data } = (await response.json()) as { data: { id: string; approved: boolean } };
    if (data.approved) approved.push(data.id);
  };
  const keys = Array.from({ length: 300 }, () => crypto.randomUUID());
  const sent = keys.map(async (key, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index % 60) * 10));
    await pay(index, key).catch(() => {
      cutOff += 1;
    });
  });
  await expect.poll(() => approved.length, { timeout: 5_000, interval: 2 }).toBeGreaterThan(20);
  await doomed.kill();
  await Promise.all(sent);
  expect(cutOff).toBeGreaterThan(0);

  for (const id of approved) {
    const { status } = await organization.api.get(`/v1/authorizations/${id}`);
    expect(status).toBe(200);
  }
  // Asked again with their keys, all of them have had, or have now, exactly one effect.
  await Promise.all(
    keys.map((key, index) =>
      organization.api.post(
        "/v1/authorizations",
        { cardId: cards[index % 3]?.id, amount: 10 },
        key,
      ),
    ),
  );
  for (const { id } of wallets) {
    expect(await organization.walletNow(id)).toMatchObject({ available: 9_000, held: 1_000 });
  }
  expect(await ledgerFaults(server, organization.id)).toEqual([]);
});
