import { expect, test } from "vitest";
import { anActor } from "../../test/support/an-actor.ts";
import { audited } from "../../test/support/audit.ts";
import { testDatabase } from "../../test/support/database.ts";
import { funded, moneyOn, withCard } from "../../test/support/wallets.ts";
import { batchSize, Floor } from "./floor.ts";

test.each([1, 5])(
  "full batches over %i wallets, decided before they are sent, make a ledger that can be proved",
  async (wallets) => {
    const postgres = (await testDatabase()).postgres();
    const money = moneyOn(postgres);
    const actor = anActor();
    const payments = await Promise.all(
      Array.from({ length: wallets }, async () => {
        const card = await withCard(money, actor, await funded(money, actor, 1_000_000));
        return { cardId: card.id, amount: 7 };
      }),
    );
    const floor = new Floor(postgres, actor, payments);
    await floor.load();
    const batches = [floor.plan(), floor.plan(), floor.plan()];
    expect(batches.map(({ groups }) => groups)).toEqual([wallets, wallets, wallets]);
    for (const batch of batches) await floor.commit(batch);
    const { payments: made } = await audited(postgres, actor.organizationId);
    expect(made.size).toBe(3 * batchSize);
  },
);

test("a batch that was overtaken is no measure of anything", async () => {
  const postgres = (await testDatabase()).postgres();
  const money = moneyOn(postgres);
  const actor = anActor();
  const card = await withCard(money, actor, await funded(money, actor, 1_000_000));
  const floor = new Floor(postgres, actor, [{ cardId: card.id, amount: 7 }]);
  await floor.load();
  const batch = floor.plan();
  await money.wallets.authorize(actor, { cardId: card.id, amount: 1 });
  await expect(floor.commit(batch)).rejects.toThrow("1 of 1 groups were refused");
});
