import { cardTypes } from "../../src/domain/wallets/model/card.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { asking, controlsOf, type Draw, limitsOf, type Make, withoutKey, zones } from "./intent.ts";
import { numberOf } from "./service.ts";

/** Wallets and cards: how they begin, change and end. */

const uuid = (draw: Draw): string =>
  `00000000-0000-7000-8000-00000000000${draw.random.between(0, 3)}`;

export const createWallet: Make = (draw) => {
  const { book, random } = draw;
  const open = book.wallets.filter(({ status }) => status !== "closed");
  if (open.length >= draw.profile.wallets && random.chance(0.8)) return undefined;
  const input = {
    owner: { teamId: uuid(draw) },
    name: "Travel",
    currency: random.chance(0.9) ? "EUR" : "USD",
    timezone: random.pick(zones),
    limits: random.chance(0.3) ? limitsOf(random) : {},
    lowBalanceThreshold: random.pick([null, 500, 2_000]),
  };
  return withoutKey(
    asking(
      "createWallet",
      input,
      ({ wallets }, actor) => wallets.createWallet(actor, input),
      (made) => book.note(book.wallets, made),
    ),
  );
};

export const updateWallet: Make = ({ book, random }) => {
  const wallet = book.wallet(random);
  if (!wallet) return undefined;
  const patch = random.pick([
    { limits: limitsOf(random) },
    { limits: noLimits },
    { controls: controlsOf(random) },
    { timezone: random.pick(zones) },
    { lowBalanceThreshold: random.pick([null, 0, 500, 2_000]) },
    { name: "Another name", metadata: { a: "b" } },
  ]);
  return withoutKey(
    asking(
      "updateWallet",
      [wallet.id, patch],
      ({ wallets }, actor) => wallets.updateWallet(actor, wallet.id, patch),
      (changed) => book.note(book.wallets, changed),
    ),
  );
};

export const freezeWallet: Make = ({ book, random }) => {
  const wallet = book.wallet(random);
  const verb = random.chance(0.2) ? "freezeWallet" : "unfreezeWallet";
  return (
    wallet &&
    asking(
      verb,
      wallet.id,
      ({ wallets }, actor) => wallets[verb](actor, wallet.id),
      (changed) => book.note(book.wallets, changed),
    )
  );
};

export const createCard: Make = ({ book, random }) => {
  const wallet = book.wallet(random);
  if (!wallet) return undefined;
  const input = {
    walletId: wallet.id,
    ...(random.chance(0.3) && { number: numberOf(random), expMonth: 12, expYear: 2029 }),
    type: random.chance(0.7) ? "standard" : random.pick(cardTypes),
    ...(random.chance(0.2) && { limits: limitsOf(random) }),
    ...(random.chance(0.1) && { controls: controlsOf(random) }),
    ...(random.chance(0.1) && { expMonth: random.between(1, 12), expYear: 2026 }),
  };
  return asking(
    "createCard",
    input,
    ({ wallets }, actor) => wallets.createCard(actor, input),
    (made) => book.note(book.cards, made),
  );
};

export const updateCard: Make = ({ book, random }) => {
  const card = book.card(random);
  if (!card) return undefined;
  const patch = random.pick([
    { limits: limitsOf(random) },
    { limits: noLimits },
    { controls: controlsOf(random) },
    { name: "A. Cardholder" },
  ]);
  return withoutKey(
    asking("updateCard", [card.id, patch], ({ wallets }, actor) =>
      wallets.updateCard(actor, card.id, patch),
    ),
  );
};

export const freezeCard: Make = ({ book, random }) => {
  const card = book.card(random);
  const verb = random.chance(0.2) ? "freezeCard" : "unfreezeCard";
  return card && asking(verb, card.id, ({ wallets }, actor) => wallets[verb](actor, card.id));
};

export const replaceCard: Make = ({ book, random }) => {
  const card = book.card(random);
  if (!card) return undefined;
  const input = {
    reason: "lost",
    ...(random.chance(0.3) && { number: numberOf(random) }),
  } as const;
  return asking(
    "replaceCard",
    [card.id, input],
    ({ wallets }, actor) => wallets.replaceCard(actor, card.id, input),
    (made) => {
      book.note(book.cards, { ...card, status: "terminated" });
      book.note(book.cards, made);
    },
  );
};

export const endCard: Make = ({ book, random }) => {
  const card = book.recent(random, book.cards);
  const verb = random.pick(["terminateCard", "deleteCard"] as const);
  if (!card) return undefined;
  const intent = asking<unknown>(
    verb,
    card.id,
    ({ wallets }, actor) => wallets[verb](actor, card.id),
    () => book.note(book.cards, { ...card, status: "terminated" }),
  );
  return verb === "deleteCard" ? withoutKey(intent) : intent;
};

export const deleteCards: Make = ({ book, random }) => {
  const wallet = book.wallet(random);
  return (
    wallet &&
    withoutKey(
      asking("deleteCards", wallet.id, ({ wallets }, actor) =>
        wallets.deleteCards(actor, wallet.id),
      ),
    )
  );
};

export const closeWallet: Make = ({ book, random }) => {
  const wallet = book.wallet(random);
  if (!wallet) return undefined;
  const sweepTo = random.chance(0.7) ? book.wallet(random)?.id : undefined;
  return asking(
    "closeWallet",
    [wallet.id, sweepTo],
    ({ wallets }, actor) => wallets.closeWallet(actor, wallet.id, sweepTo),
    (closed) => book.note(book.wallets, closed),
  );
};

export const deleteWallet: Make = ({ book, random }) => {
  const wallet = random.chance(0.5) ? book.recent(random, book.wallets) : book.wallet(random);
  if (!wallet) return undefined;
  return withoutKey(
    asking<unknown>(
      "deleteWallet",
      wallet.id,
      ({ wallets }, actor) => wallets.deleteWallet(actor, wallet.id),
      () => book.note(book.wallets, { ...wallet, status: "closed" }),
    ),
  );
};

/** All wallets of an owner at once. */
export const closeOwner: Make = (draw) => {
  const owner = { teamId: uuid(draw) };
  const verb = draw.random.pick(["deleteWallets", "closeOwner"] as const);
  return withoutKey(
    asking<unknown>(verb, owner, ({ wallets }, actor) => wallets[verb](actor, owner)),
  );
};
