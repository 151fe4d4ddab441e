import { isoTime } from "../../iso-time.ts";
import { type Refused, refuse } from "../../result.ts";
import {
  type Authorization,
  type AuthorizationRecord,
  authorizationRecord,
} from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Expire, Increment, Reverse } from "../model/command.ts";
import { maxAmount, minor, record } from "../model/money.ts";
import type { Consumption } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { book, inflow } from "./book.ts";
import { type Decision, decided } from "./decision.ts";
import { evidenceOf } from "./evidence.ts";
import { tooLarge } from "./movements.ts";
import { evaluate } from "./payment-controls.ts";
import { returnedBy } from "./usage.ts";
import { windowStarts } from "./windows.ts";

/**
 * More of an open payment is to be held. It is asked of all controls like a payment, but
 * counts as none; a decline leaves the payment as it was.
 */
export const increment = (
  wallet: Wallet,
  card: Card,
  payment: Authorization,
  command: Increment,
  now: number,
): Decision => {
  if (payment.status !== "open") return notOpen(payment);
  const amount = minor(command.amount);
  // What was reversed or captured still counts in the payment's amount, not in a balance.
  if (payment.amount + amount > maxAmount) return tooLarge();
  const starts = windowStarts(now, wallet.timezone);
  const asked = {
    amount,
    total: payment.amount + amount,
    merchant: payment.merchant,
    count: 0,
  };
  const verdicts = evaluate(wallet, card, asked, starts, now);
  const failed = verdicts.filter((verdict) => !verdict.passed);
  const approved = failed.length === 0;
  const shared = {
    increment: {
      id: command.id,
      authorizationId: payment.id,
      approved,
      reasons: failed.map((verdict) => verdict.reason),
      amount: command.amount,
      currency: payment.currency,
      metadata: command.metadata,
      createdAt: isoTime(now),
    },
    evidence: evidenceOf(verdicts),
    previous: payment.sequence,
  };
  if (!approved) {
    const authorization = authorizationRecord(payment);
    return decided({
      walletId: wallet.id,
      type: "authorization.increment_declined",
      data: { ...shared, authorization },
    });
  }
  const consumed: Consumption = { amount: command.amount, count: 0, windows: starts };
  return decided({
    walletId: wallet.id,
    type: "authorization.incremented",
    data: {
      ...shared,
      authorization: changed(payment, {
        amount: payment.amount + amount,
        held: payment.held + amount,
      }),
      consumed,
      postings: book(wallet, [{ kind: "hold", debit: "available", credit: "held", amount }]),
    },
  });
};

/** The merchant gives back what it holds, or a part. The limits get it back in the windows it took. */
export const reverse = (
  wallet: Wallet,
  payment: Authorization,
  command: Reverse,
  now: number,
): Decision => {
  if (payment.status !== "open") return notOpen(payment);
  const amount = command.amount === null ? payment.held : minor(command.amount);
  if (amount > payment.held) {
    return refuse("reversal_exceeds_hold", "The amount is more than the authorization holds.", [
      { pointer: "/amount", detail: `is more than the ${payment.held} that are held` },
    ]);
  }
  const held = payment.held - amount;
  const ended = payment.captured > 0n ? "closed" : "reversed";
  return decided({
    walletId: wallet.id,
    type: "authorization.reversed",
    data: {
      reversal: {
        id: command.id,
        authorizationId: payment.id,
        amount: record(amount),
        currency: payment.currency,
        metadata: command.metadata,
        createdAt: isoTime(now),
      },
      authorization: changed(payment, {
        held,
        reversed: payment.reversed + amount,
        status: held > 0n ? "open" : ended,
      }),
      returned: returnedBy(payment.consumed, amount),
      postings: book(wallet, inflow(wallet, "release", "held", amount)),
      previous: payment.sequence,
    },
  });
};

/** Releases a hold whose time is over. The merchant can still capture late. */
export const expire = (
  wallet: Wallet,
  payment: Authorization,
  _command: Expire,
  now: number,
): Decision => {
  if (payment.status !== "open") return notOpen(payment);
  if (payment.expiresAt === null || now < payment.expiresAt) {
    return refuse("hold_not_expired", "The hold has not lived as long as it may.");
  }
  return decided({
    walletId: wallet.id,
    type: "authorization.expired",
    data: {
      authorization: changed(payment, { held: 0n, status: "expired" }),
      returned: returnedBy(payment.consumed, payment.held),
      postings: book(wallet, inflow(wallet, "release", "held", payment.held)),
      previous: payment.sequence,
    },
  });
};

type Change = Partial<
  Pick<Authorization, "amount" | "held" | "captured" | "reversed" | "refunded" | "status">
>;

/** The payment's record after a change; what holds nothing does not expire. */
export const changed = (payment: Authorization, change: Change): AuthorizationRecord => {
  const next = { ...payment, ...change };
  return authorizationRecord({ ...next, expiresAt: next.held > 0n ? next.expiresAt : null });
};

/** Says why nothing more can become of a payment. */
export const notOpen = (payment: Authorization): Refused => {
  const why = {
    declined: "It was declined.",
    open: "It is open.",
    closed: payment.captured > 0n ? "It was captured." : "It is closed.",
    reversed: "It was reversed.",
    expired: "Its hold expired.",
  }[payment.status];
  return refuse("authorization_not_open", `The authorization is not open. ${why}`, [
    { detail: `authorization ${payment.id} is ${payment.status}` },
  ]);
};
