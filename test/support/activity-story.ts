import type { Actor } from "../../src/domain/actor.ts";
import type { Result } from "../../src/domain/result.ts";
import type { AuthorizationRecord } from "../../src/domain/wallets/model/authorization.ts";
import type { Wallets } from "../../src/domain/wallets/wallets.ts";
import { aMerchant, newId } from "./wallet-states.ts";

/** The wallets of an organization in which everything has happened that can happen to one. */
export interface WalletActivity {
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

const done = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.value;
};

/**
 * Does everything that can happen to a wallet, wherever these verbs write. `expire` lets more
 * than a second pass, and then sweeps.
 */
export const activityOf = async (
  wallets: Wallets,
  actor: Actor,
  expire: () => Promise<{ readonly expired: number }>,
): Promise<WalletActivity> => {
  const wallet = async (name: string, amount: number, over: object = {}): Promise<string> => {
    const owner = { teamId: newId() };
    const { id } = done(await wallets.createWallet(actor, { owner, name, ...over }));
    if (amount > 0) done(await wallets.deposit(actor, id, { amount, reference: name }));
    return id;
  };
  const card = async (walletId: string, over: object = {}): Promise<string> =>
    done(await wallets.createCard(actor, { walletId, name: "Mara", ...over })).id;
  const pay = async (
    cardId: string,
    amount: number,
    over: object = {},
  ): Promise<AuthorizationRecord> =>
    done(await wallets.authorize(actor, { cardId, amount, merchant: restaurant, ...over }));

  const main = await wallet("Main", 100_000, {
    lowBalanceThreshold: 20_000,
    timezone: "Asia/Kolkata",
  });
  const other = await wallet("Other", 10_000, { metadata: { team: "north" } });
  const indebted = await wallet("Indebted", 500);
  const closed = await wallet("Closed", 700, { lowBalanceThreshold: 600 });
  const deleted = await wallet("Deleted", 0);

  // Settings and movements.
  done(await wallets.updateWallet(actor, main, { limits: { day: { amount: 90_000 } }, name: "M" }));
  done(await wallets.freezeWallet(actor, other));
  done(await wallets.unfreezeWallet(actor, other));
  const wrong = done(await wallets.withdraw(actor, main, { amount: 300 }));
  const effectiveAt = "2026-01-31T09:30:00.000Z";
  done(await wallets.deposit(actor, main, { amount: 300, corrects: wrong.id, effectiveAt }));
  const move = (fromWalletId: string, toWalletId: string, amount: number) =>
    wallets.transfer(actor, { fromWalletId, toWalletId, amount, metadata: { for: "lunch" } });
  done(await move(main, other, 2_000));
  done(await move(other, main, 1_500));
  done(
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
  done(await wallets.updateCard(actor, standard, { controls: { countries: { block: ["KP"] } } }));
  done(await wallets.freezeCard(actor, standard));
  await pay(standard, 100);
  done(await wallets.unfreezeCard(actor, standard));
  await pay(once, 1_000);
  await pay(once, 1_000);
  await pay(locked, 700);
  await pay(gone, 250);
  const successor = done(await wallets.replaceCard(actor, gone, { reason: "lost" })).id;
  await pay(successor, 50);
  const terminated = await card(main);
  done(await wallets.terminateCard(actor, terminated));
  const deletedCard = await card(main);
  done(await wallets.deleteCard(actor, deletedCard));

  // Payments' lives.
  await pay(standard, 0);
  const capped = await card(main, { limits: { perTransaction: { amount: 4_000 } } });
  const merchantAmount = { amount: 9_900, currency: "USD" };
  await pay(capped, 5_000, { partialApproval: true, merchantAmount });
  const short = await pay(standard, 900, { expiresInSeconds: 1 });
  const late = await pay(standard, 800, { expiresInSeconds: 1 });
  const open = (await pay(standard, 3_000)).id;
  done(await wallets.increment(actor, open, { amount: 2_000 }));
  done(await wallets.increment(actor, open, { amount: 10_000_000 }));
  done(await wallets.capture(actor, open, { amount: 1_000, final: false }));
  done(await wallets.reverse(actor, open, { amount: 2_500 }));
  const tipped = await pay(standard, 1_000);
  done(await wallets.capture(actor, tipped.id, { amount: 1_150 }));
  done(await wallets.refund(actor, { authorizationId: tipped.id, amount: 400 }));
  const reversed = await pay(standard, 600);
  done(await wallets.reverse(actor, reversed.id, {}));
  done(await wallets.refund(actor, { cardId: standard, amount: 120, reference: "no receipt" }));
  done(
    await wallets.authorizeBatch(actor, {
      atomic: true,
      items: [11, 12, 13].map((amount) => ({ cardId: standard, amount })),
    }),
  );
  await Promise.all([21, 22, 23, 24].map((amount) => pay(standard, amount)));

  // More than there is.
  const debtor = await card(indebted);
  done(await wallets.forceCapture(actor, { cardId: debtor, amount: 900 }));
  await pay(debtor, 10);
  done(await wallets.deposit(actor, indebted, { amount: 150 }));

  // Time passes over two holds; one is captured all the same.
  const swept = await expire();
  if (swept.expired < 2) throw new Error(`only ${swept.expired} holds expired`);
  done(await wallets.capture(actor, late.id, {}));
  done(await wallets.capture(actor, short.id, { amount: 100, final: false }));

  // Low, then empty, then closed.
  const { available } = done(await wallets.getWallet(actor, main));
  done(await move(main, other, available - 19_000));
  await card(closed);
  done(await wallets.closeWallet(actor, closed, other));
  await card(deleted);
  done(await wallets.deleteWallet(actor, deleted));
  const cards = [standard, capped, once, locked, gone, successor, terminated, deletedCard];
  return { main, other, indebted, closed, deleted, cards, open };
};
