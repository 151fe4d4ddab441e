import { describe, expect, test } from "vitest";
import {
  aCard,
  aMerchant,
  at,
  authorizing,
  aWallet,
  codeOf,
  eventsOf,
  noon,
} from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
import type { Authorize } from "../model/command.ts";
import { noUsage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToCard, applyToWallet } from "./apply.ts";
import { authorize } from "./authorize.ts";
import { noLimits } from "./limits.ts";
import { consume } from "./usage.ts";
import { windowStarts } from "./windows.ts";

interface Case {
  readonly wallet?: Partial<Wallet>;
  readonly card?: Partial<Card>;
  readonly command?: Partial<Authorize>;
  readonly now?: number;
}

/** Decides a payment of 100 and answers its event with the state after it. */
const pay = (amount: number, { wallet, card, command, now = noon }: Case = {}) => {
  const before = aWallet(wallet);
  const used = aCard(before, card);
  const decision = authorize(before, used, authorizing(used, amount, command), now);
  const events = eventsOf(decision);
  expect(events).toHaveLength(1);
  const event = { ...at(events, 0), at: now };
  if (event.type !== "authorization.approved" && event.type !== "authorization.declined") {
    throw new Error(event.type);
  }
  return {
    event,
    record: event.data.authorization,
    before,
    after: applyToWallet(before, event),
    cardBefore: used,
    cardAfter: applyToCard(used, event),
  };
};

describe("an approval", () => {
  test("moves the amount from available to held, in one posting", () => {
    const { event, record, after } = pay(100, { wallet: { available: 250n, held: 30n } });
    expect(record).toMatchObject({ approved: true, status: "open", reasons: [], amount: 100 });
    expect(record).toMatchObject({ requestedAmount: 100, held: 100, captured: 0, reversed: 0 });
    expect(event.data).toMatchObject({
      postings: [
        {
          kind: "hold",
          debit: "available",
          credit: "held",
          amount: 100,
          available: 150,
          held: 130,
        },
      ],
    });
    expect(after).toMatchObject({ available: 150n, held: 130n, receivable: 0n, version: 2 });
  });

  test("takes the last minor unit and not one more", () => {
    expect(pay(100, { wallet: { available: 100n } }).after.available).toBe(0n);
    expect(pay(101, { wallet: { available: 100n } }).record.reasons).toEqual([
      "insufficient_funds",
    ]);
  });

  test("holds the largest amount there is", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { after } = pay(most, { wallet: { available: BigInt(most) } });
    expect(after).toMatchObject({ available: 0n, held: BigInt(most) });
  });

  test("counts against card and wallet, and fixes the time zone", () => {
    const { after, cardAfter } = pay(100);
    for (const usage of [after.usage, cardAfter.usage]) {
      expect(usage.day).toEqual({ start: "2026-11-10", amount: 100n, count: 1 });
      expect(usage.lifetime).toEqual({ start: "", amount: 100n, count: 1 });
    }
    expect(after.timezoneLocked).toBe(true);
  });
});

describe("a decline", () => {
  test("is on record with its reasons, and consumes nothing", () => {
    const { event, record, before, after, cardBefore, cardAfter } = pay(100, {
      card: { status: "frozen" },
      wallet: { available: 5n },
    });
    expect(event.type).toBe("authorization.declined");
    expect(record).toMatchObject({ approved: false, status: "declined", amount: 0, held: 0 });
    expect(record.reasons).toEqual(["card_frozen", "insufficient_funds"]);
    expect(record.requestedAmount).toBe(100);
    expect(record.expiresAt).toBeNull();
    const { available, held, receivable, usage } = before;
    expect(after).toMatchObject({ available, held, receivable, usage, version: 2 });
    expect(after.timezoneLocked).toBe(true);
    expect(cardAfter).toEqual(cardBefore);
  });
});

describe("a card check", () => {
  test("is approved and closed, holds nothing and counts nowhere", () => {
    const { event, record, after, cardAfter } = pay(0, { wallet: { available: 0n } });
    expect(record).toMatchObject({ approved: true, status: "closed", amount: 0, held: 0 });
    expect(record.expiresAt).toBeNull();
    expect(event.data).toMatchObject({ postings: [], consumed: { amount: 0, count: 0 } });
    for (const usage of [after.usage, cardAfter.usage]) {
      expect(usage.lifetime).toEqual({ start: "", amount: 0n, count: 0 });
    }
  });

  test("is declined on a bad card", () => {
    expect(pay(0, { card: { status: "terminated" } }).record).toMatchObject({
      approved: false,
      status: "declined",
      reasons: ["card_terminated"],
    });
  });
});

describe("a partial approval", () => {
  const windows = windowStarts(noon, "UTC");
  const used = consume(noUsage, { amount: 40, count: 1, windows });
  const partial = { partialApproval: true };

  test("is of the smallest headroom, and names what stood in the way", () => {
    const { record, after } = pay(100, {
      command: partial,
      wallet: { available: 90n },
      card: { usage: used, limits: { ...noLimits, day: { amount: 110 }, month: { amount: 500 } } },
    });
    expect(record).toMatchObject({ approved: true, status: "open", requestedAmount: 100 });
    expect(record).toMatchObject({ amount: 70, held: 70 });
    expect(record.reasons).toEqual(["card_day_amount_limit", "insufficient_funds"]);
    expect(after).toMatchObject({ available: 20n, held: 70n });
    expect(after.usage.day).toMatchObject({ amount: 70n, count: 1 });
  });

  test.each<[string, Case]>([
    ["the card is frozen", { card: { status: "frozen" } }],
    ["the wallet is frozen", { wallet: { status: "frozen", available: 90n } }],
    ["the wallet owes money", { wallet: { receivable: 1n, available: 90n } }],
    ["a count is used up", { card: { usage: used, limits: { ...noLimits, day: { count: 1 } } } }],
    [
      "the merchant is blocked",
      { card: { controls: { merchants: { block: ["m-1"] }, categories: null, countries: null } } },
    ],
  ])("is not made when %s", (_, { wallet, card }) => {
    const { record } = pay(100, {
      command: partial,
      wallet: { available: 90n, ...wallet },
      ...(card && { card }),
    });
    expect(record).toMatchObject({ approved: false, amount: 0 });
    expect(record.reasons.length).toBeGreaterThanOrEqual(1);
  });

  test("is not made of nothing", () => {
    expect(pay(100, { command: partial, wallet: { available: 0n } }).record.approved).toBe(false);
  });

  test("is not made unless asked for, and not where the whole fits", () => {
    expect(pay(100, { wallet: { available: 99n } }).record.approved).toBe(false);
    expect(pay(100, { command: partial }).record).toMatchObject({ amount: 100, reasons: [] });
  });
});

test("a currency that is not the wallet's is refused, and none at all is taken as the wallet's", () => {
  const wallet = aWallet({ currency: "EUR" });
  const card = aCard(wallet);
  const inCurrency = (currency: string | null) =>
    authorize(wallet, card, authorizing(card, 1, { currency }), noon);
  expect(codeOf(inCurrency("USD"))).toBe("currency_mismatch");
  expect(inCurrency("EUR").ok).toBe(true);
  expect(inCurrency(null).ok).toBe(true);
});

test("the merchant's amount is information: no rule reads it", () => {
  const merchantAmount = { amount: 9_999_999, currency: "JPY" };
  const { record } = pay(100, { command: { merchantAmount }, wallet: { available: 100n } });
  expect(record).toMatchObject({ approved: true, amount: 100, merchantAmount, currency: "EUR" });
});

describe("a hold lives", () => {
  const days = 86_400_000;
  test.each([
    ["5411", 7],
    [null, 7],
    ["3350", 7],
    ["3351", 31],
    ["3500", 31],
    ["3999", 31],
    ["4000", 7],
    ["7011", 31],
    ["7512", 31],
    ["7513", 7],
  ])("of category %s for %d days", (category, count) => {
    const { record } = pay(100, { command: { merchant: aMerchant({ category }) } });
    expect(record.expiresAt).toBe(new Date(noon + count * days).toISOString());
  });

  test("as long as the request says", () => {
    const { record } = pay(100, { command: { expiresInSeconds: 60 } });
    expect(record.expiresAt).toBe("2026-11-10T12:01:00.000Z");
  });
});

describe("a day limit", () => {
  const limits = { ...noLimits, day: { amount: 100 } };
  const spentAt = (time: string, timezone: string) => ({
    timezone,
    limits,
    usage: consume(noUsage, {
      amount: 100,
      count: 1,
      windows: windowStarts(Date.parse(time), timezone),
    }),
  });

  test.each([
    ["Europe/Berlin", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00.000Z"],
    ["Asia/Kolkata", "2026-11-10T18:29:59.999Z", "2026-11-10T18:30:00.000Z"],
    ["America/New_York", "2026-11-02T04:59:59.999Z", "2026-11-02T05:00:00.000Z"],
  ])(
    "of a wallet in %s is full until midnight there and free from then",
    (timezone, last, first) => {
      const wallet = spentAt(last, timezone);
      const before = pay(1, { wallet, now: Date.parse(last) });
      expect(before.record.reasons).toEqual(["wallet_day_amount_limit"]);
      expect(pay(100, { wallet, now: Date.parse(first) }).record.approved).toBe(true);
    },
  );

  test("is full for all 25 hours of a long day", () => {
    const wallet = spentAt("2026-10-24T22:00:00.000Z", "Europe/Berlin");
    for (let hour = 0; hour < 25; hour++) {
      const now = Date.parse("2026-10-24T22:00:00.000Z") + hour * 3_600_000;
      expect(pay(1, { wallet, now }).record.approved).toBe(false);
    }
  });
});
