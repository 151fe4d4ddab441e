import { DatabaseRejected } from "../db/database.ts";
import { gather, type ShareLookUps } from "../db/gather.ts";
import type { RequestScope } from "../observability/activity.ts";

/** Enough to keep a database far away busy, few enough for each to carry many. */
const flights = 4;

const seats = 256;

/**
 * Look-ups of many requests in one statement, noted with each of them. For processes; on
 * Workers a request must not wait for another one's connection.
 */
export const shareLookUps =
  (scope: RequestScope): ShareLookUps =>
  (name, lookUp) => {
    const find = gather(lookUp, { soon: setImmediate, flights, seats });
    return async (key) => {
      const activity = scope.current();
      const startedAt = Date.now();
      const mark = performance.now();
      const note = (more: { jobs: number } | { failure: string }): void =>
        void activity?.acts.push({
          name,
          kind: "statement",
          startedAt,
          durationMs: performance.now() - mark,
          ...more,
        });
      try {
        // Outside the scope of whichever request sends it off.
        const { value, asked } = await scope.run(undefined, () => find(key));
        note({ jobs: asked });
        return value;
      } catch (error) {
        note({ failure: failureOf(error) });
        throw error;
      }
    };
  };

const failureOf = (error: unknown): string =>
  error instanceof DatabaseRejected ? error.sqlState : "unreachable";
