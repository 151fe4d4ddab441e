import { describe, expect, it } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { outcomeOf, times, valueFrom } from "../../../test/support/directory.ts";
import { at, idIn, newId } from "../../../test/support/wallet-states.ts";
import { funded, moneyOn, withCard } from "../../../test/support/wallets.ts";
import type { Page, PagePosition, PageRequest } from "../../domain/page.ts";
import type { Result } from "../../domain/result.ts";
import { createWalletReads } from "./reads.ts";

const database = await testDatabase();

const oldestFirst = { sortBy: "createdAt", sort: "asc", limit: 100, skip: 0 } as const;

/** Walks a list by its cursor from end to end. */
const walked = async <T, Field extends string>(
  list: (page: PageRequest<Field>) => Promise<Result<Page<T>>>,
  page: PageRequest<Field>,
): Promise<T[]> => {
  const items: T[] = [];
  let after: PagePosition | null = null;
  for (let pages = 0; pages < 100; pages++) {
    const found: Page<T> = valueFrom(await list(after ? { ...page, after } : page));
    expect(found.items.length).toBeLessThanOrEqual(page.limit);
    items.push(...found.items);
    if (!found.next) return items;
    expect(found.items).toHaveLength(page.limit);
    after = found.next;
  }
  throw new Error("the list does not end");
};

describe.each(["postgres", "neon"] as const)("reads through %s", (driver) => {
  const statements: string[] = [];
  const db = database[driver]({ onStatement: ({ name }) => statements.push(name) });
  const money = moneyOn(db);
  const { wallets } = money;

  it("show wallets and cards as their commands answered them", async () => {
    const actor = anActor();
    const limits = {
      perTransaction: { amount: 7 },
      day: { amount: 500, count: 2 },
      lifetime: null,
    };
    const controls = {
      merchants: { allow: ["a"], block: [] },
      categories: null,
      countries: { block: ["US"] },
    };
    const made = valueFrom(
      await wallets.createWallet(actor, {
        owner: { userId: newId() },
        name: "Zoë 🏦 '\"\\",
        timezone: "Asia/Kolkata",
        currency: "JPY",
        limits,
        controls,
        metadata: { "a b": "ü" },
      }),
    );
    expect(valueFrom(await wallets.getWallet(actor, made.id))).toEqual(made);
    const card = valueFrom(
      await wallets.createCard(actor, { walletId: made.id, limits, controls }),
    );
    expect(valueFrom(await wallets.getCard(actor, card.id))).toEqual(card);
    const changed = valueFrom(
      await wallets.updateCard(actor, card.id, { name: "x", metadata: {} }),
    );
    expect(valueFrom(await wallets.getCard(actor, card.id))).toEqual(changed);
    const frozen = valueFrom(await wallets.freezeWallet(actor, made.id));
    expect(valueFrom(await wallets.getWallet(actor, made.id))).toEqual(frozen);
  });

  it("show authorizations as they were answered, approved, partial, declined and checked", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const card = await withCard(money, actor, wallet);
    const cardId = card.id;
    const merchant = { id: "m", name: "Shop ü", category: "7011", country: "DE" };
    const merchantAmount = { amount: 9_999, currency: "JPY" };
    const paid = [
      await wallets.authorize(actor, {
        cardId,
        amount: 30,
        merchant,
        merchantAmount,
        metadata: { a: "b" },
      }),
      await wallets.authorize(actor, { cardId, amount: 300, partialApproval: true }),
      await wallets.authorize(actor, { cardId, amount: 300 }),
      await wallets.authorize(actor, { cardId, amount: 0 }),
    ].map(valueFrom);
    expect(paid.map(({ status }) => status)).toEqual(["open", "open", "declined", "closed"]);
    for (const one of paid) {
      statements.length = 0;
      expect(valueFrom(await wallets.getAuthorization(actor, one.id))).toEqual(one);
      expect(statements).toEqual(["wallets.find_authorization"]);
    }
    const list = (filters: object) => wallets.listAuthorizations(actor, oldestFirst, filters);
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect(valueFrom(await list({})).items.toSorted(byId)).toEqual(paid.toSorted(byId));
    for (const filters of [{ walletId: wallet.id }, { cardId }, { walletId: wallet.id, cardId }]) {
      expect(valueFrom(await list(filters)).items).toHaveLength(4);
    }
    expect(valueFrom(await list({ status: "open" })).items).toHaveLength(2);
    expect(valueFrom(await list({ cardId, status: "declined" })).items).toMatchObject([
      { id: paid[2]?.id },
    ]);
    expect(valueFrom(await list({ walletId: newId() })).items).toEqual([]);
    expect(valueFrom(await list({ cardId: idIn(wallet) })).items).toEqual([]);
  });

  it("name the organization: another's ids read as nothing", async () => {
    const [actor, stranger] = [anActor(), anActor()];
    const wallet = await funded(money, actor, 100);
    const card = await withCard(money, actor, wallet);
    const paid = valueFrom(await wallets.authorize(actor, { cardId: card.id, amount: 1 }));
    const statement = { sortBy: "sequence", sort: "asc", limit: 10, skip: 0 } as const;
    for (const [who, expected] of [
      [actor, "ok"],
      [stranger, "not_found"],
    ] as const) {
      expect(outcomeOf(await wallets.getWallet(who, wallet.id))).toBe(expected);
      expect(outcomeOf(await wallets.getCard(who, card.id))).toBe(expected);
      expect(outcomeOf(await wallets.getAuthorization(who, paid.id))).toBe(expected);
      expect(outcomeOf(await wallets.listTransactions(who, wallet.id, statement, {}))).toBe(
        expected,
      );
      expect(outcomeOf(await wallets.revealCard(who, card.id))).toBe(expected);
    }
    for (const filters of [{}, { walletId: wallet.id }, { cardId: card.id }]) {
      expect(
        valueFrom(await wallets.listAuthorizations(stranger, oldestFirst, filters)).items,
      ).toEqual([]);
    }
    expect(valueFrom(await wallets.listWallets(stranger, oldestFirst, {})).items).toEqual([]);
    const cards = await wallets.listCards(stranger, oldestFirst, { walletId: wallet.id });
    expect(valueFrom(cards).items).toEqual([]);
  });

  it("do not show what is deleted, nor the statement of a deleted wallet", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor);
    const card = await withCard(money, actor, wallet);
    valueFrom(await wallets.deleteWallet(actor, wallet.id));
    expect(outcomeOf(await wallets.getWallet(actor, wallet.id))).toBe("not_found");
    expect(outcomeOf(await wallets.getCard(actor, card.id))).toBe("not_found");
    expect(outcomeOf(await wallets.revealCard(actor, card.id))).toBe("not_found");
    const page = { sortBy: "sequence", sort: "asc", limit: 10, skip: 0 } as const;
    expect(outcomeOf(await wallets.listTransactions(actor, wallet.id, page, {}))).toBe("not_found");
    expect(valueFrom(await wallets.listWallets(actor, oldestFirst, {})).items).toEqual([]);
    expect(valueFrom(await wallets.listCards(actor, oldestFirst, {})).items).toEqual([]);
  });

  it("page through a statement from either end, each line once, with the balances after it", async () => {
    const actor = anActor();
    const [wallet, other] = [await funded(money, actor, 1_000), await funded(money, actor, 50)];
    const card = await withCard(money, actor, wallet);
    for (let i = 0; i < 3; i++) {
      valueFrom(await wallets.withdraw(actor, wallet.id, { amount: 10, reference: `out ${i}` }));
      valueFrom(await wallets.authorize(actor, { cardId: card.id, amount: 20 }));
      valueFrom(await wallets.authorize(actor, { cardId: card.id, amount: 99_999 }));
      const between = { fromWalletId: other.id, toWalletId: wallet.id, amount: 5 };
      valueFrom(await wallets.transfer(actor, between));
    }
    const list = (page: PageRequest<"sequence">) =>
      wallets.listTransactions(actor, wallet.id, page, {});
    const up = { sortBy: "sequence", sort: "asc", limit: 100, skip: 0 } as const;
    const all = valueFrom(await list(up)).items;
    expect(all.map(({ kind }) => kind)).toEqual([
      "deposit",
      ...times(3, () => ["withdrawal", "hold", "transfer_in"]).flat(),
    ]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(10);
    expect(at(all, -1)).toMatchObject({ available: 1_000 - 90 + 15, held: 60, receivable: 0 });
    expect(at(all, 1)).toMatchObject({
      reference: "out 0",
      amount: 10,
      debit: "available",
      credit: "external",
      cardId: null,
    });
    expect(at(all, 2)).toMatchObject({ cardId: card.id, currency: "EUR" });
    for (const limit of [1, 3, 5, 9, 10, 11]) {
      expect(await walked(list, { ...up, limit })).toEqual(all);
      expect(await walked(list, { ...up, limit, sort: "desc" })).toEqual(all.toReversed());
    }
    expect(valueFrom(await list({ ...up, skip: 7 })).items).toEqual(all.slice(7));
    const beyond = valueFrom(await list({ ...up, skip: 10 }));
    expect(beyond).toEqual({ items: [], next: null });
    expect(outcomeOf(await wallets.listTransactions(actor, newId(), up, {}))).toBe("not_found");
    statements.length = 0;
    await list(up);
    expect(statements).toEqual(["wallets.list_transactions"]);
  });

  it("page through lists whose rows are of one moment, each once", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const cards = await Promise.all(times(25, () => withCard(money, actor, wallet)));
    await Promise.all(cards.map(({ id }) => wallets.authorize(actor, { cardId: id, amount: 1 })));
    const ids = cards.map(({ id }) => id).sort();
    for (const sort of ["asc", "desc"] as const) {
      const page = { ...oldestFirst, sort, limit: 4 };
      const listed = await walked(
        (p: PageRequest<"createdAt">) => wallets.listCards(actor, p, { walletId: wallet.id }),
        page,
      );
      expect(listed.map(({ id }) => id).sort()).toEqual(ids);
      const paid = await walked(
        (p: PageRequest<"createdAt">) => wallets.listAuthorizations(actor, p, {}),
        page,
      );
      expect(paid.map(({ cardId }) => cardId).sort()).toEqual(ids);
    }
  });

  it("show of one wallet's events exactly those behind a place of the feed, wherever it is", async () => {
    const actor = anActor();
    const pair = [await funded(money, actor, 1_000), await funded(money, actor, 1_000)] as const;
    const ids = pair.map(({ id }) => id);
    for (const amount of [1, 2, 3]) {
      // Several of one wallet in a commit, and both wallets in turn.
      await Promise.all(pair.map(({ id }) => wallets.withdraw(actor, id, { amount })));
      const [fromWalletId = "", toWalletId = ""] = ids;
      valueFrom(await wallets.transfer(actor, { fromWalletId, toWalletId, amount }));
    }
    const reads = createWalletReads(db);
    const list = (limit: number, after: PagePosition | undefined, walletId?: string) =>
      reads.listEvents(
        actor.organizationId,
        { sortBy: "position", sort: "asc", skip: 0, limit, ...(after && { after }) },
        walletId === undefined ? {} : { walletId },
      );
    const count = 2 * 2 + 3 * (2 + 2);
    await expect.poll(async () => (await list(100, undefined)).items.length).toBe(count);
    const all = (await list(100, undefined)).items;
    for (const walletId of ids) {
      let after: PagePosition | undefined;
      for (let seen = 0; seen <= count; seen++) {
        const rest = all.slice(seen).filter((event) => event.walletId === walletId);
        expect((await list(100, after, walletId)).items).toEqual(rest);
        expect((await list(2, after, walletId)).items).toEqual(rest.slice(0, 2));
        after = (await list(1, after)).next ?? undefined;
      }
    }
  });

  it("list wallets by name and owner", async () => {
    const actor = anActor();
    const [team, user] = [{ teamId: newId() }, { userId: newId() }];
    for (const [owner, name] of [
      [team, "b"],
      [team, "a"],
      [user, "c"],
      [user, "a"],
    ] as const) {
      valueFrom(await wallets.createWallet(actor, { owner, name }));
    }
    const byName = { ...oldestFirst, sortBy: "name" } as const;
    const names = async (filters: object, sort: "asc" | "desc" = "asc") =>
      (
        await walked((p: PageRequest<"name">) => wallets.listWallets(actor, p, filters), {
          ...byName,
          sort,
          limit: 1,
        })
      ).map(({ name }) => name);
    expect(await names({})).toEqual(["a", "a", "b", "c"]);
    expect(await names({}, "desc")).toEqual(["c", "b", "a", "a"]);
    expect(await names(team)).toEqual(["a", "b"]);
    expect(await names(user, "desc")).toEqual(["c", "a"]);
    expect(await names({ ...team, ...user })).toEqual([]);
  });

  it("reveal a card's number once it is written down who saw it", async () => {
    const actor = anActor({ requestId: newId() });
    const wallet = await funded(money, actor);
    const number = "5555555555554444";
    const card = valueFrom(
      await wallets.createCard(actor, { walletId: wallet.id, number, expMonth: 12, expYear: 2030 }),
    );
    expect(card.last4).toBe("4444");
    expect(valueFrom(await wallets.revealCard(actor, card.id))).toEqual({ number });
    const rows = await db.run({
      name: "test.reveals",
      text: "select api_key_id, request_id from wallets.card_reveals where organization_id = $1::uuid",
      params: [actor.organizationId],
    });
    expect(rows).toEqual([{ api_key_id: actor.apiKeyId, request_id: actor.requestId }]);
    const issued = await withCard(money, actor, wallet);
    const secrets = valueFrom(await wallets.revealCard(actor, issued.id));
    expect(secrets.cvv).toMatch(/^\d{3}$/);
    expect(secrets.number.slice(-4)).toBe(issued.last4);
  });
});
