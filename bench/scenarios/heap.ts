import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../scripts/postgres.ts";
import { good } from "../load/tally.ts";
import { slopeInterval } from "../statistics/interval.ts";
import { inspect } from "../systems/inspector.ts";
import { startServerProcess } from "../systems/server.ts";
import { loadPlan } from "./contender.ts";
import { inFull, type Scenario } from "./scenario.ts";
import { payAcross } from "./workloads.ts";

const minutes = 10;
const minuteMs = 60_000;

/** Until caches are full and code is compiled. */
const fillMs = 2 * minuteMs;

/** More than a lane remembers: 48 MiB, two thirds of it for wallets with cards at 4 KiB each. */
const wallets = 12_000;

const mostMbPerMinute = 1;

export const heap: Scenario = {
  id: "heap",
  title: "The server's heap",
  about:
    `Authorizations over ${wallets.toLocaleString("en-US")} wallets on Node, more than the cache holds, on 64 connections. After ` +
    `${fillMs / minuteMs} minutes the heap is measured once a minute for ${minutes} minutes, each time after a garbage collection.`,
  profiles: inFull,
  seconds: () => (fillMs + minutes * minuteMs) / 1_000 + 60,
  run: async ({ session, generator, progress }) => {
    const inspectorPort = await freePort();
    const tenant = await session.tenant("heap", wallets);
    const server = await startServerProcess({
      entry: "src/runtime/node.ts",
      env: session.env,
      flags: [`--inspect=127.0.0.1:${inspectorPort}`],
    });
    const inspector = await inspect(inspectorPort);
    try {
      const load = generator.run(
        loadPlan({ port: server.port, tenant }, payAcross, 64, {
          warmUpMs: fillMs,
          measureMs: (minutes + 0.5) * minuteMs,
        }),
      );
      await sleep(fillMs);
      progress.advance(fillMs / 1_000, "the heap: caches are full");
      const points: [minute: number, megabytes: number][] = [];
      for (let minute = 0; minute <= minutes; minute++) {
        points.push([minute, (await inspector.heapAfterCollection()) / 1e6]);
        progress.advance(minuteMs / 1_000, `the heap after ${minute} minutes`);
        if (minute < minutes) await sleep(minuteMs);
      }
      const sample = await load;
      const failed = Object.keys(sample.outcomes).filter((outcome) => outcome !== good);
      return {
        measured: [{ title: "Purser on Node", samples: [sample] }],
        findings: [
          {
            title: "growth of the heap after garbage collection",
            unit: "MB a minute",
            interval: slopeInterval(points),
            claim: {
              text: "The server's heap with full caches, growth a minute",
              target: { atMost: mostMbPerMinute },
              ...(failed.length > 0 && { spoiled: failed.join(", ") }),
            },
          },
        ],
        notes: [],
        chart: {
          title: "The heap after garbage collection, in MB, minute by minute",
          bars: points.map(([minute, value]) => ({ label: `minute ${minute}`, value })),
        },
      };
    } finally {
      inspector.close();
      await server.stop();
    }
  },
};
