import { type Shrunk, shrink } from "./shrink.ts";
import { type SimulationResult, simulate } from "./simulation.ts";

export interface SeriesOptions {
  /** Of the first world; the next has the next. */
  readonly seed: number;
  /** In all. */
  readonly steps: number;
  /** How many steps a world lives before it comes to rest. */
  readonly worldSteps: number;
  readonly only?: readonly string[] | undefined;
  readonly shrinks: boolean;
  readonly trace?: ((step: number, at: number, what: string) => void) | undefined;
  /** Told now and then how far it is. */
  readonly progress?: ((steps: number, seed: number) => void) | undefined;
}

export interface SeriesResult {
  readonly worlds: number;
  readonly steps: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failed: SimulationResult | undefined;
  readonly shrunk: Shrunk | undefined;
}

/**
 * One world after the other, until one fails or so many steps are done. A failure is a
 * world's own: its seed and steps alone bring it back.
 */
export const simulateSeries = async (options: SeriesOptions): Promise<SeriesResult> => {
  const counts: Record<string, number> = {};
  let steps = 0;
  let worlds = 0;
  while (steps < options.steps) {
    const seed = options.seed + worlds;
    const done = steps;
    const trace = (step: number, at: number, what: string) => {
      options.trace?.(step, at, what);
      if (step % 1_000 === 0) options.progress?.(done + step, seed);
    };
    const asked = Math.min(options.worldSteps, options.steps - done);
    const result = await simulate({ seed, steps: asked, only: options.only, trace });
    worlds += 1;
    steps += result.steps;
    for (const [name, count] of Object.entries(result.counts)) {
      counts[name] = (counts[name] ?? 0) + count;
    }
    if (!result.violation) continue;
    const rerun = (only: readonly string[], most: number) => simulate({ seed, steps: most, only });
    const shrunk = options.shrinks ? await shrink(result, rerun) : undefined;
    return { worlds, steps, counts, failed: result, shrunk };
  }
  return { worlds, steps, counts, failed: undefined, shrunk: undefined };
};
