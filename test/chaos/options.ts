import { parseArgs } from "node:util";
import { type Runtime, runtimes } from "../../scripts/dev/options.ts";
import type { ChaosOptions } from "./run.ts";

export const usage = `npm run chaos -- [options]
    The real stack under load while its parts are killed, cut off and filled up (docs/chaos.md).
  --kills N              processes to kill at least (24); rounds of every fault until then
  --seconds N            no fault begins later than this
  --seed TEXT            draws the same faults and commands again; a new one without it
  --runtime NAME         ${runtimes.join(", ")} (node)
  --servers N            of Purser, on one database (2; on workers 1)
  --clients N            (32)
Ends with 0 if all that was promised was kept, 1 if not, 2 if it could not run.`;

/** What the command line asks for; throws a message for people. */
export const chaosOptions = (args: readonly string[]): Omit<ChaosOptions, "say"> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: "string", default: "24" },
      seconds: { type: "string" },
      seed: { type: "string" },
      runtime: { type: "string", default: "node" },
      servers: { type: "string" },
      clients: { type: "string", default: "32" },
    },
  });
  const runtime = runtimes.find((name) => name === values.runtime);
  if (!runtime) throw new Error(`--runtime wants one of ${runtimes.join(", ")}.`);
  return {
    runtime,
    seed: values.seed ?? crypto.randomUUID().slice(0, 8),
    kills: whole("kills", values.kills),
    seconds: values.seconds === undefined ? undefined : whole("seconds", values.seconds),
    servers: whole("servers", values.servers ?? usualServers[runtime]),
    clients: whole("clients", values.clients),
    wallets: 40,
    pace: 1,
    diskMegabytes: { data: 1_024, wal: 256 },
  };
};

/** wrangler takes long to start, and its lanes are objects of their own. */
const usualServers: Readonly<{ [Name in Runtime]: string }> = {
  node: "2",
  deno: "2",
  workers: "1",
};

const whole = (name: string, value: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`--${name} wants a whole number.`);
  return Number(value);
};
