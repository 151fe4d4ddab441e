import type { Actor } from "../../actor.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type { EventFilters, EventSort, FeedEvent, WalletReads } from "../ports.ts";

export interface FollowPorts {
  readonly reads: Pick<WalletReads, "listEvents">;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether the process is about to end, and nobody should be kept waiting. */
  readonly stopping?: () => boolean;
}

/** The feed's next page; an empty one is held back up to `waitSeconds` for something to happen. */
export const followEvents =
  ({ reads, now, sleep, stopping }: FollowPorts) =>
  async (
    { organizationId }: Actor,
    page: PageRequest<EventSort>,
    filters: EventFilters,
    waitSeconds: number,
  ): Promise<Result<Page<FeedEvent>>> => {
    const until = now() + waitSeconds * 1_000;
    let from = page;
    for (let pause = shortestPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      const found = await reads.listEvents(organizationId, from, filters);
      const left = until - now();
      if (found.items.length > 0 || left <= 0 || stopping?.()) return ok(found);
      if (found.next) from = { ...page, after: found.next };
      await sleep(Math.min(pause, left));
    }
  };

const shortestPauseMs = 50;
const longestPauseMs = 1_000;
