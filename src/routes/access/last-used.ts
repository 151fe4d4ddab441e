import type { Directory } from "../../domain/directory/directory.ts";

const flushMs = 60_000;
const maxPending = 10_000;

export interface LastUsed {
  note(apiKeyId: string, organizationId: string): void;
}

interface Use {
  readonly apiKeyId: string;
  readonly organizationId: string;
  readonly at: string;
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
    const uses = [...pending.values()];
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
      if (pending.has(apiKeyId) || pending.size < maxPending) {
        pending.set(apiKeyId, { apiKeyId, organizationId, at: new Date(at).toISOString() });
      }
      if (at - flushedAt < flushMs) return;
      flushedAt = at;
      defer(flush());
    },
  };
};
