import { expect, test } from "vitest";
import { activityOn } from "../../../../test/support/activity.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import { rewriteLog } from "../../../../test/support/rewriting.ts";
import { verified } from "../../../../test/support/tampering.ts";
import type { Finding } from "../../../domain/wallets/verify/finding.ts";
import type { VerifyReads } from "../../../domain/wallets/verify/ports.ts";
import { verifyLedger } from "../../../domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import { createVerifyReads } from "./verify-reads.ts";

const database = (await testDatabase()).postgres({ connections: 8 });
const { actor, money, main, other, cards, open } = await activityOn(database);
const { wallets } = money;
const [card = ""] = cards;

/** Everything that the wallets at hand do while they are looked at. */
const commit = async (n: number): Promise<number> => {
  const paid = await wallets.authorize(actor, { cardId: card, amount: 5 + (n % 3) });
  const results = await Promise.all([
    wallets.deposit(actor, main, { amount: 1_000 }),
    wallets.transfer(actor, { fromWalletId: main, toWalletId: other, amount: 3 }),
    wallets.transfer(actor, { fromWalletId: other, toWalletId: main, amount: 2 }),
    wallets.increment(actor, open, { amount: 1 }),
    ...(paid.ok ? [wallets.capture(actor, paid.value.id, { amount: 1, final: n % 2 === 0 })] : []),
    wallets.updateCard(actor, card, { name: `Mara ${n}` }),
  ]);
  return results.filter(({ ok }) => ok).length;
};

test("commits between any two statements of a run make no false finding", async () => {
  const plain = createVerifyReads(database);
  let committed = 0;
  let n = 0;
  const reads = Object.fromEntries(
    Object.entries(plain).map(([name, read]) => [
      name,
      async (...args: never[]) => {
        committed += await commit(n++);
        return (read as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as VerifyReads;
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => void findings.push(finding);
  await verifyLedger({ reads, sha256: sha256Hex, onFinding });
  expect(findings).toEqual([]);
  expect(n).toBeGreaterThan(20);
  expect(committed).toBeGreaterThan(3 * n);
  expect((await verified(database)).findings).toEqual([]);
});

test("commits all the time make none either", async () => {
  let running = true;
  let committed = 0;
  const traffic = Promise.all(
    [0, 1].map(async (lane) => {
      for (let n = lane; running; n += 2) committed += await commit(n);
    }),
  );
  try {
    for (let run = 0; run < 3; run++) {
      expect((await verified(database)).findings).toEqual([]);
    }
  } finally {
    running = false;
    await traffic;
  }
  expect(committed).toBeGreaterThan(20);
});

test("a log that was rewritten so that it chains is held against the rules", async () => {
  const sequence = Number(
    (
      await database.run({
        name: "test.sequence",
        text: "select min(sequence) as s from wallets.wallet_events where wallet_id = $1::uuid and type = 'authorization.declined'",
        params: [main],
      })
    )[0]?.["s"],
  );
  // A decline that became an approval in nothing but its reasons; times that go back.
  await rewriteLog(database, main, (row) =>
    row.sequence === sequence
      ? { dataText: row.dataText.replace(/"reasons":\[[^\]]*\]/, '"reasons":[]') }
      : row.sequence === 2
        ? { at: row.at + 86_400_000 }
        : {},
  );
  const { findings } = await verified(database, { walletId: main });
  const fields = findings.map((one) => `${one.sequence} ${one.field}`);
  expect(fields).toContain(`${sequence} wallet_events.data.authorization.reasons[0]`);
  expect(fields).toContain("3 wallet_events.recorded_at");
  expect(fields.filter((field) => field.endsWith("wallet_events.hash"))).toEqual([]);
});
