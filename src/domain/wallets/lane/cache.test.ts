import { describe, expect, test } from "vitest";
import { aCard, aWallet, newId } from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
import type { Wallet } from "../model/wallet.ts";
import { WalletCache } from "./cache.ts";

const organizationId = newId();
const wallet = aWallet({ organizationId, version: 5 });
const card = aCard(wallet);
const other = aCard(wallet);

const at = (version: number, over: Partial<Wallet> = {}): Wallet => ({
  ...wallet,
  version,
  ...over,
});
const named = (name: string): Card => ({ ...card, name });

/** A cache, and the wallets that a commit of its lane is under way on. */
const aCache = (maxBytes = 1_000_000) => {
  const busy = new Set<string>();
  const cache = new WalletCache(maxBytes, (id) => busy.has(id));
  const cardName = () => cache.card(organizationId, card.id)?.name;
  return { cache, busy, cardName };
};
const refTo = (id: string, kind: "wallet" | "card" = "card") => ({ kind, organizationId, id });

describe("a wallet", () => {
  test("is known once learned, to its own organization", () => {
    const { cache } = aCache();
    cache.learn([at(5)], []);
    expect(cache.wallet(organizationId, wallet.id)).toEqual(at(5));
    expect(cache.wallet(newId(), wallet.id)).toBeUndefined();
    expect(cache.has(refTo(wallet.id, "wallet"))).toBe(true);
    expect(cache.has({ ...refTo(wallet.id, "wallet"), organizationId: newId() })).toBe(false);
  });

  test("is not taken back by an older snapshot, and is replaced by a newer one", () => {
    const { cache } = aCache();
    cache.learn([at(5)], []);
    cache.learn([at(4)], []);
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(5);
    cache.learn([at(7)], []);
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(7);
  });

  test("is not replaced while a commit is under way: what is newer may be that commit", () => {
    const { cache, busy } = aCache();
    cache.learn([at(5)], []);
    busy.add(wallet.id);
    cache.learn([at(6)], []);
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(5);
    cache.committed(at(6), []);
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(6);
  });

  test("that was dropped while its commit was under way does not come back by its answer", () => {
    const { cache } = aCache();
    cache.learn([at(5)], []);
    cache.drop(wallet.id);
    cache.committed(at(6), [card]);
    expect(cache.wallet(organizationId, wallet.id)).toBeUndefined();
    expect(cache.card(organizationId, card.id)).toBeUndefined();
  });
});

describe("a card that is read", () => {
  test("together with its wallet is usable, by its own organization", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], [named("read at 5")]);
    expect(cardName()).toBe("read at 5");
    expect(cache.card(newId(), card.id)).toBeUndefined();
  });

  test("before the wallet was last read is forgotten: somebody else may have changed it", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], []);
    cache.learn([at(4)], [named("read at 4")]);
    expect(cardName()).toBeUndefined();
    expect(cache.has(refTo(card.id))).toBe(false);
    // The wallet itself stays good.
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(5);
    cache.learn([at(5)], [named("read at 5")]);
    expect(cardName()).toBe("read at 5");
  });

  test("between then and now is usable: all that changed since was done here", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], []);
    cache.committed(at(6), []);
    cache.committed(at(7), [other]);
    cache.learn([at(6)], [named("read at 6")]);
    expect(cardName()).toBe("read at 6");
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(7);
  });

  test("before a commit of this lane touched it does not undo the commit", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], []);
    cache.committed(at(6), [named("written at 6")]);
    cache.learn([at(5)], [named("read at 5")]);
    expect(cardName()).toBe("written at 6");
  });

  test("after the wallet proves that somebody else changed it: both are read again", () => {
    const { cache, busy, cardName } = aCache();
    cache.learn([at(5)], []);
    busy.add(wallet.id);
    cache.learn([at(7)], [named("read at 7")]);
    // It may be the commit under way, so nothing is thrown away yet, nor used.
    expect(cardName()).toBeUndefined();
    expect(cache.has(refTo(card.id))).toBe(true);
    expect(cache.wallet(organizationId, wallet.id)?.version).toBe(5);
    cache.committed(at(6), []);
    busy.delete(wallet.id);
    expect(cache.has(refTo(card.id))).toBe(false);
    expect(cache.wallet(organizationId, wallet.id)).toBeUndefined();
  });

  test("at the version that the commit under way then writes is usable with its answer", () => {
    const { cache, busy, cardName } = aCache();
    cache.learn([at(5)], []);
    busy.add(wallet.id);
    cache.learn([at(6)], [named("read at 6")]);
    expect(cardName()).toBeUndefined();
    cache.committed(at(6), []);
    busy.delete(wallet.id);
    expect(cardName()).toBe("read at 6");
  });

  test("after a foreign change to the wallet replaces what was remembered of it", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], [named("read at 5"), other]);
    cache.learn([at(8)], [named("read at 8")]);
    expect(cardName()).toBe("read at 8");
    expect(cache.card(organizationId, other.id)).toBeUndefined();
  });

  test("without its wallet is not kept", () => {
    const { cache } = aCache();
    cache.learn([], [card]);
    expect(cache.card(organizationId, card.id)).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });
});

describe("what a commit wrote", () => {
  test("is what is known then, for cards that were and were not known before", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], [named("read at 5")]);
    cache.committed(at(6, { available: 7n }), [named("written at 6"), other]);
    expect(cache.wallet(organizationId, wallet.id)).toMatchObject({ version: 6, available: 7n });
    expect(cardName()).toBe("written at 6");
    expect(cache.card(organizationId, other.id)).toEqual(other);
  });

  test("leaves cards that it did not touch usable", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], [named("read at 5")]);
    for (let version = 6; version < 20; version++) cache.committed(at(version), [other]);
    expect(cardName()).toBe("read at 5");
  });
});

describe("memory", () => {
  const many = Array.from({ length: 10 }, () => aWallet({ organizationId }));

  test("is bounded: the least recently used go first, busy ones stay", () => {
    const { cache, busy } = aCache();
    cache.learn(many, []);
    const each = cache.bytes / many.length;
    // Two thirds of it are for wallets and cards.
    const small = new WalletCache(Math.ceil(each * 6), (id) => busy.has(id));
    small.learn(many, []);
    const [first, second] = many;
    if (!first || !second) throw new Error("no wallets");
    busy.add(second.id);
    small.wallet(organizationId, first.id);
    small.trim();
    expect(small.size).toBe(4);
    expect(small.wallet(organizationId, first.id)).toBeDefined();
    expect(small.wallet(organizationId, second.id)).toBeDefined();
    expect(small.bytes).toBeLessThanOrEqual(each * 4);
  });

  test("goes to what was asked for since room was last made, and only until the next time", () => {
    const wallets = Array.from({ length: 10 }, () => aWallet({ organizationId }));
    const probe = new WalletCache(Number.MAX_SAFE_INTEGER, () => false);
    probe.learn(wallets.slice(0, 1), []);
    const cache = new WalletCache(probe.bytes * 6, () => false);
    cache.learn(wallets.slice(0, 6), []);
    for (const { id } of wallets.slice(0, 2)) cache.wallet(organizationId, id);
    // The third and fourth go, then the fifth and sixth, and now the first two.
    for (const from of [6, 8]) {
      cache.trim();
      expect(cache.size).toBe(4);
      cache.learn(wallets.slice(from, from + 2), []);
    }
    cache.trim();
    const known = wallets.filter(({ id }) => cache.wallet(organizationId, id) !== undefined);
    expect(known).toEqual(wallets.slice(6));
  });

  test("is given back whole by what is dropped, forgotten or replaced", () => {
    const { cache, cardName } = aCache();
    cache.learn([at(5)], [card, other]);
    const before = cache.bytes;
    cache.learn([at(6)], []);
    cache.learn([at(4)], [card]);
    expect(cardName()).toBeUndefined();
    cache.learn([at(6)], [card, other]);
    expect(cache.bytes).toBe(before);
    cache.drop(wallet.id);
    expect([cache.bytes, cache.size]).toEqual([0, 0]);
  });

  test("counts what clients can make long", () => {
    const { cache } = aCache();
    cache.learn([at(5)], []);
    const plain = cache.bytes;
    cache.learn([at(6, { metadata: { note: "x".repeat(10_000) } })], []);
    expect(cache.bytes).toBeGreaterThan(plain + 10_000);
  });
});
