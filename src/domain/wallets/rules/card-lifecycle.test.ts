import { describe, expect, test } from "vitest";
import {
  aCard,
  at,
  authorizing,
  aWallet,
  codeOf,
  creatingCard,
  eventsOf,
  noon,
  updatingCard,
} from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
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
