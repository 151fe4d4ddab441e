import { type Defer, shareWork } from "./access/shared-work.ts";
import type { Readiness, ReadyState } from "./services.ts";

/** A probe every few seconds from every load balancer must not become a load of its own. */
const maxAgeMs = 3_000;

/** Checks at most every 3 s and once at a time; a check that throws counts as not ready. */
export const cacheReadiness = (
  readiness: Readiness,
  now: () => number,
  defer: Defer,
): Readiness => {
  let last: { readonly at: number; readonly state: ReadyState } | undefined;
  const checking = shareWork<ReadyState>(defer);
  return {
    check: async () => {
      if (last && now() - last.at < maxAgeMs) return last.state;
      return checking.run(async () => {
        const at = now();
        const state = await readiness.check().catch(() => notReady);
        last = { at, state };
        return state;
      });
    },
  };
};

const notReady: ReadyState = { database: false, migrations: false };
