import { describe, expect, test } from "vitest";
import { dataOf, refusalOf, type Server, tally, times } from "../support/api.ts";
import { dumpOf } from "../support/dump.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newOrganization } from "../support/organization.ts";
import { newPayer } from "../support/payer.ts";
import type { Authorization, Identified } from "../support/resources.ts";

interface Batch<Item> {
  readonly items: readonly {
    readonly status: number;
    readonly replayed: boolean;
    readonly data: Item | null;
    readonly problem: {
      readonly status: number;
      readonly code: string;
      readonly errors: readonly { readonly pointer?: string }[];
    } | null;
  }[];
}

/** What became of each: how it was decided, or why it was refused. */
const outcomes = ({ items }: Batch<Authorization>) =>
  items.map(({ data, problem }) => data?.reasons[0] ?? data?.status ?? problem?.code);

const replays = <Item>({ items }: Batch<Item>) => items.map(({ replayed }) => replayed);

export const batchSuite = (server: Server): void => {
  const authorizing = async (money: number) => {
    const payer = await newPayer(server, money);
    const batch = (items: readonly object[], key?: string, atomic?: boolean) =>
      payer.api.post<Batch<Authorization>>(
        "/v1/authorizations/batch",
        { items, ...(atomic === undefined ? {} : { atomic }) },
        key,
      );
    const item = (amount: number, more: object = {}) => ({
      cardId: payer.card.id,
      amount,
      ...more,
    });
    const rows = () => dumpOf(server, payer.organization.id);
    return { ...payer, batch, item, rows };
  };

  describe("a batch of payments", () => {
    test("has an outcome for each item, in order: what the item alone would be answered", async () => {
      const { batch, item, ...payer } = await authorizing(1_000);
      const nobodys = { cardId: crypto.randomUUID(), amount: 1 };
      const others = await newPayer(server, 1_000);
      const answer = await batch([
        item(600),
        item(500),
        nobodys,
        { cardId: others.card.id, amount: 1 },
        item(1, { currency: "USD" }),
        item(400),
      ]);
      const data = dataOf(answer);
      expect([answer.status, answer.replayed]).toEqual([200, false]);
      expect(outcomes(data)).toEqual([
        "open",
        "insufficient_funds",
        "not_found",
        "not_found",
        "currency_mismatch",
        "open",
      ]);
      expect(data.items.map(({ status }) => status)).toEqual([201, 201, 404, 404, 409, 201]);
      expect(data.items[2]?.problem?.errors[0]?.pointer).toBe("/cardId");
      expect(data.items[3]?.problem).toEqual(data.items[2]?.problem);
      expect(await payer.balances()).toEqual([0, 1_000, 0]);
      expect(await others.balances()).toEqual([1_000, 0, 0]);
      const alone = await payer.payment(data.items[0]?.data as Authorization);
      expect(alone).toEqual(data.items[0]?.data);
      expect(await ledgerFaults(server, payer.organization.id)).toEqual([]);
    });

    test("is replayed item by item under its key, and refuses alone the one that was changed", async () => {
      const { batch, item, rows, card } = await authorizing(1_000);
      const key = crypto.randomUUID();
      const metadata = { a: "1", b: "2" };
      const items = [item(100, { metadata }), item(5_000), item(300)];
      const first = dataOf(await batch(items, key));
      expect(replays(first)).toEqual([false, false, false]);
      const before = await rows();
      const again = await batch(items, key);
      expect([again.status, again.replayed]).toEqual([200, true]);
      expect(replays(again.data)).toEqual([true, true, true]);
      expect(again.data.items.map(({ data }) => data)).toEqual(first.items.map(({ data }) => data));
      const changed = await batch([items[0] ?? {}, item(5_001), item(300)], key);
      expect([changed.status, changed.replayed]).toEqual([200, false]);
      expect(changed.data.items.map(({ status }) => status)).toEqual([201, 422, 201]);
      expect(changed.data.items[1]?.problem?.code).toBe("idempotency_key_reused");
      expect(replays(changed.data)).toEqual([true, false, true]);
      expect(await rows()).toEqual(before);
      const reordered = { amount: 100, metadata: { b: "2", a: "1" }, cardId: card.id };
      expect(replays(dataOf(await batch([reordered], key)))).toEqual([true]);
      const longer = dataOf(await batch([...items, item(50)], key));
      expect(replays(longer)).toEqual([true, true, true, false]);
    });

    test("knows an item by its own key wherever it stands, and a half-used batch goes on", async () => {
      const { batch, item, balances } = await authorizing(1_000);
      const [a, b, c] = times(3, () => crypto.randomUUID());
      const keyed = (amount: number, idempotencyKey: string | undefined) =>
        item(amount, { idempotencyKey });
      const first = dataOf(await batch([keyed(10, a), keyed(20, b)]));
      const second = dataOf(await batch([keyed(30, c), keyed(20, b), keyed(11, a)]));
      expect(second.items.map(({ status, replayed }) => [status, replayed])).toEqual([
        [201, false],
        [201, true],
        [422, false],
      ]);
      expect(second.items[1]?.data).toEqual(first.items[1]?.data);
      expect(await balances()).toEqual([940, 60, 0]);
      const twice = dataOf(await batch([keyed(40, "k"), keyed(40, "k"), keyed(41, "k")]));
      expect(tally(twice.items.map(({ status, replayed }) => `${status} ${replayed}`))).toEqual({
        "201 false": 1,
        "201 true": 1,
        "422 false": 1,
      });
      expect((await balances())[1]).toBeLessThanOrEqual(101);
    });

    test("cannot use a key for two cards of a wallet, which keeps keys for all of them", async () => {
      const { batch, organization, wallet } = await authorizing(1_000);
      const cards = await Promise.all(times(5, () => organization.card(wallet.id)));
      const items = cards.map(({ id }) => ({ cardId: id, amount: 10, idempotencyKey: "one" }));
      const answer = dataOf(await batch(items));
      expect(tally(answer.items.map(({ status }) => status))).toEqual({ 201: 1, 422: 4 });
      expect((await organization.walletNow(wallet.id)).held).toBe(10);
    });

    test("that is atomic approves all or none: one decline refuses it, and nothing is written", async () => {
      const { batch, item, rows, balances } = await authorizing(1_000);
      const before = await rows();
      for (const [items, status, code] of [
        [[item(600), item(500)], 409, "payment_declined"],
        [[item(600), { cardId: crypto.randomUUID(), amount: 1 }], 404, "not_found"],
        [[item(600), item(1, { currency: "USD" })], 409, "currency_mismatch"],
      ] as const) {
        const refused = await batch(items, undefined, true);
        expect(refusalOf(refused)).toMatchObject({ status, code });
        expect(refused.problem.errors[0]?.pointer).toMatch(/^\/items\/1(\/|$)/);
      }
      expect(await rows()).toEqual(before);
      const key = crypto.randomUUID();
      const items = [item(600), item(400)];
      const all = dataOf(await batch(items, key, true));
      expect(outcomes(all)).toEqual(["open", "open"]);
      expect(await balances()).toEqual([0, 1_000, 0]);
      const again = await batch(items, key, true);
      expect([again.status, again.replayed]).toEqual([200, true]);
      expect(replays(again.data)).toEqual([true, true]);
      const other = await batch([item(600), item(399)], key, true);
      expect(refusalOf(other)).toMatchObject({ status: 422, code: "idempotency_key_reused" });
    });

    test("that is atomic cannot use a key twice", async () => {
      const { batch, item, rows } = await authorizing(1_000);
      const before = await rows();
      const twice = times(2, () => item(5, { idempotencyKey: "twice" }));
      expect(refusalOf(await batch(twice, undefined, true))).toEqual({
        status: 422,
        code: "validation_failed",
        at: ["/items/1/idempotencyKey"],
      });
      expect(await rows()).toEqual(before);
    });

    test("has at most 1,000 items and at least one", async () => {
      const { batch, item, balances, rows } = await authorizing(2_000);
      const before = await rows();
      for (const count of [0, 1_001]) {
        const refused = await batch(times(count, () => item(1)));
        expect(refusalOf(refused)).toMatchObject({ status: 422, at: ["/items"] });
      }
      expect(await rows()).toEqual(before);
      const whole = dataOf(await batch(times(1_000, () => item(1))));
      expect(tally(whole.items.map(({ status }) => status))).toEqual({ 201: 1_000 });
      expect(new Set(whole.items.map(({ data }) => data?.id)).size).toBe(1_000);
      expect(await balances()).toEqual([1_000, 1_000, 0]);
      const atomic = dataOf(
        await batch(
          times(1_000, () => item(1)),
          undefined,
          true,
        ),
      );
      expect(tally(outcomes(atomic).map(String))).toEqual({ open: 1_000 });
      expect(await balances()).toEqual([0, 2_000, 0]);
    });
  });

  describe("a batch of transfers", () => {
    const transferring = async () => {
      const organization = await newOrganization(server);
      const [a, b, c] = [
        await organization.wallet(100),
        await organization.wallet(100),
        await organization.wallet(0),
      ];
      const send = (items: readonly object[], atomic?: boolean) =>
        organization.api.post<Batch<Identified>>("/v1/transfers/batch", {
          items,
          ...(atomic === undefined ? {} : { atomic }),
        });
      const of = (from: Identified, to: Identified, amount: number, more: object = {}) => ({
        fromWalletId: from.id,
        toWalletId: to.id,
        amount,
        ...more,
      });
      const available = () =>
        Promise.all([a, b, c].map(async ({ id }) => (await organization.walletNow(id)).available));
      return { organization, a, b, c, send, of, available };
    };

    test("makes those that can be made, and says of the others why not", async () => {
      const { a, b, c, of, ...world } = await transferring();
      const items = [
        of(a, c, 60),
        of(a, c, 60),
        of(b, b, 10),
        of(b, { id: crypto.randomUUID() }, 10),
        of(b, c, 10, { corrects: crypto.randomUUID() }),
        of(b, c, 10, { effectiveAt: new Date(Date.now() + 60_000).toISOString() }),
        of(b, c, 15, { reference: "rent" }),
      ];
      const done = dataOf(await world.send(items));
      const said = done.items.map(({ status, problem }) => [
        status,
        problem?.code,
        problem?.errors[0]?.pointer,
      ]);
      expect(said).toEqual([
        [201, undefined, undefined],
        [409, "insufficient_funds", "/amount"],
        [422, "validation_failed", "/toWalletId"],
        [404, "not_found", "/toWalletId"],
        [404, "not_found", "/corrects"],
        [422, "validation_failed", "/effectiveAt"],
        [201, undefined, undefined],
      ]);
      expect(await world.available()).toEqual([40, 85, 75]);
      expect(await ledgerFaults(server, world.organization.id)).toEqual([]);
    });

    test("that is atomic moves all or nothing, also along a chain", async () => {
      const { a, b, c, of, ...world } = await transferring();
      const poor = await world.send([of(a, b, 100), of(b, c, 201)], true);
      expect(refusalOf(poor)).toEqual({
        status: 409,
        code: "insufficient_funds",
        at: ["/items/1/amount"],
      });
      const oneself = await world.send([of(a, b, 1), of(b, b, 1)], true);
      expect(refusalOf(oneself)).toMatchObject({ status: 422, at: ["/items/1/toWalletId"] });
      const nobody = await world.send([of(a, b, 1), of({ id: crypto.randomUUID() }, b, 1)], true);
      expect(refusalOf(nobody)).toMatchObject({ status: 404, at: ["/items/1/fromWalletId"] });
      const corrected = crypto.randomUUID();
      const wrong = await world.send([of(a, b, 1), of(a, b, 1, { corrects: corrected })], true);
      expect(refusalOf(wrong)).toMatchObject({ status: 404, at: ["/items/1/corrects"] });
      expect(await world.available()).toEqual([100, 100, 0]);
      const chain = await world.send([of(a, b, 100), of(b, c, 200), of(c, a, 50)], true);
      expect(dataOf(chain).items.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(await world.available()).toEqual([50, 0, 150]);
      expect(await ledgerFaults(server, world.organization.id)).toEqual([]);
    });
  });
};
