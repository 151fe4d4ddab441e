import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aMerchant,
  capturing,
  depositing,
  expiring,
  forcing,
  incrementing,
  noon,
  reversing,
  updatingCard,
} from "../../../../test/support/wallet-states.ts";
import { noControls } from "../model/controls.ts";
import { noLimits } from "./limits.ts";

const day = 86_400_000;
const hotel = aMerchant({ category: "7011" });

describe("an increment", () => {
  test("holds more of the same payment and counts as none", () => {
    const life = new Life({ wallet: { available: 500n } });
    const payment = life.pays(100);
    const made = life.causes("authorization.incremented", incrementing(payment, 50));
    expect(made.increment).toMatchObject({ approved: true, reasons: [], amount: 50 });
    expect(made.previous).toBe(payment.sequence);
    expect(life.payment(payment)).toMatchObject({
      status: "open",
      requestedAmount: 100n,
      amount: 150n,
      held: 150n,
      expiresAt: payment.expiresAt,
    });
    expect(life.balances).toEqual([350, 150, 0]);
    for (const { usage } of [life.wallet, life.card]) {
      expect(usage.day).toMatchObject({ amount: 150n, count: 1 });
    }
  });

  test("is held against the limit of one payment with the payment's whole amount", () => {
    const limits = { ...noLimits, perTransaction: { amount: 150 } };
    const life = new Life({ card: { limits } });
    const payment = life.pays(100);
    expect(
      life.causes("authorization.increment_declined", incrementing(payment, 51)),
    ).toMatchObject({ increment: { approved: false, reasons: ["card_transaction_limit"] } });
    life.causes("authorization.incremented", incrementing(payment, 50));
    life.causes("authorization.increment_declined", incrementing(payment, 1));
  });

  test("is held against a window's amount only with what it adds, and never against its count", () => {
    const limits = { ...noLimits, day: { amount: 150, count: 1 } };
    const life = new Life({ wallet: { limits } });
    const payment = life.pays(100);
    life.causes("authorization.incremented", incrementing(payment, 50));
    const { increment } = life.causes("authorization.increment_declined", incrementing(payment, 1));
    expect(increment.reasons).toEqual(["wallet_day_amount_limit"]);
  });

  test("that is declined names all that stood in the way and leaves money, limits and payment as they were", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    life.does({ kind: "freeze_card", cardId: life.card.id });
    life.does({ kind: "freeze_wallet", walletId: life.wallet.id });
    const before = { wallet: life.wallet, card: life.card };
    const { increment, authorization } = life.causes(
      "authorization.increment_declined",
      incrementing(payment, 1),
    );
    expect(increment.reasons).toEqual(["card_frozen", "wallet_frozen", "insufficient_funds"]);
    expect(authorization).toMatchObject({ status: "open", amount: 100, held: 100 });
    expect(life.balances).toEqual([0, 100, 0]);
    expect(life.wallet.usage).toEqual(before.wallet.usage);
    expect(life.card).toEqual(before.card);
    expect(life.payment(payment)).toEqual({ ...payment, sequence: life.wallet.version });
  });

  test("asks the controls as they are now", () => {
    const life = new Life();
    const payment = life.pays(100, { merchant: hotel });
    const controls = { ...noControls, categories: { block: ["7011"] } };
    life.does(updatingCard(life.card, { controls }));
    const { increment } = life.causes("authorization.increment_declined", incrementing(payment, 1));
    expect(increment.reasons).toEqual(["card_category_not_allowed"]);
  });

  test("counts in the windows of its own time", () => {
    const life = new Life();
    const payment = life.pays(100);
    life.after(day).does(incrementing(payment, 30));
    expect(life.wallet.usage.day).toEqual({ start: "2026-11-11", amount: 30n, count: 0 });
    expect(life.wallet.usage.week).toEqual({ start: "2026-11-09", amount: 130n, count: 1 });
  });

  test("is refused rather than let amounts pass what a record may hold", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const life = new Life({ wallet: { available: BigInt(most) } });
    const payment = life.pays(most);
    life.does(reversing(payment, most - 1));
    expect(life.refuses(incrementing(payment, most - 1))).toBe("balance_too_large");
  });
});

describe("a reversal", () => {
  test("of all releases the hold, gives the limits back, and ends the payment", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    const { reversal } = life.causes("authorization.reversed", reversing(payment));
    expect(reversal.amount).toBe(100);
    expect(life.balances).toEqual([100, 0, 0]);
    expect(life.payment(payment)).toMatchObject({
      status: "reversed",
      amount: 100n,
      held: 0n,
      reversed: 100n,
      expiresAt: null,
      consumed: [],
    });
    for (const { usage } of [life.wallet, life.card]) {
      expect(usage.day).toMatchObject({ amount: 0n, count: 0 });
      expect(usage.lifetime).toMatchObject({ amount: 0n, count: 0 });
    }
  });

  test("of a part leaves the rest open, counted once until nothing is left", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    life.does(reversing(payment, 60));
    expect(life.payment(payment)).toMatchObject({ status: "open", held: 40n, reversed: 60n });
    expect(life.wallet.usage.day).toMatchObject({ amount: 40n, count: 1 });
    life.does(reversing(payment, 40));
    expect(life.payment(payment)).toMatchObject({ status: "reversed", held: 0n, reversed: 100n });
    expect(life.wallet.usage.day).toMatchObject({ amount: 0n, count: 0 });
  });

  test("is never of more than is held", () => {
    const life = new Life();
    const payment = life.pays(100);
    life.does(capturing(payment, 30, { final: false }));
    expect(life.refuses(reversing(payment, 71))).toBe("reversal_exceeds_hold");
    life.does(reversing(payment, 70));
    expect(life.payment(payment)).toMatchObject({ status: "closed", captured: 30n, reversed: 70n });
  });

  test("gives back last in, first out, in the windows that were taken", () => {
    const life = new Life();
    const payment = life.pays(100);
    life.after(day).does(incrementing(payment, 30));
    life.does(reversing(payment, 50));
    // 30 of today, 20 of yesterday: today's window is empty again, yesterday's has passed.
    expect(life.wallet.usage.day).toEqual({ start: "2026-11-11", amount: 0n, count: 0 });
    expect(life.wallet.usage.week).toMatchObject({ amount: 80n, count: 1 });
    expect(life.payment(payment).consumed.map((entry) => entry.amount)).toEqual([80]);
  });

  test("leaves alone what was counted in a window that has begun since", () => {
    const life = new Life();
    const payment = life.pays(100);
    life.after(day).pays(7);
    life.does(reversing(payment));
    expect(life.wallet.usage.day).toEqual({ start: "2026-11-11", amount: 7n, count: 1 });
    expect(life.wallet.usage.month).toMatchObject({ amount: 7n, count: 1 });
  });

  test("repays what the wallet owes before it is available", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    life.does(forcing(life.card, 30));
    expect(life.balances).toEqual([0, 100, 30]);
    const { postings } = life.causes("authorization.reversed", reversing(payment, 40));
    expect(postings.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["release", 40],
      ["repayment", 30],
    ]);
    expect(life.balances).toEqual([10, 60, 0]);
  });

  test("frees a single-use card, which a reversal in part does not", () => {
    const life = new Life({ card: { type: "single_use" } });
    const payment = life.pays(100);
    life.does(reversing(payment, 99));
    const again = () => life.decide({ ...payingLike(life), id: payment.id.replace(/^./, "f") });
    expect(again()).toMatchObject({ answer: { type: "authorization.declined" } });
    life.does(reversing(payment, 1));
    expect(again()).toMatchObject({ answer: { type: "authorization.approved" } });
  });
});

const payingLike = (life: Life) =>
  ({
    kind: "authorize",
    id: "",
    cardId: life.card.id,
    amount: 1,
    currency: null,
    merchant: aMerchant(),
    merchantAmount: null,
    partialApproval: false,
    expiresInSeconds: null,
    mustApprove: false,
    metadata: {},
  }) as const;

describe("expiry", () => {
  test("is refused until the hold has lived its time, and not a millisecond longer", () => {
    const life = new Life();
    const payment = life.pays(100, { expiresInSeconds: 60 });
    expect(payment.expiresAt).toBe(noon + 60_000);
    life.now = noon + 59_999;
    expect(life.refuses(expiring(payment))).toBe("hold_not_expired");
    life.now = noon + 60_000;
    life.does(expiring(payment));
    expect(life.payment(payment)).toMatchObject({ status: "expired", held: 0n, expiresAt: null });
  });

  test.each([
    ["5411", 7],
    ["7011", 31],
    ["7512", 31],
    ["3351", 31],
    ["3999", 31],
    [null, 7],
  ])("of category %s comes after %d days where the request does not say", (category, days) => {
    const life = new Life();
    const payment = life.pays(100, { merchant: aMerchant({ category }) });
    life.now = noon + days * day - 1;
    expect(life.refuses(expiring(payment))).toBe("hold_not_expired");
    life.now += 1;
    life.causes("authorization.expired", expiring(payment));
  });

  test("releases what is left of the hold and gives it back to the limits", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100, { expiresInSeconds: 1 });
    life.does(capturing(payment, 30, { final: false }));
    life.after(1_000).does(expiring(payment));
    expect(life.payment(payment)).toMatchObject({ status: "expired", captured: 30n, held: 0n });
    expect(life.balances).toEqual([70, 0, 0]);
    expect(life.wallet.usage.day).toMatchObject({ amount: 30n, count: 1 });
  });

  test("of a payment of which nothing was taken uncounts it", () => {
    const life = new Life();
    const payment = life.pays(100, { expiresInSeconds: 1 });
    life.after(1_000).does(expiring(payment));
    expect(life.wallet.usage.day).toMatchObject({ amount: 0n, count: 0 });
  });

  test("repays what the wallet owes", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100, { expiresInSeconds: 1 });
    life.does(forcing(life.card, 150));
    life.after(1_000).does(expiring(payment));
    expect(life.balances).toEqual([0, 0, 50]);
  });

  test("comes when its event does: until then a hold that is overdue is captured as held", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100, { expiresInSeconds: 1 });
    const { capture } = life.after(9 * day).causes("authorization.captured", capturing(payment));
    expect(capture).toMatchObject({ kind: "held", uncovered: 0 });
    expect(life.refuses(expiring(payment))).toBe("authorization_not_open");
  });
});

describe("a payment that is not open", () => {
  const ended: [string, (life: Life) => { readonly id: string }][] = [
    [
      "declined",
      (life) =>
        life.causes("authorization.declined", { ...payingLike(life), id: "d0000001", amount: 1e9 })
          .authorization,
    ],
    ["closed", (life) => endedBy(life, capturing)],
    ["reversed", (life) => endedBy(life, reversing)],
    [
      "expired",
      (life) => {
        const payment = life.pays(100, { expiresInSeconds: 1 });
        life.after(1_000).does(expiring(payment));
        return payment;
      },
    ],
  ];
  const endedBy = (life: Life, act: typeof capturing | typeof reversing) => {
    const payment = life.pays(100);
    life.does(act(payment));
    return payment;
  };

  test.each(ended)("%s: is not incremented, reversed or expired, and says why", (status, make) => {
    const life = new Life();
    const payment = make(life);
    life.after(99 * day);
    for (const command of [
      { ...incrementing(life.card, 1), authorizationId: payment.id },
      { ...reversing(life.card), authorizationId: payment.id },
      { ...reversing(life.card, 1), authorizationId: payment.id },
      expiring(payment),
    ]) {
      expect([command.kind, life.decide(command)]).toMatchObject([
        command.kind,
        {
          ok: false,
          refusal: {
            code: "authorization_not_open",
            errors: [{ detail: `authorization ${payment.id} is ${status}` }],
          },
        },
      ]);
    }
  });
});

test("what was promised is kept whatever has become of the card", () => {
  const life = new Life();
  const payment = life.pays(100);
  life.does({ kind: "delete_card", cardId: life.card.id });
  expect(
    life.causes("authorization.increment_declined", incrementing(payment, 1)).increment.reasons,
  ).toEqual(["card_terminated"]);
  life.does(reversing(payment, 10));
  life.does(capturing(payment, 50, { final: false }));
  life.does(depositing(life.wallet, 1));
  life.after(8 * day).does(expiring(payment));
  expect(life.payment(payment)).toMatchObject({ status: "expired", captured: 50n, reversed: 10n });
});
