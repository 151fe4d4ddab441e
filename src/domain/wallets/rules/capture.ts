import { isoTime } from "../../iso-time.ts";
import { refuse } from "../../result.ts";
import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Capture, CaptureTolerance, ForceCapture } from "../model/command.ts";
import type { CaptureRecord } from "../model/event.ts";
import { type Minor, maxAmount, minor, record, smallest } from "../model/money.ts";
import type { Consumption } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { type Balances, book, type Entry, inflow } from "./book.ts";
import { type Decision, decided } from "./decision.ts";
import { changed, notOpen } from "./lifecycle.ts";
import { tooLarge } from "./movements.ts";
import { returnedBy } from "./usage.ts";
import { windowStarts } from "./windows.ts";

/**
 * The merchant takes its money. What is held pays for it; a part over the hold, within
 * the tolerance of the merchant's category, and a capture after the hold expired take what
 * is available, and what that does not cover is owed (`receivable`). A final capture
 * releases what it leaves of the hold.
 *
 * No clock decides here: a hold lives until its `expired` event is committed.
 */
export const capture = (
  wallet: Wallet,
  payment: Authorization,
  command: Capture,
  now: number,
): Decision => {
  const late = payment.status === "expired";
  const promised = payment.amount - payment.reversed;
  const left = late ? promised - payment.captured : payment.held;
  if (!(payment.status === "open" || late) || left <= 0n) return notOpen(payment);
  const amount = command.amount === null ? left : minor(command.amount);
  const most = promised + toleranceOf(payment, promised, command.tolerances) - payment.captured;
  if (amount > most) {
    return refuse("capture_exceeds_authorization", "The amount is more than can be captured.", [
      { pointer: "/amount", detail: `is more than the ${most} that can still be captured` },
    ]);
  }
  const covered = late ? 0n : smallest(amount, payment.held);
  const uncovered = amount - covered;
  if (payment.captured + amount > maxAmount || !canOwe(wallet, uncovered)) return tooLarge();
  const rest = late ? 0n : payment.held - covered;
  const released = command.final ? rest : 0n;
  const starts = windowStarts(now, wallet.timezone);
  const ends = command.final || (late ? left <= amount : rest === 0n);
  const entries: Entry[] = [
    ...(covered > 0n
      ? [{ kind: "capture", debit: "held", credit: "network", amount: covered } as const]
      : []),
    ...uncoveredEntries(wallet, uncovered),
    ...(released > 0n ? inflow(wallet, "release", "held", released) : []),
  ];
  return decided({
    walletId: wallet.id,
    type: "authorization.captured",
    data: {
      capture: {
        id: command.id,
        authorizationId: payment.id,
        amount: record(amount),
        uncovered: record(uncovered),
        final: command.final,
        kind: late ? "late" : "held",
        currency: payment.currency,
        metadata: command.metadata,
        createdAt: isoTime(now),
      },
      authorization: changed(payment, {
        held: rest - released,
        captured: payment.captured + amount,
        status: ends ? "closed" : payment.status,
      }),
      consumed: uncovered > 0n ? consumption(uncovered, countOf(payment), starts) : null,
      returned: returnedBy(payment.consumed, released),
      postings: book(wallet, entries),
      previous: payment.sequence,
    },
  });
};

/**
 * A payment that nobody authorized: it is taken all the same, and counts against the limits.
 * Only a debt that no record could hold is refused.
 */
export const forceCapture = (
  wallet: Wallet,
  card: Card,
  command: ForceCapture,
  now: number,
): Decision => {
  const amount = minor(command.amount);
  if (!canOwe(wallet, amount)) return tooLarge();
  const at = isoTime(now);
  const made: CaptureRecord = {
    id: command.captureId,
    authorizationId: command.id,
    amount: command.amount,
    uncovered: command.amount,
    final: true,
    kind: "forced",
    currency: wallet.currency,
    metadata: command.metadata,
    createdAt: at,
  };
  return decided({
    walletId: wallet.id,
    type: "authorization.forced",
    data: {
      authorization: {
        id: command.id,
        cardId: card.id,
        walletId: wallet.id,
        approved: true,
        forced: true,
        status: "closed",
        reasons: [],
        requestedAmount: command.amount,
        amount: command.amount,
        held: 0,
        captured: command.amount,
        reversed: 0,
        refunded: 0,
        currency: wallet.currency,
        merchant: command.merchant,
        merchantAmount: command.merchantAmount,
        expiresAt: null,
        metadata: command.metadata,
        createdAt: at,
      },
      capture: made,
      consumed: consumption(amount, 1, windowStarts(now, wallet.timezone)),
      postings: book(wallet, uncoveredEntries(wallet, amount)),
    },
  });
};

/** What no hold covers: first what is available, the rest is advanced and owed. */
const uncoveredEntries = (balances: Balances, amount: Minor): Entry[] => {
  const available = smallest(amount, balances.available);
  const owed = amount - available;
  return [
    ...(available > 0n
      ? [
          {
            kind: "uncovered_capture",
            debit: "available",
            credit: "network",
            amount: available,
          } as const,
        ]
      : []),
    ...(owed > 0n
      ? [{ kind: "advance", debit: "receivable", credit: "network", amount: owed } as const]
      : []),
  ];
};

/** Whether what is not available of an amount can be added to what is owed. */
const canOwe = ({ available, receivable }: Balances, amount: Minor): boolean =>
  receivable + amount - smallest(amount, available) <= maxAmount;

/** The first matching tolerance of the merchant's category; none for others. */
const toleranceOf = (
  payment: Authorization,
  promised: Minor,
  tolerances: readonly CaptureTolerance[],
): Minor => {
  const { category } = payment.merchant;
  const tolerance = tolerances.find(
    ({ categories }) => category !== null && categories.includes(category),
  );
  if (!tolerance) return 0n;
  const share = (promised * minor(tolerance.percent)) / 100n;
  const amount = minor(tolerance.amount);
  return share > amount ? share : amount;
};

/** A payment counts once: again, if all that it counted was given back when it expired. */
const countOf = (payment: Authorization): number =>
  payment.consumed.some(({ count }) => count > 0) ? 0 : 1;

const consumption = (amount: Minor, count: number, windows: Consumption["windows"]) => ({
  amount: record(amount),
  count,
  windows,
});
