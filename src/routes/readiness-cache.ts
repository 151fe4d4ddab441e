import type { Readiness } from "./services.ts";

/** A probe every few seconds from every load balancer must not become a load of its own. */
const maxAgeMs = 3_000;

/** Checks at most every 3 s and once at a time; a check that throws counts as not ready. */
export const cacheReadiness = (readiness: Readiness, now: () => number): Readiness => {
  let last: { readonly at: number; readonly result: ReturnType<Readiness["check"]> } | undefined;
  return {
    check: () => {
      if (last && now() - last.at < maxAgeMs) return last.result;
      const result = readiness.check().catch(() => ({ database: false, migrations: false }));
      last = { at: now(), result };
      return result;
    },
  };
};
