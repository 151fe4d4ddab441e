import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aMerchant,
  authorizing,
  capturing,
  expiring,
  forcing,
  refunding,
  refundingCard,
  reversing,
} from "../../../../test/support/wallet-states.ts";

/** A life with a payment of 100 of which this much was captured. */
const captured = (amount: number, available = 100n) => {
  const life = new Life({ wallet: { available } });
  const payment = life.pays(100);
  life.does(capturing(payment, amount));
  return { life, payment };
};

describe("a refund of a payment", () => {
  test("brings money back from the network, with the payment's card and merchant", () => {
    const { life, payment } = captured(80);
    const made = life.causes(
      "authorization.refunded",
      refunding(payment, 30, { reference: "r-1", metadata: { a: "b" } }),
    );
    expect(made.refund).toMatchObject({
      authorizationId: payment.id,
      cardId: life.card.id,
      walletId: life.wallet.id,
      amount: 30,
      currency: "EUR",
      merchant: payment.merchant,
      reference: "r-1",
      metadata: { a: "b" },
    });
    expect(made.postings).toMatchObject([
      { kind: "refund", debit: "network", credit: "available", amount: 30 },
    ]);
    expect(life.balances).toEqual([50, 0, 0]);
    expect(life.payment(payment)).toMatchObject({
      status: "closed",
      captured: 80n,
      refunded: 30n,
    });
  });

  test("is never above what was captured, in one or in several", () => {
    const { life, payment } = captured(80);
    expect(life.refuses(refunding(payment, 81))).toBe("refund_exceeds_capture");
    life.does(refunding(payment, 50));
    expect(life.refuses(refunding(payment, 31))).toBe("refund_exceeds_capture");
    life.does(refunding(payment, 30));
    expect(life.decide(refunding(payment, 1))).toMatchObject({
      refusal: {
        code: "refund_exceeds_capture",
        errors: [{ pointer: "/amount", detail: "is more than the 0 that can still be refunded" }],
      },
    });
  });

  test("gives nothing back to the limits", () => {
    const { life, payment } = captured(80);
    const before = [life.wallet.usage, life.card.usage];
    life.does(refunding(payment, 80));
    expect([life.wallet.usage, life.card.usage]).toEqual(before);
    expect(life.wallet.usage.day).toMatchObject({ amount: 80n, count: 1 });
  });

  test("can come between captures and leaves the hold alone", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    expect(life.refuses(refunding(payment, 1))).toBe("refund_exceeds_capture");
    life.does(capturing(payment, 40, { final: false }));
    life.does(refunding(payment, 40));
    expect(life.payment(payment)).toMatchObject({ status: "open", held: 60n, refunded: 40n });
    expect(life.refuses(refunding(payment, 1))).toBe("refund_exceeds_capture");
    life.does(capturing(payment));
    life.does(refunding(payment, 60));
    expect(life.balances).toEqual([100, 0, 0]);
  });

  test("comes back also after expiry, of a forced capture, on a frozen wallet and a deleted card", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(50, { expiresInSeconds: 1 });
    life.does(capturing(payment, 20, { final: false }));
    life.after(1_000).does(expiring(payment));
    const { authorization: forced } = life.causes("authorization.forced", forcing(life.card, 30));
    life.does({ kind: "delete_card", cardId: life.card.id });
    life.does({ kind: "freeze_wallet", walletId: life.wallet.id });
    life.does(refunding(payment, 20));
    life.does(refunding(forced, 30));
    expect(life.balances).toEqual([100, 0, 0]);
  });

  test.each(["declined", "reversed"])("of a %s payment is refused: nothing was captured", (was) => {
    const life = new Life({ wallet: { available: 100n } });
    const payment =
      was === "declined"
        ? life.causes("authorization.declined", authorizing(life.card, 101)).authorization
        : life.pays(100);
    if (was === "reversed") life.does(reversing(payment));
    expect(life.refuses(refunding(payment, 1))).toBe("refund_exceeds_capture");
  });

  test("is refused where the balance could not hold it", () => {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    const { life, payment } = captured(100);
    const full = new Life({ wallet: { ...life.wallet, available: most - 50n } });
    const state = {
      wallet: full.wallet,
      card: life.card,
      authorization: life.payment(payment),
    };
    expect(full.decideOn(state, refunding(payment, 51))).toMatchObject({
      refusal: { code: "balance_too_large" },
    });
    expect(full.decideOn(state, refunding(payment, 50)).ok).toBe(true);
  });
});

describe("a refund that names no payment", () => {
  test("comes to the card's wallet and changes no payment and no limit", () => {
    const { life, payment } = captured(80);
    const before = { payment: life.payment(payment), card: life.card, usage: life.wallet.usage };
    const { refund, postings } = life.causes(
      "refund.booked",
      refundingCard(life.card, 1_000, { merchant: aMerchant({ id: "m-9" }), reference: "r-2" }),
    );
    expect(refund).toMatchObject({
      authorizationId: null,
      cardId: life.card.id,
      amount: 1_000,
      merchant: { id: "m-9" },
      reference: "r-2",
    });
    expect(postings).toMatchObject([{ kind: "refund", debit: "network", credit: "available" }]);
    expect(life.balances).toEqual([1_020, 0, 0]);
    expect({
      payment: life.payment(payment),
      card: life.card,
      usage: life.wallet.usage,
    }).toEqual(before);
  });

  test("repays what is owed first", () => {
    const life = new Life({ wallet: { available: 0n } });
    life.does(forcing(life.card, 30));
    life.does(refundingCard(life.card, 50));
    expect(life.balances).toEqual([20, 0, 0]);
  });

  test("is taken on a frozen wallet and a terminated card, not on a deleted one", () => {
    const life = new Life({ wallet: { available: 0n, status: "frozen" } });
    life.does({ kind: "terminate_card", cardId: life.card.id });
    life.does(refundingCard(life.card, 1));
    life.does({ kind: "delete_card", cardId: life.card.id });
    expect(life.refuses(refundingCard(life.card, 1))).toBe("not_found");
  });

  test("is refused where the balance could not hold it", () => {
    const life = new Life({ wallet: { available: 3n } });
    expect(life.refuses(refundingCard(life.card, Number.MAX_SAFE_INTEGER - 2))).toBe(
      "balance_too_large",
    );
    life.does(refundingCard(life.card, Number.MAX_SAFE_INTEGER - 3));
  });
});
