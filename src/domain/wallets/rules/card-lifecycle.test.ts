import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aCard,
  aMerchant,
  at,
  authorizing,
  aWallet,
  capturing,
  codeOf,
  creatingCard,
  eventsOf,
  expiring,
  forcing,
  incrementing,
  newId,
  noon,
  replacingCard,
  reversing,
  updatingCard,
} from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
import { noControls } from "../model/controls.ts";
import { applyToCard, applyToWallet, createdCard } from "./apply.ts";
import { decide, type StateCommand } from "./decide.ts";
import { noLimits } from "./limits.ts";

const wallet = aWallet();
const later = noon + 5_000;

const changed = (card: Card, command: StateCommand): Card => {
  const event = { ...at(eventsOf(decide({ wallet, card }, command, later)), 0), at: later };
  return applyToCard(card, event);
};

describe("creating a card", () => {
  test("gives an active one with nothing used", () => {
    const command = creatingCard(wallet, { name: "Ada", metadata: { a: "b" } });
    const [event] = eventsOf(decide({ wallet }, command, noon));
    if (event?.type !== "card.created") throw new Error("no card was created");
    const made = createdCard(wallet.organizationId, event.data.card, noon);
    expect(made).toEqual(aCard(wallet, { id: command.cardId, name: "Ada", metadata: { a: "b" } }));
    const after = applyToWallet(wallet, { ...event, at: noon });
    expect(after).toEqual({ ...wallet, version: 2 });
  });

  test("takes one that expires with this month and refuses one that has", () => {
    const inMonth = (expMonth: number, expYear: number) =>
      decide({ wallet }, creatingCard(wallet, { expMonth, expYear }), noon);
    expect(inMonth(11, 2026).ok).toBe(true);
    expect(codeOf(inMonth(10, 2026))).toBe("validation_failed");
    expect(inMonth(12, 2025)).toMatchObject({
      refusal: { errors: [{ pointer: "/expMonth" }, { pointer: "/expYear" }] },
    });
  });

  test("refuses limits under the organization's smallest", () => {
    const limits = { ...noLimits, month: { amount: 9 } };
    const decision = decide({ wallet }, creatingCard(wallet, { limits, smallestLimit: 10 }), noon);
    expect(decision).toMatchObject({ refusal: { errors: [{ pointer: "/limits/month/amount" }] } });
  });
});

describe("a card", () => {
  const card = aCard(wallet, { name: "Ada", cardholderId: "somebody" });
  const cardId = card.id;

  test("is changed only where the request says; null clears", () => {
    expect(changed(card, updatingCard(card, { metadata: { a: "b" } }))).toEqual({
      ...card,
      metadata: { a: "b" },
      updatedAt: later,
    });
    const cleared = changed(card, updatingCard(card, { name: null, cardholderId: null }));
    expect(cleared).toMatchObject({ name: null, cardholderId: null });
  });

  test("keeps its usage through every change", () => {
    const [event] = eventsOf(decide({ wallet, card }, authorizing(card, 100), later));
    const used = applyToCard(card, { ...at([event], 0), at: later } as never);
    expect(used.usage.day.amount).toBe(100n);
    for (const command of [
      updatingCard(card, { limits: { day: null } }),
      { kind: "freeze_card", cardId },
      { kind: "terminate_card", cardId },
    ] as const) {
      expect(changed(used, command).usage).toEqual(used.usage);
    }
  });

  test("freezes and unfreezes", () => {
    const frozen = changed(card, { kind: "freeze_card", cardId });
    expect(frozen.status).toBe("frozen");
    expect(changed(frozen, { kind: "unfreeze_card", cardId }).status).toBe("active");
  });

  test("is terminated for good", () => {
    const terminated = changed(card, { kind: "terminate_card", cardId });
    expect(terminated.status).toBe("terminated");
    for (const kind of ["freeze_card", "unfreeze_card"] as const) {
      const decision = decide({ wallet, card: terminated }, { kind, cardId }, later);
      expect(codeOf(decision)).toBe("card_terminated");
    }
    const [event] = eventsOf(decide({ wallet, card: terminated }, authorizing(card, 1), later));
    expect(event?.data).toMatchObject({ authorization: { reasons: ["card_terminated"] } });
  });

  test("that is deleted is not there for any command", () => {
    const deleted = changed(card, { kind: "delete_card", cardId });
    expect(deleted).toMatchObject({ status: "terminated", deletedAt: later });
    for (const command of [
      authorizing(card, 1),
      updatingCard(card, {}),
      { kind: "freeze_card", cardId },
      { kind: "unfreeze_card", cardId },
      { kind: "terminate_card", cardId },
      { kind: "delete_card", cardId },
    ] as const) {
      expect(codeOf(decide({ wallet, card: deleted }, command, later))).toBe("not_found");
    }
  });

  test("does not change by another card's events", () => {
    const other = aCard(wallet);
    for (const command of [
      authorizing(other, 100),
      { kind: "freeze_card", cardId: other.id },
      { kind: "delete_card", cardId: other.id },
    ] as const) {
      const [event] = eventsOf(decide({ wallet, card: other }, command, later));
      expect(applyToCard(card, { ...at([event], 0), at: later } as never)).toEqual(card);
    }
  });
});

describe("a replacement", () => {
  const day = 86_400_000;
  const limits = { ...noLimits, day: { amount: 150, count: 3 }, lifetime: { count: 9 } };
  const controls = { ...noControls, countries: { allow: ["DE"] } };
  const rich = {
    name: "Ada",
    cardholderId: newId(),
    metadata: { a: "b" },
    limits,
    controls,
  } as const;

  test("has another number, and everything else of the card that it replaces", () => {
    const life = new Life({ card: { ...rich, type: "merchant_locked" } });
    life.pays(100);
    const old = life.card;
    expect(old.lockedMerchantId).toBe("m-1");
    const command = replacingCard(old, { issued: false, last4: "1881", expMonth: 6 });
    life.after(day).does(command);
    expect(life.cardOf(command.newCardId)).toEqual({
      ...old,
      id: command.newCardId,
      issued: false,
      status: "active",
      last4: "1881",
      expMonth: 6,
      expYear: 2032,
      replacementFor: old.id,
      createdAt: life.now,
      updatedAt: life.now,
    });
    expect(life.card).toEqual({
      ...old,
      status: "terminated",
      replacedBy: command.newCardId,
      updatedAt: life.now,
    });
  });

  test("answers with the new card; the old one's event says why", () => {
    const life = new Life();
    const command = replacingCard(life.card, { reason: "stolen" });
    const decision = life.decide(command);
    expect(decision).toMatchObject({
      answer: { type: "card.created", data: { card: { id: command.newCardId } } },
      events: [
        { type: "card.created" },
        {
          type: "card.replaced",
          data: { reason: "stolen", card: { id: life.card.id, replacedBy: command.newCardId } },
        },
      ],
    });
  });

  test("is no way around a limit: what was spent is spent", () => {
    const life = new Life({ card: { limits } });
    life.pays(100);
    const command = replacingCard(life.card);
    life.does(command);
    const successor = life.cardOf(command.newCardId);
    expect(successor.usage.day).toMatchObject({ amount: 100n, count: 1 });
    const over = life.causes("authorization.declined", authorizing(successor, 51));
    expect(over.authorization.reasons).toEqual(["card_day_amount_limit"]);
    life.does(authorizing(successor, 50));
    // The old card's usage is its own from then on.
    expect(life.cardOf(command.newCardId).usage.day).toMatchObject({ amount: 150n, count: 2 });
    expect(life.card.usage.day).toMatchObject({ amount: 100n, count: 1 });
  });

  test("of a frozen card is active; of a terminated one there is none", () => {
    const life = new Life({ card: { status: "frozen" } });
    const command = replacingCard(life.card);
    life.does(command);
    expect(life.cardOf(command.newCardId).status).toBe("active");
    expect(life.refuses(replacingCard(life.card))).toBe("card_terminated");
    life.does(replacingCard(life.cardOf(command.newCardId)));
  });

  test("of an expired card is good; one that has expired itself is refused", () => {
    const life = new Life({ card: { expMonth: 10, expYear: 2026 } });
    expect(life.decide(replacingCard(life.card, { expMonth: 10, expYear: 2026 }))).toMatchObject({
      refusal: {
        code: "validation_failed",
        errors: [{ pointer: "/expMonth" }, { pointer: "/expYear" }],
      },
    });
    const command = replacingCard(life.card, { expMonth: 11, expYear: 2026, reason: "expired" });
    life.does(command);
    const paid = life.causes(
      "authorization.approved",
      authorizing(life.cardOf(command.newCardId), 1),
    );
    expect(paid.authorization.approved).toBe(true);
  });

  test("leaves the old card's holds to be captured, reversed and expired, but not to grow", () => {
    const life = new Life({ wallet: { available: 300n } });
    const payments = [life.pays(100), life.pays(100), life.pays(100, { expiresInSeconds: 1 })];
    life.does(replacingCard(life.card));
    life.after(1_000);
    expect(
      life.causes("authorization.increment_declined", incrementing(at(payments, 0), 1)).increment
        .reasons,
    ).toEqual(["card_terminated", "insufficient_funds"]);
    life.does(capturing(at(payments, 0)));
    life.does(reversing(at(payments, 1)));
    life.does(expiring(at(payments, 2)));
    expect(life.balances).toEqual([200, 0, 0]);
  });

  test("of a used single-use card is used", () => {
    const life = new Life({ card: { type: "single_use" } });
    life.pays(1);
    const command = replacingCard(life.card);
    life.does(command);
    expect(
      life.causes("authorization.declined", authorizing(life.cardOf(command.newCardId), 1))
        .authorization.reasons,
    ).toEqual(["card_already_used"]);
  });
});

describe("a single-use card", () => {
  const paid = (life: Life, amount: number) =>
    at(life.does(authorizing(life.card, amount)), 0).data as {
      readonly authorization: { readonly reasons: readonly string[] };
    };

  test("is good for one approved payment, however much of it is captured", () => {
    const life = new Life({ card: { type: "single_use" } });
    life.does(capturing(life.pays(100), 1));
    expect(paid(life, 1).authorization.reasons).toEqual(["card_already_used"]);
  });

  test("is not used up by a decline or a card check, and may be checked once it is used", () => {
    const life = new Life({ wallet: { available: 100n }, card: { type: "single_use" } });
    expect(paid(life, 101).authorization.reasons).toEqual(["insufficient_funds"]);
    expect(paid(life, 0).authorization.reasons).toEqual([]);
    expect(paid(life, 100).authorization.reasons).toEqual([]);
    expect(paid(life, 0).authorization.reasons).toEqual([]);
    expect(paid(life, 1).authorization.reasons).toContain("card_already_used");
  });

  test("can hold more for its one payment", () => {
    const life = new Life({ card: { type: "single_use" } });
    const payment = life.pays(100);
    life.causes("authorization.incremented", incrementing(payment, 50));
  });

  test("is good again when its payment expired, until that is captured late", () => {
    const life = new Life({ card: { type: "single_use" } });
    const payment = life.pays(100, { expiresInSeconds: 1 });
    life.after(1_000).does(expiring(payment));
    expect(life.decide(authorizing(life.card, 1))).toMatchObject({
      answer: { type: "authorization.approved" },
    });
    life.does(capturing(payment));
    expect(paid(life, 1).authorization.reasons).toEqual(["card_already_used"]);
  });

  test("is used by a forced capture", () => {
    const life = new Life({ card: { type: "single_use" } });
    life.does(forcing(life.card, 1));
    expect(paid(life, 1).authorization.reasons).toEqual(["card_already_used"]);
  });
});

describe("a merchant-locked card", () => {
  const locked = () => new Life({ card: { type: "merchant_locked" } });
  const of = (id: string | null) => ({ merchant: aMerchant({ id }) });

  test("belongs to the merchant of its first approved payment, for good", () => {
    const life = locked();
    const first = life.pays(1, of("m-7"));
    expect(life.card.lockedMerchantId).toBe("m-7");
    life.pays(1, of("m-7"));
    life.does(reversing(first));
    const { authorization } = life.causes(
      "authorization.declined",
      authorizing(life.card, 1, of("m-8")),
    );
    expect(authorization.reasons).toEqual(["card_merchant_locked"]);
    expect(life.card.lockedMerchantId).toBe("m-7");
  });

  test("is not locked by a decline or a forced capture", () => {
    const life = locked();
    life.does(authorizing(life.card, 1_000_000, of("m-7")));
    life.does(forcing(life.card, 1, of("m-8")));
    expect(life.card.lockedMerchantId).toBeNull();
    life.pays(1, of("m-9"));
    expect(life.card.lockedMerchantId).toBe("m-9");
  });

  test("takes no payment whose merchant is not named, before and after it is locked", () => {
    const life = locked();
    for (const make of [() => undefined, () => life.pays(1)]) {
      make();
      const command = authorizing(life.card, 1, of(null));
      const { authorization } = life.causes("authorization.declined", command);
      expect(authorization.reasons).toEqual(["card_merchant_locked"]);
    }
  });

  test("can hold more for a payment of its merchant", () => {
    const life = locked();
    life.causes("authorization.incremented", incrementing(life.pays(1, of("m-7")), 1));
  });

  test("a standard card is never locked", () => {
    const life = new Life();
    life.pays(1, of("m-7"));
    life.pays(1, of("m-8"));
    expect(life.card.lockedMerchantId).toBeNull();
  });
});
