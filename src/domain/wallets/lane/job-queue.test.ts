import { describe, expect, test } from "vitest";
import { aTicket } from "../../../../test/support/tickets.ts";
import {
  aCard,
  authorizing,
  aWallet,
  capturing,
  depositing,
  idIn,
  newId,
  transferring,
} from "../../../../test/support/wallet-states.ts";
import type { Wallet } from "../model/wallet.ts";
import { WalletCache } from "./cache.ts";
import { JobQueue } from "./job-queue.ts";
import type { Ticket } from "./ticket.ts";

const organizationId = newId();
const wallets = Array.from({ length: 4 }, () => aWallet({ organizationId }));
const [one, two, three, four] = wallets as [Wallet, Wallet, Wallet, Wallet];
const nothing: ReadonlySet<string> = new Set();

/** A queue over a cache that knows some wallets. */
const aQueue = (...known: readonly Wallet[]) => {
  const cache = new WalletCache(1_000_000, () => false);
  cache.learn(known, []);
  const queue = new JobQueue(cache);
  const push = (...tickets: readonly Ticket[]) => {
    for (const ticket of tickets) queue.push(ticket);
  };
  return { cache, queue, push };
};
const depositTo = (wallet: Wallet, over: Parameters<typeof aTicket>[2] = {}) =>
  aTicket(organizationId, [depositing(wallet, 1)], over);

describe("jobs that are ready", () => {
  test("are taken in order, as many as may be, and the others stay", () => {
    const { queue, push } = aQueue(one, two, three);
    const [a, b, c] = [depositTo(one), depositTo(two), depositTo(three)];
    push(a, b, c);
    expect(queue.ready).toBe(3);
    expect(queue.takeReady(nothing, 2)).toEqual([a, b]);
    // There may be more of them.
    expect(queue.ready).toBe(1);
    expect(queue.takeReady(nothing, 2)).toEqual([c]);
    expect(queue.ready).toBe(0);
  });

  test("do not count while they wait for a commit, and do when it has ended", () => {
    const { queue, push } = aQueue(one, two);
    const [a, b, c] = [depositTo(one), depositTo(one), depositTo(two)];
    push(a, b);
    expect(queue.takeReady(new Set([one.id]), 2)).toEqual([]);
    expect(queue.ready).toBe(0);
    push(c);
    expect(queue.ready).toBe(1);
    expect(queue.takeReady(new Set([one.id]), 2)).toEqual([c]);
    queue.commitEnded();
    expect(queue.ready).toBe(2);
    expect(queue.takeReady(nothing, 2)).toEqual([a, b]);
  });

  test("come first when they are put back", () => {
    const { queue, push } = aQueue(one, two, three);
    const [a, b, c] = [depositTo(one), depositTo(two), depositTo(three)];
    push(c);
    queue.putBack([a, b]);
    expect(queue.takeReady(nothing, 9)).toEqual([a, b, c]);
  });

  test("are removed by what they are, and none else", () => {
    const { queue, push } = aQueue(one, two, three);
    const [a, b, c] = [depositTo(one), depositTo(two, { cold: true }), depositTo(three)];
    push(a, b, c);
    expect(queue.remove(({ cold }) => cold)).toEqual([b]);
    expect(queue.remove(({ cold }) => cold)).toEqual([]);
    expect(queue.takeReady(nothing, 9)).toEqual([a, c]);
  });

  test("of one wallet go together, unless they bring the same key, were tried or want to be alone", () => {
    const taken = (...tickets: readonly Ticket[]) => {
      const { queue, push } = aQueue(one, two);
      push(...tickets);
      return queue.takeReady(nothing, 9).length;
    };
    const same = { key: "client:k" };
    expect(taken(depositTo(one), depositTo(one))).toBe(2);
    expect(taken(depositTo(one, same), depositTo(one, same))).toBe(1);
    expect(taken(depositTo(one, same), depositTo(two, same))).toBe(2);
    expect(taken(depositTo(one, { attempts: 1 }), depositTo(one))).toBe(1);
    expect(taken(depositTo(one), depositTo(one, { attempts: 1 }))).toBe(1);
    expect(taken(depositTo(one, { attempts: 1 }), depositTo(one, { attempts: 2 }))).toBe(2);
    expect(taken(depositTo(one, { attempts: 1 }), depositTo(two))).toBe(2);
    expect(taken(depositTo(one, { alone: true }), depositTo(two))).toBe(1);
    expect(taken(depositTo(one), depositTo(two, { alone: true }))).toBe(1);
  });

  test("wait behind what waits for the same wallets, and are not overtaken", () => {
    const { queue, push } = aQueue(one, two, three);
    const between = aTicket(organizationId, [transferring(one, two, 1)]);
    const [blocked, free] = [depositTo(two), depositTo(three)];
    push(between, blocked, free);
    expect(queue.takeReady(new Set([one.id]), 9)).toEqual([free]);
    expect(queue.takeReady(nothing, 9)).toEqual([between, blocked]);
  });
});

describe("jobs for which something must be read", () => {
  const refOf = ({ id }: Wallet) => ({ kind: "wallet", organizationId, id });

  test("leave the queue, each thing is named once, and what is known is not named", () => {
    const { queue, push } = aQueue(three);
    const [a, b, c] = [depositTo(one), depositTo(one), depositTo(three)];
    const d = aTicket(organizationId, [transferring(three, two, 1)]);
    push(a, b, c, d);
    expect(queue.takeMissing(nothing, 9)).toEqual({
      tickets: [a, b, d],
      refs: [refOf(one), refOf(two)],
    });
    expect(queue.takeMissing(nothing, 9)).toEqual({ tickets: [], refs: [] });
    expect(queue.takeReady(nothing, 9)).toEqual([c]);
  });

  test("stay while a load is bringing it, and are looked at again after it", () => {
    const { queue, push } = aQueue();
    const [a, b] = [depositTo(one), depositTo(two)];
    push(a, b);
    expect(queue.takeMissing(new Set([one.id]), 9).tickets).toEqual([b]);
    expect(queue.takeMissing(new Set([one.id]), 9).tickets).toEqual([]);
    queue.lookAgain();
    expect(queue.takeMissing(nothing, 9).tickets).toEqual([a]);
  });

  test("are looked at once, until the cache has lost something or a commit has ended", () => {
    const { cache, queue, push } = aQueue(one, two);
    const [a, b] = [depositTo(one), depositTo(two)];
    push(a, b);
    const busy = new Set([one.id, two.id]);
    expect(queue.takeMissing(nothing, 9).tickets).toEqual([]);
    cache.drop(one.id);
    expect(queue.takeMissing(nothing, 9).tickets).toEqual([a]);
    cache.drop(two.id);
    expect(queue.takeReady(busy, 9)).toEqual([]);
    queue.commitEnded();
    expect(queue.takeMissing(nothing, 9).tickets).toEqual([b]);
  });

  test("are as many as a statement takes", () => {
    const { queue, push } = aQueue();
    push(depositTo(one), depositTo(two), depositTo(three), depositTo(four));
    expect(queue.takeMissing(nothing, 2).refs).toEqual([refOf(one), refOf(two)]);
    expect(queue.takeMissing(nothing, 2).refs).toEqual([refOf(three), refOf(four)]);
  });

  test("are read by themselves if they want to be alone", () => {
    const { queue, push } = aQueue();
    push(depositTo(one), depositTo(two, { alone: true }), depositTo(three));
    expect(queue.takeMissing(nothing, 9).refs).toEqual([refOf(one)]);
    expect(queue.takeMissing(nothing, 9).refs).toEqual([refOf(two)]);
    expect(queue.takeMissing(nothing, 9).refs).toEqual([refOf(three)]);
  });

  test("name what another organization has under the same id as something else", () => {
    const { queue, push } = aQueue();
    const foreign = newId();
    push(depositTo(one), aTicket(foreign, [depositing(one, 1)]));
    expect(queue.takeMissing(nothing, 9).refs).toEqual([
      refOf(one),
      { ...refOf(one), organizationId: foreign },
    ]);
  });
});

describe("the wallets of a job", () => {
  test("are those of all that it names, none while one of them is not known", () => {
    const { cache, queue } = aQueue(one);
    const transfer = aTicket(organizationId, [transferring(one, two, 1)]);
    expect(queue.walletsOf(transfer)).toEqual([]);
    cache.learn([two], []);
    expect(queue.walletsOf(transfer)).toEqual([one.id, two.id]);
  });

  test("are forgotten with the cache's wallet, and a payment's with the payment", () => {
    const { cache, queue } = aQueue(one);
    const card = aCard(one);
    cache.learn([one], [card]);
    const payment = aTicket(organizationId, [authorizing(card, 1)]);
    expect(queue.walletsOf(payment)).toEqual([one.id]);
    expect(payment.found?.wallets).toEqual([one.id]);
    cache.drop(one.id);
    expect(queue.walletsOf(payment)).toEqual([]);
    const capture = aTicket(organizationId, [capturing({ id: idIn(one) }, 1)]);
    expect(queue.walletsOf(capture)).toEqual([]);
    expect(capture.found).toBeUndefined();
  });
});
