import type { Directory } from "../../domain/directory/directory.ts";

const flushMs = 60_000;
const maxPending = 10_000;

export interface LastUsed {
  note(apiKeyId: string, organizationId: string): void;
}

interface Use {
  readonly apiKeyId: string;
  readonly organizationId: string;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * When keys were last used: collected in the isolate and written at most once a
 * minute, after the response. What an isolate still holds when it ends is lost;
 * `lastUsedAt` is a hint for people, not a record.
 */
export const trackLastUsed = (
  touch: Directory["touchApiKeys"],
  defer: (work: Promise<unknown>) => void,
  now: () => number,
): LastUsed => {
  let pending = new Map<string, Use>();
  let flushedAt = Number.NEGATIVE_INFINITY;
  const flush = async (): Promise<void> => {
    const uses = [...pending.values()].map(({ at, ...use }) => ({
      ...use,
      at: new Date(at).toISOString(),
    }));
    pending = new Map();
    try {
      await touch(uses);
    } catch {
      // Lost: the next use of each key is written a minute later.
    }
  };
  return {
    note: (apiKeyId, organizationId) => {
      const at = now();
      const use = pending.get(apiKeyId);
      if (use) use.at = at;
      else if (pending.size < maxPending) pending.set(apiKeyId, { apiKeyId, organizationId, at });
      if (at - flushedAt < flushMs) return;
      flushedAt = at;
      defer(flush());
    },
  };
};
