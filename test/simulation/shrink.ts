import type { SimulationResult } from "./simulation.ts";
import type { PromiseName } from "./violation.ts";

/** A failure with only the parts that it needs. */
export interface Shrunk {
  readonly parts: readonly string[];
  readonly result: SimulationResult;
  /** How many simulations it took. */
  readonly runs: number;
}

/** Runs the failing simulation again with some of its parts, for so many steps at most. */
export type Rerun = (only: readonly string[], steps: number) => Promise<SimulationResult>;

const mostRuns = 600;

/**
 * Leaves out as many parts of a failed simulation as it can while the same promise is
 * still broken: first whole kinds of faults and whole clients, then halves, quarters and so on of
 * what is left, down to single parts (delta debugging). What did not take part before the promise
 * broke goes by itself.
 */
export const shrink = (failed: SimulationResult, rerun: Rerun): Promise<Shrunk> =>
  new Shrinker(failed, rerun).run();

class Shrinker {
  readonly #promise: PromiseName | undefined;
  readonly #rerun: Rerun;
  #result: SimulationResult;
  #parts: readonly string[];
  #runs = 0;

  constructor(failed: SimulationResult, rerun: Rerun) {
    this.#promise = failed.violation?.promise;
    this.#rerun = rerun;
    this.#result = failed;
    this.#parts = failed.parts;
  }

  async run(): Promise<Shrunk> {
    // Without anything left out it must fail as it did, or the rest is in vain.
    if (!(await this.#try(this.#parts))) throw new Error("the failure does not repeat");
    await this.#withoutGroups();
    let size = Math.ceil(this.#parts.length / 2);
    while (size > 0 && this.#runs < mostRuns) {
      const shorter = await this.#withoutChunks(size);
      if (shorter && size === 1) continue;
      size = size === 1 ? 0 : Math.ceil(size / 2);
    }
    return { parts: this.#parts, result: this.#result, runs: this.#runs };
  }

  /** Faults of one kind, or all that one client wants, at once. */
  async #withoutGroups(): Promise<void> {
    const groups = new Set(this.#parts.map(groupOf));
    for (const group of groups) {
      const rest = this.#parts.filter((part) => groupOf(part) !== group);
      if (rest.length < this.#parts.length) await this.#try(rest);
    }
  }

  async #withoutChunks(size: number): Promise<boolean> {
    const before = this.#parts.length;
    // From the end: what came last is most likely to matter, and what it needs stays.
    for (let end = this.#parts.length; end > 0 && this.#runs < mostRuns; end -= size) {
      const from = Math.max(0, end - size);
      await this.#try(this.#parts.filter((_, index) => index < from || index >= end));
    }
    return this.#parts.length < before;
  }

  async #try(parts: readonly string[]): Promise<boolean> {
    this.#runs += 1;
    const { violation } = this.#result;
    const result = await this.#rerun(parts, Math.min(this.#result.asked, violation?.step ?? 0));
    if (result.violation?.promise !== this.#promise) return false;
    const acted = new Set(result.parts);
    this.#parts = parts.filter((part) => acted.has(part));
    this.#result = result;
    return true;
  }
}

/** `c3` of `c3.17:deposit`, `commit.late` of `commit.late:...`, `trouble` of `trouble:1.2`. */
const groupOf = (part: string): string =>
  /^c\d+\./.test(part) ? part.slice(0, part.indexOf(".")) : part.slice(0, part.indexOf(":"));
