import { describe, expect, test } from "vitest";
import { depositing, item, newId } from "../../test/support/wallet-states.ts";
import { type Result, refuse } from "../domain/result.ts";
import type { Job, JobResult } from "../domain/wallets/lane/job.ts";
import { createLaneClient } from "./lane-client.ts";
import { workerEdgePorts } from "./worker-edge-ports.ts";

/** As the runtime says that an object was reset, or has too much to do. */
const reset = Object.assign(new Error("reset"), { retryable: true });
const full = Object.assign(new Error("full"), { overloaded: true });

const job = (): Job => ({
  organizationId: newId(),
  requestId: newId(),
  deadline: Date.now() + 8_000,
  items: [item(depositing({ id: newId() }, 5))],
});

/** What the client is told whose lane answers so, try by try. */
const toldAfter = async (...answers: readonly (JobResult | Error)[]): Promise<string> => {
  const left = [...answers];
  const client = createLaneClient(
    {
      idFromName: (name) => name,
      get: () => ({
        submit: async () => {
          const answer = left.shift();
          if (!answer) throw new Error("asked too often");
          if (answer instanceof Error) throw answer;
          return { answers: [{ at: 0, result: answer }], rest: undefined };
        },
        forget: async () => {},
      }),
    },
    { count: 1, region: undefined, generation: 1 },
    workerEdgePorts(() => {}),
  );
  const result: Result<unknown> = await client.submit(job());
  expect(left).toEqual([]);
  return result.ok ? "ok" : result.refusal.code;
};

const done: JobResult = { ok: true, value: [] };

describe("a job whose lane was reset", () => {
  test("is sent again, and its success is told", async () => {
    expect(await toldAfter(reset, done)).toBe("ok");
    expect(await toldAfter(reset, reset, done)).toBe("ok");
    expect(await toldAfter(reset, reset, reset)).toBe("outcome_unknown");
  });

  // The first try may have had an effect, or may have yet: a commit of it was perhaps under way.
  test.each(["overloaded", "wallet_busy", "insufficient_funds"] as const)(
    "has an unknown outcome when it is then refused as %s",
    async (code) => {
      expect(await toldAfter(reset, refuse(code, "Not now."))).toBe("outcome_unknown");
      expect(await toldAfter(refuse(code, "Not now."))).toBe(code);
    },
  );

  test("has an unknown outcome when the lane then takes no more", async () => {
    expect(await toldAfter(reset, full)).toBe("outcome_unknown");
    expect(await toldAfter(full)).toBe("overloaded");
  });
});

test("a job whose lane fails otherwise is not sent again", async () => {
  expect(await toldAfter(new Error("lost"))).toBe("outcome_unknown");
});
