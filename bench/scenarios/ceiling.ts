import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Sample } from "../result.ts";
import { meanInterval } from "../statistics/interval.ts";
import { runSeconds } from "./compare.ts";
import { everywhere, type Scenario } from "./scenario.ts";

const rounds = 3;

/** What the load generator can do when the server does nothing. */
export const ceiling: Scenario = {
  id: "ceiling",
  title: "The load generator alone",
  about:
    "Against the least server there can be, which answers every read with the same bytes, on " +
    "256 connections. Whatever comes near this figure would have been limited by the generator.",
  profiles: everywhere,
  seconds: (profile) => rounds * runSeconds(profile),
  run: async ({ generator, profile, progress }) => {
    const server = fork(fileURLToPath(new URL("../load/fixed-answer.ts", import.meta.url)));
    try {
      const [{ port }] = (await once(server, "message")) as [{ port: number }];
      const plan = {
        port,
        token: "x".repeat(80),
        requests: [
          { method: "POST", path: "/v1/authorizations", body: JSON.stringify("x".repeat(180)) },
        ],
        connections: Math.min(256, profile.mostConnections),
        warmUpMs: profile.warmUpMs,
        measureMs: profile.measureMs,
      } as const;
      const samples: Sample[] = [];
      for (let round = 0; round < rounds; round++) {
        samples.push(await generator.run(plan));
        progress.advance(runSeconds(profile), "the load generator alone");
      }
      return {
        measured: [{ title: "the least server", samples }],
        findings: [
          {
            title: "requests a second",
            unit: "/s",
            interval: meanInterval(samples.map(({ perSecond }) => perSecond)),
          },
        ],
        notes: [],
      };
    } finally {
      server.disconnect();
    }
  },
};
