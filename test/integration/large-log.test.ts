import { describe, expect, test } from "vitest";
import type { Database, Statement } from "../../src/db/database.ts";
import { findAuthorization, listAuthorizations } from "../../src/db/wallets/authorizations.ts";
import { commitStatement } from "../../src/db/wallets/commit.ts";
import { findDecision, listEvents } from "../../src/db/wallets/events.ts";
import { balanceAt } from "../../src/db/wallets/ledger.ts";
import { loadStatement } from "../../src/db/wallets/load.ts";
import { listTransactions } from "../../src/db/wallets/transactions.ts";
import { laneKeyOf } from "../../src/domain/ids.ts";
import { type PlanNode, pagesOf } from "../plans/plan.ts";
import { anActor } from "../support/an-actor.ts";
import { testDatabase } from "../support/database.ts";
import { authorizing, depositing } from "../support/wallet-states.ts";
import { decided, funded, jobOf, moneyOn, withCard } from "../support/wallets.ts";

/**
 * A statement on a long log must read no more than on a short one. The long run compares
 * with a million events: PURSER_LARGE_LOG=1000000.
 */
const large = Number(process.env["PURSER_LARGE_LOG"] ?? 100_000);
const small = 10_000;

/** Trees of indexes grow by a level now and then; nothing may grow with the log itself. */
const mostGrowth = 1.2;

/** Lists of a whole organization merge the trees of all partitions, and each may be a level higher. */
const partitions = 8;

/** One wallet with half of the events, and a thousand that share the rest. */
const world = async (events: number) => {
  const database = await testDatabase();
  const db = database.postgres({ connections: 1, statementTimeoutMs: 600_000 });
  const money = moneyOn(db);
  const actor = anActor();
  const hot = await funded(money, actor, 1_000_000);
  const card = await withCard(money, actor, hot);
  await fill(db, actor.organizationId, hot.id, card.id, events);
  await db.run({ name: "test.analyze", text: "analyze", params: [] });
  return { db, money, actor, hot, card };
};

/**
 * Rows as payments leave them, written in bulk: only their number and their indexes matter
 * here, so their texts are short and their hashes are not chained.
 */
const fill = async (
  db: Database,
  organizationId: string,
  walletId: string,
  cardId: string,
  events: number,
): Promise<void> => {
  const rows = `select i, case when i % 2 = 0 then $2::text::uuid
      else ('00000000-0000-7000-8000-' || lpad(to_hex(i % 1000), 12, '0'))::uuid end as wallet,
    case when i % 2 = 0 then $3::int else i % 1000 end as lane,
    -- From the past up to now, one after the other.
    now() - (($4::int - i) * interval '1 second') as at,
    case when i % 2 = 0 then 1000 + i / 2 else 1 + i / 1000 end as sequence
  from generate_series(1, $4::int) as i`;
  const id = `(substr(md5(i::text || 'a'), 1, 8) || '-' || substr(md5(i::text), 1, 4) || '-7' ||
    substr(md5(i::text), 5, 3) || '-8' || substr(md5(i::text), 8, 3) || '-' ||
    substr(md5(i::text), 11, 8) || lpad(to_hex(lane), 4, '0'))::uuid`;
  const params = [organizationId, walletId, laneKeyOf(walletId), events];
  const run = (text: string, more: readonly string[] = []) =>
    db.run({ name: "test.fill", text, params: [...params, ...more] }, { timeoutMs: 600_000 });
  await run(`insert into wallets.wallet_events (lane_key, wallet_id, sequence, organization_id,
      type, command, data, rules_version, request_id, command_key, recorded_at, hash, position)
    select lane, wallet, sequence, $1::text::uuid, 'authorization.approved', '{}', '{}', 1, 'r',
      'minted:' || i, at, sha256(i::text::bytea), i
    from (${rows}) r`);
  await run(`insert into wallets.postings (lane_key, wallet_id, sequence, ordinal, organization_id,
      kind, debit, credit, amount, currency, source_id, available_after, held_after,
      receivable_after, effective_at, recorded_at)
    select lane, wallet, sequence, 0, $1::text::uuid, 'hold', 'available', 'held', 1, 'EUR', ${id},
      i, i, 0, at, at
    from (${rows}) r`);
  await run(
    `insert into wallets.authorizations (lane_key, id, organization_id, wallet_id, card_id,
      approved, forced, status, reasons, requested_amount, amount, held, captured, reversed,
      refunded, currency, merchant, consumed, metadata, decision_sequence, sequence, created_at,
      updated_at)
    select lane, ${id}, $1::text::uuid, wallet, $5::text::uuid, true, false, 'closed', '[]', 1, 1,
      0, 1, 0, 0, 'EUR', '{"id":null,"name":null,"category":null,"country":null}', '[]', '{}',
      sequence, sequence, at, at
    from (${rows}) r`,
    [cardId],
  );
};

/** The pages that a statement touches once everything is warm. */
const buffersOf = async (db: Database, make: () => Promise<Statement>): Promise<number> => {
  let buffers = 0;
  for (let round = 0; round < 3; round++) {
    const statement = await make();
    const [row] = await db.run({
      ...statement,
      text: `explain (analyze, buffers, format json) ${statement.text}`,
    });
    const [explained] = (row?.["QUERY PLAN"] ?? []) as readonly {
      readonly Plan: PlanNode;
    }[];
    if (!explained) throw new Error("nothing was explained");
    buffers = pagesOf(explained.Plan);
  }
  return buffers;
};

type World = Awaited<ReturnType<typeof world>>;

/** What an authorization, its reads, a page of a statement anywhere and a balance at any time cost. */
const statements: Record<string, (world: World) => Promise<Statement>> = {
  "an authorization": async ({ money, actor, card }) =>
    commitStatement({
      groups: await decided(money.store, [jobOf(actor, authorizing(card, 1))]),
      deadline: Date.now() + 60_000,
    }),
  "a deposit": async ({ money, actor, hot }) =>
    commitStatement({
      groups: await decided(money.store, [jobOf(actor, depositing(hot, 1))]),
      deadline: Date.now() + 60_000,
    }),
  "a lane's read": async ({ actor, card }) =>
    loadStatement([{ kind: "card", organizationId: actor.organizationId, id: card.id }]),
  "a page in the middle of a statement": async ({ actor, hot }) =>
    listTransactions(
      actor.organizationId,
      hot.id,
      { ...pageOf("sequence"), after: { value: `${3_000 * 1_000}`, id: hot.id } },
      {},
    ),
  "a page of a statement from a day on": async ({ actor, hot }) =>
    listTransactions(
      actor.organizationId,
      hot.id,
      { ...pageOf("sequence"), sort: "asc" },
      { from: new Date(Date.now() - 1_800_000).toISOString() },
    ),
  "a balance at some time": async ({ actor, hot }) =>
    balanceAt(actor.organizationId, hot.id, new Date(Date.now() - 1_800_000).toISOString()),
  "a wallet's newest payments": async ({ actor, hot }) =>
    listAuthorizations(actor.organizationId, pageOf("createdAt"), { walletId: hot.id }),
  "the organization's newest payments": async ({ actor }) =>
    listAuthorizations(actor.organizationId, pageOf("createdAt"), {}),
  "one payment": async ({ actor, hot }) => findAuthorization(actor.organizationId, hot.id),
  "the decision of a payment": async ({ actor, hot }) => findDecision(actor.organizationId, hot.id),
  "the organization's feed": async ({ actor }) =>
    listEvents(actor.organizationId, pageOf("position"), {}),
};

const pageOf = <Field extends string>(sortBy: Field) => ({
  sortBy,
  sort: "desc" as const,
  limit: 50,
  skip: 0,
});

describe(`with ${large} events`, async () => {
  const [short, long] = [await world(small), await world(large)];

  test.each(Object.keys(statements))("%s reads what it reads with 10,000", async (name) => {
    const make = statements[name];
    if (!make) throw new Error("no such statement");
    expect((await make(long)).text).toBe((await make(short)).text);
    const onShort = await buffersOf(short.db, () => make(short));
    const onLong = await buffersOf(long.db, () => make(long));
    if (process.env["PURSER_LARGE_LOG"]) console.error(`${name}: ${onShort} and ${onLong} pages`);
    expect(onShort).toBeGreaterThan(0);
    // A tree that is one level higher is one page more: for a handful of pages that is not growth.
    const levels = name.startsWith("the organization's") ? partitions + 4 : 4;
    expect(onLong).toBeLessThanOrEqual(Math.max(onShort * mostGrowth, onShort + levels));
  });
});
