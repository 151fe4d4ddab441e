import { expect, test } from "vitest";
import { anActor } from "../../test/support/an-actor.ts";
import { testDatabase } from "../../test/support/database.ts";
import { valueFrom } from "../../test/support/directory.ts";
import { funded, moneyOn, withCard } from "../../test/support/wallets.ts";
import { growLogs } from "./bulk-events.ts";

test("logs become as long as was asked for, without gaps, and payments go on after them", async () => {
  const database = await testDatabase();
  const postgres = database.postgres();
  const money = moneyOn(postgres);
  const actor = anActor();
  const made = await Promise.all(
    [1, 2, 3].map(async () => {
      const wallet = await funded(money, actor, 1_000_000);
      const card = await withCard(money, actor, wallet);
      valueFrom(await money.wallets.authorize(actor, { cardId: card.id, amount: 5 }));
      return { walletId: wallet.id, cardId: card.id };
    }),
  );
  const shares: number[] = [];
  const walletIds = made.map(({ walletId }) => walletId);
  await growLogs(database.url, walletIds, 3_000, (share) => shares.push(share));
  expect(shares.at(-1)).toBe(1);

  const others = moneyOn(postgres);
  for (const { walletId, cardId } of made) {
    const payment = await others.wallets.authorize(actor, { cardId, amount: 5 });
    expect(valueFrom(payment).approved).toBe(true);
    const page = { sortBy: "createdAt", sort: "desc", skip: 0, limit: 50 } as const;
    const listed = valueFrom(await others.wallets.listAuthorizations(actor, page, { walletId }));
    expect(listed.items).toHaveLength(50);
  }
  const rows = await postgres.run({
    name: "test.logs",
    text: `select w.version, count(*) as events, max(e.sequence) as newest,
  (select count(*) from wallets.postings p where p.wallet_id = w.id) as postings,
  (select count(*) from wallets.authorizations a where a.wallet_id = w.id
    and ('x' || right(a.id::text, 4))::bit(16)::int = w.lane_key) as payments
from wallets.wallets w join wallets.wallet_events e on e.wallet_id = w.id
group by w.id`,
    params: [],
  });
  // Created, funded, given a card, paid, a thousand copies, paid again.
  const one = { version: "1005", events: "1005", newest: "1005" };
  expect(rows).toEqual(Array(3).fill({ ...one, postings: "1003", payments: "1002" }));
});
