import { type Minor, maxAmount, smallest } from "../model/money.ts";
import { headroomOf, type Verdict } from "./payment-controls.ts";
import { type Reason, reasons } from "./reasons.ts";

/**
 * What the controls said of a payment, as it is stored with the decision: a line a control
 * of `[name, 1 if it passed]`, with `limit, used` where it has numbers. Those that every
 * payment is asked are left out where they passed: it is written with every payment.
 */
export type Evidence = readonly EvidenceLine[];

export type EvidenceLine =
  | readonly [control: Reason, passed: 0 | 1]
  | readonly [control: Reason, passed: 0 | 1, limit: number, used: number];

export const evidenceOf = (verdicts: readonly Verdict[]): Evidence => {
  const lines: EvidenceLine[] = [];
  for (const { reason, passed, measure } of verdicts) {
    const verdict = passed ? 1 : 0;
    if (measure) lines.push([reason, verdict, plain(measure.limit), plain(measure.used)]);
    else if (!passed || !askedOfAll.has(reason)) lines.push([reason, verdict]);
  }
  return lines;
};

/** A control's verdict in words, for people who ask why. Amounts are minor units. */
export interface ExplainedControl {
  readonly control: Reason;
  readonly verdict: "passed" | "failed";
  readonly unit: "amount" | "count" | null;
  readonly limit: number | null;
  readonly used: number | null;
  /** What it would still let through. */
  readonly headroom: number | null;
}

/** Every control that was asked, in the order of `reasons`. */
export const explain = (evidence: Evidence): ExplainedControl[] => {
  const lines = new Map(evidence.map((line) => [line[0], line]));
  return reasons.flatMap((control): ExplainedControl[] => {
    const line = lines.get(control) ?? (askedOfAll.has(control) ? ([control, 1] as const) : null);
    if (!line) return [];
    const [, passed, limit, used] = line;
    return [
      {
        control,
        verdict: passed === 1 ? "passed" : "failed",
        unit: limit === undefined ? null : countsPayments(control) ? "count" : "amount",
        limit: limit ?? null,
        used: used ?? null,
        headroom: limit === undefined || used === undefined ? null : Math.max(0, limit - used),
      },
    ];
  });
};

export const mostThatPasses = (verdicts: readonly Verdict[], requested: Minor): Minor =>
  verdicts.reduce((least, verdict) => smallest(least, headroomOf(verdict) ?? least), requested);

const askedOfAll: ReadonlySet<Reason> = new Set([
  "card_terminated",
  "card_frozen",
  "card_expired",
  "wallet_frozen",
  "wallet_overdrawn",
]);

const countsPayments = (control: Reason): boolean =>
  control.endsWith("_count_limit") || control === "card_already_used";

/** Sums over a lifetime can pass what a record may hold; to explain, the largest amount will do. */
const plain = (value: Minor | number): number =>
  typeof value === "number" ? value : Number(smallest(value, maxAmount));
