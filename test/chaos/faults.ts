import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime } from "../../scripts/dev/options.ts";
import type { Cluster } from "./cluster.ts";
import type { Disk, Disks } from "./disks.ts";
import type { Random } from "./random.ts";
import type { PurserServer } from "./servers.ts";
import { type CutPlace, cutPlaces, type Wire } from "./wire.ts";

/** What faults happen to. */
export interface Stack {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  readonly servers: readonly PurserServer[];
  /** Every wire between Purser and PostgreSQL. */
  readonly databaseWires: readonly Wire[];
  readonly disks: Disks | undefined;
  readonly random: Random;
  /** How long faults last, of what they usually do: less than 1 in a short run. */
  readonly pace: number;
}

interface Fault {
  /** How many processes it kills, or makes to die. */
  readonly kills: number;
  /** Whether it needs file systems that can be filled. */
  readonly onDisks?: boolean;
  /** Ends when what it broke can work again; says what it did. */
  readonly happen: (stack: Stack) => Promise<string>;
}

/** How long something lasts. */
const lasting = ({ random, pace }: Stack, least: number, most: number): number =>
  Math.round(random.between(least, most) * pace);

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const stallsMs = [
  [500, 4_000],
  [500, 4_000],
  [8_500, 11_000],
  [20_500, 23_000],
] as const;

export const faults = {
  "database killed": {
    kills: 1,
    happen: async (stack) => {
      const { cluster } = stack;
      const downMs = lasting(stack, 200, 2_000);
      await cluster.crash(downMs);
      await cluster.untilAccepting();
      return `all its processes, down for ${seconds(downMs)}`;
    },
  },
  "backend killed": {
    kills: 1,
    happen: async ({ cluster }) => {
      const before = await cluster.logged("all server processes terminated; reinitializing");
      await cluster.killBackend();
      await until(async () => {
        const now = await cluster.logged("all server processes terminated; reinitializing");
        return now > before;
      }, "PostgreSQL to notice that a process of it was killed");
      await cluster.untilAccepting();
      return "PostgreSQL ended all connections and recovered";
    },
  },
  "server killed": {
    kills: 1,
    happen: async (stack) => {
      const server = stack.random.pick(stack.servers);
      const downMs = lasting(stack, 0, 1_000);
      await server.kill(downMs);
      await server.untilServing();
      return `${server.name}, down for ${seconds(downMs)}`;
    },
  },
  "server restarted": {
    kills: 0,
    happen: async ({ servers, random, runtime }) => {
      const server = random.pick(servers);
      const told = Date.now();
      const code = await server.restart();
      const took = Date.now() - told;
      // On Workers it is wrangler that ends, as if it had been killed.
      if (code !== 0 && runtime !== "workers") throw new Error(`${server.name} ended with ${code}`);
      await server.untilServing();
      return `${server.name} was told to stop, and had ended after ${seconds(took)}`;
    },
  },
  "server and database killed": {
    kills: 2,
    happen: async (stack) => {
      const { cluster } = stack;
      const server = stack.random.pick(stack.servers);
      const [serverMs, databaseMs] = [lasting(stack, 0, 1_000), lasting(stack, 200, 2_000)];
      await Promise.all([server.kill(serverMs), cluster.crash(databaseMs)]);
      await cluster.untilAccepting();
      await server.untilServing();
      return `${server.name} down for ${seconds(serverMs)}, PostgreSQL for ${seconds(databaseMs)}`;
    },
  },
  "statements cut": {
    kills: 0,
    happen: async ({ databaseWires, random }) => {
      const cut = (what: "statements" | "commits"): number =>
        databaseWires.reduce((sum, { cuts }) => sum + cuts[what], 0);
      const [statements, commits] = [cut("statements"), cut("commits")];
      const places: CutPlace[] = [];
      for (let left = random.between(2, 4); left > 0 || cut("commits") === commits; left--) {
        const place = random.pick(cutPlaces);
        places.push(place);
        // What they cut first would often be a read.
        const commitsOnly = left === 1 || random.chance(0.6);
        await Promise.all(databaseWires.map((wire) => wire.cut(place, 250, commitsOnly)));
        if (places.length > 100) throw new Error("there was no commit to cut");
      }
      const counts = [cut("statements") - statements, cut("commits") - commits];
      return `in the ${places.join(", ")}: ${counts[0]} statements, ${counts[1]} of them commits`;
    },
  },
  "requests cut": {
    kills: 0,
    happen: async ({ servers, random }) => {
      const place = random.pick(cutPlaces);
      const cut = (): number => servers.reduce((sum, { wire }) => sum + wire.cuts.statements, 0);
      const before = cut();
      for (let tries = 1; cut() === before; tries++) {
        if (tries > 100) throw new Error("there was no request to cut");
        await Promise.all(servers.map(({ wire }) => wire.cut(place, 250)));
      }
      return `in the ${place}: ${cut() - before} requests of clients`;
    },
  },
  "network stalled": {
    kills: 0,
    happen: async (stack) => {
      const { databaseWires, random } = stack;
      const direction = random.pick(["both", "to the server", "to the client"] as const);
      // For longer than a command waits, too, and than the driver keeps a silent connection.
      const [least, most] = random.pick(stallsMs);
      const ms = lasting(stack, least, most);
      const release = databaseWires.map((wire) => wire.stall(direction));
      await sleep(ms);
      for (const free of release) free();
      return `${direction}, for ${seconds(ms)}`;
    },
  },
  "data disk full": {
    kills: 0,
    onDisks: true,
    happen: async (stack) => {
      const { cluster, disks } = stack;
      const refused = "No space left on device";
      const before = await cluster.logged(refused);
      const ms = lasting(stack, 1_000, 3_000);
      const count = () => cluster.logged(refused).then((now) => now - before);
      const begun = Date.now();
      let noticedMs = 0;
      await whileFull(disks?.data, async () => {
        await until(async () => (await count()) > 0, "PostgreSQL to find its disk full");
        noticedMs = Date.now() - begun;
        await sleep(ms);
      });
      await cluster.untilAccepting();
      const noticed = `noticed after ${seconds(noticedMs)}`;
      return `for ${seconds(noticedMs + ms)}, ${noticed}; ${await count()} writes failed`;
    },
  },
  "log disk full": {
    // PostgreSQL panics: it ends, by its own hand, as if it had been killed.
    kills: 0,
    onDisks: true,
    happen: async (stack) => {
      const { cluster, disks } = stack;
      const before = await cluster.logged("PANIC:");
      const panics = () => cluster.logged("PANIC:").then((now) => now - before);
      const starts = cluster.starts;
      const ms = lasting(stack, 300, 2_000);
      await whileFull(disks?.wal, async () => {
        await until(async () => {
          // Uses up the segments that are there already.
          await cluster.query("select pg_switch_wal()").catch(() => {});
          return (await panics()) > 0;
        }, "PostgreSQL to panic");
        await sleep(ms);
      });
      await cluster.untilAccepting();
      const again = cluster.starts - starts;
      return `for ${seconds(ms)}; ${await panics()} panics, started again ${again} times`;
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultKind = keyof typeof faults;

export const faultKinds = Object.keys(faults) as FaultKind[];

export const faultOf = (kind: FaultKind): Fault => faults[kind];

/** Rounds of every kind, each round in another order, until so many were killed. */
export const drawFaults = (random: Random, kills: number, withDisks: boolean): FaultKind[] => {
  const possible = faultKinds.filter((kind) => withDisks || !faultOf(kind).onDisks);
  const plan: FaultKind[] = [];
  for (let killed = 0; killed < kills; ) {
    // Servers are deployed more often than databases crash.
    const round = random.shuffled([...possible, "server killed"] as FaultKind[]);
    plan.push(...round);
    killed += round.reduce((sum, kind) => sum + faultOf(kind).kills, 0);
  }
  return plan;
};

const whileFull = async (disk: Disk | undefined, work: () => Promise<void>): Promise<void> => {
  if (!disk) throw new Error("there is no disk to fill");
  await disk.fill();
  try {
    await work();
  } finally {
    await disk.empty();
  }
};

/** A fault that has no effect shows nothing, so it is an error. */
const until = async (condition: () => Promise<boolean>, what: string): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
};
