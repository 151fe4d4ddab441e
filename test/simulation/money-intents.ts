import type { MovementRecord } from "../../src/domain/wallets/model/event.ts";
import type { NewTransfer } from "../../src/domain/wallets/verbs/move-money.ts";
import type { Book } from "./book.ts";
import { amountOf, asking, type Draw, type Make, ofAmount } from "./intent.ts";

/** Money in, out and across. */

const movementOf = (draw: Draw, walletId: string, amount: number) => {
  const { random, book, now } = draw;
  const earlier = book.movements.findLast((movement) => movement.walletId === walletId);
  const away = random.pick([0, 0, 0, 0, -86_400_000, 3_600_000]);
  return {
    amount,
    reference: random.chance(0.2) ? "invoice 7" : null,
    metadata: {},
    ...(away !== 0 && { effectiveAt: new Date(now + away).toISOString() }),
    ...(earlier && random.chance(0.05) && { corrects: earlier.id }),
  };
};

/** The movement, and what its wallet had after it. */
const learnFrom =
  (book: Book) =>
  (made: MovementRecord): void => {
    book.note(book.movements, made);
    const wallet = book.wallets.find(({ id }) => id === made.walletId);
    if (wallet) book.note(book.wallets, { ...wallet, available: made.available });
  };

export const deposit: Make = (draw) => {
  const { book, profile, random } = draw;
  const wallet = book.wallet(random);
  if (!wallet) return undefined;
  const amount = Math.min(
    Number.MAX_SAFE_INTEGER,
    amountOf(draw) * random.pick(profile.poor ? [1] : [1, 1, 3]),
  );
  return ofAmount(movementOf(draw, wallet.id, amount), (input) =>
    asking(
      "deposit",
      [wallet.id, input],
      ({ wallets }, actor) => wallets.deposit(actor, wallet.id, input),
      learnFrom(book),
    ),
  );
};

export const withdraw: Make = (draw) => {
  const { book, random } = draw;
  const wallet = book.wallet(random);
  if (!wallet) return undefined;
  const all = random.chance(0.25) && wallet.available > 0 ? wallet.available : undefined;
  return ofAmount(movementOf(draw, wallet.id, all ?? amountOf(draw)), (input) =>
    asking(
      "withdraw",
      [wallet.id, input],
      ({ wallets }, actor) => wallets.withdraw(actor, wallet.id, input),
      learnFrom(book),
    ),
  );
};

/** Mostly around a ring of wallets, so that groups grow; now and then to one that all pay. */
const newTransfer = (draw: Draw): NewTransfer | undefined => {
  const { book, random } = draw;
  const from = book.wallet(random);
  const place = from ? book.wallets.indexOf(from) : -1;
  const next = book.wallets[(place + 1) % Math.max(1, book.wallets.length)];
  const to = random.chance(0.6) ? next : random.chance(0.5) ? book.wallets[0] : book.wallet(random);
  if (!from || !to || from.id === to.id) return undefined;
  const movement = movementOf(draw, from.id, amountOf(draw));
  return { fromWalletId: from.id, toWalletId: to.id, ...movement };
};

export const transfer: Make = (draw) => {
  const input = newTransfer(draw);
  return input && asking("transfer", input, ({ wallets }, actor) => wallets.transfer(actor, input));
};

export const transferBatch: Make = (draw) => {
  const { random } = draw;
  const items = Array.from({ length: random.between(1, 5) }, () => newTransfer(draw)).filter(
    (item) => item !== undefined,
  );
  if (items.length === 0) return undefined;
  const batch = { items, atomic: random.chance(0.6) };
  return asking("transferBatch", batch, ({ wallets }, actor) =>
    wallets.transferBatch(actor, batch),
  );
};
