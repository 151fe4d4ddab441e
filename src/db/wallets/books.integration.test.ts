import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { authorizing } from "../../../test/support/wallet-states.ts";
import {
  committed,
  decided,
  funded,
  jobOf,
  moneyOn,
  withCard,
} from "../../../test/support/wallets.ts";
import { readBooks } from "./books.ts";

describe.each(["postgres", "neon"] as const)("the books through %s", (driver) => {
  it("tell of open holds, of those that are due, of wallets that owe and of open transactions", async () => {
    const database = await testDatabase();
    const db = database[driver]();
    const money = moneyOn(db);
    const empty = await readBooks(db);
    expect(empty).toMatchObject({
      holdsOpen: 0,
      holdsOverdueSeconds: 0,
      walletsOwing: 0,
      receivables: [],
    });
    const actor = anActor();
    const wallet = await funded(money, actor, 1_000);
    const card = await withCard(money, actor, wallet);
    const due = authorizing(card, 10, { expiresInSeconds: 1 });
    const later = authorizing(card, 10, { expiresInSeconds: 600 });
    await committed(
      money.store,
      await decided(money.store, [jobOf(actor, due), jobOf(actor, later)]),
    );
    await money.wallets.forceCapture(actor, { cardId: card.id, amount: 5_000 });
    const reader = postgres(database.url, { max: 1, onnotice: () => {} });
    const books = await reader.begin("read only", async (sql) => {
      await sql`select 1`;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return await readBooks(db);
    });
    await reader.end();
    expect(books).toMatchObject({
      holdsOpen: 2,
      walletsOwing: 1,
      receivables: [{ currency: wallet.currency, amountMinor: 4_020 }],
    });
    // A reader holds back no event.
    expect(books.oldestTransactionSeconds).toBeGreaterThan(1.4);
    expect(books.holdsOverdueSeconds).toBeGreaterThan(0);
    expect(books.holdsOverdueSeconds).toBeLessThan(60);
    expect(books.feedLagSeconds).toBeGreaterThanOrEqual(0);
  });
});
