import { expect, test } from "vitest";
import { MemoryDatabase } from "../../../../test/simulation/memory-database.ts";
import { aWallet, depositing, item, newId, noon } from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { WalletStore } from "../store.ts";
import type { Job, JobResult } from "./job.ts";
import { Lane } from "./lane.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const laneOn = (store: WalletStore, now: () => number = () => noon): Lane =>
  new Lane({ store, sha256: sha256Hex, now, random: () => 0, sleep: turn });

const depositOf = (organizationId: string, walletId: string, deadline = noon + 8_000): Job => ({
  organizationId,
  requestId: newId(),
  deadline,
  items: [item(depositing({ id: walletId }, 5))],
});

const told = (result: JobResult): string => (result.ok ? "ok" : result.refusal.code);

test.each(["before", "behind"])(
  "a wallet is found though another organization names it in the same moment, %s its own",
  async (place) => {
    const database = new MemoryDatabase(() => noon);
    const wallet = aWallet();
    database.wallets.set(wallet.id, wallet);
    database.logs.set(wallet.id, []);
    const lane = laneOn({
      load: async (refs) => database.load(refs),
      commit: async (batch) => database.commit(batch),
    });
    const own = () => lane.submit(depositOf(wallet.organizationId, wallet.id));
    const foreign = () => lane.submit(depositOf(newId(), wallet.id));
    const inOrder = place === "before" ? [foreign, own] : [own, foreign];
    const answers = await Promise.all(inOrder.map((ask) => ask()));
    expect(answers.map(told)).toEqual(
      place === "before" ? ["not_found", "ok"] : ["ok", "not_found"],
    );
  },
);

test("no statement is waited for longer than ten seconds, however far the clock has leapt", async () => {
  const day = 86_400_000;
  let now = noon;
  const waited: (number | undefined)[] = [];
  const lane = laneOn(
    {
      load: async (_, timeoutMs) => {
        waited.push(timeoutMs);
        now = noon + 10_000;
        await turn();
        return { kind: "unreachable" };
      },
      commit: async () => ({ kind: "unreachable" }),
    },
    () => now,
  );
  // A day behind the edge's when it reads, then right again.
  now = noon - day;
  expect(told(await lane.submit(depositOf(newId(), newId())))).toBe("overloaded");
  expect(waited).toEqual([10_000]);
});
