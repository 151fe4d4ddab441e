import { expect, test } from "vitest";
import type { Row } from "../../../../test/support/stored-ledger.ts";
import { tamperedMemory } from "../../../../test/support/tampered-memory.ts";
import type { VerifyReads } from "./ports.ts";
import { verifyLedger } from "./verify.ts";

const stranger = "01900000-0000-7000-8000-00000000beef";

test("a ledger in which everything happened has nothing wrong, and is gone through once", async () => {
  const ledger = await tamperedMemory();
  const { summary, findings, progress } = await ledger.verify();
  expect(findings).toEqual([]);
  const { wallets, events } = ledger.rows;
  expect(summary).toEqual({ wallets: wallets.length, events: events.length, findings: 0 });
  expect(progress.map((at) => at.walletId)).toEqual(wallets.map(({ id }) => id).sort());
  expect(progress.map((at) => at.wallets)).toEqual([0, 1, 2, 3, 4]);
  expect(progress.at(-1)).toMatchObject({ events: events.length, findings: 0 });
});

test("progress tells what was found so far", async () => {
  const ledger = await tamperedMemory();
  const [first] = ledger.rows.wallets.map(({ id }) => String(id)).sort();
  ledger.wallet(first)["name"] = "Tampered";
  const { progress, summary } = await ledger.verify();
  expect(progress.map(({ findings }) => findings)).toEqual([0, 1, 1, 1, 1]);
  expect(summary.findings).toBe(1);
});

test("one wallet, one organization, and from a wallet on", async () => {
  const ledger = await tamperedMemory();
  const { main, actor } = ledger.activity;
  const ids = ledger.rows.wallets.map(({ id }) => String(id)).sort();
  const alone = await ledger.verify({ walletId: main });
  expect(alone.summary).toEqual({ wallets: 1, events: ledger.log().length, findings: 0 });
  const { organizationId } = actor;
  expect((await ledger.verify({ organizationId })).summary.wallets).toBe(ids.length);
  expect((await ledger.verify({ organizationId: stranger })).summary.wallets).toBe(0);
  expect((await ledger.verify({ from: ids[2] })).progress.map(({ walletId }) => walletId)).toEqual(
    ids.slice(2),
  );
});

test("pages of wallets follow one another without a gap, and end", async () => {
  const asked: unknown[] = [];
  const wallets = Array.from({ length: 200 }, (_, index) => ({
    wallet: { id: `${1_000 + index}`, organization_id: stranger, version: "0" },
    cards: [],
  }));
  const reads: Partial<VerifyReads> = {
    wallets: async (from, _, limit) => {
      asked.push(from);
      const at = from === null ? 0 : wallets.findIndex(({ wallet }) => wallet.id === from.id) + 1;
      return wallets.slice(at, at + limit);
    },
    orphans: async () => [],
    trialBalances: async () => [],
  };
  const summary = await verifyLedger({
    reads: reads as VerifyReads,
    sha256: () => "",
    onFinding: () => undefined,
  });
  expect(summary).toEqual({ wallets: 200, events: 0, findings: 0 });
  expect(asked).toEqual([null, { id: "1099", inclusive: false }, { id: "1199", inclusive: false }]);
});

test.each(["postings", "authorizations", "operations", "cards"] as const)(
  "rows of %s without a wallet are found, with their organization",
  async (table) => {
    const ledger = await tamperedMemory();
    const { main, actor } = ledger.activity;
    const row = ledger.rows[table].find((found) => found["wallet_id"] === main) as Row;
    const { organizationId } = actor;
    ledger.rows[table].push({ ...row, wallet_id: stranger });
    const found = (await ledger.verify()).findings.find(({ walletId }) => walletId === stranger);
    expect(found).toMatchObject({
      organizationId,
      field: table,
      sequence: row["sequence"] === undefined ? null : Number(row["sequence"]),
      row: row["id"] ?? null,
    });
    const elsewhere = await ledger.verify({ organizationId: stranger });
    expect(elsewhere.findings).toEqual([]);
  },
);

test("money out of nowhere, and transfers that do not net to zero, unbalance the books of all", async () => {
  const ledger = await tamperedMemory();
  const { organizationId } = ledger.activity.actor;
  const books = { organizationId, walletId: null, sequence: null, row: null };
  ledger.of("transfer.sent", ledger.rows.postings)["credit"] = "network";
  const { findings } = await ledger.verify();
  expect(findings.filter(({ walletId }) => walletId === null)).toEqual([
    { ...books, field: "clearing", problem: expect.stringContaining("-2000 EUR") },
  ]);
  ledger.wallet()["available"] = "19001";
  const both = (await ledger.verify()).findings.filter(({ walletId }) => walletId === null);
  expect(both.map(({ field }) => field)).toEqual(["trial_balance", "clearing"]);
  expect(both[0]?.problem).toContain("1 EUR");
  // A wallet alone has no books to balance.
  const alone = await ledger.verify({ walletId: ledger.activity.main });
  expect(alone.findings.map(({ field }) => field)).not.toContain("trial_balance");
});

test("a broken wallet is told of so often, and no more, and the others are looked at all the same", async () => {
  const ledger = await tamperedMemory();
  const { main, other } = ledger.activity;
  for (const event of ledger.log()) event.hash = `${event.hash}x`;
  ledger.wallet(other)["name"] = "Tampered";
  const { findings } = await ledger.verify();
  expect(findings.filter(({ walletId }) => walletId === main)).toHaveLength(20);
  expect(findings.map(({ field }) => field)).toContain("wallets.name");
});

test("a payment's row may be written by a commit that goes on behind its event", async () => {
  const ledger = await tamperedMemory();
  const last = ledger.rows.authorizations.find(
    (row) => row["updated_at"] !== row["created_at"] && row["id"] !== ledger.activity.open,
  ) as Row;
  expect((await ledger.verify()).findings).toEqual([]);
  last["updated_at"] = new Date(Date.parse(String(last["updated_at"])) + 1).toISOString();
  expect((await ledger.verify()).findings).toMatchObject([
    { field: "authorizations.updated_at", row: last["id"] },
  ]);
});

test("a row may be newer than the version that is verified: its life is cut there", async () => {
  const ledger = await tamperedMemory();
  const { main } = ledger.activity;
  const { sequence } = ledger.event("authorization.reversed");
  // The wallet as it was when the payment had not been reversed yet.
  ledger.wallet()["version"] = String(sequence - 1);
  const { findings } = await ledger.verify({ walletId: main });
  const fields = findings.map(({ field }) => field);
  expect(fields.filter((field) => field.startsWith("authorizations"))).toEqual([]);
  expect(fields).toContain("wallets.head_hash");
});
