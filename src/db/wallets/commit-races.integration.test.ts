import { describe, expect, it } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { audited } from "../../../test/support/audit.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { times } from "../../../test/support/directory.ts";
import { at, depositing, transferring } from "../../../test/support/wallet-states.ts";
import { decided, funded, jobOf, loadedFrom, moneyOn } from "../../../test/support/wallets.ts";
import type { CommitAnswer, WalletStore } from "../../domain/wallets/store.ts";
import { createWalletStore } from "./wallet-store.ts";

const database = await testDatabase();

/** One store a connection, so that commits meet in the database and not in a queue before it. */
const stores = {
  postgres: () => createWalletStore(database.postgres({ connections: 1 })),
  neon: () => createWalletStore(database.neon()),
};

describe.each(["postgres", "neon"] as const)("concurrent commits through %s", (driver) => {
  const db = database[driver]();
  const money = moneyOn(db);
  const rounds = 120;

  it("over the same wallets in different orders never deadlock, tear, skip or fork", async () => {
    const actor = anActor();
    const made = await Promise.all(times(12, () => funded(money, actor, 1_000)));
    const tally = { committed: 0, stale: 0 };

    /** Batches of transfers among random wallets, in whatever order they come to mind. */
    const hammer = async (store: WalletStore): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        const shuffled = made
          .map((wallet) => ({ wallet, by: Math.random() }))
          .sort((a, b) => a.by - b.by);
        const jobs = times(3, (i) => {
          const [from, to] = [at(shuffled, 2 * i).wallet, at(shuffled, 2 * i + 1).wallet];
          return jobOf(actor, transferring(from, to, 1 + i));
        });
        const groups = (
          await decided(store, [...jobs, jobOf(actor, depositing(at(shuffled, 6).wallet, 1))])
        ).map((group) => ({ ...group, wallets: [...group.wallets].reverse() }));
        const answer: CommitAnswer = await store.commit({ groups, deadline: Date.now() + 8_000 });
        if (answer.kind !== "answered")
          throw new Error(`round ${round} was ${answer.kind}`, { cause: answer });
        for (const { verdict, stale, used, late } of answer.outcomes) {
          expect([verdict === "committed", stale, used, late]).toEqual([!stale, stale, [], false]);
          tally[stale ? "stale" : "committed"] += 1;
        }
      }
    };
    await Promise.all(times(4, () => hammer(stores[driver]())));

    // They did meet, and most got through all the same.
    expect(tally.stale).toBeGreaterThan(20);
    expect(tally.committed).toBeGreaterThan(rounds);
    const { sum, log } = await audited(db, actor.organizationId);
    const deposits = [...log.values()].flat().filter((type) => type === "deposit.booked").length;
    expect(sum).toBe(12_000n + BigInt(deposits - 12));
  });

  it("at one version let one through, and the others are stale", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const open = times(6, () => stores[driver]());
    for (let round = 0; round < 20; round++) {
      const groups = await Promise.all(
        open.map((store) => decided(store, [jobOf(actor, depositing(wallet, 1))])),
      );
      const answers = await Promise.all(
        open.map((store, i) =>
          store.commit({ groups: at(groups, i), deadline: Date.now() + 8_000 }),
        ),
      );
      const verdicts = answers.map((answer) =>
        answer.kind === "answered" ? at(answer.outcomes, 0).verdict : answer.kind,
      );
      expect(verdicts.sort()).toEqual(["committed", ...times(5, () => "refused")]);
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(120n);
  });

  it("of one key let one through; the others find its outcome or are stale", async () => {
    const actor = anActor();
    const wallet = await funded(money, actor, 100);
    const open = times(8, () => stores[driver]());
    const job = jobOf(actor, depositing(wallet, 5));
    const groups = await Promise.all(open.map((store) => decided(store, [job])));
    const answers = await Promise.all(
      open.map((store, i) => store.commit({ groups: at(groups, i), deadline: Date.now() + 8_000 })),
    );
    const again = await Promise.all(open.map((store) => decided(store, [job])));
    const second = await Promise.all(
      open.map((store, i) => store.commit({ groups: at(again, i), deadline: Date.now() + 8_000 })),
    );
    const committedOnes = answers.filter(
      (answer) => answer.kind === "answered" && at(answer.outcomes, 0).verdict === "committed",
    );
    expect(committedOnes).toHaveLength(1);
    for (const answer of second) {
      expect(answer).toMatchObject({
        kind: "answered",
        outcomes: [
          { verdict: "refused", stale: false, used: [{ data: { deposit: { amount: 5 } } }] },
        ],
      });
    }
    expect((await audited(db, actor.organizationId)).sum).toBe(105n);
  });

  it("are loaded whole: no snapshot shows half a transfer", async () => {
    const actor = anActor();
    const [one, two] = [await funded(money, actor, 500), await funded(money, actor, 500)];
    let running = true;
    const reader = stores[driver]();
    const sums: bigint[] = [];
    const reading = (async () => {
      while (running) {
        const { wallets } = await loadedFrom(reader, [
          { kind: "wallet", organizationId: actor.organizationId, id: one.id },
          { kind: "wallet", organizationId: actor.organizationId, id: two.id },
        ]);
        sums.push(wallets.reduce((sum, { available }) => sum + available, 0n));
      }
    })();
    for (let round = 0; round < 60; round++) {
      const [from, to] = round % 2 ? [one, two] : [two, one];
      await money.wallets.transfer(actor, {
        fromWalletId: from.id,
        toWalletId: to.id,
        amount: 300,
      });
    }
    running = false;
    await reading;
    expect(sums.length).toBeGreaterThan(20);
    expect(new Set(sums)).toEqual(new Set([1_000n]));
    const { wallets } = await audited(db, actor.organizationId);
    expect(wallets.get(one.id)?.version).toBe(62);
  });
});
