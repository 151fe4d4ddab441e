import { describe, expect, test } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { times, valueFrom } from "../../../test/support/directory.ts";
import { newId } from "../../../test/support/wallet-states.ts";
import { moneyOn } from "../../../test/support/wallets.ts";
import { onlyThePrimary } from "../../domain/freshness.ts";
import type { Row, Statement } from "../database.ts";
import { listEvents } from "../wallets/events.ts";
import { ledgerAccounts } from "../wallets/ledger.ts";
import { listTransactions } from "../wallets/transactions.ts";
import { listWallets } from "../wallets/wallets.ts";
import { guarded, rowsOfGuarded } from "./guard.ts";

const database = await testDatabase();

/** Older than anything that a database has. */
const longAgo = "3";

describe.each(["postgres", "neon"] as const)("a guarded statement through %s", async (driver) => {
  const db = database[driver]();
  const { wallets } = moneyOn(db);
  const actor = anActor();
  const { organizationId } = actor;
  const made: string[] = [];
  for (const at of times(25, (index) => index)) {
    const wallet = { owner: { userId: newId() }, name: `Wallet ${(at * 7) % 25}` };
    made.push(valueFrom(await wallets.createWallet(actor, wallet)).id);
  }
  for (const amount of [5, 3, 9]) {
    valueFrom(await wallets.deposit(actor, String(made[0]), { amount }));
  }
  const page = { limit: 20, skip: 0 } as const;
  const statements: Record<string, Statement> = {
    "a list": listWallets(organizationId, { ...page, sortBy: "name", sort: "desc" }, {}),
    "an empty list": listWallets(newId(), { ...page, sortBy: "name", sort: "asc" }, {}),
    "a statement": listTransactions(
      organizationId,
      String(made[0]),
      { ...page, sortBy: "sequence", sort: "desc" },
      {},
    ),
    "an empty statement": listTransactions(
      organizationId,
      String(made[1]),
      { ...page, sortBy: "sequence", sort: "desc" },
      {},
    ),
    "the feed": listEvents(organizationId, { ...page, sortBy: "position", sort: "asc" }, {}),
    "the ledger": ledgerAccounts(organizationId),
  };

  /** The feed's horizon goes on with every transaction of the server, whoever's it is. */
  const stable = ({ horizon: _horizon, ...row }: Row): Row => row;

  test.each(Object.keys(statements))("has the rows of %s in their order", async (name) => {
    const statement = statements[name] as Statement;
    const plain = await db.run(statement);
    // Often enough for a plan that is kept.
    for (const _ of times(8, String)) {
      const rows = rowsOfGuarded(await db.run(guarded(statement, longAgo)));
      expect(rows?.map(stable)).toEqual(
        plain.map((row) => stable({ reached: true, found: true, ...row })),
      );
    }
  });

  test.each(Object.keys(statements))("does not run %s where it is not reached", async (name) => {
    const statement = guarded(statements[name] as Statement, onlyThePrimary);
    for (const _ of times(8, String)) expect(rowsOfGuarded(await db.run(statement))).toBeNull();
    const text = `explain (analyze, costs off, timing off, summary off) ${statement.text}`;
    const plan = (await db.run({ ...statement, text })).map((row) => String(Object.values(row)[0]));
    const scans = plan.filter((line) => /Scan .*\b(using|on) /.test(line));
    expect(scans.length).toBeGreaterThan(0);
    expect(scans.filter((line) => !line.includes("never executed"))).toEqual([]);
  });
});
