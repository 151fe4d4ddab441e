import { describe, expect, test } from "vitest";
import {
  actor,
  authorizationId,
  beside,
  cardId,
  caused,
  commandOf,
  portsWith,
  walletId,
} from "../../../../test/support/recording-lane.ts";
import { defaultPaymentSettings } from "../../organization-settings.ts";
import { ok } from "../../result.ts";
import { noControls } from "../model/controls.ts";
import type { EventType } from "../model/event.ts";
import { noLimits } from "../rules/limits.ts";
import { authorize } from "./authorize.ts";
import { updateCard } from "./change-card.ts";
import { closeWallet, updateWallet } from "./change-wallet.ts";
import { createCard, type NewCard } from "./create-card.ts";
import { deposit, transfer, withdraw } from "./move-money.ts";
import { capture, forceCapture, increment, refund, reverse } from "./payment-life.ts";
import { replaceCard } from "./replace-card.ts";

describe("what a request leaves out has its default", () => {
  const bare = { reference: null, metadata: {}, effectiveAt: null, corrects: null };
  const merchant = { id: null, name: null, category: null, country: null };
  const said = { id: "m", name: "M", category: "5812", country: "DE" };

  test("of movements", async () => {
    const booked = (type: EventType, name: string) => portsWith(caused(type, { [name]: "done" }));
    const into = booked("deposit.booked", "deposit");
    expect(await deposit(into.ports)(actor, walletId, { amount: 5 })).toEqual(ok("done"));
    const id = beside(walletId);
    expect(commandOf(into.jobs)).toEqual({ kind: "deposit", walletId, id, amount: 5, ...bare });
    const out = booked("withdrawal.booked", "withdrawal");
    const given = { reference: "r", metadata: { a: "b" }, effectiveAt: "2026-01-01T00:00:00.000Z" };
    expect(await withdraw(out.ports)(actor, walletId, { amount: 5, ...given })).toEqual(ok("done"));
    expect(commandOf(out.jobs)).toMatchObject({ kind: "withdraw", ...given, corrects: null });
    const over = booked("transfer.sent", "transfer");
    const input = { fromWalletId: walletId, toWalletId: cardId, amount: 5 };
    expect(await transfer(over.ports)(actor, input)).toEqual(ok("done"));
    expect(commandOf(over.jobs)).toEqual({
      kind: "transfer",
      walletId,
      toWalletId: cardId,
      id,
      amount: 5,
      ...bare,
    });
  });

  test("of payments", async () => {
    const payment = portsWith(caused("authorization.approved", { authorization: "payment" }));
    expect(await authorize(payment.ports)(actor, { cardId, amount: 5 })).toEqual(ok("payment"));
    expect(commandOf(payment.jobs)).toEqual({
      kind: "authorize",
      id: beside(cardId),
      cardId,
      amount: 5,
      currency: null,
      merchant,
      merchantAmount: null,
      partialApproval: false,
      expiresInSeconds: 7 * 86_400,
      mustApprove: false,
      metadata: {},
    });
    const given = {
      currency: "EUR",
      merchant: said,
      merchantAmount: { amount: 1, currency: "USD" },
      partialApproval: true,
      expiresInSeconds: 60,
      metadata: { a: "b" },
    };
    const full = portsWith(caused("authorization.declined", { authorization: "payment" }));
    await authorize(full.ports)(actor, { cardId, amount: 5, ...given });
    expect(commandOf(full.jobs)).toMatchObject(given);
  });

  test("of what becomes of payments, which answers with the payment", async () => {
    const id = beside(authorizationId);
    const data = (name: string) => ({ [name]: { done: name }, authorization: "payment" });
    const answer = (name: string) => ok({ done: name, authorization: "payment" });
    const more = portsWith(caused("authorization.increment_declined", data("increment")));
    expect(await increment(more.ports)(actor, authorizationId, { amount: 5 })).toEqual(
      answer("increment"),
    );
    const named = { id, authorizationId, metadata: {} };
    expect(commandOf(more.jobs)).toEqual({ kind: "increment", amount: 5, ...named });

    const taken = portsWith(caused("authorization.captured", data("capture")));
    expect(await capture(taken.ports)(actor, authorizationId, {})).toEqual(answer("capture"));
    const tolerances = defaultPaymentSettings.captureTolerances;
    expect(commandOf(taken.jobs)).toEqual({
      kind: "capture",
      amount: null,
      final: true,
      tolerances,
      ...named,
    });
    await capture(taken.ports)(actor, authorizationId, { amount: 3, final: false });
    expect(taken.jobs[1]?.items[0]?.command).toMatchObject({ amount: 3, final: false });

    const back = portsWith(caused("authorization.reversed", data("reversal")));
    expect(await reverse(back.ports)(actor, authorizationId, {})).toEqual(answer("reversal"));
    expect(commandOf(back.jobs)).toEqual({ kind: "reverse", amount: null, ...named });
    await reverse(back.ports)(actor, authorizationId, { amount: 3, metadata: { a: "b" } });
    expect(back.jobs[1]?.items[0]?.command).toMatchObject({ amount: 3, metadata: { a: "b" } });

    const forced = portsWith(caused("authorization.forced", data("capture")));
    expect(await forceCapture(forced.ports)(actor, { cardId, amount: 5 })).toEqual(
      answer("capture"),
    );
    expect(commandOf(forced.jobs)).toEqual({
      kind: "force_capture",
      id: beside(cardId),
      captureId: beside(cardId),
      cardId,
      amount: 5,
      merchant,
      merchantAmount: null,
      metadata: {},
    });
  });

  test("of refunds, linked to a payment or to a card alone", async () => {
    const linked = portsWith(
      caused("authorization.refunded", { refund: { id: 1 }, authorization: "payment" }),
    );
    expect(await refund(linked.ports)(actor, { authorizationId, amount: 5 })).toEqual(
      ok({ id: 1, authorization: "payment" }),
    );
    const shared = { amount: 5, reference: null, metadata: {} };
    const id = beside(authorizationId);
    expect(commandOf(linked.jobs)).toEqual({ kind: "refund", authorizationId, id, ...shared });
    const alone = portsWith(caused("refund.booked", { refund: { id: 1 } }));
    const input = { cardId, amount: 5, merchant: said, reference: "r", metadata: { a: "b" } };
    expect(await refund(alone.ports)(actor, input)).toEqual(ok({ id: 1, authorization: null }));
    expect(commandOf(alone.jobs)).toEqual({ kind: "refund_card", id: beside(cardId), ...input });
  });

  test("of cards, whose number is sealed and whose limits are the organization's", async () => {
    const made = portsWith(caused("card.created", { card: "card" }));
    expect(await createCard(made.ports)(actor, { walletId })).toEqual(ok("card"));
    expect(commandOf(made.jobs)).toEqual({
      kind: "create_card",
      walletId,
      cardId: beside(walletId),
      cardholderId: null,
      name: null,
      type: "standard",
      issued: true,
      last4: "0002",
      expMonth: 11,
      expYear: 2030,
      limits: actor.settings.defaultLimits,
      smallestLimit: 10,
      controls: noControls,
      metadata: {},
    });
    expect(made.jobs[0]?.items[0]?.secret?.numberFingerprint).toBe("4000000000000002");
    const given: NewCard = {
      walletId,
      number: "4242424242424242",
      expMonth: 2,
      expYear: 2031,
      type: "single_use",
      cardholderId: "user",
      name: "Mara",
      limits: { day: null },
      metadata: { a: "b" },
    };
    await createCard(made.ports)(actor, given);
    const { walletId: _, number: __, limits: ___, ...same } = given;
    expect(made.jobs[1]?.items[0]?.command).toMatchObject({
      ...same,
      issued: false,
      last4: "4242",
      limits: noLimits,
    });
    const again = portsWith(caused("card.created", { card: "card" }));
    expect(await replaceCard(again.ports)(actor, cardId, { reason: "lost" })).toEqual(ok("card"));
    expect(commandOf(again.jobs)).toEqual({
      kind: "replace_card",
      cardId,
      newCardId: beside(cardId),
      reason: "lost",
      issued: true,
      last4: "0002",
      expMonth: 11,
      expYear: 2030,
    });
    await replaceCard(again.ports)(actor, cardId, { reason: "lost", number: "4242424242424242" });
    expect(again.jobs[1]?.items[0]).toMatchObject({
      command: { issued: false, last4: "4242" },
      secret: { numberFingerprint: "4242424242424242" },
    });
  });

  test("of settings, which go with the organization's smallest limit", async () => {
    const wallet = portsWith(caused("wallet.updated", { wallet: "wallet" }));
    expect(await updateWallet(wallet.ports)(actor, walletId, { name: "N" })).toEqual(ok("wallet"));
    expect(commandOf(wallet.jobs)).toEqual({
      kind: "update_wallet",
      walletId,
      smallestLimit: 10,
      name: "N",
    });
    const card = portsWith(caused("card.updated", { card: "card" }));
    expect(await updateCard(card.ports)(actor, cardId, { name: null })).toEqual(ok("card"));
    expect(commandOf(card.jobs)).toEqual({
      kind: "update_card",
      cardId,
      smallestLimit: 10,
      name: null,
    });
    const closed = portsWith(caused("wallet.closed", { wallet: "wallet" }));
    expect(await closeWallet(closed.ports)(actor, walletId, undefined)).toEqual(ok("wallet"));
    const id = beside(walletId);
    expect(commandOf(closed.jobs)).toEqual({
      kind: "close_wallet",
      walletId,
      id,
      toWalletId: null,
    });
  });
});
