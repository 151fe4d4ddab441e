import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aMerchant,
  authorizing,
  capturing,
  depositing,
  expiring,
  forcing,
  incrementing,
  noon,
  refunding,
  reversing,
  transferring,
} from "../../../../test/support/wallet-states.ts";
import { defaultPaymentSettings } from "../../organization-settings.ts";
import type { CaptureTolerance } from "../model/command.ts";
import type { PostingRecord } from "../model/posting.ts";

const day = 86_400_000;
const restaurant = aMerchant({ category: "5812" });
const tolerances: readonly CaptureTolerance[] = defaultPaymentSettings.captureTolerances;

const entries = (postings: readonly PostingRecord[]) =>
  postings.map(({ kind, debit, credit, amount }) => `${kind} ${debit}>${credit} ${amount}`);

/** A life with an open payment. */
const open = (amount: number, available: number, over = {}) => {
  const life = new Life({ wallet: { available: BigInt(available) } });
  return { life, payment: life.pays(amount, over) };
};

/** A life with a payment whose hold expired. */
const expired = (amount: number, available: number, over = {}) => {
  const { life, payment } = open(amount, available, { expiresInSeconds: 60, ...over });
  life.after(60_000).does(expiring(payment));
  return { life, payment };
};

describe("a capture", () => {
  test("takes all that is held and closes the payment; limits keep what they counted", () => {
    const { life, payment } = open(100, 250);
    const { capture, postings, consumed, returned, previous } = life.causes(
      "authorization.captured",
      capturing(payment),
    );
    expect(capture).toMatchObject({ amount: 100, uncovered: 0, final: true, kind: "held" });
    expect(entries(postings)).toEqual(["capture held>network 100"]);
    expect([consumed, returned, previous]).toEqual([null, [], payment.sequence]);
    expect(life.balances).toEqual([150, 0, 0]);
    expect(life.payment(payment)).toMatchObject({
      status: "closed",
      amount: 100n,
      held: 0n,
      captured: 100n,
      expiresAt: null,
    });
    expect(life.wallet.usage.day).toMatchObject({ amount: 100n, count: 1 });
  });

  test("that is final releases what it leaves, to the wallet and to the limits", () => {
    const { life, payment } = open(100, 100);
    const { postings, returned } = life.causes("authorization.captured", capturing(payment, 30));
    expect(entries(postings)).toEqual(["capture held>network 30", "release held>available 70"]);
    expect(returned).toMatchObject([{ amount: 70, count: 0 }]);
    expect(life.balances).toEqual([70, 0, 0]);
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 30n, reversed: 0n });
    expect(life.wallet.usage.day).toMatchObject({ amount: 30n, count: 1 });
  });

  test("that is not final leaves the rest held, until several have taken it all", () => {
    const { life, payment } = open(100, 100);
    for (const [amount, held, status] of [
      [30, 70n, "open"],
      [50, 20n, "open"],
      [20, 0n, "closed"],
    ] as const) {
      life.does(capturing(payment, amount, { final: false }));
      expect(life.payment(payment)).toMatchObject({ held, status });
    }
    expect(life.payment(payment)).toMatchObject({ captured: 100n, expiresAt: null });
    expect(life.balances).toEqual([0, 0, 0]);
    expect(life.refuses(capturing(payment, 1))).toBe("authorization_not_open");
  });

  test("without an amount takes what earlier ones and reversals left", () => {
    const { life, payment } = open(100, 100);
    life.does(capturing(payment, 30, { final: false }));
    life.does(reversing(payment, 20));
    expect(life.causes("authorization.captured", capturing(payment)).capture.amount).toBe(50);
    expect(life.payment(payment)).toMatchObject({ captured: 80n, reversed: 20n, held: 0n });
  });

  test("takes increments too, and gives back the last that was taken of the limits first", () => {
    const { life, payment } = open(100, 500);
    life.after(day).does(incrementing(payment, 40));
    life.does(capturing(payment, 90));
    // 40 of the second day and 10 of the first are released.
    expect(life.wallet.usage.day).toMatchObject({ start: "2026-11-11", amount: 0n, count: 0 });
    expect(life.wallet.usage.week).toMatchObject({ amount: 90n, count: 1 });
  });

  test.each(["declined", "closed", "reversed"])("of a %s payment is refused", (status) => {
    const life = new Life({ wallet: { available: 100n } });
    if (status === "declined") {
      const command = authorizing(life.card, 101);
      const { authorization } = life.causes("authorization.declined", command);
      expect(life.refuses(capturing(authorization, 1))).toBe("authorization_not_open");
      return;
    }
    const payment = life.pays(100);
    life.does(status === "closed" ? capturing(payment, 1) : reversing(payment));
    for (const command of [capturing(payment), capturing(payment, 1)]) {
      expect(life.decide(command)).toMatchObject({
        refusal: {
          code: "authorization_not_open",
          errors: [{ detail: `authorization ${payment.id} is ${status}` }],
        },
      });
    }
  });

  test("of a card check is refused: nothing was promised", () => {
    const life = new Life();
    expect(life.refuses(capturing(life.pays(0), 1, { tolerances }))).toBe("authorization_not_open");
  });

  test("goes through on a frozen wallet and a frozen or terminated card", () => {
    const { life, payment } = open(100, 100);
    life.does({ kind: "freeze_wallet", walletId: life.wallet.id });
    life.does({ kind: "terminate_card", cardId: life.card.id });
    life.does(capturing(payment));
    expect(life.payment(payment).status).toBe("closed");
  });
});

describe("a capture over the hold", () => {
  test.each<[string, number, readonly CaptureTolerance[], string | null, number]>([
    ["none is set", 100, [], "5812", 100],
    ["the category has none", 100, tolerances, "5411", 100],
    ["the merchant named no category", 100, tolerances, null, 100],
    ["a restaurant's is a fifth", 100, tolerances, "5812", 120],
    ["a bar's is a fifth", 100, tolerances, "5813", 120],
    ["a fuel pump's is less", 100, tolerances, "5542", 115],
    ["a share is rounded down", 99, tolerances, "5812", 118],
    ["an amount can be more than the share", 100, [ofAmount(20, 30)], "5812", 130],
    ["and the share more than the amount", 1_000, [ofAmount(20, 30)], "5812", 1_200],
    ["the first that matches counts", 100, [ofAmount(1, 0), ofAmount(50, 0)], "5812", 101],
  ])("where %s: of %d with %o at %s goes up to %d", (_, amount, allowed, category, most) => {
    const { life, payment } = open(amount, 10_000, { merchant: aMerchant({ category }) });
    expect(life.refuses(capturing(payment, most + 1, { tolerances: allowed }))).toBe(
      "capture_exceeds_authorization",
    );
    life.does(capturing(payment, most, { tolerances: allowed }));
    expect(life.payment(payment).captured).toBe(BigInt(most));
  });

  test("takes the rest of what is available and counts it against the limits when it is captured", () => {
    const { life, payment } = open(100, 150, { merchant: restaurant });
    life.after(day);
    const { capture, postings, consumed } = life.causes(
      "authorization.captured",
      capturing(payment, 120, { tolerances }),
    );
    expect(capture).toMatchObject({ amount: 120, uncovered: 20, kind: "held" });
    expect(entries(postings)).toEqual([
      "capture held>network 100",
      "uncovered_capture available>network 20",
    ]);
    expect(consumed).toMatchObject({ amount: 20, count: 0, windows: { day: "2026-11-11" } });
    expect(life.balances).toEqual([30, 0, 0]);
    expect(life.wallet.usage.day).toEqual({ start: "2026-11-11", amount: 20n, count: 0 });
    expect(life.wallet.usage.month).toMatchObject({ amount: 120n, count: 1 });
  });

  test("owes what is not available", () => {
    const { life, payment } = open(100, 105, { merchant: restaurant });
    const { postings } = life.causes(
      "authorization.captured",
      capturing(payment, 120, { tolerances }),
    );
    expect(entries(postings)).toEqual([
      "capture held>network 100",
      "uncovered_capture available>network 5",
      "advance receivable>network 15",
    ]);
    expect(life.balances).toEqual([0, 0, 15]);
  });

  test("is within the tolerance for all captures together", () => {
    const { life, payment } = open(100, 1_000, { merchant: restaurant });
    life.does(capturing(payment, 60, { final: false, tolerances }));
    expect(life.refuses(capturing(payment, 61, { tolerances }))).toBe(
      "capture_exceeds_authorization",
    );
    life.does(capturing(payment, 60, { final: false, tolerances }));
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 120n, held: 0n });
    expect(life.refuses(capturing(payment, 1, { tolerances }))).toBe("authorization_not_open");
  });

  test("has a tolerance of what is still promised after a reversal", () => {
    const { life, payment } = open(100, 1_000, { merchant: restaurant });
    life.does(reversing(payment, 50));
    expect(life.refuses(capturing(payment, 61, { tolerances }))).toBe(
      "capture_exceeds_authorization",
    );
    life.does(capturing(payment, 60, { tolerances }));
  });

  test("counts increments as promised", () => {
    const { life, payment } = open(100, 1_000, { merchant: restaurant });
    life.does(incrementing(payment, 100));
    life.does(capturing(payment, 240, { tolerances }));
    expect(life.payment(payment).captured).toBe(240n);
  });

  test("does not pass what a record may hold", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { life, payment } = open(most, most, { merchant: restaurant });
    life.does(capturing(payment, 2 ** 52, { final: false }));
    expect(life.refuses(capturing(payment, 2 ** 52, { tolerances }))).toBe("balance_too_large");
    life.does(capturing(payment, 2 ** 52 - 1, { tolerances }));
  });
});

function ofAmount(percent: number, amount: number): CaptureTolerance {
  return { categories: ["5812"], percent, amount };
}

describe("a late capture", () => {
  test("takes what is available, counts anew, and leaves nothing owed if there is enough", () => {
    const { life, payment } = expired(100, 100);
    life.after(day);
    const { capture, postings, consumed, returned } = life.causes(
      "authorization.captured",
      capturing(payment),
    );
    expect(capture).toMatchObject({ amount: 100, uncovered: 100, kind: "late", final: true });
    expect(entries(postings)).toEqual(["uncovered_capture available>network 100"]);
    expect(consumed).toMatchObject({ amount: 100, count: 1, windows: { day: "2026-11-11" } });
    expect(returned).toEqual([]);
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 100n, held: 0n });
    expect(life.balances).toEqual([0, 0, 0]);
  });

  test("owes what is not available, and is not asked whether it may", () => {
    const { life, payment } = expired(100, 100);
    life.does({ kind: "terminate_card", cardId: life.card.id });
    life.does(forcing(life.card, 80));
    life.does({ kind: "freeze_wallet", walletId: life.wallet.id });
    const { postings } = life.causes("authorization.captured", capturing(payment));
    expect(entries(postings)).toEqual([
      "uncovered_capture available>network 20",
      "advance receivable>network 80",
    ]);
    expect(life.balances).toEqual([0, 0, 80]);
  });

  test("can come in parts and stays expired in between; it counts as one payment", () => {
    const { life, payment } = expired(100, 200);
    life.does(capturing(payment, 40, { final: false }));
    expect(life.payment(payment)).toMatchObject({ status: "expired", captured: 40n });
    expect(life.refuses(capturing(payment, 61))).toBe("capture_exceeds_authorization");
    life.does(capturing(payment, 60, { final: false }));
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 100n });
    expect(life.wallet.usage.day).toMatchObject({ amount: 100n, count: 1 });
    expect(life.refuses(capturing(payment, 1))).toBe("authorization_not_open");
  });

  test("that is final ends it, with nothing to release", () => {
    const { life, payment } = expired(100, 200);
    const { postings } = life.causes("authorization.captured", capturing(payment, 40));
    expect(entries(postings)).toEqual(["uncovered_capture available>network 40"]);
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 40n });
  });

  test("takes what captures before expiry and reversals left, and its tolerance", () => {
    const life = new Life({ wallet: { available: 1_000n } });
    const payment = life.pays(100, { merchant: restaurant, expiresInSeconds: 60 });
    life.does(capturing(payment, 30, { final: false }));
    life.does(reversing(payment, 20));
    life.after(60_000).does(expiring(payment));
    expect(life.refuses(capturing(payment, 67, { tolerances }))).toBe(
      "capture_exceeds_authorization",
    );
    // A fifth over the 80 that are still promised, less the 30 that were taken.
    life.does(capturing(payment, 66, { tolerances, final: false }));
    expect(life.payment(payment)).toMatchObject({ captured: 96n, status: "closed" });
    expect(life.wallet.usage.day).toMatchObject({ amount: 96n, count: 1 });
  });
});

describe("a forced capture", () => {
  test("makes a payment that was captured without having been authorized", () => {
    const life = new Life({ wallet: { available: 100n } });
    const { authorization, capture } = life.causes(
      "authorization.forced",
      forcing(life.card, 30, { merchant: restaurant, metadata: { a: "b" } }),
    );
    expect(authorization).toMatchObject({
      approved: true,
      forced: true,
      status: "closed",
      requestedAmount: 30,
      amount: 30,
      held: 0,
      captured: 30,
      reasons: [],
      expiresAt: null,
      merchant: restaurant,
      metadata: { a: "b" },
    });
    expect(capture).toMatchObject({
      authorizationId: authorization.id,
      amount: 30,
      uncovered: 30,
      final: true,
      kind: "forced",
    });
    expect(life.balances).toEqual([70, 0, 0]);
  });

  test("counts as one payment against card and wallet, and fixes the time zone", () => {
    const life = new Life({ wallet: { available: 0n } });
    life.does(forcing(life.card, 30));
    for (const { usage } of [life.wallet, life.card]) {
      expect(usage.day).toEqual({ start: "2026-11-10", amount: 30n, count: 1 });
    }
    expect(life.wallet.timezoneLocked).toBe(true);
  });

  test("is refused by no control: it takes what is available and owes the rest", () => {
    const life = new Life({ wallet: { available: 100n }, card: { expMonth: 1, expYear: 2020 } });
    const held = life.wallet.available;
    life.does({ kind: "terminate_card", cardId: life.card.id });
    life.does({ kind: "freeze_wallet", walletId: life.wallet.id });
    const { postings } = life.causes("authorization.forced", forcing(life.card, 130));
    expect(entries(postings)).toEqual([
      `uncovered_capture available>network ${held}`,
      "advance receivable>network 30",
    ]);
    life.does(forcing(life.card, 5));
    expect(life.balances).toEqual([0, 0, 35]);
  });

  test("leaves holds alone", () => {
    const { life, payment } = open(100, 100);
    life.does(forcing(life.card, 10));
    expect(life.balances).toEqual([0, 100, 10]);
    life.does(capturing(payment));
    expect(life.balances).toEqual([0, 0, 10]);
  });

  test("is refused where no record could hold what would be owed", () => {
    const life = new Life({ wallet: { available: 3n } });
    life.does(forcing(life.card, Number.MAX_SAFE_INTEGER));
    expect(life.balances).toEqual([0, 0, Number.MAX_SAFE_INTEGER - 3]);
    expect(life.refuses(forcing(life.card, 4))).toBe("balance_too_large");
    life.does(forcing(life.card, 3));
  });

  test("nor is a late capture taken where no record could hold what would be owed", () => {
    const { life, payment } = expired(200, 200);
    life.does(forcing(life.card, Number.MAX_SAFE_INTEGER));
    life.does(forcing(life.card, 150));
    expect(life.balances).toEqual([0, 0, Number.MAX_SAFE_INTEGER - 50]);
    expect(life.refuses(capturing(payment, 51))).toBe("balance_too_large");
    life.does(capturing(payment, 50));
  });
});

describe("what a wallet owes", () => {
  const owing = (receivable: number, available = 0) =>
    new Life({ wallet: { available: BigInt(available), receivable: BigInt(receivable) } });

  test("declines new payments, card checks among them, and increments", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(50);
    life.does(forcing(life.card, 51));
    for (const amount of [1, 0]) {
      const { authorization } = life.causes(
        "authorization.declined",
        authorizing(life.card, amount),
      );
      expect(authorization.reasons).toContain("wallet_overdrawn");
    }
    expect(
      life.causes("authorization.increment_declined", incrementing(payment, 1)).increment.reasons,
    ).toEqual(["wallet_overdrawn", "insufficient_funds"]);
    life.does(depositing(life.wallet, 2));
    expect(life.pays(1).approved).toBe(true);
  });

  test.each<[string, (life: Life) => void]>([
    ["a deposit", (life) => life.does(depositing(life.wallet, 50))],
    ["a released hold", (life) => life.does(reversing(life.payment(hold(life)), 50))],
    [
      "the rest of a final capture",
      (life) => {
        const payment = hold(life);
        life.does(capturing(payment, 10));
      },
    ],
  ])("is repaid first by %s", (_, inflow) => {
    const life = new Life({ wallet: { available: 60n } });
    life.pays(60);
    life.does(forcing(life.card, 30));
    inflow(life);
    expect(life.balances[0]).toBe(20);
    expect(life.balances[2]).toBe(0);
  });

  test("is repaid by what comes in until nothing is owed, never further", () => {
    const life = owing(30);
    life.does(depositing(life.wallet, 10));
    expect(life.balances).toEqual([0, 0, 20]);
    const { postings } = life.causes("deposit.booked", depositing(life.wallet, 25));
    expect(entries(postings)).toEqual([
      "deposit external>available 25",
      "repayment available>receivable 20",
    ]);
    expect(life.balances).toEqual([5, 0, 0]);
  });

  test("is repaid by a transfer in and by a refund", () => {
    const life = new Life({ wallet: { available: 100n } });
    const debtor = life.another({ available: 0n, receivable: 30n });
    life.does(transferring(life.wallet, debtor, 40));
    expect(life.walletOf(debtor)).toMatchObject({ available: 10n, receivable: 0n });
    const refunded = new Life({ wallet: { available: 0n } });
    const { authorization } = refunded.causes("authorization.forced", forcing(refunded.card, 30));
    refunded.does(refunding(authorization, 30));
    expect(refunded.balances).toEqual([0, 0, 0]);
  });
});

/** The life's one open hold. */
const hold = (life: Life) => {
  const [payment] = life.payments.filter(({ held }) => held > 0n);
  if (!payment) throw new Error("nothing is held");
  return payment;
};

test("times are the event's", () => {
  const { life, payment } = open(100, 100);
  life.after(1_234);
  const { capture } = life.causes("authorization.captured", capturing(payment));
  expect(Date.parse(capture.createdAt)).toBe(noon + 1_234);
});
