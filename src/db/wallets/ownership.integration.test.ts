import { describe, expect, it } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { audited } from "../../../test/support/audit.ts";
import { testDatabase } from "../../../test/support/database.ts";
import {
  idempotency,
  outcomeOf,
  tally,
  times,
  valueFrom,
} from "../../../test/support/directory.ts";
import { newId } from "../../../test/support/wallet-states.ts";
import { moneyOn } from "../../../test/support/wallets.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Owner } from "../../domain/directory/wallet-owners.ts";
import type { WalletOwnership } from "../../domain/wallets/ports.ts";

const database = await testDatabase();

describe.each(["postgres", "neon"] as const)("owners of wallets through %s", (driver) => {
  const db = database[driver]();
  const { wallets, ownership } = moneyOn(db);

  const opens = (actor: Actor, owner: Owner) =>
    wallets.createWallet(actor, { owner, name: "Travel" });
  const liveOf = async (actor: Actor, owner: Owner) =>
    valueFrom(
      await wallets.listWallets(
        actor,
        { sortBy: "createdAt", sort: "asc", limit: 100, skip: 0 },
        owner,
      ),
    ).items;

  it("get wallets until they are closed, and none after", async () => {
    const actor = anActor();
    const owner = { userId: newId() };
    valueFrom(await opens(actor, owner));
    expect(outcomeOf(await wallets.closeOwner(actor, owner))).toBe("ok");
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
    expect(await liveOf(actor, owner)).toEqual([]);
    expect(outcomeOf(await wallets.closeOwner(actor, owner))).toBe("ok");
  });

  it("get no wallet dated in the future, which could not be used until then", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    const dated = (ms: number) => moneyOn(db, { now: () => Date.now() + ms }).wallets;
    const ahead = await dated(60_000).createWallet(actor, { owner, name: "Travel" });
    expect(outcomeOf(ahead)).toBe("overloaded");
    const keyed = { ...actor, idempotency: idempotency("key") };
    const keyedAhead = await dated(60_000).createWallet(keyed, { owner, name: "Travel" });
    expect(outcomeOf(keyedAhead)).toBe("overloaded");
    expect(await liveOf(actor, owner)).toEqual([]);
    // The key is free, and a clock that is hardly off does no harm.
    const made = valueFrom(await dated(500).createWallet(keyed, { owner, name: "Travel" }));
    valueFrom(await wallets.deposit(actor, made.id, { amount: 1 }));
  });

  it("are other owners in another organization, and as the other kind of owner of one", async () => {
    const [actor, stranger] = [anActor(), anActor()];
    const owner = { teamId: newId() };
    valueFrom(await wallets.closeOwner(actor, owner));
    expect(outcomeOf(await opens(stranger, owner))).toBe("ok");
    expect(outcomeOf(await wallets.closeOwner(actor, owner))).toBe("ok");
    expect(await liveOf(stranger, owner)).toHaveLength(1);
  });

  it("stay open when a wallet is not empty, which is named, and none of theirs is closed", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    const [empty, full] = [
      valueFrom(await opens(actor, owner)),
      valueFrom(await opens(actor, owner)),
    ];
    valueFrom(await wallets.deposit(actor, full.id, { amount: 1 }));
    const refused = await wallets.closeOwner(actor, owner);
    expect(outcomeOf(refused)).toBe("owner_not_empty");
    expect(JSON.stringify(refused)).toContain(full.id);
    expect(JSON.stringify(refused)).not.toContain(empty.id);
    expect(await liveOf(actor, owner)).toHaveLength(2);
    expect(outcomeOf(await opens(actor, owner))).toBe("ok");
  });

  it("are reopened by whoever closed them last, and by nobody else", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    const { organizationId } = actor;
    const first = await ownership.close(organizationId, owner);
    const second = await ownership.close(organizationId, owner);
    expect(second).not.toBe(first);
    await ownership.reopen(organizationId, owner, first);
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
    await ownership.reopen(newId(), owner, second);
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
    await ownership.reopen(organizationId, owner, second);
    expect(outcomeOf(await opens(actor, owner))).toBe("ok");
  });

  it("are reopened also if somebody wanted a wallet for them meanwhile", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    const token = await ownership.close(actor.organizationId, owner);
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
    await ownership.reopen(actor.organizationId, owner, token);
    expect(outcomeOf(await opens(actor, owner))).toBe("ok");
  });

  it("never have a live wallet once closed, however closing and opening race", async () => {
    const actor = anActor();
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < 30; round++) {
      const owner = round % 2 ? { teamId: newId() } : { userId: newId() };
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const [closed, ...opened] = await Promise.all([
        pause(round % 5).then(() => wallets.closeOwner(actor, owner)),
        ...times(6, (i) => pause(i).then(() => opens(actor, owner))),
      ]);
      const live = await liveOf(actor, owner);
      const isClosed = outcomeOf(await opens(actor, owner)) === "owner_closed";
      expect(outcomeOf(closed as never)).toBe("ok");
      expect([isClosed, live]).toEqual([true, []]);
      for (const [name, count] of Object.entries(tally(opened as never))) {
        outcomes[name] = (outcomes[name] ?? 0) + count;
      }
    }
    // They did race: some were in time and some were not.
    expect(Object.keys(outcomes).sort()).toEqual(["ok", "owner_closed"]);
    await audited(db, actor.organizationId);
  });

  it("stay closed for the one whose delete succeeds when another gives up in between", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    valueFrom(await opens(actor, owner));
    let meddled = 0;
    // After the first look at the owner's wallets, another delete comes, is refused by a
    // busy service and takes its tombstone back; then somebody opens a wallet.
    const meddling: WalletOwnership = {
      ...ownership,
      walletIdsOf: async (...args) => {
        const ids = await ownership.walletIdsOf(...args);
        if (meddled++ === 0) {
          const token = await ownership.close(actor.organizationId, owner);
          await ownership.reopen(actor.organizationId, owner, token);
          valueFrom(await opens(actor, owner));
        }
        return ids;
      },
    };
    const deleting = moneyOn(db, { ownership: meddling }).wallets;
    expect(outcomeOf(await deleting.closeOwner(actor, owner))).toBe("ok");
    expect(meddled).toBeGreaterThan(0);
    expect(await liveOf(actor, owner)).toEqual([]);
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
  });

  it("can be closed by many at once", async () => {
    const actor = anActor();
    const owner = { teamId: newId() };
    const made = await Promise.all(times(5, () => opens(actor, owner)));
    expect(tally(made)).toEqual({ ok: 5 });
    const closed = await Promise.all(times(10, () => wallets.closeOwner(actor, owner)));
    const outcomes = tally(closed);
    // Who finds a wallet gone that it meant to delete says so.
    expect(Object.keys(outcomes).filter((name) => !["ok", "not_found"].includes(name))).toEqual([]);
    expect(outcomes["ok"]).toBeGreaterThan(0);
    expect(await liveOf(actor, owner)).toEqual([]);
    expect(outcomeOf(await opens(actor, owner))).toBe("owner_closed");
  });

  it("get one wallet for one key however often it is asked for at once, and closed ones a replay", async () => {
    const owner = { teamId: newId() };
    const actor = anActor({ idempotency: idempotency("open") });
    const results = await Promise.all(times(20, () => opens(actor, owner)));
    expect(tally(results)).toEqual({ ok: 1, replayed: 19 });
    expect(new Set(results.map((result) => valueFrom(result).id)).size).toBe(1);
    expect(
      outcomeOf(await opens({ ...actor, idempotency: idempotency("open", "other") }, owner)),
    ).toBe("idempotency_key_reused");
    valueFrom(await wallets.closeOwner({ ...actor, idempotency: undefined } as never, owner));
    expect(outcomeOf(await opens(actor, owner))).toBe("replayed");
    expect((await audited(db, actor.organizationId)).wallets.size).toBe(1);
  });
});
