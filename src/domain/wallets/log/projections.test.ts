import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  authorizing,
  capturing,
  depositing,
  expiring,
  forcing,
  incrementing,
  refunding,
  refundingCard,
  reversing,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import type { StateCommand } from "../rules/decide.ts";
import { operationOf, sourceOf } from "./projections.ts";

/** The first event of a command in this life. */
const eventOf = (life: Life, command: StateCommand) => {
  const [event] = life.does(command);
  if (!event) throw new Error("nothing happened");
  return event;
};

describe("an operation is what was answered, under the kind that lists it", () => {
  test("of movements", () => {
    const life = new Life();
    const other = life.another();
    for (const [command, kind] of [
      [depositing(life.wallet, 5), "deposit"],
      [withdrawing(life.wallet, 5), "withdrawal"],
      [transferring(life.wallet, other, 5), "transfer"],
    ] as const) {
      const [event, received] = life.does(command);
      expect(event && operationOf(event)).toMatchObject({
        kind,
        id: command.id,
        authorizationId: null,
        record: { id: command.id, amount: 5 },
      });
      // The sender's log has it; the receiver's would be a second one.
      expect(received && operationOf(received)).toBeUndefined();
    }
  });

  test("of what becomes of payments", () => {
    const life = new Life({ wallet: { available: 1_000n } });
    const payment = life.pays(100);
    for (const [command, kind] of [
      [incrementing(payment, 50), "increment"],
      [incrementing(payment, 50_000), "increment"],
      [reversing(payment, 10), "reversal"],
      [capturing(payment, 40), "capture"],
      [refunding(payment, 30), "refund"],
    ] as const) {
      expect(operationOf(eventOf(life, command))).toMatchObject({
        kind,
        id: command.id,
        authorizationId: payment.id,
        record: { id: command.id },
      });
    }
    const forced = forcing(life.card, 20);
    expect(operationOf(eventOf(life, forced))).toMatchObject({
      kind: "capture",
      id: forced.captureId,
      authorizationId: forced.id,
    });
    const alone = refundingCard(life.card, 5);
    expect(operationOf(eventOf(life, alone))).toMatchObject({
      kind: "refund",
      id: alone.id,
      authorizationId: null,
    });
  });

  test("of decisions, expiries and settings there is none", () => {
    const life = new Life();
    expect(operationOf(eventOf(life, authorizing(life.card, 5)))).toBeUndefined();
    const payment = life.pays(5, { expiresInSeconds: 1 });
    expect(operationOf(eventOf(life.after(1_000), expiring(payment)))).toBeUndefined();
    expect(operationOf(eventOf(life, updatingCard(life.card, {})))).toBeUndefined();
  });
});

describe("a posting belongs", () => {
  test("to the movement that it books, with its reference and the day it counts for", () => {
    const life = new Life();
    const other = life.another();
    const effectiveAt = new Date(life.now - 5).toISOString();
    const said = { reference: "rent", effectiveAt };
    const movements = [
      { ...depositing(life.wallet, 5), ...said },
      { ...withdrawing(life.wallet, 5), ...said },
      { ...transferring(life.wallet, other, 5), ...said },
    ];
    for (const command of movements) {
      for (const event of life.does(command)) {
        expect(sourceOf(event)).toMatchObject({
          id: command.id,
          currency: "EUR",
          cardId: null,
          ...said,
        });
      }
    }
  });

  test("to the payment whose money it moves, and counts when it is booked", () => {
    const life = new Life();
    const payment = life.pays(100);
    const short = life.pays(5, { expiresInSeconds: 1 });
    const forced = forcing(life.card, 20);
    for (const [command, id] of [
      [incrementing(payment, 5), payment.id],
      [reversing(payment, 5), payment.id],
      [capturing(payment, 50), payment.id],
      [forced, forced.id],
    ] as const) {
      expect(sourceOf(eventOf(life, command))).toMatchObject({
        id,
        cardId: life.card.id,
        reference: null,
        effectiveAt: null,
      });
    }
    expect(sourceOf(eventOf(life.after(1_000), expiring(short))).id).toBe(short.id);
    const approved = authorizing(life.card, 5);
    expect(sourceOf(eventOf(life, approved))).toMatchObject({ id: approved.id, effectiveAt: null });
  });

  test("to the refund, with its own reference", () => {
    const life = new Life();
    const payment = life.pays(100);
    life.does(capturing(payment));
    const linked = refunding(payment, 5, { reference: "returned" });
    const alone = refundingCard(life.card, 5, { reference: "no receipt" });
    for (const { id, reference, event } of [
      { ...linked, event: eventOf(life, linked) },
      { ...alone, event: eventOf(life, alone) },
    ]) {
      expect(sourceOf(event)).toMatchObject({
        id,
        reference,
        cardId: life.card.id,
        effectiveAt: null,
      });
    }
  });

  test("to nothing where nothing is booked", () => {
    const life = new Life();
    const event = eventOf(life, updatingCard(life.card, {}));
    expect(() => sourceOf(event)).toThrow("card.updated books nothing");
  });
});
