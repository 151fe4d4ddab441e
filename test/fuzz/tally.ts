import { allOperations } from "../support/contract.ts";
import type { Shot } from "./attempt.ts";
import type { Concrete } from "./concrete.ts";
import type { WireAnswer } from "./wire.ts";

/** How often what was answered, so that nobody takes a storm of 404s for a test. */
export class Tally {
  requests = 0;
  slowestMs = 0;
  readonly byStatus = new Map<number, number>();
  readonly byOperation = new Map<string, Map<number, number>>();
  /** Successes of requests that nothing is wrong with, by operation. */
  readonly succeeded = new Map<string, number>();

  note({ reached }: Concrete, { status, milliseconds }: WireAnswer, isPlain: boolean): void {
    this.requests += 1;
    this.slowestMs = Math.max(this.slowestMs, milliseconds);
    add(this.byStatus, status);
    if (!reached) return;
    const statuses = this.byOperation.get(reached.id) ?? new Map<number, number>();
    this.byOperation.set(reached.id, statuses);
    add(statuses, status);
    if (isPlain && status < 300) add(this.succeeded, reached.id);
  }

  /** Operations that never did what they are for, and what they answered instead. */
  idle(): string[] {
    return allOperations
      .filter(({ id }) => !this.succeeded.has(id))
      .map(({ id }) => {
        const statuses = [...(this.byOperation.get(id) ?? [])];
        return `${id} never succeeded: ${statuses.map((one) => one.join(" x ")).join(", ")}`;
      });
  }

  successes(): number {
    return [...this.byStatus].reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0);
  }
}

const add = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Whether the document alone says nothing against it. */
export const isPlain = (shot: Shot): boolean =>
  "replay" in shot || shot.attempt.twists.length === 0;
