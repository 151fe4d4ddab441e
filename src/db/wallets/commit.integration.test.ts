import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { audited } from "../../../test/support/audit.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { times, valueFrom } from "../../../test/support/directory.ts";
import {
  aSecret,
  at,
  authorizing,
  creatingCard,
  depositing,
  idIn,
  item,
  newId,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../test/support/wallet-states.ts";
import {
  committed,
  decided,
  funded,
  jobOf,
  loadedFrom,
  moneyOn,
  withCard,
} from "../../../test/support/wallets.ts";
import type { Job } from "../../domain/wallets/lane/job.ts";
import type { CommitGroup, GroupOutcome } from "../../domain/wallets/store.ts";

const database = await testDatabase();

describe.each(["postgres", "neon"] as const)("a commit through %s", (driver) => {
  const db = database[driver]();
  const money = moneyOn(db);
  const { store, wallets } = money;

  const fundedMany = (actor: ReturnType<typeof anActor>, count: number, amount = 1_000) =>
    Promise.all(times(count, () => funded(money, actor, amount)));

  it("judges each group of a batch by itself: bad ones never touch good ones", async () => {
    const actor = anActor();
    const made = await fundedMany(actor, 24);
    const card = await withCard(money, actor, at(made, 20));
    const taken = aSecret();
    const first = jobOf(actor, creatingCard(at(made, 20)));
    await committed(
      store,
      await decided(store, [
        { ...first, items: [item(at(first.items, 0).command, { secret: taken })] },
      ]),
    );
    const usedKey = `client:${newId()}`;
    const usedJob = (index: number): Job => ({
      ...jobOf(actor),
      items: [item(depositing(at(made, index), 7), { key: usedKey, fingerprint: "a".repeat(64) })],
    });
    await committed(store, await decided(store, [usedJob(5)]));

    const jobs = made.map((wallet, i) => {
      if (i === 5) return usedJob(5);
      if (i === 9)
        return { ...jobOf(actor), items: [item(creatingCard(wallet), { secret: taken })] };
      if (i === 12) return jobOf(actor, transferring(wallet, at(made, 13), 10));
      if (i === 13) return jobOf(actor);
      if (i === 20) return jobOf(actor, authorizing(card, 100));
      return jobOf(actor, depositing(wallet, 1));
    });
    const groups = await decided(store, jobs);
    const of = (index: number) =>
      groups.findIndex((group) =>
        group.wallets.some(({ after }) => after.id === at(made, index).id),
      );
    // What was decided of wallet 2 is overtaken; that of wallet 17 is of another organization.
    await committed(store, await decided(store, [jobOf(actor, depositing(at(made, 2), 3))]));
    const batch = groups.map((group, g) => {
      if (g !== of(17)) return group;
      const foreign = group.wallets.map((change) => ({
        ...change,
        after: { ...change.after, organizationId: newId() },
      }));
      return { ...group, wallets: foreign };
    });
    const before = await audited(db, actor.organizationId);
    const { outcomes } = await committed(store, batch);

    const bad = new Map<number, Partial<GroupOutcome>>([
      [of(2), { stale: true, numberTaken: false, used: [] }],
      [of(5), { stale: false, numberTaken: false }],
      [of(9), { stale: false, numberTaken: true, used: [] }],
      [of(17), { stale: true, used: [] }],
    ]);
    expect(bad.size).toBe(4);
    outcomes.forEach((outcome, g) => {
      expect(outcome).toMatchObject({
        verdict: bad.has(g) ? "refused" : "committed",
        late: false,
        ...bad.get(g),
      });
    });
    expect(at(outcomes, of(5)).used).toMatchObject([
      {
        walletId: at(made, 5).id,
        commandKey: usedKey,
        fingerprint: "a".repeat(64),
        type: "deposit.booked",
        data: { deposit: { amount: 7 } },
      },
    ]);
    const after = await audited(db, actor.organizationId);
    made.forEach((wallet, i) => {
      const gained = [2, 5, 9, 17].includes(i) ? 0 : 1;
      const versions = [before, after].map((audit) => audit.wallets.get(wallet.id)?.version ?? 0);
      expect([i, at(versions, 1) - at(versions, 0)]).toEqual([i, gained]);
    });
    expect(after.sum - before.sum).toBe(BigInt(24 - 4 - 3));
  });

  it("refuses the whole group of a transfer when either wallet is stale", async () => {
    const actor = anActor();
    const [one, two] = [await funded(money, actor, 100), await funded(money, actor, 100)];
    for (const overtaken of [one, two]) {
      const groups = await decided(store, [jobOf(actor, transferring(one, two, 10))]);
      await committed(store, await decided(store, [jobOf(actor, depositing(overtaken, 1))]));
      const { outcomes } = await committed(store, groups);
      expect(outcomes).toMatchObject([{ verdict: "refused", stale: true }]);
    }
    const { sum, log } = await audited(db, actor.organizationId);
    expect(sum).toBe(202n);
    expect([...log.values()].flat()).not.toContain("transfer.sent");
  });

  it("proves a refusal: nothing is written, and it is stale if the wallet has moved on", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const refusal = () => decided(store, [jobOf(actor, withdrawing(wallet, 500))]);
    const before = await audited(db, actor.organizationId);
    const fresh = await committed(store, await refusal());
    expect(fresh.outcomes).toMatchObject([{ verdict: "committed" }]);
    expect(await audited(db, actor.organizationId)).toEqual(before);
    const old = await refusal();
    await committed(store, await decided(store, [jobOf(actor, depositing(wallet, 400))]));
    const stale = await committed(store, old);
    expect(stale.outcomes).toMatchObject([{ verdict: "refused", stale: true }]);
  });

  it("finds a used key also behind a refusal", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const job = jobOf(actor, withdrawing(wallet, 80));
    await committed(store, await decided(store, [job]));
    const again = await committed(store, await decided(store, [job]));
    expect(again.outcomes).toMatchObject([
      {
        verdict: "refused",
        stale: false,
        used: [{ type: "withdrawal.booked", requestId: actor.requestId }],
      },
    ]);
  });

  it("takes the same key in different wallets, and in another organization", async () => {
    const key = `client:${newId()}`;
    for (const actor of [anActor(), anActor()]) {
      const made = await fundedMany(actor, 2);
      const jobs = made.map((wallet) => ({
        ...jobOf(actor),
        items: [item(depositing(wallet, 1), { key })],
      }));
      const { outcomes } = await committed(store, await decided(store, jobs));
      expect(outcomes.map(({ verdict }) => verdict)).toEqual(["committed", "committed"]);
    }
  });

  it("changes nothing after its deadline, which it says, by the database's clock", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const groups = await decided(store, [jobOf(actor, depositing(wallet, 1))]);
    const { databaseTime } = await loadedFrom(store, []);
    const before = await audited(db, actor.organizationId);
    const late = await committed(store, groups, databaseTime - 1);
    expect(late.outcomes).toMatchObject([{ verdict: "refused", late: true, stale: false }]);
    expect(await audited(db, actor.organizationId)).toEqual(before);
    const inTime = await committed(store, groups, databaseTime + 5_000);
    expect(inTime.outcomes).toMatchObject([{ verdict: "committed", late: false }]);
  });

  it("dates nothing in the future, whatever a lane's clock has leapt to", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const { databaseTime } = await loadedFrom(store, []);
    const ahead = await decided(store, [jobOf(actor, depositing(wallet, 1))], databaseTime + 9_000);
    const before = await audited(db, actor.organizationId);
    const refused = await committed(store, ahead, databaseTime + 60_000);
    expect(refused.outcomes).toMatchObject([{ verdict: "refused", late: true, stale: false }]);
    expect(await audited(db, actor.organizationId)).toEqual(before);
  });

  it("answers for an empty batch and for one of many wallets", async () => {
    expect((await committed(store, [])).outcomes).toEqual([]);
    const actor = anActor();
    const made = await fundedMany(actor, 64, 0);
    const { outcomes } = await committed(
      store,
      await decided(
        store,
        made.map((wallet) => jobOf(actor, depositing(wallet, 5))),
      ),
    );
    expect(outcomes).toHaveLength(64);
    expect((await audited(db, actor.organizationId)).sum).toBe(320n);
  });

  it("deletes a wallet's cards with it: untouched, changed, used, deleted and new ones", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor);
    const other = await funded(money, actor);
    const cards = await Promise.all(times(5, () => withCard(money, actor, wallet)));
    const elsewhere = await withCard(money, actor, other);
    const c = (index: number) => at(cards, index);
    valueFrom(await wallets.terminateCard(actor, c(4).id));
    await wallets.deleteCard(actor, c(4).id);
    const early = (await audited(db, actor.organizationId)).cards.get(c(4).id);
    const made = creatingCard(wallet);
    const groups = await decided(store, [
      jobOf(actor, updatingCard(c(1), { name: "last name", metadata: { a: "b" } })),
      jobOf(actor, authorizing(c(2), 0)),
      jobOf(actor, { kind: "delete_card", cardId: c(3).id }),
      jobOf(actor, made),
      jobOf(actor, { kind: "delete_wallet", walletId: wallet.id }),
      jobOf(actor, depositing(other, 1)),
    ]);
    const { outcomes } = await committed(store, groups);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(["committed", "committed"]);
    // The audit compares every card with what its events say.
    const after = await audited(db, actor.organizationId);
    expect(after.cards.size).toBe(7);
    for (const id of [...cards.map((card) => card.id), made.cardId]) {
      expect(after.cards.get(id)).toMatchObject({ status: "terminated" });
      expect(after.cards.get(id)?.deletedAt).not.toBeNull();
    }
    expect(after.cards.get(c(1).id)).toMatchObject({ name: "last name", metadata: { a: "b" } });
    expect(after.cards.get(c(4).id)).toEqual(early);
    expect(after.cards.get(elsewhere.id)).toMatchObject({ status: "active", deletedAt: null });
    expect(
      valueFrom(
        await wallets.listCards(
          actor,
          { sortBy: "createdAt", sort: "asc", limit: 10, skip: 0 },
          {},
        ),
      ).items,
    ).toHaveLength(1);
  });

  it("frees the numbers of deleted cards, and keeps those of live ones to one organization", async () => {
    const secret = aSecret(randomBytes(32).toString("hex"));
    const making = (actor: ReturnType<typeof anActor>, wallet: { id: string }) => {
      const command = creatingCard(wallet);
      return { command, job: { ...jobOf(actor), items: [item(command, { secret })] } };
    };
    const actor = anActor();
    const wallet = await funded(money, actor);
    const one = making(actor, wallet);
    const verdict = async (job: Job) => {
      const { outcomes } = await committed(store, await decided(store, [job]));
      return at(outcomes, 0).numberTaken ? "taken" : at(outcomes, 0).verdict;
    };
    expect(await verdict(one.job)).toBe("committed");
    expect(await verdict(making(actor, wallet).job)).toBe("taken");
    const stranger = anActor();
    expect(await verdict(making(stranger, await funded(money, stranger)).job)).toBe("committed");
    expect(await verdict(jobOf(actor, { kind: "delete_card", cardId: one.command.cardId }))).toBe(
      "committed",
    );
    expect(await verdict(making(actor, wallet).job)).toBe("committed");
  });

  it("is rejected, to be repeated alone, when two of a batch bring one number", async () => {
    const actor = anActor();
    const secret = aSecret();
    const made = await fundedMany(actor, 2, 0);
    const jobs = made.map((wallet) => ({
      ...jobOf(actor),
      items: [item(creatingCard(wallet), { secret })],
    }));
    const groups = await decided(store, jobs);
    const answer = await store.commit({ groups, deadline: Date.now() + 8_000 });
    expect(answer).toMatchObject({ kind: "rejected", retry: "alone" });
    expect((await audited(db, actor.organizationId)).cards.size).toBe(0);
  });

  it("is rejected for good when a value cannot be stored, and nothing of the batch is", async () => {
    const actor = anActor();
    const made = await fundedMany(actor, 2);
    const before = await audited(db, actor.organizationId);
    const groups = await decided(store, [
      jobOf(actor, depositing(at(made, 0), 1)),
      jobOf(actor, { ...depositing(at(made, 1), 1), reference: "a\u0000b" }),
    ]);
    const answer = await store.commit({ groups, deadline: Date.now() + 8_000 });
    expect(answer).toMatchObject({ kind: "rejected", retry: "no" });
    expect(await audited(db, actor.organizationId)).toEqual(before);
  });

  it("keeps usage that adds up beyond 2^53, exactly", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 10);
    const card = await withCard(money, actor, wallet);
    const most = { start: "", amount: 2n ** 53n - 1n, count: 1 };
    const [group] = await decided(store, [jobOf(actor, authorizing(card, 5))]);
    if (!group) throw new Error("no group");
    const inflate = <T extends { after: { usage: object } }>(change: T): T => ({
      ...change,
      after: {
        ...change.after,
        usage: { ...change.after.usage, lifetime: { ...most, amount: most.amount * 3n } },
      },
    });
    const inflated: CommitGroup = {
      ...group,
      wallets: group.wallets.map(inflate),
      cards: group.cards.map(inflate),
    };
    await committed(store, [inflated]);
    valueFrom(await moneyOn(db).wallets.authorize(actor, { cardId: card.id, amount: 4 }));
    const organizationId = actor.organizationId;
    const {
      wallets: [loaded],
      cards: [used],
    } = await loadedFrom(store, [{ kind: "card", organizationId, id: card.id }]);
    for (const usage of [loaded?.usage, used?.usage]) {
      expect(usage?.lifetime).toEqual({
        start: "",
        amount: 27_021_597_764_222_973n + 4n,
        count: 2,
      });
    }
  });

  it("stores texts as they were hashed, whatever is in them", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 10);
    const odd = "Zoë 🏦 'q\" \\ \u2028 </script> $1 {} \t\n\r";
    valueFrom(
      await wallets.deposit(actor, wallet.id, {
        amount: 1,
        reference: odd,
        metadata: { [odd]: odd },
      }),
    );
    await audited(db, actor.organizationId);
    const page = valueFrom(
      await wallets.listTransactions(
        actor,
        wallet.id,
        {
          sortBy: "sequence",
          sort: "desc",
          limit: 1,
          skip: 0,
        },
        {},
      ),
    );
    expect(page.items[0]?.reference).toBe(odd);
  });

  it("names the organization: another's wallet and card are not loaded", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 10);
    const card = await withCard(money, actor, wallet);
    for (const organizationId of [newId(), actor.organizationId]) {
      const { wallets: found, cards } = await loadedFrom(store, [
        { kind: "wallet", organizationId, id: wallet.id },
        { kind: "card", organizationId, id: card.id },
        { kind: "wallet", organizationId, id: newId() },
        { kind: "card", organizationId, id: idIn(wallet) },
      ]);
      const mine = organizationId === actor.organizationId ? 1 : 0;
      expect([found.length, cards.length]).toEqual([mine, mine]);
    }
    const { databaseTime } = await loadedFrom(store, []);
    expect(Math.abs(databaseTime - Date.now())).toBeLessThan(2_000);
  });
});
