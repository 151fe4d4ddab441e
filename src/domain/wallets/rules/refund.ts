import { isoTime } from "../../iso-time.ts";
import { refuse } from "../../result.ts";
import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Refund, RefundCard } from "../model/command.ts";
import type { RefundRecord } from "../model/event.ts";
import { minor } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import { book, fits, inflow } from "./book.ts";
import { type Decision, decided } from "./decision.ts";
import { changed } from "./lifecycle.ts";
import { tooLarge } from "./movements.ts";

/** Money of a captured payment comes back, never more than was captured. Limits get nothing back. */
export const refund = (
  wallet: Wallet,
  payment: Authorization,
  command: Refund,
  now: number,
): Decision => {
  const amount = minor(command.amount);
  const left = payment.captured - payment.refunded;
  if (amount > left) {
    return refuse("refund_exceeds_capture", "The amount is more than was captured.", [
      { pointer: "/amount", detail: `is more than the ${left} that can still be refunded` },
    ]);
  }
  if (!fits(wallet, amount)) return tooLarge();
  const record: RefundRecord = {
    id: command.id,
    authorizationId: payment.id,
    cardId: payment.cardId,
    walletId: wallet.id,
    amount: command.amount,
    currency: payment.currency,
    merchant: payment.merchant,
    reference: command.reference,
    metadata: command.metadata,
    createdAt: isoTime(now),
  };
  return decided({
    walletId: wallet.id,
    type: "authorization.refunded",
    data: {
      refund: record,
      authorization: changed(payment, { refunded: payment.refunded + amount }),
      postings: book(wallet, inflow(wallet, "refund", "network", amount)),
      previous: payment.sequence,
    },
  });
};

/** Money comes back that names no payment, as after a return without a receipt. */
export const refundCard = (
  wallet: Wallet,
  card: Card,
  command: RefundCard,
  now: number,
): Decision => {
  const amount = minor(command.amount);
  if (!fits(wallet, amount)) return tooLarge();
  const record: RefundRecord = {
    id: command.id,
    authorizationId: null,
    cardId: card.id,
    walletId: wallet.id,
    amount: command.amount,
    currency: wallet.currency,
    merchant: command.merchant,
    reference: command.reference,
    metadata: command.metadata,
    createdAt: isoTime(now),
  };
  return decided({
    walletId: wallet.id,
    type: "refund.booked",
    data: {
      refund: record,
      postings: book(wallet, inflow(wallet, "refund", "network", amount)),
    },
  });
};
