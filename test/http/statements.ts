import { describe, expect, test } from "vitest";
import { client, dataOf, type Server, times } from "../support/api.ts";
import { operations } from "../support/contract.ts";
import { newOrganization, sendSample } from "../support/organization.ts";

export interface StatementCounter {
  /** What the database was asked to run, seen from its side. */
  count(): number;
  /**
   * How many of them nobody's request asked for: when keys were last used, once a minute,
   * after an answer; and what reading the metrics itself costs.
   */
  noted(): Promise<number>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const reads = operations.filter(({ method, access }) => method === "GET" && access !== "admin");

const costBy = async (counter: StatementCounter, work: () => Promise<unknown>): Promise<number> => {
  const count = async () => {
    // What follows an answer has been counted by then.
    await pause(40);
    const noted = await counter.noted();
    return counter.count() - noted;
  };
  const before = await count();
  await work();
  return (await count()) - before;
};

/** How many statements a request costs, counted outside of Purser. */
export const statementSuite = (
  server: Server,
  counter: StatementCounter,
  /** A lane that does not own the receiver reads it first. */
  { transfer = 1 }: { readonly transfer?: number } = {},
): void => {
  const costOf = (work: () => Promise<unknown>) => costBy(counter, work);

  describe("statements", () => {
    test.each(reads)("$id costs one", async (operation) => {
      const organization = await newOrganization(server);
      const sample = await organization.sample(operation);
      // Its key is known from now on.
      await organization.api.get(`/v1/organizations/${organization.id}`);
      const cost = await costOf(async () => {
        const answer = await sendSample(server, organization, sample);
        expect(answer.status, answer.text).toBe(200);
      });
      expect(cost).toBe(1);
    });

    test("a warm authorization costs one, approved or declined", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      expect((await organization.pay(card.id, 100)).approved).toBe(true);
      for (const [amount, approved] of [
        [100, true],
        [5_000, false],
        [200, true],
      ] as const) {
        const cost = await costOf(async () => {
          expect((await organization.pay(card.id, amount)).approved).toBe(approved);
        });
        expect(cost).toBe(1);
      }
    });

    test(`a warm deposit and withdrawal cost one, a transfer at most ${transfer}`, async () => {
      const organization = await newOrganization(server);
      const [from, to] = [await organization.wallet(1_000), await organization.wallet(1_000)];
      const moves = [
        [`/v1/wallets/${from.id}/deposits`, { amount: 5 }],
        [`/v1/wallets/${from.id}/withdrawals`, { amount: 5 }],
        ["/v1/transfers", { fromWalletId: from.id, toWalletId: to.id, amount: 5 }],
      ] as const;
      for (const [path, body] of moves) dataOf(await organization.api.post(path, body));
      for (const [path, body] of moves) {
        const cost = await costOf(async () => dataOf(await organization.api.post(path, body)));
        expect(cost).toBeGreaterThan(0);
        expect(cost).toBeLessThanOrEqual(path === "/v1/transfers" ? transfer : 1);
      }
    });

    test("whatever becomes of a payment that was just authorized costs one, a dry run too", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      const paid = await organization.pay(card.id, 100);
      const of = `/v1/authorizations/${paid.id}`;
      const acts = [
        [`${of}/increments`, { amount: 50 }],
        [`${of}/captures`, { amount: 20, final: false }],
        [`${of}/reversals`, { amount: 30 }],
        [`${of}/captures`, {}],
        ["/v1/refunds", { authorizationId: paid.id, amount: 10 }],
        ["/v1/captures", { cardId: card.id, amount: 40 }],
        ["/v1/authorizations/dry-run", { cardId: card.id, amount: 40 }],
      ] as const;
      for (const [path, body] of acts) {
        const cost = await costOf(async () => dataOf(await organization.api.post(path, body)));
        expect([path, cost]).toEqual([path, 1]);
      }
    });

    test("a batch of 200 shares its commits, and an atomic one has one", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      await organization.pay(card.id, 1);
      const items = times(200, () => ({ cardId: card.id, amount: 1 }));
      const batch = async (atomic: boolean) => {
        dataOf(await organization.api.post("/v1/authorizations/batch", { items, atomic }));
      };
      const shared = await costOf(() => batch(false));
      expect(shared).toBeGreaterThan(0);
      expect(shared).toBeLessThan(50);
      expect(await costOf(() => batch(true))).toBe(1);
    });

    test("a refusal that the cache knows of is still proved: one", async () => {
      const organization = await newOrganization(server);
      const { id } = await organization.wallet(10);
      const cost = await costOf(async () => {
        const answer = await organization.api.post(`/v1/wallets/${id}/withdrawals`, { amount: 11 });
        expect(answer.status).toBe(409);
      });
      expect(cost).toBe(1);
    });

    test("200 authorizations at once on one wallet share their commits", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(100_000);
      const card = await organization.card(wallet.id);
      await organization.pay(card.id, 1);
      const cost = await costOf(() => Promise.all(times(200, () => organization.pay(card.id, 1))));
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThan(50);
    });
  });
};

/** `cold` has just started and knows nothing: neither the key nor the wallet. */
export const coldStatementSuite = (
  warm: Server,
  cold: () => Promise<{ server: Server; counter: StatementCounter }>,
): void => {
  test("a cold authorization costs at most three statements", async () => {
    const organization = await newOrganization(warm);
    const wallet = await organization.wallet(1_000);
    const card = await organization.card(wallet.id);
    const { server, counter } = await cold();
    const cost = await costBy(counter, async () => {
      const body = { cardId: card.id, amount: 100 };
      const answer = await client(server, organization.apiKey).post("/v1/authorizations", body);
      expect([answer.status, answer.data["approved"]]).toEqual([201, true]);
    });
    expect(cost).toBeLessThanOrEqual(3);
    expect(cost).toBeGreaterThanOrEqual(2);
  });
};
