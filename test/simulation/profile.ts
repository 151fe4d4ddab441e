import { defaultLaneOptions, type LaneOptions } from "../../src/domain/wallets/lane/options.ts";
import { type FaultOf, type Rates, type Wire, wires } from "./faults.ts";
import type { Random } from "./random.ts";

/**
 * What kind of world a seed makes. Each is one-sided in its own way: few faults or many,
 * hot wallets or many, small bounds or large. Worlds that are all alike find the same bugs.
 */
export interface Profile {
  /**
   * `objects`: edges call lanes that own wallets, as on Workers; some edges are of another
   * deploy, whose lanes claim the same wallets. `processes`: each edge is a process with a
   * lane of its own for all wallets, as on Node.
   */
  readonly topology: "objects" | "processes";
  /** Of each edge: how many lanes it takes there to be, and of which generation. */
  readonly edges: readonly { readonly lanes: number; readonly generation: number }[];
  readonly clients: number;
  readonly organizations: number;
  /** Of each organization. */
  readonly wallets: number;
  readonly lane: Omit<LaneOptions, "owns">;
  /** How long messages take on average, in milliseconds. */
  readonly latency: { readonly [On in Wire]: number };
  /** How long the database works on a statement. */
  readonly executionMs: number;
  readonly rates: Rates;
  /** How many faults of lanes, clocks and the database to expect in a burst of work. */
  readonly troubles: number;
  /** How far the clocks of lanes and edges are from the right one, in milliseconds. */
  readonly skewMs: number;
  /** How often a request has far less time than it should, and how much at most, in milliseconds. */
  readonly impatience: number;
  readonly hasteMs: number;
  /** How often a client sends an idempotency key. */
  readonly keyed: number;
  /** How often things of another organization are asked for as if they were one's own. */
  readonly strangers: number;
  /** How often a client leaves a burst of work after one command. */
  readonly leave: number;
  /** Amounts near the largest there are, now and then. */
  readonly huge: boolean;
  /** Wallets begin with nothing and all amounts are the same: every movement needs the one before. */
  readonly poor: boolean;
  /** How much more of each family is asked for than usual. */
  readonly taste: {
    readonly money: number;
    readonly payments: number;
    readonly settings: number;
    readonly endings: number;
  };
  /** Epoch milliseconds. */
  readonly start: number;
}

const starts = ["2026-03-27", "2026-10-23", "2026-12-30", "2028-02-27", "2026-06-10"];

export const profileOf = (random: Random): Profile => {
  const topology = random.pick(["objects", "objects", "processes"] as const);
  const lanes = random.between(1, 4);
  const edge = () => {
    const deploying = topology === "objects" && random.chance(0.3);
    return deploying
      ? { lanes: random.between(1, 4), generation: random.between(1, 2) }
      : { lanes, generation: 1 };
  };
  return {
    topology,
    edges: Array.from({ length: random.between(2, 4) }, edge),
    clients: random.pick([3, 6, 10, 16]),
    organizations: random.pick([1, 1, 2]),
    wallets: random.pick([1, 2, 4, 8]),
    lane: laneOf(random),
    latency: {
      commit: random.pick([1, 3, 15]),
      load: random.pick([1, 3, 15]),
      call: random.pick([1, 5]),
      request: random.pick([2, 10]),
      tell: random.pick([1, 20]),
    },
    executionMs: random.pick([0.5, 2, 10]),
    rates: ratesOf(random),
    troubles: random.pick([0, 0, 1, 3]),
    skewMs: random.pick([0, 0, 100, 1_500]),
    impatience: random.pick([0, 0.02, 0.2, 0.5]),
    hasteMs: random.pick([60, 200, 600]),
    keyed: random.pick([0.5, 0.9, 1]),
    strangers: random.pick([0.02, 0.2]),
    leave: random.pick([0.03, 0.1]),
    huge: random.chance(0.15),
    poor: random.chance(0.2),
    taste: {
      money: random.pick([1, 1, 4]),
      payments: random.pick([1, 1, 2]),
      settings: random.pick([1, 1, 3]),
      endings: random.pick([0, 1, 1, 3]),
    },
    start: Date.parse(`${random.pick(starts)}T00:00:00Z`) + random.between(0, 86_400_000),
  };
};

const laneOf = (random: Random): Profile["lane"] => ({
  maxBatch: random.pick([2, 8, defaultLaneOptions.maxBatch]),
  nearBatch: random.pick([1, 4, defaultLaneOptions.nearBatch]),
  maxQueue: random.pick([6, 64, defaultLaneOptions.maxQueue]),
  ...lastingOf(random.fork("lasting queue")),
  maxCommits: random.pick([1, 4]),
  secondCommitFrom: random.pick([1, 3, 64]),
  maxLoads: random.pick([1, 2]),
  maxAttempts: random.pick([3, 10, defaultLaneOptions.maxAttempts]),
  // The small ones remember a handful of things, so that most are forgotten all the time.
  cacheBytes: random.pick([20_000, 100_000, defaultLaneOptions.cacheBytes]),
});

const lastingOf = (random: Random) => ({
  lastingQueue: random.pick([3, 16, defaultLaneOptions.lastingQueue]),
  burstMs: random.pick([0, 50, defaultLaneOptions.burstMs]),
});

const ratesOf = (random: Random): Rates => {
  const calm = random.chance(0.1);
  const all = Object.entries(wires).flatMap(([wire, faults]) => faults.map((one) => wire + one));
  const worst = random.pick(all);
  const rateOf = (name: string): number =>
    name === worst ? 0.3 : random.pick([0, 0, 0.005, 0.03, 0.1]);
  const wire = <On extends Wire>(on: On): Rates[On] =>
    Object.fromEntries(
      (wires[on] as readonly FaultOf<On>[]).map((fault) => [fault, calm ? 0 : rateOf(on + fault)]),
    ) as Rates[On];
  return {
    commit: wire("commit"),
    load: wire("load"),
    call: wire("call"),
    request: wire("request"),
    tell: wire("tell"),
  };
};
