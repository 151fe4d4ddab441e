import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { laneKeyOf } from "../../src/domain/ids.ts";
import type { PagePosition } from "../../src/domain/page.ts";
import type { WalletReads } from "../../src/domain/wallets/ports.ts";

/**
 * Transactions that write events and overlap: each stays open for a while between what it
 * writes and its end, so that they commit in another order than they began in. Some write
 * several events, some take back what they wrote. Answers the ids of what was committed.
 */
export const writeInterleaved = async (
  url: string,
  organizationId: string,
  { writers, forMs }: { readonly writers: number; readonly forMs: number },
): Promise<ReadonlySet<string>> => {
  const sql = postgres(url, { max: writers, fetch_types: false, onnotice: () => {} });
  const committed = new Set<string>();
  const until = Date.now() + forMs;
  const writer = async (): Promise<void> => {
    while (Date.now() < until) {
      const written = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, randomUUID);
      const kept = Math.random() < 0.9;
      const transaction = sql.begin(async (inside) => {
        for (const [position, walletId] of written.entries()) {
          await inside`insert into wallets.wallet_events (lane_key, wallet_id, sequence,
            organization_id, type, command, data, rules_version, request_id, recorded_at, hash,
            position)
            values (${laneKeyOf(walletId)}, ${walletId}, 1, ${organizationId}, 'wallet.created',
              '{}', '{}', 1, 'load', now(), ''::bytea, ${position})`;
          await sleep(Math.random() * 15);
        }
        if (!kept) throw new Error("taken back");
      });
      await transaction.catch((error) => {
        if (kept) throw error;
      });
      if (kept) for (const walletId of written) committed.add(`${walletId}.1`);
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, writer));
  } finally {
    await sql.end({ timeout: 1 });
  }
  return committed;
};

export interface FeedReader {
  /** Every id that it was shown, in order. */
  readonly seen: readonly string[];
  /** Reads on for as long as `going()`, and then until it has seen so many or has tried for long. */
  follow(going: () => boolean, total: () => number): Promise<void>;
}

/** Follows an organization's feed by one cursor, each page from whichever place `next` answers. */
export const feedReader = (organizationId: string, next: () => WalletReads): FeedReader => {
  const seen: string[] = [];
  let after: PagePosition | undefined;
  const page = async (): Promise<void> => {
    const request = { sortBy: "position", sort: "asc", limit: 7, skip: 0 } as const;
    const found = await next().listEvents(
      organizationId,
      { ...request, ...(after && { after }) },
      {},
    );
    seen.push(...found.items.map(({ id }) => id));
    after = found.next ?? after;
  };
  return {
    seen,
    follow: async (going, total) => {
      while (going()) await page();
      for (const until = Date.now() + 5_000; seen.length < total() && Date.now() < until; ) {
        await page();
      }
    },
  };
};
