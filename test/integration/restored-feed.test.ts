import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { expect, test } from "vitest";
import { createWalletReads } from "../../src/db/wallets/reads.ts";
import { activityOn } from "../support/activity.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { testDatabase } from "../support/database.ts";
import { valueFrom } from "../support/directory.ts";
import { verified } from "../support/tampering.ts";

const own = await testDatabase();
const database = own.postgres({ connections: 2 });
const sql = postgres(own.url, { max: 1, fetch_types: false, onnotice: () => {} });
onFileEnd(() => sql.end({ timeout: 5 }));

const { actor, money, main } = await activityOn(database);
const reads = createWalletReads(database);

/** The ids of all events that the feed shows, from its start. */
const feed = async (): Promise<string[]> => {
  const ids: string[] = [];
  const start = { sortBy: "position", sort: "asc", skip: 0, limit: 10 } as const;
  let page: Parameters<typeof reads.listEvents>[1] = start;
  for (;;) {
    const { items, next } = await reads.listEvents(actor.organizationId, page, {});
    if (items.length === 0) return ids;
    ids.push(...items.map(({ id }) => id));
    page = next ? { ...start, after: next } : start;
  }
};

/** A transaction of another test's database holds the feed back for as long as it lasts. */
const feedOf = async (events: number): Promise<string[]> => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    const ids = await feed();
    if (ids.length === events) return ids;
  }
  return await feed();
};

const [{ events = 0 } = {}] = await sql<{ events: number }[]>`
  select count(*)::int as events from wallets.wallet_events`;

/** As psql runs it: each statement by itself. They stand apart in the file. */
const file = new URL("../../docs/operations/renumber-feed.sql", import.meta.url);
const statements = (await readFile(file, "utf8")).split("\n\n");
const renumber = async (): Promise<void> => {
  for (const statement of statements) await sql.unsafe(statement);
};

test("after a dump was restored into a younger cluster, renumbering shows the same feed, and new events behind it", async () => {
  expect(events).toBeGreaterThan(60);
  const before = await feedOf(events);
  expect(before).toHaveLength(events);

  // What a restored dump looks like to a cluster that has counted less far.
  await sql`update wallets.wallet_events
    set transaction_id = (transaction_id::text::bigint + 1000000000000)::text::xid8`;
  expect(await feed()).toEqual([]);
  const hidden = valueFrom(await money.wallets.deposit(actor, main, { amount: 1 }));
  expect(hidden.walletId).toBe(main);
  expect(await feedOf(1)).toHaveLength(1);
  await sql`update wallets.wallet_events set transaction_id = '1999999999999'::xid8
    where transaction_id < '1000000000000'::xid8`;

  await renumber();
  const after = await feedOf(events + 1);
  expect(after.slice(0, events)).toEqual(before);
  const { findings, summary } = await verified(database);
  expect(findings).toEqual([]);
  expect(summary.events).toBe(events + 1);

  valueFrom(await money.wallets.deposit(actor, main, { amount: 2 }));
  const later = await feedOf(events + 2);
  expect(later.slice(0, events + 1)).toEqual(after);
  expect(later).toHaveLength(events + 2);
});

test("renumbering uses up ids until all that were given lie in the past", async () => {
  const shown = (await feedOf(events + 2)).length;
  await sql`update wallets.wallet_events
    set transaction_id = (pg_current_xact_id()::text::bigint + 3000)::text::xid8
    where (wallet_id, sequence) = (${main}::uuid, 1)`;
  expect(await feed()).toHaveLength(shown - 1);
  const last = statements.at(-1) ?? "";
  expect(last).toContain("pg_current_xact_id()");
  await sql.unsafe(last);
  expect(await feedOf(shown)).toHaveLength(shown);
});
