import { Parts } from "./parts.ts";
import { type Profile, profileOf } from "./profile.ts";
import { Random } from "./random.ts";
import { type PromiseName, stackOf, type Violation } from "./violation.ts";
import { World } from "./world.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** After so many steps the faults end and what is open is brought to its end. */
  readonly steps: number;
  /** The world, where it is not the one that the seed makes. */
  readonly world?: ((usual: Profile) => Partial<Profile>) | undefined;
  /** Of the parts that can be left out, only these take part. */
  readonly only?: Iterable<string> | undefined;
  /** Told of each step. */
  readonly trace?: ((step: number, at: number, what: string) => void) | undefined;
}

export interface SimulationResult {
  readonly seed: number;
  readonly steps: number;
  /** After how many steps the faults were to end. */
  readonly asked: number;
  /** The first one, with the step that broke it. */
  readonly violation: (Violation & { readonly step: number }) | undefined;
  /** What of the parts that can be left out took part. */
  readonly parts: readonly string[];
  /** Tells two runs apart: of every step, its moment and what happened. */
  readonly digest: string;
  /** How often everything happened. */
  readonly counts: Readonly<Record<string, number>>;
}

/** How often everything is looked at, not only what a step changed. */
const wholeEvery = 2_500;

/**
 * Runs one world, step by step: the next occurrence of virtual time, then all that follows
 * from it without time passing, then the invariants. The same options give the same run.
 */
export const simulate = async (options: SimulationOptions): Promise<SimulationResult> => {
  const { seed, steps: most, trace } = options;
  const parts = new Parts(options.only);
  let step = 0;
  let violation: SimulationResult["violation"];
  const report = (promise: PromiseName, detail: string) => {
    violation ??= { promise, detail, step };
  };
  const random = new Random(`purser ${seed}`);
  const usual = profileOf(random.fork("profile"));
  const profile = { ...usual, ...options.world?.(usual) };
  const world = new World(random, profile, parts, report);
  const digest = new Digest();
  world.begin();
  await allThatFollows();
  let settling = false;
  while (!violation && !world.over) {
    if (step >= most && !settling) {
      settling = true;
      world.settle();
    }
    const occurrence = world.schedule.next();
    if (!occurrence) {
      report("settles", "nothing is left to happen, and not everybody has an answer");
      break;
    }
    step += 1;
    trace?.(step, occurrence.at, occurrence.what);
    digest.add(occurrence.at, occurrence.what);
    try {
      occurrence.run();
    } catch (error) {
      report("no_crash", stackOf(error));
    }
    await allThatFollows();
    world.checkLanes();
    if (step % wholeEvery === 0 || world.over) world.watch.checkAll();
  }
  return {
    seed,
    steps: step,
    asked: most,
    violation,
    parts: [...parts.acted],
    digest: digest.toString(),
    counts: world.tally.counts,
  };
};

/** Not a timer: the next turn of the event loop, before which every promise has been followed. */
const allThatFollows = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two sums of 32 bits over all steps. */
class Digest {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;

  add(at: number, what: string): void {
    for (const text of [String(at), what]) {
      for (let place = 0; place < text.length; place++) {
        const code = text.charCodeAt(place);
        this.#a = Math.imul(this.#a ^ code, 0x01000193);
        this.#b = Math.imul(this.#b ^ code, 0x85ebca6b) ^ (this.#b >>> 13);
      }
    }
  }

  toString(): string {
    return [this.#a, this.#b].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
