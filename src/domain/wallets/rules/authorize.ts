import { isoTime } from "../../iso-time.ts";
import { refuse } from "../../result.ts";
import type { AuthorizationRecord } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Authorize } from "../model/command.ts";
import { type Minor, minor, record } from "../model/money.ts";
import type { Consumption } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { book } from "./book.ts";
import { type Decision, decided } from "./decision.ts";
import { evidenceOf, mostThatPasses } from "./evidence.ts";
import { holdSeconds } from "./hold-period.ts";
import { evaluate, headroomOf, type Verdict } from "./payment-controls.ts";
import { windowStarts } from "./windows.ts";

/**
 * Decides a card payment. An approval moves the amount from available to held and
 * counts against every limit; a decline moves nothing and counts against none. Both are
 * outcomes of the payment and go on record with all reasons.
 */
export const authorize = (
  wallet: Wallet,
  card: Card,
  command: Authorize,
  now: number,
): Decision => {
  if (command.currency !== null && command.currency !== wallet.currency) {
    return refuse("currency_mismatch", `The card's wallet is in ${wallet.currency}.`, [
      { pointer: "/currency", detail: `must be ${wallet.currency} or absent` },
    ]);
  }
  const starts = windowStarts(now, wallet.timezone);
  const requested = minor(command.amount);
  const payment = {
    amount: requested,
    total: requested,
    merchant: command.merchant,
    count: requested > 0n ? 1 : 0,
  };
  const verdicts = evaluate(wallet, card, payment, starts, now);
  const failed = verdicts.filter((verdict) => !verdict.passed);
  const evidence = evidenceOf(verdicts);
  const approved = approvedAmount(requested, command.partialApproval, verdicts, failed);

  const authorization = authorizationRecord(wallet, command, approved, failed, now);
  if (approved === null) {
    if (command.mustApprove) return declinedInBatch(authorization);
    return decided({
      walletId: wallet.id,
      type: "authorization.declined",
      data: { authorization, evidence },
    });
  }
  const consumed: Consumption = {
    amount: record(approved),
    count: payment.count,
    windows: starts,
  };
  const postings =
    approved > 0n
      ? book(wallet, [{ kind: "hold", debit: "available", credit: "held", amount: approved }])
      : [];
  return decided({
    walletId: wallet.id,
    type: "authorization.approved",
    data: { authorization, consumed, postings, evidence },
  });
};

/**
 * The whole amount if nothing failed; the smallest headroom if the merchant takes less
 * and only amounts stood in the way; else `null`, a decline.
 */
const approvedAmount = (
  requested: Minor,
  partialApproval: boolean,
  verdicts: readonly Verdict[],
  failed: readonly Verdict[],
): Minor | null => {
  if (failed.length === 0) return requested;
  if (!partialApproval || failed.some((verdict) => headroomOf(verdict) === undefined)) return null;
  const most = mostThatPasses(verdicts, requested);
  return most > 0n ? most : null;
};

const authorizationRecord = (
  wallet: Wallet,
  command: Authorize,
  approved: Minor | null,
  failed: readonly Verdict[],
  now: number,
): AuthorizationRecord => {
  const amount = record(approved ?? 0n);
  const holds = amount > 0;
  const lifetime = command.expiresInSeconds ?? holdSeconds(command.merchant.category);
  return {
    id: command.id,
    cardId: command.cardId,
    walletId: wallet.id,
    approved: approved !== null,
    forced: false,
    status: approved === null ? "declined" : holds ? "open" : "closed",
    reasons: failed.map((verdict) => verdict.reason),
    requestedAmount: command.amount,
    amount,
    held: amount,
    captured: 0,
    reversed: 0,
    refunded: 0,
    currency: wallet.currency,
    merchant: command.merchant,
    merchantAmount: command.merchantAmount,
    expiresAt: holds ? isoTime(now + lifetime * 1_000) : null,
    metadata: command.metadata,
    createdAt: isoTime(now),
  };
};

const declinedInBatch = ({ cardId, reasons }: AuthorizationRecord) =>
  refuse("payment_declined", "A payment of the batch would be declined; none was approved.", [
    { detail: `a payment of card ${cardId}: ${reasons.join(", ")}` },
  ]);
