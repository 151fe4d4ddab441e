import { describe, expect, it } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { audited } from "../../../../test/support/audit.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import { outcomeOf, tally, times, valueFrom, withKey } from "../../../../test/support/directory.ts";
import {
  at,
  depositing,
  item,
  newId,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import { funded, jobOf, type Money, moneyOn, withCard } from "../../../../test/support/wallets.ts";
import type { Actor } from "../../actor.ts";
import type { Job } from "./job.ts";
import type { LaneEvent } from "./options.ts";

const database = await testDatabase();

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(["postgres", "neon"] as const)("a lane on %s", (driver) => {
  const statements: string[] = [];
  const db = database[driver]({ onStatement: ({ name }) => statements.push(name) });
  const money = moneyOn(db);
  const { wallets } = money;

  const counted = async (work: () => Promise<unknown>): Promise<string[]> => {
    statements.length = 0;
    await work();
    return [...statements];
  };

  it("approves exactly what there is of 200 payments at once", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 10_000);
    const cards = await Promise.all(times(4, () => withCard(money, actor, wallet)));
    const results = await Promise.all(
      times(200, (i) => wallets.authorize(actor, { cardId: at(cards, i % 4).id, amount: 100 })),
    );
    const approved = results.filter((result) => valueFrom(result).approved);
    expect(approved).toHaveLength(100);
    for (const result of results) {
      const { approved: yes, reasons } = valueFrom(result);
      expect(reasons).toEqual(yes ? [] : ["insufficient_funds"]);
    }
    const audit = await audited(db, actor.organizationId);
    expect(audit.wallets.get(wallet.id)).toMatchObject({ available: 0n, held: 10_000n });
  });

  it("keeps a day limit on 200 payments at once", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100_000);
    const card = await withCard(money, actor, wallet);
    valueFrom(
      await wallets.updateWallet(actor, wallet.id, { limits: { day: { amount: 10_000 } } }),
    );
    const results = await Promise.all(
      times(200, () => wallets.authorize(actor, { cardId: card.id, amount: 100 })),
    );
    expect(results.filter((result) => valueFrom(result).approved)).toHaveLength(100);
    await audited(db, actor.organizationId);
  });

  it("costs one statement warm and two cold, for a payment and for a transfer", async () => {
    const actor = anActor();
    const [one, two] = [await funded(money, actor, 1_000), await funded(money, actor)];
    const card = await withCard(money, actor, one);
    const pay = async (through: Money) =>
      valueFrom(await through.wallets.authorize(actor, { cardId: card.id, amount: 1 }));
    const move = async (through: Money) =>
      valueFrom(
        await through.wallets.transfer(actor, {
          fromWalletId: one.id,
          toWalletId: two.id,
          amount: 1,
        }),
      );
    for (const command of [pay, move]) {
      const cold = moneyOn(db);
      expect(await counted(() => command(cold))).toEqual(["wallets.load", "wallets.commit"]);
      expect(await counted(() => command(cold))).toEqual(["wallets.commit"]);
    }
    // A card of a wallet that is known, and a refusal, which is proved too.
    const cold = moneyOn(db);
    await move(cold);
    expect(await counted(() => pay(cold))).toEqual(["wallets.load", "wallets.commit"]);
    const refusal = () => cold.wallets.withdraw(actor, one.id, { amount: 10_000 });
    expect(await counted(refusal)).toEqual(["wallets.commit"]);
  });

  it("commits what comes while a commit is under way in one statement", async () => {
    const actor = anActor();
    const made = await Promise.all(times(20, () => funded(money, actor, 1)));
    const sent = await counted(() =>
      Promise.all(times(200, (i) => wallets.deposit(actor, at(made, i % 20).id, { amount: 1 }))),
    );
    expect(sent.length).toBeLessThanOrEqual(4);
    expect((await audited(db, actor.organizationId)).sum).toBe(220n);
  });

  it("gives one key one effect, sent 50 times at once, and equal answers", async () => {
    const owner = anActor();
    const wallet = await funded(money, owner);
    const actor = withKey(owner, "once");
    const requests = times(50, () => ({ ...actor, requestId: newId() }));
    const results = await Promise.all(
      requests.map((request) => wallets.deposit(request, wallet.id, { amount: 7 })),
    );
    expect(tally(results)).toEqual({ ok: 1, replayed: 49 });
    for (const result of results) expect(valueFrom(result)).toEqual(valueFrom(at(results, 0)));
    // And again when nothing of it is under way, through another lane as well.
    for (const other of [money, moneyOn(db)]) {
      const repeat = await other.wallets.deposit(actor, wallet.id, { amount: 7 });
      expect(repeat).toEqual({
        ok: true,
        replayed: true,
        value: valueFrom(at(results, 0)),
        written: expect.anything(),
      });
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(7n);
  });

  it("gives one key one effect when two lanes get it at once", async () => {
    const lanes = [money, moneyOn(db), moneyOn(db)];
    const actor = anActor();
    const wallet = await funded(money, actor);
    for (let round = 0; round < 10; round++) {
      const keyed = withKey(actor, `round ${round}`);
      const results = await Promise.all(
        times(12, (i) => at(lanes, i % 3).wallets.deposit(keyed, wallet.id, { amount: 7 })),
      );
      expect(tally(results)).toEqual({ ok: 1, replayed: 11 });
      expect(new Set(results.map((result) => valueFrom(result).id)).size).toBe(1);
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(70n);
  });

  it("replays declines, and does not store refusals", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor);
    const card = await withCard(money, actor, wallet);
    const pay = (key: string) =>
      wallets.authorize(withKey(actor, key), { cardId: card.id, amount: 5 });
    const declined = await pay("pay");
    expect(valueFrom(declined)).toMatchObject({ approved: false });
    const take = () => wallets.withdraw(withKey(actor, "take"), wallet.id, { amount: 5 });
    expect(outcomeOf(await take())).toBe("insufficient_funds");
    valueFrom(await wallets.deposit(actor, wallet.id, { amount: 100 }));
    expect(await pay("pay")).toEqual({ ...declined, replayed: true, written: expect.anything() });
    expect(outcomeOf(await take())).toBe("ok");
    expect(outcomeOf(await take())).toBe("replayed");
  });

  it("refuses a key with another request, at once and later, whichever came first", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor);
    const send = (body: string) =>
      wallets.deposit(withKey(actor, "key", body), wallet.id, { amount: body.length });
    const results = await Promise.all(times(20, (i) => send(i % 2 ? "one" : "other")));
    expect(tally(results)).toEqual({ ok: 1, replayed: 9, idempotency_key_reused: 10 });
    expect(outcomeOf(await send("third"))).toBe("idempotency_key_reused");
    expect((await audited(db, actor.organizationId)).log.get(wallet.id)).toHaveLength(2);
  });

  it("lets another request have the key of one that was refused", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 5);
    const [refused, done] = await Promise.all([
      wallets.withdraw(withKey(actor, "key", "50"), wallet.id, { amount: 50 }),
      wallets.withdraw(withKey(actor, "key", "5"), wallet.id, { amount: 5 }),
    ]);
    expect([outcomeOf(refused), outcomeOf(done)]).toEqual(["insufficient_funds", "ok"]);
  });

  it("does not let one used key disturb the other commands of a full batch", async () => {
    const actor = anActor();
    const made = await Promise.all(times(8, () => funded(money, actor, 100)));
    const used = withKey(actor, "used");
    const first = valueFrom(await wallets.deposit(used, at(made, 0).id, { amount: 1 }));
    const fresh = moneyOn(db);
    await Promise.all(made.map(({ id }) => fresh.wallets.withdraw(actor, id, { amount: 1 })));
    const results = await Promise.all([
      fresh.wallets.deposit(used, at(made, 0).id, { amount: 1 }),
      ...times(255, (i) => fresh.wallets.deposit(actor, at(made, i % 8).id, { amount: 1 })),
    ]);
    expect(results[0]).toEqual({
      ok: true,
      replayed: true,
      value: first,
      written: expect.anything(),
    });
    expect(tally(results)).toEqual({ ok: 255, replayed: 1 });
    expect((await audited(db, actor.organizationId)).sum).toBe(800n + 1n - 8n + 255n);
  });

  it("does not starve new commands of a wallet that is flooded with replays", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor);
    const keys = times(40, (i) => withKey(actor, `key ${i}`));
    const once = await Promise.all(
      keys.map((key) => wallets.deposit(key, wallet.id, { amount: 1 })),
    );
    const first = new Map(keys.map((key, i) => [key, valueFrom(at(once, i))]));
    let flooding = true;
    let replays = 0;
    const flood = async (offset: number) => {
      for (let i = offset; flooding; i++) {
        const key = at(keys, i % keys.length);
        expect(await wallets.deposit(key, wallet.id, { amount: 1 })).toEqual({
          ok: true,
          replayed: true,
          value: first.get(key),
          written: expect.anything(),
        });
        replays += 1;
      }
    };
    const floods = times(20, flood);
    const waits: number[] = [];
    for (let i = 0; i < 30; i++) {
      const sentAt = performance.now();
      expect(outcomeOf(await wallets.deposit(actor, wallet.id, { amount: 1 }))).toBe("ok");
      waits.push(performance.now() - sentAt);
    }
    flooding = false;
    await Promise.all(floods);
    expect(replays).toBeGreaterThan(100);
    expect(Math.max(...waits)).toBeLessThan(2_000);
    expect((await audited(db, actor.organizationId)).sum).toBe(70n);
  });

  it("fails a command that the rules cannot decide, or PostgreSQL not store, alone", async () => {
    const actor = anActor();
    const made = await Promise.all(times(3, () => funded(money, actor, 10)));
    const w = (index: number) => at(made, index);
    const poison = [
      jobOf(actor, depositing(w(0), Number.NaN)),
      jobOf(actor, { ...depositing(w(1), 1), reference: "a\u0000b" }),
    ];
    for (const bad of poison) {
      const good = times(9, (i) => jobOf(actor, depositing(w(i % 3), 1)));
      const [failed, ...settled] = await Promise.allSettled(
        [bad, ...good].map((job) => money.lane.submit(job)),
      );
      expect(failed?.status).toBe("rejected");
      expect(settled.map((one) => one.status === "fulfilled" && one.value.ok)).toEqual(
        times(9, () => true),
      );
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(48n);
    expect(money.lane.load).toMatchObject({ waiting: 0, commits: 0 });
  });

  it("gives a card number to one of those that bring it at once", async () => {
    const actor = anActor();
    const made = await Promise.all(times(4, () => funded(money, actor)));
    const number = "4111111111111111";
    const expiry = { expMonth: 12, expYear: 2030 };
    const results = await Promise.all(
      times(8, (i) =>
        wallets.createCard(actor, { walletId: at(made, i % 4).id, number, ...expiry }),
      ),
    );
    expect(tally(results)).toEqual({ ok: 1, card_number_taken: 7 });
    expect((await audited(db, actor.organizationId)).cards.size).toBe(1);
  });

  it("does jobs of several commands whole or not at all", async () => {
    const actor = anActor();
    const made = await Promise.all(times(3, (i) => funded(money, actor, i)));
    const deleting = (...ids: string[]) =>
      money.lane.submit(
        jobOf(actor, ...ids.map((walletId) => ({ kind: "delete_wallet", walletId }) as const)),
      );
    const refused = await deleting(...made.map(({ id }) => id));
    expect(refused).toMatchObject({ ok: false, refusal: { code: "wallet_not_empty" } });
    expect((await audited(db, actor.organizationId)).sum).toBe(3n);
    await wallets.withdraw(actor, at(made, 1).id, { amount: 1 });
    await wallets.withdraw(actor, at(made, 2).id, { amount: 2 });
    expect(await deleting(...made.map(({ id }) => id))).toMatchObject({ ok: true });
    const statuses = [...(await audited(db, actor.organizationId)).wallets.values()].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual(["closed", "closed", "closed"]);
    expect(outcomeOf(await wallets.deposit(actor, at(made, 0).id, { amount: 1 }))).toBe(
      "not_found",
    );
  });

  it("finds nothing of another organization", async () => {
    const [actor, stranger] = [anActor(), anActor()];
    const wallet = await funded(money, actor, 100);
    const card = await withCard(money, actor, wallet);
    const own = await funded(money, stranger, 100);
    const attempts = [
      () => wallets.deposit(stranger, wallet.id, { amount: 1 }),
      () => wallets.withdraw(stranger, wallet.id, { amount: 1 }),
      () => wallets.transfer(stranger, { fromWalletId: own.id, toWalletId: wallet.id, amount: 1 }),
      () => wallets.transfer(stranger, { fromWalletId: wallet.id, toWalletId: own.id, amount: 1 }),
      () => wallets.authorize(stranger, { cardId: card.id, amount: 1 }),
      () => wallets.freezeCard(stranger, card.id),
      () => wallets.deleteWallet(stranger, wallet.id),
      () => wallets.createCard(stranger, { walletId: wallet.id }),
    ];
    for (const attempt of attempts) expect(outcomeOf(await attempt())).toBe("not_found");
    const audit = await audited(db, actor.organizationId);
    expect(audit.log.get(wallet.id)).toEqual(["wallet.created", "deposit.booked", "card.created"]);
  });
});

describe("two lanes on one database", () => {
  const observed: LaneEvent[] = [];
  const lanes = times(2, () =>
    moneyOn(database.postgres({ connections: 4 }), {
      ports: { observe: (event) => observed.push(event) },
    }),
  );
  const db = database.postgres();
  const lane = (i: number) => at(lanes, i % 2);
  const stale = () => observed.filter(({ kind }) => kind === "stale").length;

  it("approve exactly what there is of the same wallet", async () => {
    const before = stale();
    // Again, should the lanes happen not to meet.
    for (let round = 0; round < 2 || (round < 10 && stale() === before); round++) {
      const actor = anActor();
      const wallet = await funded(lane(0), actor, 10_000);
      const card = await withCard(lane(0), actor, wallet);
      const results = await Promise.all(
        times(200, async (i) => {
          await sleep((i % 20) * 2);
          return lane(i).wallets.authorize(actor, { cardId: card.id, amount: 100 });
        }),
      );
      expect(results.filter((result) => valueFrom(result).approved)).toHaveLength(100);
      const audit = await audited(db, actor.organizationId);
      expect(audit.wallets.get(wallet.id)).toMatchObject({ available: 0n, held: 10_000n });
    }
    expect(stale()).toBeGreaterThan(before);
  });

  it("move money in rings among ten wallets: all gets through and nothing is lost", async () => {
    const actor = anActor();
    const made = await Promise.all(times(10, (i) => funded(lane(i), actor, 1_000)));
    const results = await Promise.all(
      times(400, async (i) => {
        await sleep((i % 40) * 2);
        return lane(i).wallets.transfer(actor, {
          fromWalletId: at(made, i % 10).id,
          toWalletId: at(made, (i + 1 + (i % 3)) % 10).id,
          amount: 1 + (i % 5),
        });
      }),
    );
    expect(tally(results)).toEqual({ ok: 400 });
    const { sum, log } = await audited(db, actor.organizationId);
    expect(sum).toBe(10_000n);
    expect([...log.values()].flat().filter((type) => type === "transfer.sent")).toHaveLength(400);
  });

  it("are told of a wallet that another has changed, and of no other", async () => {
    const told: string[] = [];
    const actor = anActor();
    const [sender, receiver] = [await funded(lane(0), actor, 10), await funded(lane(1), actor)];
    const money = moneyOn(db, {
      options: { owns: (id) => id === sender.id },
      ports: { tell: (id) => void told.push(id) },
    });
    const pay = (amount: number) =>
      money.wallets.transfer(actor, {
        fromWalletId: sender.id,
        toWalletId: receiver.id,
        amount,
      });
    expect(outcomeOf(await pay(11))).toBe("insufficient_funds");
    expect(told).toEqual([]);
    expect(outcomeOf(await pay(10))).toBe("ok");
    expect(told).toEqual([receiver.id]);
  });

  it("let a hundred senders pay one receiver", async () => {
    const actor = anActor();
    const receiver = await funded(lane(0), actor);
    const senders = await Promise.all(times(100, (i) => funded(lane(i), actor, 10)));
    const results = await Promise.all(
      senders.map(({ id }, i) =>
        lane(i).wallets.transfer(actor, { fromWalletId: id, toWalletId: receiver.id, amount: 10 }),
      ),
    );
    expect(tally(results)).toEqual({ ok: 100 });
    const audit = await audited(db, actor.organizationId);
    expect(audit.wallets.get(receiver.id)?.available).toBe(1_000n);
  });
});

describe("a lane that has too much to do", () => {
  const db = database.postgres();

  it("answers overloaded when its queue is full, and all that it took", async () => {
    const money = moneyOn(db, { options: { maxQueue: 10 } });
    const actor = anActor();
    const wallet = await funded(money, actor);
    const results = await Promise.all(
      times(50, () => money.lane.submit(jobOf(actor, depositing(wallet, 1)))),
    );
    expect(tally(results)).toEqual({ ok: 10, overloaded: 40 });
    expect(outcomeOf(await money.lane.submit(jobOf(actor, depositing(wallet, 1))))).toBe("ok");
    expect((await audited(db, actor.organizationId)).sum).toBe(11n);
    expect(money.lane.load.waiting).toBe(0);
  });

  it("answers overloaded when the deadline has passed, and sends nothing", async () => {
    const statements: string[] = [];
    const money = moneyOn(database.postgres({ onStatement: ({ name }) => statements.push(name) }));
    const actor = anActor();
    const wallet = await funded(money, actor, 5);
    statements.length = 0;
    const late: Job = { ...jobOf(actor, withdrawing(wallet, 5)), deadline: Date.now() - 1 };
    expect(outcomeOf(await money.lane.submit(late))).toBe("overloaded");
    expect(statements).toEqual([]);
    expect((await audited(db, actor.organizationId)).sum).toBe(5n);
  });

  it("keeps to the bytes it may remember, and decides rightly all the same", async () => {
    const money = moneyOn(db, { options: { cacheBytes: 20_000 } });
    const actor = anActor();
    const made = await Promise.all(times(30, () => funded(money, actor, 10)));
    for (let round = 0; round < 3; round++) {
      await Promise.all(made.map(({ id }) => money.wallets.withdraw(actor, id, { amount: 1 })));
      expect(money.lane.load.cacheBytes).toBeLessThanOrEqual(20_000);
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(30n * 7n);
  });
});

describe("a lane whose clock is off", () => {
  const db = database.postgres();

  it.each([3_000, -3_000])(
    "by %d ms refuses to decide, and recovers with the clock",
    async (off) => {
      let offset = 0;
      const money = moneyOn(db, { ports: { now: () => Date.now() + offset } });
      const actor = anActor();
      const wallet = await funded(money, actor, 5);
      const send = (through: Money, by: Actor) => {
        const now = Date.now() + offset;
        const job: Job = {
          ...jobOf(by),
          deadline: now + 8_000,
          items: [item(depositing(wallet, 1))],
        };
        return through.lane.submit(job);
      };
      offset = off;
      // A cold lane sees it when it loads.
      const cold = moneyOn(db, { ports: { now: () => Date.now() + offset } });
      for (let i = 0; i < 3; i++) expect(outcomeOf(await send(cold, actor))).toBe("overloaded");
      expect((await audited(db, actor.organizationId)).sum).toBe(5n);
      offset = 0;
      expect(outcomeOf(await send(cold, actor))).toBe("ok");
      // One that is warm when its clock jumps sees it with the next answer.
      expect(outcomeOf(await send(money, actor))).toBe("ok");
      offset = off;
      await send(money, actor);
      expect(outcomeOf(await send(money, actor))).toBe("overloaded");
      offset = 0;
      expect(outcomeOf(await send(money, actor))).toBe("ok");
      await audited(db, actor.organizationId);
    },
  );

  it("by less than two seconds decides, and the log never goes back in time", async () => {
    const [ahead, behind] = [1_500, -1_500].map((by) =>
      moneyOn(db, { ports: { now: () => Date.now() + by } }),
    );
    const actor = anActor();
    const wallet = await funded(moneyOn(db), actor);
    for (let i = 0; i < 4; i++) {
      const money = i % 2 ? behind : ahead;
      valueFrom((await money?.wallets.deposit(actor, wallet.id, { amount: 1 })) as never);
    }
    const rows = await db.run({
      name: "test.times",
      text: "select recorded_at from wallets.wallet_events where wallet_id = $1::uuid order by sequence",
      params: [wallet.id],
    });
    const moments = rows.map((row) => (row["recorded_at"] as Date).getTime());
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments.length).toBe(5);
    await audited(db, actor.organizationId);
  });
});
