import type { LaneHost } from "./lane-host.ts";
import type { Parts } from "./parts.ts";
import type { Random } from "./random.ts";
import type { Skew } from "./skew.ts";
import type { Edge } from "./topology.ts";

/** Whom trouble can befall. */
export interface Troubled {
  readonly random: Random;
  readonly parts: Parts;
  readonly hosts: () => readonly LaneHost[];
  readonly edges: readonly Edge[];
  /** Of the database: how far its clock is off, and how it is out of reach, if it is. */
  readonly database: { readonly skew: Skew; outage: "silent" | "refused" | undefined };
  readonly after: (ms: number, what: string, run: () => void) => void;
  readonly count: (name: string) => void;
}

/** Faults of lanes, clocks and the database in a burst of work that begins now. */
export const plan = (world: Troubled, burst: number, expected: number): void => {
  const random = world.random.fork(`troubles ${burst}`);
  const count = random.between(0, 2 * expected);
  for (let index = 0; index < count; index++) {
    const own = random.fork(String(index));
    const name = `trouble:${burst}.${index}`;
    const { kind, begin } = troubleOf(own, world);
    world.after(own.between(0, 3_000), `${name} ${kind}`, () => {
      if (!world.parts.take(name)) return;
      world.count(kind);
      const end = begin();
      if (end) world.after(own.between(20, 4_000), `${name} is over`, end);
    });
  }
};

interface Trouble {
  readonly kind: string;
  /** Answers how it ends, if it does not end by itself. */
  readonly begin: () => (() => void) | undefined;
}

const troubleOf = (random: Random, { hosts, edges, database }: Troubled): Trouble => {
  const place = random.fraction();
  const one = <T>(things: readonly T[]): T | undefined => things[Math.floor(place * things.length)];
  const sign = random.pick([1, -1]);
  const far = sign * random.pick([500, 3_000, 3_000, 60_000, 90_000_000]);
  // What was written by a database whose clock was ahead waits until it is as late again.
  const near = sign * random.pick([500, 3_000]);
  const askew = (thing: { readonly skew: Skew } | undefined, ms: number) => {
    thing?.skew.leap(ms);
    return () => thing?.skew.leap(-ms);
  };
  return random.weighted<Trouble>([
    [
      6,
      {
        kind: "a lane ends",
        begin: () => {
          one(hosts())?.end();
          return undefined;
        },
      },
    ],
    [3, { kind: "a lane's clock leaps", begin: () => askew(one(hosts()), far) }],
    [1, { kind: "an edge's clock leaps", begin: () => askew(one(edges), far) }],
    [1, { kind: "the database's clock leaps", begin: () => askew(database, near) }],
    [
      2,
      {
        kind: "the database is out of reach",
        begin: () => {
          database.outage = random.pick(["silent", "refused"]);
          return () => {
            database.outage = undefined;
          };
        },
      },
    ],
  ]);
};
