import { describe, expect, test } from "vitest";
import { aCard, aMerchant, aWallet, idIn, newId } from "../../../../test/support/wallet-states.ts";
import type { Authorization } from "../model/authorization.ts";
import { noControls } from "../model/controls.ts";
import type { Wallet } from "../model/wallet.ts";
import { WalletCache } from "./cache.ts";

const organizationId = newId();
const wallet = aWallet({ organizationId, version: 5 });
const card = aCard(wallet);

const at = (version: number, over: Partial<Wallet> = {}): Wallet => ({
  ...wallet,
  version,
  ...over,
});

const aPayment = (over: Partial<Authorization> = {}): Authorization => ({
  id: idIn(wallet),
  organizationId,
  cardId: card.id,
  walletId: wallet.id,
  approved: true,
  forced: false,
  status: "open",
  reasons: [],
  requestedAmount: 10n,
  amount: 10n,
  held: 10n,
  captured: 0n,
  reversed: 0n,
  refunded: 0n,
  currency: "EUR",
  merchant: aMerchant(),
  merchantAmount: null,
  consumed: [],
  metadata: {},
  expiresAt: null,
  createdAt: 0,
  decisionSequence: 1,
  sequence: 1,
  ...over,
});

const payments = Array.from({ length: 5 }, () => aPayment());
const [first, second, third] = payments as [Authorization, Authorization, Authorization];

/** What one payment, and the wallet with its card, are counted as. */
const sizes = () => {
  const cache = new WalletCache(1_000_000, () => false);
  cache.learn([at(5)], [card]);
  const walletAndCard = cache.bytes;
  cache.learn([at(5)], [], [first]);
  return { walletAndCard, payment: cache.bytes - walletAndCard };
};

/** A cache of whose memory payments may have as much as so many of them need. */
const roomFor = (count: number) => {
  const busy = new Set<string>();
  const cache = new WalletCache(sizes().payment * count * 3, (id) => busy.has(id));
  const known = () =>
    payments.filter(({ id }) => cache.authorization(organizationId, id) !== undefined);
  return { cache, busy, known };
};

describe("payments", () => {
  test("are known with their card and wallet, to their own organization", () => {
    const { cache } = roomFor(5);
    cache.learn([at(5)], [], [first]);
    expect(cache.authorization(organizationId, first.id)).toBeUndefined();
    cache.learn([at(5)], [card]);
    expect(cache.authorization(organizationId, first.id)).toEqual(first);
    expect(cache.authorization(newId(), first.id)).toBeUndefined();
    expect(cache.walletOf({ kind: "authorization", organizationId, id: first.id })).toBe(wallet.id);
    expect(cache.authorization(organizationId, second.id)).toBeUndefined();
  });

  test("have a third of the memory; the longest untouched are forgotten first, and alone", () => {
    const { cache, known } = roomFor(3);
    cache.learn([at(5)], [card], payments);
    cache.committed(at(6), [], [{ ...first, captured: 1n }]);
    const { drops, losses } = cache;
    cache.trim();
    expect(known().map(({ id }) => id)).toEqual([first, ...payments.slice(3)].map(({ id }) => id));
    expect(cache.authorization(organizationId, first.id)?.captured).toBe(1n);
    expect(cache.bytes).toBe(sizes().walletAndCard + 3 * sizes().payment);
    expect(cache.card(organizationId, card.id)).toEqual(card);
    expect([cache.drops - drops, cache.losses - losses]).toEqual([0, 2]);
    cache.trim();
    expect(known()).toHaveLength(3);
  });

  test("are all kept when they just fit", () => {
    const { cache, known } = roomFor(5);
    cache.learn([at(5)], [card], payments);
    const { losses } = cache;
    cache.trim();
    expect(known()).toEqual(payments);
    expect(cache.losses).toBe(losses);
  });

  test("of a wallet that a commit is under way on are kept until it is answered", () => {
    const { cache, busy, known } = roomFor(2);
    cache.learn([at(5)], [card], payments);
    busy.add(wallet.id);
    cache.trim();
    expect(known()).toEqual(payments);
    busy.delete(wallet.id);
    cache.trim();
    expect(known()).toEqual(payments.slice(3));
  });

  test("that were forgotten are believed only as they are after what was last done to them", () => {
    const { cache, known } = roomFor(1);
    cache.learn([at(5)], [card], [first]);
    cache.committed(at(6), [], [{ ...first, captured: 1n }]);
    cache.committed(at(7), [], [second]);
    cache.trim();
    expect(known()).toEqual([second]);
    cache.learn([at(5)], [], [first]);
    expect(cache.authorization(organizationId, first.id)).toBeUndefined();
    // Others too: whether they were touched since is not known of each.
    cache.learn([at(5)], [], [third]);
    expect(cache.authorization(organizationId, third.id)).toBeUndefined();
    // Of cards nothing was forgotten.
    const other = aCard(wallet);
    cache.learn([at(5)], [other]);
    expect(cache.card(organizationId, other.id)).toEqual(other);
    cache.learn([at(6)], [], [{ ...first, captured: 1n }]);
    expect(cache.authorization(organizationId, first.id)?.captured).toBe(1n);
  });

  test("count as what they are now, and go with their wallet", () => {
    const { cache, known } = roomFor(5);
    cache.learn([at(5)], [card], payments);
    const before = cache.bytes;
    cache.committed(at(6), [], [{ ...first, metadata: { note: "x".repeat(1_000) } }]);
    expect(cache.bytes).toBe(before + 2 * 1_004);
    cache.committed(at(7), [], [first]);
    expect(cache.bytes).toBe(before);
    const { losses } = cache;
    cache.drop(wallet.id);
    expect([cache.bytes, cache.size, known()]).toEqual([0, 0, []]);
    expect(cache.losses).toBe(losses + 7);
    // Nothing of it is left: the wallet alone comes back.
    cache.learn([at(7)], []);
    expect(known()).toEqual([]);
    cache.trim();
    cache.drop(wallet.id);
    expect(cache.bytes).toBe(0);
  });
});

describe("what is remembered", () => {
  const bytesOf = (over: Partial<Wallet>): number => {
    const cache = new WalletCache(1_000_000, () => false);
    cache.learn([at(5, over)], []);
    return cache.bytes;
  };
  const long = { allow: ["x".repeat(1_000)] };

  test.each(["merchants", "categories", "countries"] as const)(
    "counts a long list of %s",
    (list) => {
      expect(bytesOf({ controls: { ...noControls, [list]: long } })).toBeGreaterThan(
        bytesOf({}) + 2_000,
      );
    },
  );

  test("counts every name and value that clients give, and nothing for lists that they do not", () => {
    expect(bytesOf({ metadata: { ab: "cde", f: "" } })).toBe(bytesOf({}) + 2 * 6);
    expect(bytesOf({})).toBe(2_048);
  });

  test("grows and shrinks with a wallet that is written", () => {
    const cache = new WalletCache(1_000_000, () => false);
    cache.learn([at(5)], []);
    const before = cache.bytes;
    cache.committed(at(6, { metadata: { note: "x".repeat(500) } }), []);
    expect(cache.bytes).toBe(before + 2 * 504);
    cache.committed(at(7), []);
    expect(cache.bytes).toBe(before);
    cache.committed(at(8, { metadata: { note: "x".repeat(500) } }), []);
    cache.drop(wallet.id);
    expect(cache.bytes).toBe(0);
  });

  test("of a wallet stays when it is read again as it is", () => {
    const cache = new WalletCache(1_000_000, () => false);
    cache.learn([at(5)], [card]);
    const { losses } = cache;
    cache.learn([at(5)], []);
    expect(cache.card(organizationId, card.id)).toEqual(card);
    expect(cache.losses).toBe(losses);
  });

  test("is all kept when wallets just fit their two thirds, and not with one more", () => {
    const wallets = Array.from({ length: 4 }, () => aWallet({ organizationId }));
    const cache = new WalletCache(2_048 * 6, () => false);
    cache.learn(wallets, []);
    cache.trim();
    expect(cache.size).toBe(4);
    cache.learn([aWallet({ organizationId })], []);
    cache.trim();
    expect(cache.size).toBe(4);
  });

  test("is not taken to be on its way when another wallet's commit is under way", () => {
    const cache = new WalletCache(1_000_000, (id) => id === wallet.id);
    expect(cache.has({ kind: "card", organizationId, id: card.id })).toBe(false);
    cache.learn([at(5)], [card]);
    expect(cache.has({ kind: "card", organizationId, id: newId() })).toBe(false);
  });
});
