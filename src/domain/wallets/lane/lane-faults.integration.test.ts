import { describe, expect, it } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { audited } from "../../../../test/support/audit.ts";
import { onFileEnd } from "../../../../test/support/cleanup.ts";
import { cuttingProxy } from "../../../../test/support/cutting-proxy.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import { outcomeOf, tally, times, valueFrom, withKey } from "../../../../test/support/directory.ts";
import { at, depositing, item } from "../../../../test/support/wallet-states.ts";
import { funded, jobOf, moneyOn } from "../../../../test/support/wallets.ts";
import type { Database } from "../../../db/database.ts";
import { postgresDatabase } from "../../../db/drivers/postgres.ts";
import { createWalletStore } from "../../../db/wallets/wallet-store.ts";
import type { WalletStore } from "../store.ts";
import type { Job } from "./job.ts";
import type { LaneEvent } from "./options.ts";

const database = await testDatabase();
/** Never through what fails. */
const sound = database.postgres();

/** Both drivers over a network that loses the answer to the next commits that hold `text`. */
interface Lossy {
  readonly db: Database;
  loseAnswersTo(text: string, count: number): void;
  /** Loses the request instead: nothing reaches the database. */
  readonly lost: () => number;
}

const lossy = {
  postgres: async (): Promise<Lossy> => {
    const proxy = await cuttingProxy(database.url);
    const db = postgresDatabase({ url: proxy.url });
    onFileEnd(() => db.close());
    return { db, loseAnswersTo: proxy.cutAnswersTo, lost: () => proxy.cuts };
  },
  neon: async (): Promise<Lossy> => {
    let needle = "";
    let left = 0;
    let lost = 0;
    const dropAnswer = (statement: string) => {
      if (left === 0 || !statement.includes(needle)) return false;
      left -= 1;
      lost += 1;
      return true;
    };
    const db = await database.neonWithFaults({ dropAnswer });
    return {
      db,
      loseAnswersTo: (text, count) => {
        needle = text;
        left = count;
      },
      lost: () => lost,
    };
  },
};

describe.each(["postgres", "neon"] as const)(
  "over a network that loses answers, %s",
  async (driver) => {
    const network = await lossy[driver]();
    const events: LaneEvent[] = [];
    const money = moneyOn(network.db, { ports: { observe: (event) => events.push(event) } });
    const { wallets } = money;

    it.each([1, 3])(
      "a commit that took effect unheard %d times has one effect and is no replay",
      async (count) => {
        const actor = withKey(anActor(), "key");
        const wallet = await funded(money, { ...actor, idempotency: undefined } as never, 100);
        const before = network.lost();
        network.loseAnswersTo("unheard", count);
        const result = await wallets.deposit(actor, wallet.id, { amount: 7, reference: "unheard" });
        expect(network.lost() - before).toBe(count);
        expect(outcomeOf(result)).toBe("ok");
        expect(valueFrom(result)).toMatchObject({ amount: 7, available: 107 });
        // The caller's own repeat is one.
        const again = await wallets.deposit(actor, wallet.id, { amount: 7, reference: "unheard" });
        expect(again).toEqual({
          ok: true,
          replayed: true,
          value: valueFrom(result),
          written: expect.anything(),
        });
        expect((await audited(sound, actor.organizationId)).log.get(wallet.id)).toHaveLength(3);
      },
    );

    it("each command of a batch that took effect unheard has one effect, and declines stay declined", async () => {
      const actor = anActor();
      const made = await Promise.all(times(4, () => funded(money, actor, 100)));
      const card = valueFrom(await wallets.createCard(actor, { walletId: at(made, 0).id }));
      const before = network.lost();
      const unknown = events.filter(({ kind }) => kind === "unknown").length;
      network.loseAnswersTo("unheard", 1);
      const [paid, declined, ...moved] = await Promise.all([
        wallets.authorize(actor, { cardId: card.id, amount: 60, metadata: { note: "unheard" } }),
        wallets.authorize(actor, { cardId: card.id, amount: 60 }),
        wallets.transfer(actor, {
          fromWalletId: at(made, 1).id,
          toWalletId: at(made, 2).id,
          amount: 9,
        }),
        wallets.withdraw(actor, at(made, 3).id, { amount: 100 }),
        wallets.withdraw(actor, at(made, 3).id, { amount: 100 }),
      ]);
      expect(network.lost() - before).toBe(1);
      expect(events.filter(({ kind }) => kind === "unknown").length).toBeGreaterThan(unknown);
      expect(valueFrom(paid)).toMatchObject({ approved: true });
      expect(valueFrom(declined)).toMatchObject({
        approved: false,
        reasons: ["insufficient_funds"],
      });
      expect(tally(moved)).toEqual({ ok: 2, insufficient_funds: 1 });
      const audit = await audited(sound, actor.organizationId);
      expect(made.map(({ id }) => audit.wallets.get(id)?.available)).toEqual([40n, 91n, 109n, 0n]);
      expect(audit.wallets.get(at(made, 0).id)?.held).toBe(60n);
    });

    it("a client's repeat in another request, of what its first request never heard of, is a replay", async () => {
      const actor = withKey(anActor(), "key");
      const wallet = await funded(money, { ...actor, idempotency: undefined } as never);
      network.loseAnswersTo("unheard", 1);
      const send = (requestId: string) =>
        moneyOn(network.db).wallets.deposit({ ...actor, requestId }, wallet.id, {
          amount: 7,
          reference: "unheard",
        });
      const [one, two] = await Promise.all([send("first"), send("second")]);
      expect([outcomeOf(one), outcomeOf(two)].sort()).toEqual(["ok", "replayed"]);
      expect(valueFrom(one)).toEqual(valueFrom(two));
      expect((await audited(sound, actor.organizationId)).sum).toBe(7n);
    });

    it("a job of several commands that took effect unheard is done once", async () => {
      const actor = anActor();
      const made = await Promise.all(times(3, () => funded(money, actor, 0)));
      network.loseAnswersTo("unheard", 2);
      const job = jobOf(
        actor,
        ...made.map((wallet) => ({ ...depositing(wallet, 5), reference: "unheard" })),
      );
      const result = await money.lane.submit(job);
      expect(outcomeOf(result)).toBe("ok");
      expect((await audited(sound, actor.organizationId)).sum).toBe(15n);
    });
  },
);

describe("when the database is gone", () => {
  const short = (actor: ReturnType<typeof anActor>, wallet: { id: string }, ms: number): Job => ({
    ...jobOf(actor, depositing(wallet, 1)),
    deadline: Date.now() + ms,
  });

  it.each(["silently", "with every connection"])(
    "%s, commands end by their deadline as unknown, later ones too, and none has an effect after it",
    async (how) => {
      const proxy = await cuttingProxy(database.url);
      const db = postgresDatabase({ url: proxy.url });
      onFileEnd(() => db.close());
      const money = moneyOn(db);
      const actor = anActor();
      const [warm, cold] = [
        await funded(money, actor, 10),
        await funded(moneyOn(sound), actor, 10),
      ];
      if (how === "silently") proxy.hang(true);
      else proxy.cutAnswersTo("", 1_000_000);

      const sentAt = Date.now();
      const timed = async (job: Job) => {
        const result = await money.lane.submit(job);
        return { result, late: Date.now() - job.deadline };
      };
      const first = [timed(short(actor, warm, 700)), timed(short(actor, cold, 700))];
      await new Promise((resolve) => setTimeout(resolve, 200));
      // They come while the others are under way, and have less or more patience.
      const second = [timed(short(actor, warm, 200)), timed(short(actor, warm, 1_500))];
      const ends = await Promise.all([...first, ...second]);
      for (const { result, late } of ends) {
        expect(["outcome_unknown", "overloaded"]).toContain(outcomeOf(result));
        expect(late).toBeLessThan(500);
      }
      expect(outcomeOf(at(ends, 0).result)).toBe("outcome_unknown");
      expect(Date.now() - sentAt).toBeLessThan(2_500);

      // The network is back: what was given up stays without effect, what comes now is done.
      proxy.cutAnswersTo("", 0);
      proxy.hang(false);
      const back = moneyOn(db);
      await expect
        .poll(async () => outcomeOf(await back.lane.submit(short(actor, warm, 3_000))), {
          timeout: 8_000,
        })
        .toBe("ok");
      expect(outcomeOf(await money.lane.submit(short(actor, warm, 12_000)))).toBe("ok");
      const audit = await audited(sound, actor.organizationId);
      const deposits =
        audit.log.get(warm.id)?.filter((type) => type === "deposit.booked").length ?? 0;
      expect(audit.wallets.get(cold.id)?.available).toBe(10n);
      if (how === "silently") expect(deposits).toBe(3);
    },
    30_000,
  );

  it("commands that are sent again after an unknown outcome are done once", async () => {
    let down = false;
    const db = await database.neonWithFaults({ dropRequest: () => down });
    const money = moneyOn(db);
    const actor = withKey(anActor(), "key");
    const wallet = await funded(moneyOn(sound), { ...actor, idempotency: undefined } as never);
    const keyed = { key: "client:key", fingerprint: "f".repeat(64) };
    const job = {
      ...jobOf(actor),
      items: [item(depositing(wallet, 5), keyed)],
      deadline: Date.now() + 600,
    };
    down = true;
    expect(outcomeOf(await money.lane.submit(job))).toBe("outcome_unknown");
    down = false;
    const again = { ...job, deadline: Date.now() + 5_000 };
    expect(outcomeOf(await money.lane.submit(again))).toBe("ok");
    const repeat = { ...again, requestId: "another" };
    expect(outcomeOf(await money.lane.submit(repeat))).toBe("replayed");
    expect((await audited(sound, actor.organizationId)).sum).toBe(5n);
    await expect.poll(() => money.lane.load).toMatchObject({ waiting: 0, commits: 0 });
  });

  it("what is refused after an answer was lost is not said to have changed nothing", async () => {
    const own = await testDatabase();
    const proxy = await cuttingProxy(own.url);
    const db = postgresDatabase({ url: proxy.url });
    onFileEnd(() => db.close());
    const money = moneyOn(db);
    const actor = anActor();
    const wallet = await funded(money, actor, 10);
    // From the wallet's next version on PostgreSQL refuses commits, as on a full disk.
    await own.postgres().run({
      name: "test.full_disk",
      text: `create or replace function wallets.lock_wallets(ids uuid[])
        returns table (id uuid, organization_id uuid, version bigint) language plpgsql as $$
        begin
          if exists (select from wallets.wallets w where w.id = any(ids) and w.version > 2) then
            raise exception 'no space' using errcode = 'disk_full';
          end if;
          return query select w.id, w.organization_id, w.version from wallets.wallets w
            where w.id = any(ids) order by w.id for no key update;
        end $$`,
      params: [],
    });
    const deposit = (reference: string) =>
      money.wallets.deposit(actor, wallet.id, { amount: 1, reference });
    proxy.cutAnswersTo("unheard");
    expect(outcomeOf(await deposit("unheard"))).toBe("outcome_unknown");
    expect(proxy.cuts).toBe(1);
    await expect(deposit("heard")).rejects.toMatchObject({ sqlState: "53100" });
    expect((await audited(own.postgres(), actor.organizationId)).sum).toBe(11n);
    await expect.poll(() => money.lane.load).toMatchObject({ waiting: 0, commits: 0 });
  });

  it("a command that was answered while the lane asked for the time is not done after all", async () => {
    const real = createWalletStore(sound);
    let offset = 0;
    let asked = 0;
    const slow: WalletStore = {
      ...real,
      load: async (refs) => {
        if (refs.length === 0) {
          asked += 1;
          await new Promise((resolve) => setTimeout(resolve, 900));
        }
        return real.load(refs);
      },
    };
    const money = moneyOn(sound, { ports: { store: slow, now: () => Date.now() + offset } });
    const actor = anActor();
    const wallet = await funded(money, actor, 10);
    offset = 5_000;
    await money.wallets.deposit(actor, wallet.id, { amount: 1 });
    offset = 0;
    const before = await audited(sound, actor.organizationId);
    expect(outcomeOf(await money.lane.submit(short(actor, wallet, 300)))).toBe("overloaded");
    await expect.poll(() => money.lane.load, { timeout: 3_000 }).toMatchObject({ commits: 0 });
    expect(asked).toBe(1);
    expect(await audited(sound, actor.organizationId)).toEqual(before);
  });
});
