import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { longLog } from "../../../../test/support/bulk-log.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import type { Finding } from "../../../domain/wallets/verify/finding.ts";
import { verifyLedger } from "../../../domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import { createVerifyReads } from "./verify-reads.ts";

/** `VERIFY_EVENTS=1000000` for the long run: some minutes to write, some to verify. */
const events = Number(process.env.VERIFY_EVENTS ?? 20_000);
const minutes = 60_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is alive, in MB. */
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1_048_576;
};

const mostGrowthMb = 12;

test(
  `a wallet with ${events} events verifies in memory that does not grow with them`,
  async () => {
    const database = (await testDatabase()).postgres({ connections: 4, timeoutMs: 10 * minutes });
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const long = await longLog(database, events, (made) => {
      if (made % 100_000 < 1_000) say(`${made} events are written`);
    });
    const [sizes] = await database.run({
      name: "test.sizes",
      text: `select sum(length(data) + length(command)) / 1048576 as mb, count(*)::int as events,
  (select count(*)::int from wallets.authorizations) as payments,
  max(sequence - (data::json ->> 'previous')::bigint) as longest
from wallets.wallet_events`,
      params: [],
    });
    const findings: Finding[] = [];
    const heaps: number[] = [];
    const started = Date.now();
    let sampled = 0;
    const summary = await verifyLedger({
      reads: createVerifyReads(database),
      sha256: sha256Hex,
      onFinding: (finding) => findings.push(finding),
      onProgress: ({ events: done }) => {
        if (done - sampled < events / 10) return;
        sampled = done;
        heaps.push(heap());
      },
    });
    heaps.push(heap());
    const rate = Math.round((events * 1_000) / (Date.now() - started));
    say(
      `${summary.events} events, ${rate}/s, heap ${heaps.map((mb) => mb.toFixed(1)).join(" ")} MB`,
    );
    expect(findings).toEqual([]);
    expect(summary).toEqual({ wallets: 1, events: sizes?.["events"], findings: 0 });
    expect(summary.events).toBe(long.events);
    // It is worth something only where keeping the log or the payments would be seen.
    expect(Number(sizes?.["mb"])).toBeGreaterThan(1.5 * mostGrowthMb);
    expect(Number(sizes?.["payments"])).toBeGreaterThan(events / 2);
    expect(Number(sizes?.["longest"])).toBeGreaterThan(events / 4);
    expect(heaps.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...heaps.slice(1)) - (heaps[0] ?? 0)).toBeLessThan(mostGrowthMb);
  },
  Math.max(2, events / 15_000) * minutes,
);
