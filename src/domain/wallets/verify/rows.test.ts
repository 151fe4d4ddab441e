import { expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import { capturing, depositing, updatingCard } from "../../../../test/support/wallet-states.ts";
import { laneKeyOf } from "../../ids.ts";
import type { DraftEvent, WalletEvent } from "../model/event.ts";
import { authorizationRow, cardRow, operationRow, postingRows } from "./rows.ts";

const organizationId = "organization";

/** The event as the third of its wallet's log. */
const logged = (life: Life, [draft]: readonly DraftEvent[]): WalletEvent =>
  ({ ...draft, sequence: 3, at: life.now, rulesVersion: 1, command: {} }) as unknown as WalletEvent;

const at = (life: Life) => new Date(life.now).toISOString();

test("a posting's row says whose it is, what it moved, and the balances after it", () => {
  const life = new Life({ wallet: { available: 10n } });
  const command = { ...depositing(life.wallet, 5), reference: "rent" };
  const event = logged(life, life.does(command));
  expect(postingRows(event, organizationId)).toEqual([
    {
      lane_key: laneKeyOf(life.wallet.id),
      wallet_id: life.wallet.id,
      sequence: "3",
      ordinal: 0,
      organization_id: organizationId,
      kind: "deposit",
      debit: "external",
      credit: "available",
      amount: "5",
      currency: "EUR",
      source_id: command.id,
      card_id: null,
      reference: "rent",
      available_after: "15",
      held_after: "0",
      receivable_after: "0",
      effective_at: at(life),
      recorded_at: at(life),
    },
  ]);
});

test("a posting counts for the day that its movement names, else for when it is booked", () => {
  const life = new Life();
  const effectiveAt = "2026-01-31T09:30:00.000Z";
  const early = logged(life, life.does({ ...depositing(life.wallet, 5), effectiveAt }));
  expect(postingRows(early, organizationId)[0]).toMatchObject({
    effective_at: effectiveAt,
    recorded_at: at(life),
  });
  const payment = life.pays(5);
  const captured = logged(life, life.does(capturing(payment)));
  expect(postingRows(captured, organizationId)).toMatchObject([
    { ordinal: 0, kind: "capture", card_id: life.card.id, effective_at: at(life) },
  ]);
});

test("an event that books nothing has neither postings nor an operation", () => {
  const life = new Life();
  const event = logged(life, life.does(updatingCard(life.card, {})));
  expect(postingRows(event, organizationId)).toEqual([]);
  expect(operationRow(event, organizationId)).toBeUndefined();
});

test("an operation's row is its record, under its kind and payment", () => {
  const life = new Life();
  const payment = life.pays(5);
  const command = capturing(payment);
  expect(operationRow(logged(life, life.does(command)), organizationId)).toEqual({
    lane_key: laneKeyOf(life.wallet.id),
    id: command.id,
    organization_id: organizationId,
    wallet_id: life.wallet.id,
    kind: "capture",
    authorization_id: payment.id,
    record: expect.objectContaining({ id: command.id, amount: 5 }),
    sequence: "3",
    created_at: at(life),
  });
});

test("a card's and a payment's row have amounts as text, and times in UTC", () => {
  const life = new Life();
  const payment = life.pays(5, { expiresInSeconds: 60 });
  expect(cardRow(life.card)).toMatchObject({
    lane_key: laneKeyOf(life.wallet.id),
    wallet_id: life.wallet.id,
    usage: { day: ["2026-11-10", "5", 1], lifetime: ["", "5", 1] },
    created_at: at(life),
    deleted_at: null,
  });
  expect(cardRow({ ...life.card, deletedAt: life.now }).deleted_at).toBe(at(life));
  expect(authorizationRow(payment)).toMatchObject({
    lane_key: laneKeyOf(life.wallet.id),
    id: payment.id,
    card_id: life.card.id,
    approved: true,
    status: "open",
    reasons: [],
    requested_amount: "5",
    held: "5",
    captured: "0",
    consumed: [{ amount: 5, count: 1 }],
    expires_at: new Date(life.now + 60_000).toISOString(),
    decision_sequence: String(payment.decisionSequence),
    sequence: String(payment.sequence),
  });
});
