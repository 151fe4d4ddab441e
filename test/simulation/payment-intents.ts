import type { AuthorizationRecord } from "../../src/domain/wallets/model/authorization.ts";
import type { NewAuthorization } from "../../src/domain/wallets/verbs/authorize.ts";
import type { Book } from "./book.ts";
import {
  amountOf,
  asking,
  type Draw,
  type Intent,
  type Make,
  merchantOf,
  ofAmount,
  partOf,
  smallAmountOf,
  withoutKey,
} from "./intent.ts";

/** The lives of card payments. */

const newAuthorization = (draw: Draw): NewAuthorization | undefined => {
  const { book, random } = draw;
  const card = book.card(random);
  if (!card) return undefined;
  return {
    cardId: card.id,
    amount: random.chance(0.05) ? 0 : random.chance(0.5) ? smallAmountOf(draw) : amountOf(draw),
    merchant: merchantOf(random),
    partialApproval: random.chance(0.4),
    ...(random.chance(0.03) && { currency: "EUR" }),
    ...(random.chance(0.6) && {
      expiresInSeconds: random.between(1, random.pick([120, 7_200, 3 * 86_400])),
    }),
  };
};

export const authorize: Make = (draw) => {
  const { book } = draw;
  const payment = newAuthorization(draw);
  return (
    payment &&
    ofAmount(payment, (input) =>
      asking(
        "authorize",
        input,
        ({ wallets }, actor) => wallets.authorize(actor, input),
        (made) => book.note(book.payments, made),
      ),
    )
  );
};

export const authorizeBatch: Make = (draw) => {
  const { book, random } = draw;
  const items = Array.from({ length: random.between(1, 6) }, () => newAuthorization(draw)).filter(
    (item) => item !== undefined,
  );
  if (items.length === 0) return undefined;
  const batch = { items, atomic: random.chance(0.5) };
  return asking(
    "authorizeBatch",
    batch,
    ({ wallets }, actor) => wallets.authorizeBatch(actor, batch),
    (outcomes) => {
      for (const outcome of outcomes) if (outcome.ok) book.note(book.payments, outcome.value);
    },
  );
};

/** Something that a payment can live through; what it answers is the payment as it is then. */
const on =
  (
    wanted: (payment: AuthorizationRecord) => boolean,
    make: (payment: AuthorizationRecord, draw: Draw) => Intent,
  ): Make =>
  (draw) => {
    const payment = draw.book.payment(draw.random, wanted);
    return payment && make(payment, draw);
  };

const isOpen = ({ status }: AuthorizationRecord) => status === "open";

const learnFrom =
  (book: Book) =>
  ({ authorization }: { readonly authorization: AuthorizationRecord | null }): void => {
    if (authorization) book.note(book.payments, authorization);
  };

export const increment = on(isOpen, ({ id }, draw) => {
  const input = { amount: smallAmountOf(draw) };
  return asking(
    "increment",
    [id, input],
    ({ wallets }, actor) => wallets.increment(actor, id, input),
    learnFrom(draw.book),
  );
});

export const capture = on(
  ({ status }) => status === "open" || status === "expired",
  ({ id, held, amount }, { random, book }) => {
    const input = {
      ...(random.chance(0.6) && { amount: partOf(random, held > 0 ? held : amount) }),
      final: random.chance(0.6),
    };
    return asking(
      "capture",
      [id, input],
      ({ wallets }, actor) => wallets.capture(actor, id, input),
      learnFrom(book),
    );
  },
);

export const reverse = on(isOpen, ({ id, held }, { random, book }) => {
  const input = random.chance(0.5) ? { amount: partOf(random, held) } : {};
  return asking(
    "reverse",
    [id, input],
    ({ wallets }, actor) => wallets.reverse(actor, id, input),
    learnFrom(book),
  );
});

export const refund = on(
  ({ captured, refunded }) => captured > refunded,
  ({ id, captured, refunded }, { random, book }) => {
    const amount = partOf(random, captured - refunded);
    const input = { authorizationId: id, amount };
    return asking(
      "refund",
      input,
      ({ wallets }, actor) => wallets.refund(actor, input),
      learnFrom(book),
    );
  },
);

export const forceCapture: Make = (draw) => {
  const { book, random } = draw;
  const card = book.card(random);
  if (!card) return undefined;
  const input = { cardId: card.id, amount: smallAmountOf(draw), merchant: merchantOf(random) };
  return asking(
    "forceCapture",
    input,
    ({ wallets }, actor) => wallets.forceCapture(actor, input),
    learnFrom(book),
  );
};

export const refundCard: Make = (draw) => {
  const { book, random } = draw;
  const card = book.card(random);
  if (!card) return undefined;
  const input = { cardId: card.id, amount: smallAmountOf(draw), merchant: merchantOf(random) };
  return asking("refundCard", input, ({ wallets }, actor) => wallets.refund(actor, input));
};

export const sweep: Make = ({ now }) =>
  withoutKey(asking("sweep", now, (service) => service.sweep()));
