import type { Database } from "../../src/db/database.ts";
import { dueHolds } from "../../src/db/wallets/ledger.ts";
import type { Actor } from "../../src/domain/actor.ts";
import type { AuthorizationRecord } from "../../src/domain/wallets/model/authorization.ts";
import { expireHolds } from "../../src/domain/wallets/verbs/expire-holds.ts";
import { createIds } from "../../src/runtime/ids.ts";
import { valueFrom } from "./directory.ts";
import { aMerchant, newId } from "./wallet-states.ts";
import { anActor, type Money, moneyOn } from "./wallets.ts";

/** An organization in which everything has happened that can happen to a wallet. */
export interface Activity {
  readonly actor: Actor;
  readonly money: Money;
  /** Everything that cards do, and a low balance. */
  readonly main: string;
  /** Sends to and receives from `main`. */
  readonly other: string;
  /** Owes, after forced captures. */
  readonly indebted: string;
  /** Closed, after it was swept into `other`. */
  readonly closed: string;
  readonly deleted: string;
  readonly cards: readonly string[];
  /** Open, with an increment and a part captured. */
  readonly open: string;
}

const restaurant = aMerchant({ id: "m-2", category: "5812" });

export const activityOn = async (database: Database): Promise<Activity> => {
  const actor = anActor();
  const money = moneyOn(database);
  const { wallets } = money;
  const wallet = async (name: string, amount: number, over: object = {}): Promise<string> => {
    const owner = { teamId: newId() };
    const { id } = valueFrom(await wallets.createWallet(actor, { owner, name, ...over }));
    if (amount > 0) valueFrom(await wallets.deposit(actor, id, { amount, reference: name }));
    return id;
  };
  const card = async (walletId: string, over: object = {}): Promise<string> =>
    valueFrom(await wallets.createCard(actor, { walletId, name: "Mara", ...over })).id;
  const pay = async (
    cardId: string,
    amount: number,
    over: object = {},
  ): Promise<AuthorizationRecord> =>
    valueFrom(await wallets.authorize(actor, { cardId, amount, merchant: restaurant, ...over }));

  const main = await wallet("Main", 100_000, {
    lowBalanceThreshold: 20_000,
    timezone: "Asia/Kolkata",
  });
  const other = await wallet("Other", 10_000, { metadata: { team: "north" } });
  const indebted = await wallet("Indebted", 500);
  const closed = await wallet("Closed", 700, { lowBalanceThreshold: 600 });
  const deleted = await wallet("Deleted", 0);

  // Settings and movements.
  valueFrom(
    await wallets.updateWallet(actor, main, { limits: { day: { amount: 90_000 } }, name: "M" }),
  );
  valueFrom(await wallets.freezeWallet(actor, other));
  valueFrom(await wallets.unfreezeWallet(actor, other));
  const wrong = valueFrom(await wallets.withdraw(actor, main, { amount: 300 }));
  const effectiveAt = "2026-01-31T09:30:00.000Z";
  valueFrom(await wallets.deposit(actor, main, { amount: 300, corrects: wrong.id, effectiveAt }));
  const move = (fromWalletId: string, toWalletId: string, amount: number) =>
    wallets.transfer(actor, { fromWalletId, toWalletId, amount, metadata: { for: "lunch" } });
  valueFrom(await move(main, other, 2_000));
  valueFrom(await move(other, main, 1_500));
  valueFrom(
    await wallets.transferBatch(actor, {
      atomic: true,
      items: [100, 200].map((amount) => ({ fromWalletId: other, toWalletId: main, amount })),
    }),
  );

  // Cards of every type, and what becomes of cards.
  const standard = await card(main, { limits: { month: { amount: 80_000, count: 50 } } });
  const once = await card(main, { type: "single_use" });
  const locked = await card(main, { type: "merchant_locked" });
  const gone = await card(main);
  valueFrom(
    await wallets.updateCard(actor, standard, { controls: { countries: { block: ["KP"] } } }),
  );
  valueFrom(await wallets.freezeCard(actor, standard));
  await pay(standard, 100);
  valueFrom(await wallets.unfreezeCard(actor, standard));
  await pay(once, 1_000);
  await pay(once, 1_000);
  await pay(locked, 700);
  await pay(gone, 250);
  const successor = valueFrom(await wallets.replaceCard(actor, gone, { reason: "lost" })).id;
  await pay(successor, 50);
  const terminated = await card(main);
  valueFrom(await wallets.terminateCard(actor, terminated));
  const deletedCard = await card(main);
  valueFrom(await wallets.deleteCard(actor, deletedCard));

  // Payments' lives.
  await pay(standard, 0);
  const capped = await card(main, { limits: { perTransaction: { amount: 4_000 } } });
  const merchantAmount = { amount: 9_900, currency: "USD" };
  await pay(capped, 5_000, { partialApproval: true, merchantAmount });
  const short = await pay(standard, 900, { expiresInSeconds: 1 });
  const late = await pay(standard, 800, { expiresInSeconds: 1 });
  const open = (await pay(standard, 3_000)).id;
  valueFrom(await wallets.increment(actor, open, { amount: 2_000 }));
  valueFrom(await wallets.increment(actor, open, { amount: 10_000_000 }));
  valueFrom(await wallets.capture(actor, open, { amount: 1_000, final: false }));
  valueFrom(await wallets.reverse(actor, open, { amount: 2_500 }));
  const tipped = await pay(standard, 1_000);
  valueFrom(await wallets.capture(actor, tipped.id, { amount: 1_150 }));
  valueFrom(await wallets.refund(actor, { authorizationId: tipped.id, amount: 400 }));
  const reversed = await pay(standard, 600);
  valueFrom(await wallets.reverse(actor, reversed.id, {}));
  valueFrom(
    await wallets.refund(actor, { cardId: standard, amount: 120, reference: "no receipt" }),
  );
  valueFrom(
    await wallets.authorizeBatch(actor, {
      atomic: true,
      items: [11, 12, 13].map((amount) => ({ cardId: standard, amount })),
    }),
  );
  await Promise.all([21, 22, 23, 24].map((amount) => pay(standard, amount)));

  // More than there is.
  const debtor = await card(indebted);
  valueFrom(await wallets.forceCapture(actor, { cardId: debtor, amount: 900 }));
  await pay(debtor, 10);
  valueFrom(await wallets.deposit(actor, indebted, { amount: 150 }));

  // Time passes over two holds; one is captured all the same.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const swept = await expireHolds(
    {
      lane: money.lane,
      ids: createIds(),
      now: Date.now,
      dueHolds: async (now, after, limit) =>
        (await database.run(dueHolds(new Date(now).toISOString(), after, limit))).map((row) => ({
          id: String(row["id"]),
          organizationId: String(row["organization_id"]),
          expiresAt: (row["expires_at"] as Date).toISOString(),
        })),
    },
    5_000,
  );
  if (swept.expired < 2) throw new Error(`only ${swept.expired} holds expired`);
  valueFrom(await wallets.capture(actor, late.id, {}));
  valueFrom(await wallets.capture(actor, short.id, { amount: 100, final: false }));

  // Low, then empty, then closed.
  const { available } = valueFrom(await wallets.getWallet(actor, main));
  valueFrom(await move(main, other, available - 19_000));
  await card(closed);
  valueFrom(await wallets.closeWallet(actor, closed, other));
  await card(deleted);
  valueFrom(await wallets.deleteWallet(actor, deleted));
  const cards = [standard, capped, once, locked, gone, successor, terminated, deletedCard];
  return { actor, money, main, other, indebted, closed, deleted, cards, open };
};
