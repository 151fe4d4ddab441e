import { describe, expect, test } from "vitest";
import { aCard, aMerchant, aWallet, noon } from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
import { noUsage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { limitWindows, noLimits } from "./limits.ts";
import { evaluate, expired, headroomOf, type Payment } from "./payment-controls.ts";
import { type Reason, reasons } from "./reasons.ts";
import { consume } from "./usage.ts";
import { windowStarts } from "./windows.ts";

const payment: Payment = { amount: 100n, total: 100n, merchant: aMerchant(), count: 1 };

interface Case {
  readonly wallet?: Partial<Wallet>;
  readonly card?: Partial<Card>;
}

const starts = windowStarts(noon, "UTC");
const used = consume(noUsage, { amount: 950, count: 3, windows: starts });

/**
 * For each reason of the closed list a wallet and card on which the payment gives this one
 * and no other; where it is one of numbers, `room` of one more is just enough.
 */
const onlyFor = (reason: Reason, room = 0): Case => {
  const parts = /^(card|wallet)_(\w+?)(?:_(amount|count))?_(limit|not_allowed)$/.exec(reason);
  const scope = parts?.[1] as "card" | "wallet";
  const what = parts?.[2];
  const list = { merchant: "merchants", category: "categories", country: "countries" }[what ?? ""];
  if (list) {
    const none = { merchants: null, categories: null, countries: null };
    return { [scope]: { controls: { ...none, [list]: { allow: ["other"] } } } };
  }
  if (what === "transaction") {
    return { [scope]: { limits: { ...noLimits, perTransaction: { amount: 99 + room } } } };
  }
  const window = limitWindows.find((name) => name === what);
  if (window && parts?.[3] === "amount") {
    return {
      [scope]: { usage: used, limits: { ...noLimits, [window]: { amount: 1_049 + room } } },
    };
  }
  if (window)
    return { [scope]: { usage: used, limits: { ...noLimits, [window]: { count: 3 + room } } } };
  const others: { readonly [Other in Reason]?: Case } = {
    card_terminated: { card: { status: "terminated" } },
    card_frozen: { card: { status: "frozen" } },
    card_expired: { card: { expMonth: 10, expYear: 2026 } },
    wallet_frozen: { wallet: { status: "frozen" } },
    wallet_overdrawn: { wallet: { receivable: 1n } },
    card_already_used: { card: { type: "single_use", usage: used } },
    card_merchant_locked: { card: { type: "merchant_locked", lockedMerchantId: "m-2" } },
    insufficient_funds: { wallet: { available: 99n + BigInt(room) } },
  };
  const found = others[reason];
  if (!found) throw new Error(`no payment is known that fails for ${reason}`);
  return found;
};

const failing = ({ wallet, card }: Case, asked: Payment = payment): Reason[] => {
  const ofWallet = aWallet(wallet);
  return evaluate(ofWallet, aCard(ofWallet, card), asked, starts, noon)
    .filter(({ passed }) => !passed)
    .map(({ reason }) => reason);
};

describe("every reason", () => {
  test.each(reasons)("%s can be the only one", (reason) => {
    expect(failing(onlyFor(reason))).toEqual([reason]);
  });

  test("is listed once", () => {
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(reasons.length).toBeGreaterThanOrEqual(36);
  });

  test.each(reasons.filter((reason) => /limit|funds/.test(reason)))(
    "%s is not given where the payment just fits",
    (reason) => expect(failing(onlyFor(reason, 1))).toEqual([]),
  );
});

test("all that stands in the way is named, in the order of the list", () => {
  const everyLimit = {
    perTransaction: { amount: 1 },
    ...Object.fromEntries(limitWindows.map((window) => [window, { amount: 1, count: 1 }])),
  } as Wallet["limits"];
  const blocked = { allow: ["other"], block: [] };
  const everything = {
    limits: everyLimit,
    usage: used,
    controls: { merchants: blocked, categories: blocked, countries: blocked },
  };
  const wallet = { ...everything, status: "frozen", receivable: 1n, available: 0n } as const;
  const old = { ...everything, expMonth: 1, expYear: 2020, lockedMerchantId: "m-2" };
  for (const [status, type, ...others] of [
    ["frozen", "single_use", "card_terminated", "card_merchant_locked"],
    ["terminated", "single_use", "card_frozen", "card_merchant_locked"],
    ["frozen", "merchant_locked", "card_terminated", "card_already_used"],
    ["terminated", "merchant_locked", "card_frozen", "card_already_used"],
  ] as const) {
    expect(failing({ wallet, card: { ...old, status, type } })).toEqual(
      reasons.filter((reason) => !others.some((other) => other === reason)),
    );
  }
});

test("controls that are not set are not evaluated, and nothing fails then", () => {
  const wallet = aWallet();
  const verdicts = evaluate(wallet, aCard(wallet), payment, starts, noon);
  expect(verdicts.map(({ reason }) => reason)).toEqual([
    "card_terminated",
    "card_frozen",
    "card_expired",
    "wallet_frozen",
    "wallet_overdrawn",
    "insufficient_funds",
  ]);
  expect(verdicts.every(({ passed }) => passed)).toBe(true);
});

describe("lists of merchants, categories and countries", () => {
  const lists = [
    ["merchants", "card_merchant_not_allowed", "id"],
    ["categories", "card_category_not_allowed", "category"],
    ["countries", "card_country_not_allowed", "country"],
  ] as const;
  test.each(lists)(
    "%s: allowed and not blocked; the unknown is not allowed",
    (list, reason, field) => {
      const none = { merchants: null, categories: null, countries: null };
      const at = (value: string | null, control: { allow?: string[]; block?: string[] }) =>
        failing(
          { card: { controls: { ...none, [list]: control } } },
          { ...payment, merchant: aMerchant({ [field]: value }) },
        );
      expect(at("a", { allow: ["a", "b"] })).toEqual([]);
      expect(at("c", { allow: ["a", "b"] })).toEqual([reason]);
      expect(at("A", { allow: ["a"] })).toEqual([reason]);
      expect(at("a", { allow: [] })).toEqual([reason]);
      expect(at(null, { allow: ["a"] })).toEqual([reason]);
      expect(at("a", { block: ["a"] })).toEqual([reason]);
      expect(at("b", { block: ["a"] })).toEqual([]);
      expect(at(null, { block: ["a"] })).toEqual([]);
      expect(at("a", { allow: ["a"], block: ["a"] })).toEqual([reason]);
      expect(at("b", { allow: ["a", "b"], block: ["a"] })).toEqual([]);
      expect(at("a", {})).toEqual([]);
    },
  );
});

describe("headroom", () => {
  const headroomBy = (wallet: Partial<Wallet>, reason: Reason) => {
    const of = aWallet(wallet);
    const verdict = evaluate(of, aCard(of), payment, starts, noon).find((v) => v.reason === reason);
    return verdict && headroomOf(verdict);
  };

  test("is what a limit leaves, and never below zero", () => {
    const day = (amount: number) => ({ usage: used, limits: { ...noLimits, day: { amount } } });
    expect(headroomBy(day(1_000), "wallet_day_amount_limit")).toBe(50n);
    expect(headroomBy(day(10), "wallet_day_amount_limit")).toBe(0n);
  });

  test("is what is available, without what is held", () => {
    expect(headroomBy({ available: 7n, held: 900n }, "insufficient_funds")).toBe(7n);
  });

  test("is only of controls of an amount", () => {
    const wallet = aWallet({
      limits: { ...noLimits, day: { count: 9 }, perTransaction: { amount: 1 } },
    });
    const withHeadroom = evaluate(wallet, aCard(wallet), payment, starts, noon)
      .filter((verdict) => headroomOf(verdict) !== undefined)
      .map(({ reason }) => reason);
    expect(withHeadroom).toEqual(["wallet_transaction_limit", "insufficient_funds"]);
  });
});

describe("a card check", () => {
  const check: Payment = { amount: 0n, total: 0n, merchant: aMerchant(), count: 0 };

  test("passes limits that are used up and a wallet without money", () => {
    const full = Object.fromEntries(
      limitWindows.map((window) => [window, { amount: 1, count: 1 }]),
    );
    const limits = { ...noLimits, ...full };
    expect(failing({ wallet: { available: 0n, usage: used, limits } }, check)).toEqual([]);
  });

  test("does not pass what is wrong with the card, the wallet or the place", () => {
    const controls = { merchants: null, categories: { block: ["5411"] }, countries: null };
    expect(
      failing({ card: { status: "frozen" }, wallet: { receivable: 1n, controls } }, check),
    ).toEqual(["card_frozen", "wallet_overdrawn", "wallet_category_not_allowed"]);
  });
});

describe("a card is good through the last day of its month in the wallet's zone", () => {
  test.each([
    ["UTC", "2026-11-30T23:59:59.999Z", false],
    ["UTC", "2026-12-01T00:00:00.000Z", true],
    ["Pacific/Kiritimati", "2026-11-30T09:59:59.999Z", false],
    ["Pacific/Kiritimati", "2026-11-30T10:00:00.000Z", true],
    ["Etc/GMT+12", "2026-12-01T11:59:59.999Z", false],
    ["Etc/GMT+12", "2026-12-01T12:00:00.000Z", true],
    ["America/New_York", "2026-12-01T04:59:59.999Z", false],
    ["America/New_York", "2026-12-01T05:00:00.000Z", true],
  ])("%s at %s", (timezone, time, is) => {
    expect(expired({ expMonth: 11, expYear: 2026 }, Date.parse(time), timezone)).toBe(is);
  });

  test("also in December", () => {
    const card = { expMonth: 12, expYear: 2026 };
    expect(expired(card, Date.parse("2026-12-31T23:59:59.999Z"), "UTC")).toBe(false);
    expect(expired(card, Date.parse("2027-01-01T00:00:00.000Z"), "UTC")).toBe(true);
    expect(expired(card, Date.parse("2030-06-01T00:00:00.000Z"), "UTC")).toBe(true);
  });
});
