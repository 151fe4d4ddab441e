import { describe, expect, test } from "vitest";
import { MemoryDatabase } from "../../../../test/simulation/memory-database.ts";
import { turn } from "../../../../test/support/turn.ts";
import {
  aWallet,
  depositing,
  item,
  noon,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CommitBatch } from "../store.ts";
import type { Job, JobResult } from "./job.ts";
import { Lane } from "./lane.ts";

/** A lane whose first commit is cut off on its way, to arrive when the test lets it. */
const laneOverALateCommit = () => {
  let now = noon;
  const database = new MemoryDatabase(() => now);
  const wallet = aWallet({ available: 0n });
  database.wallets.set(wallet.id, wallet);
  database.logs.set(wallet.id, []);
  const late: CommitBatch[] = [];
  const lane = new Lane({
    store: {
      load: async (refs) => database.load(refs),
      commit: async (batch) => {
        if (late.length > 0) return database.commit(batch);
        late.push(batch);
        await turn();
        now += 100;
        return { kind: "unreachable" };
      },
    },
    sha256: sha256Hex,
    now: () => now,
    random: () => 0,
    sleep: turn,
  });
  const submit = (command: StateCommand, key: string, patienceMs: number): Promise<JobResult> => {
    const job: Job = {
      organizationId: wallet.organizationId,
      requestId: key,
      deadline: now + patienceMs,
      items: [item(command, { key: `client:${key}`, fingerprint: "f".repeat(64) })],
    };
    return lane.submit(job);
  };
  return {
    wallet,
    submit,
    available: () => database.wallets.get(wallet.id)?.available,
    passes: (ms: number) => {
      now += ms;
    },
    arrives: () => {
      for (const batch of late) database.commit(batch);
    },
  };
};

const told = (result: JobResult): string => (result.ok ? "ok" : result.refusal.code);

describe("a withdrawal of what an unheard commit would deposit", () => {
  const unheard = async () => {
    const world = laneOverALateCommit();
    const deposit = world.submit(depositing(world.wallet, 100), "deposit", 50);
    const withdrawal = withdrawing(world.wallet, 80);
    const first = world.submit(withdrawal, "withdrawal", 8_000);
    const again = (patienceMs = 8_000) =>
      world.submit(withdrawing(world.wallet, 80), "withdrawal", patienceMs);
    expect([told(await deposit), told(await first)]).toEqual([
      "outcome_unknown",
      "outcome_unknown",
    ]);
    return { ...world, again };
  };

  test("is not refused while that commit may come, and is done when it does", async () => {
    const { again, arrives, available } = await unheard();
    expect(told(await again())).toBe("outcome_unknown");
    arrives();
    expect(available()).toBe(20n);
    expect(await again()).toMatchObject({ ok: true, replayed: true });
  });

  test("is refused once that commit's deadline has passed", async () => {
    const { again, arrives, available, passes } = await unheard();
    passes(8_001);
    expect(told(await again())).toBe("insufficient_funds");
    arrives();
    expect(available()).toBe(0n);
  });

  test("is refused once the wallet has moved on", async () => {
    const { again, arrives, available, submit, wallet } = await unheard();
    expect(told(await submit(depositing(wallet, 10), "another", 8_000))).toBe("ok");
    expect(told(await again())).toBe("insufficient_funds");
    arrives();
    expect(available()).toBe(10n);
  });
});

test("a command that the unheard commit refused too is refused", async () => {
  const { submit, wallet } = laneOverALateCommit();
  expect(told(await submit(withdrawing(wallet, 80), "withdrawal", 8_000))).toBe(
    "insufficient_funds",
  );
});
