import { describe, expect, test } from "vitest";
import { client, dataOf, refusalOf, type Server } from "../support/api.ts";
import { newPayer, payerOf } from "../support/payer.ts";
import type { Act, Authorization } from "../support/resources.ts";

const restaurant = { id: "R1", category: "5812" };

/** What became of a payment, without the payment. */
const alone = ({ authorization: _, ...act }: Act) => act;

const notOpen = { status: 409, code: "authorization_not_open" };

export const paymentSuite = (server: Server): void => {
  describe("increments", () => {
    test("hold more when approved; when declined say why and change nothing", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(400);
      const more = await payer.increment(paid, 300);
      expect(dataOf(more)).toMatchObject({
        authorizationId: paid.id,
        approved: true,
        reasons: [],
        amount: 300,
        authorization: { id: paid.id, status: "open", amount: 700, held: 700 },
      });
      expect(await payer.balances()).toEqual([300, 700, 0]);
      const declined = await payer.increment(paid, 301);
      expect([declined.status, declined.data.approved]).toEqual([201, false]);
      expect(declined.data.reasons).toEqual(["insufficient_funds"]);
      expect(declined.data.authorization).toEqual(more.data.authorization);
      expect(await payer.balances()).toEqual([300, 700, 0]);
      expect(await payer.spent()).toEqual([700, 1]);
      const path = `/v1/authorizations/${paid.id}/increments`;
      const listed = dataOf(await payer.api.get<Act[]>(`${path}?sort=asc`));
      expect(listed).toEqual([alone(more.data), alone(declined.data)]);
      expect(dataOf(await payer.api.get(`${path}/${more.data.id}`))).toEqual(alone(more.data));
    });

    test("are judged by the whole payment against the limit of one", async () => {
      const limits = { perTransaction: { amount: 500 } };
      const payer = await newPayer(server, 10_000, { card: { limits } });
      const paid = await payer.pay(400);
      expect((await payer.increment(paid, 101)).data.reasons).toEqual(["card_transaction_limit"]);
      expect((await payer.increment(paid, 100)).data.approved).toBe(true);
    });

    test("have nothing to add to when the payment is over", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(400);
      dataOf(await payer.capture(paid));
      expect(refusalOf(await payer.increment(paid, 1))).toMatchObject(notOpen);
    });
  });

  describe("captures", () => {
    test("take what is held, in full unless they say how much", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(400);
      const taken = dataOf(await payer.capture(paid));
      expect(taken).toMatchObject({
        amount: 400,
        uncovered: 0,
        final: true,
        kind: "held",
        authorization: {
          approved: true,
          status: "closed",
          held: 0,
          captured: 400,
          expiresAt: null,
        },
      });
      expect(await payer.balances()).toEqual([600, 0, 0]);
      const again = await payer.capture(paid);
      expect(refusalOf(again)).toMatchObject(notOpen);
      expect(again.problem.errors[0]?.detail).toContain("is closed");
      expect(again.problem.detail).toContain("It was captured.");
      expect(await payer.payment(paid)).toEqual(taken.authorization);
    });

    test("come in parts, and the final one releases what is left to wallet and limits", async () => {
      const payer = await newPayer(server, 10_000);
      const paid = await payer.pay(1_000);
      const states: (readonly [string, number, number])[] = [];
      for (const body of [
        { amount: 300, final: false },
        { amount: 200, final: false },
        { amount: 100 },
      ]) {
        const { authorization } = dataOf(await payer.capture(paid, body));
        states.push([authorization.status, authorization.held, authorization.captured]);
      }
      expect(states).toEqual([
        ["open", 700, 300],
        ["open", 500, 500],
        ["closed", 0, 600],
      ]);
      expect(await payer.balances()).toEqual([9_400, 0, 0]);
      expect(await payer.spent()).toEqual([600, 1]);
      expect((await payer.statement()).map(({ kind, amount }) => [kind, amount])).toEqual([
        ["deposit", 10_000],
        ["hold", 1_000],
        ["capture", 300],
        ["capture", 200],
        ["capture", 100],
        ["release", 400],
      ]);
      const path = `/v1/authorizations/${paid.id}/captures`;
      expect(dataOf(await payer.api.get<Act[]>(path)).map(({ amount }) => amount)).toEqual([
        100, 200, 300,
      ]);
    });

    test("go over the hold by a restaurant's tip of a fifth, and not by a cent more", async () => {
      const payer = await newPayer(server, 10_000);
      const dinner = await payer.pay(1_000, { merchant: restaurant });
      const over = await payer.capture(dinner, { amount: 1_201 });
      expect(refusalOf(over)).toEqual({
        status: 409,
        code: "capture_exceeds_authorization",
        at: ["/amount"],
      });
      expect(await payer.payment(dinner)).toEqual(dinner);
      const withTip = dataOf(await payer.capture(dinner, { amount: 1_200 }));
      expect(withTip).toMatchObject({
        uncovered: 200,
        authorization: { captured: 1_200, held: 0 },
      });
      expect(await payer.balances()).toEqual([8_800, 0, 0]);
      expect(await payer.spent()).toEqual([1_200, 1]);
      const shopping = await payer.pay(1_000, { merchant: { category: "5411" } });
      expect((await payer.capture(shopping, { amount: 1_001 })).status).toBe(409);
    });

    test("go over it as far as the organization's settings say", async () => {
      const payer = await newPayer(server, 10_000);
      const { organization } = payer;
      const captureTolerances = [
        { categories: ["7230"], percent: 10, amount: 0 },
        { categories: ["5812", "5542"], percent: 1, amount: 150 },
      ];
      const patched = await payer.api.patch(`/v1/organizations/${organization.id}`, {
        payments: { captureTolerances },
      });
      expect(dataOf(patched)["payments"]).toMatchObject({ holdDays: 7, captureTolerances });
      // Settings come with the key, and a known key's are at most 30 s old: a new one's are new.
      const key = await organization.key(["authorizations:write"]);
      const api = client(server, key);
      for (const [category, amount, most] of [
        ["7230", 1_000, 1_100],
        ["5812", 1_000, 1_150],
        ["5542", 20_000, 20_200],
        ["5813", 1_000, 1_000],
      ] as const) {
        await payer.deposit(30_000);
        const paid = await payer.pay(amount, { merchant: { category } });
        const capture = (asked: number) =>
          api.post<Act>(`/v1/authorizations/${paid.id}/captures`, { amount: asked });
        expect(refusalOf(await capture(most + 1)).code).toBe("capture_exceeds_authorization");
        expect([category, (await capture(most)).data.amount]).toEqual([category, most]);
      }
    });
  });

  describe("reversals", () => {
    test("give back a part or all, to the wallet and to the limits", async () => {
      const payer = await newPayer(server, 10_000);
      const paid = await payer.pay(1_000);
      const part = dataOf(await payer.reverse(paid, { amount: 400 }));
      expect(part).toMatchObject({
        amount: 400,
        authorization: { status: "open", held: 600, reversed: 400 },
      });
      expect(await payer.balances()).toEqual([9_400, 600, 0]);
      expect(await payer.spent()).toEqual([600, 1]);
      expect(refusalOf(await payer.reverse(paid, { amount: 601 }))).toEqual({
        status: 409,
        code: "reversal_exceeds_hold",
        at: ["/amount"],
      });
      const rest = dataOf(await payer.reverse(paid));
      expect(rest).toMatchObject({
        amount: 600,
        authorization: { status: "reversed", held: 0, reversed: 1_000, expiresAt: null },
      });
      expect(await payer.balances()).toEqual([10_000, 0, 0]);
      expect(await payer.spent()).toEqual([0, 0]);
      for (const answer of [await payer.reverse(paid), await payer.capture(paid)]) {
        expect(refusalOf(answer)).toMatchObject(notOpen);
        expect(answer.problem.detail).toContain("It was reversed.");
      }
    });

    test("after a capture leave what was captured", async () => {
      const payer = await newPayer(server, 10_000);
      const paid = await payer.pay(1_000);
      dataOf(await payer.capture(paid, { amount: 250, final: false }));
      const { authorization } = dataOf(await payer.reverse(paid));
      expect(authorization).toMatchObject({ status: "closed", captured: 250, reversed: 750 });
      expect(await payer.balances()).toEqual([9_750, 0, 0]);
      expect(await payer.spent()).toEqual([250, 1]);
    });
  });

  describe("refunds", () => {
    test("of a payment never pass what was captured, and give the limits nothing", async () => {
      const payer = await newPayer(server, 10_000);
      const paid = await payer.pay(800);
      const refund = (amount: number) => payer.refund({ authorizationId: paid.id, amount });
      expect(refusalOf(await refund(1)).code).toBe("refund_exceeds_capture");
      dataOf(await payer.capture(paid, { amount: 500 }));
      const part = dataOf(await refund(200));
      expect(part).toMatchObject({
        authorizationId: paid.id,
        cardId: payer.card.id,
        walletId: payer.wallet.id,
        amount: 200,
        authorization: { status: "closed", captured: 500, refunded: 200 },
      });
      expect(refusalOf(await refund(301))).toEqual({
        status: 409,
        code: "refund_exceeds_capture",
        at: ["/amount"],
      });
      expect(dataOf(await refund(300)).authorization.refunded).toBe(500);
      expect((await refund(1)).status).toBe(409);
      expect(await payer.balances()).toEqual([10_000, 0, 0]);
      expect(await payer.spent()).toEqual([500, 1]);
      expect(dataOf(await payer.api.get(`/v1/refunds/${part.id}`))).toEqual(alone(part));
    });

    test("need no payment, but exactly one of payment and card", async () => {
      const payer = await newPayer(server, 100);
      const paid = await payer.pay(50);
      const merchant = { id: "M7", name: "Chandler", category: "5300", country: "DE" };
      const unlinked = await payer.refund({ cardId: payer.card.id, amount: 70, merchant });
      expect(dataOf(unlinked)).toMatchObject({
        authorizationId: null,
        authorization: null,
        cardId: payer.card.id,
        merchant,
      });
      expect(await payer.balances()).toEqual([120, 50, 0]);
      const ids = { authorizationId: paid.id, cardId: payer.card.id };
      const both = await payer.refund({ ...ids, amount: 1 });
      expect(refusalOf(both)).toMatchObject({ status: 422, at: ["/authorizationId", "/cardId"] });
      const neither = await payer.refund({ amount: 1 });
      expect(refusalOf(neither)).toMatchObject({ status: 422 });
      const known = await payer.refund({ authorizationId: paid.id, amount: 1, merchant });
      expect(refusalOf(known)).toMatchObject({ status: 422, at: ["/merchant"] });
    });
  });

  describe("a payment that nobody authorized", () => {
    test("is taken: what is available first, and the rest is owed", async () => {
      const payer = await newPayer(server, 300);
      const forced = dataOf(await payer.force(500, { merchant: restaurant }));
      expect(forced).toMatchObject({
        amount: 500,
        uncovered: 500,
        kind: "forced",
        authorization: { approved: true, forced: true, status: "closed", captured: 500, held: 0 },
      });
      expect(await payer.balances()).toEqual([0, 0, 200]);
      expect(await payer.spent()).toEqual([500, 1]);
      expect((await payer.pay(1)).reasons).toEqual(["wallet_overdrawn", "insufficient_funds"]);
      expect((await payer.pay(0)).reasons).toEqual(["wallet_overdrawn"]);
      const close = await payer.api.post(`/v1/wallets/${payer.wallet.id}/close`, {});
      expect(refusalOf(close).code).toBe("wallet_not_empty");
      expect(close.problem.errors[0]?.detail).toContain("still owes money");
    });

    test("is paid back by whatever comes in, before anything else", async () => {
      const payer = await newPayer(server, 300);
      const { api, organization, wallet } = payer;
      const forced = dataOf(await payer.force(500)).authorization;
      const deposited = await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount: 50 });
      expect(dataOf(deposited)).toMatchObject({ amount: 50, available: 0, receivable: 150 });
      const other = await organization.wallet(1_000);
      const transfer = { fromWalletId: other.id, toWalletId: wallet.id, amount: 40 };
      dataOf(await api.post("/v1/transfers", transfer));
      expect(await payer.balances()).toEqual([0, 0, 110]);
      dataOf(await payer.refund({ authorizationId: forced.id, amount: 130 }));
      expect(await payer.balances()).toEqual([20, 0, 0]);
      const paid = await payer.pay(20);
      dataOf(await payer.force(5));
      expect(await payer.balances()).toEqual([0, 20, 5]);
      dataOf(await payer.reverse(paid));
      expect(await payer.balances()).toEqual([15, 0, 0]);
      const kinds = (await payer.statement()).map(({ kind, amount }) => `${kind} ${amount}`);
      expect(kinds.slice(1)).toEqual([
        "uncovered_capture 300",
        "advance 200",
        "deposit 50",
        "repayment 50",
        "transfer_in 40",
        "repayment 40",
        "refund 130",
        "repayment 110",
        "hold 20",
        "advance 5",
        "release 20",
        "repayment 5",
      ]);
    });
  });

  describe("approvals", () => {
    test("in part take the smallest headroom, where only amounts stand in the way", async () => {
      const payer = await newPayer(server, 600, {
        card: { limits: { month: { amount: 900_000 }, lifetime: { amount: 450 } } },
      });
      const ask = (amount: number, more = {}) =>
        payer.pay(amount, { partialApproval: true, ...more });
      const part = await ask(1_000);
      expect(part).toMatchObject({
        approved: true,
        requestedAmount: 1_000,
        amount: 450,
        held: 450,
      });
      expect(part.reasons).toEqual(["card_lifetime_amount_limit", "insufficient_funds"]);
      expect(await payer.balances()).toEqual([150, 450, 0]);
      expect(await ask(1)).toMatchObject({ approved: false, amount: 0 });
      const other = payerOf(
        payer.organization,
        payer.wallet,
        await payer.organization.card(payer.wallet.id),
      );
      expect((await other.pay(200)).approved).toBe(false);
      expect(await other.pay(200, { partialApproval: true })).toMatchObject({
        approved: true,
        amount: 150,
      });
      await payer.deposit(500);
      dataOf(await payer.api.post(`/v1/cards/${other.card.id}/freeze`));
      const frozen = await other.pay(10_000, { partialApproval: true });
      expect(frozen).toMatchObject({ approved: false, amount: 0 });
      expect(frozen.reasons).toEqual(["card_frozen", "insufficient_funds"]);
    });

    test("of 0 check the card: nothing is held or counted, and nothing can be captured", async () => {
      const payer = await newPayer(server, 0, { card: { limits: { day: { count: 0 } } } });
      const check: Authorization = await payer.pay(0);
      expect(check).toMatchObject({
        approved: true,
        status: "closed",
        amount: 0,
        held: 0,
        expiresAt: null,
      });
      expect(await payer.spent()).toEqual([0, 0]);
      expect(await payer.statement()).toEqual([]);
      expect(refusalOf(await payer.capture(check))).toMatchObject(notOpen);
      dataOf(await payer.api.post(`/v1/cards/${payer.card.id}/freeze`));
      expect((await payer.pay(0)).reasons).toEqual(["card_frozen"]);
    });
  });
};
