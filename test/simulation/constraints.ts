import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import { operationOf } from "../../src/domain/wallets/log/projections.ts";
import type { PostingRecord } from "../../src/domain/wallets/model/posting.ts";
import type { CommitGroup, Rejected } from "../../src/domain/wallets/store.ts";
import type { CardNumbers } from "./card-numbers.ts";
import type { MemoryDatabase } from "./memory-database.ts";

/** 2^53 - 1. */
const largest = 9_007_199_254_740_991;

/**
 * The unique indexes and check constraints of the tables that a commit writes
 * (`drizzle/0000_initial.sql`). One broken by any accepted group rejects the whole statement.
 */
export const violated = (
  database: MemoryDatabase,
  numbers: CardNumbers,
  accepted: readonly CommitGroup[],
): Rejected | undefined => {
  const seen = new Set<string>();
  const twice = (key: string): boolean => {
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
  for (const group of accepted) {
    const broken = checkOf(group) ?? uniqueOf(database, group, twice);
    if (broken) return { kind: "rejected", retry: "no", cause: new Error(broken) };
  }
  for (const { cards } of accepted) {
    for (const { after, secret } of cards) {
      if (!secret || after.deletedAt !== null) continue;
      const number = `${after.organizationId} ${secret.numberFingerprint}`;
      if (numbers.live(after.organizationId, secret.numberFingerprint) || twice(number)) {
        return { kind: "rejected", retry: "alone", cause: new Error("cards_number_unique") };
      }
    }
  }
  return undefined;
};

const uniqueOf = (
  database: MemoryDatabase,
  group: CommitGroup,
  twice: (key: string) => boolean,
): string | undefined => {
  for (const sealed of group.events) {
    const broken = eventUnique(database, sealed, twice);
    if (broken) return broken;
  }
  const isNew = (table: ReadonlyMap<string, unknown>, id: string) => !table.has(id) && !twice(id);
  for (const { after, created } of group.authorizations) {
    if (created && !isNew(database.payments, after.id)) return "authorizations_pk";
  }
  for (const { after, secret } of group.cards) {
    if (secret && !isNew(database.cards, after.id)) return "cards_pkey";
  }
  return undefined;
};

const eventUnique = (
  database: MemoryDatabase,
  { event, commandKey }: SealedEvent,
  twice: (key: string) => boolean,
): string | undefined => {
  const { walletId, sequence } = event;
  const last = database.logs.get(walletId)?.length ?? 0;
  if (sequence <= last || twice(`${walletId} ${sequence}`)) return "wallet_events_pk";
  if (commandKey !== null) {
    const isUsed = database.eventOf(walletId, commandKey) !== undefined;
    if (isUsed || twice(`${walletId} ${commandKey}`)) return "wallet_events_command_key";
  }
  const operation = operationOf(event);
  if (!operation) return undefined;
  return database.movements.has(operation.id) || twice(`operation ${operation.id}`)
    ? "operations_pk"
    : undefined;
};

const checkOf = (group: CommitGroup): string | undefined => {
  for (const { after } of group.wallets) {
    const { available, held, receivable } = after;
    if ([available, held, receivable].some(outOfRange)) return "wallets_available";
    const empty = available === 0n && held === 0n && receivable === 0n;
    if (after.deletedAt !== null && !(after.status === "closed" && empty)) {
      return "wallets_deleted_empty";
    }
  }
  for (const { after } of group.authorizations) {
    const { requestedAmount, amount, held, captured, reversed, refunded } = after;
    const amounts = [requestedAmount, amount, held, captured, reversed, refunded];
    if (amounts.some((value) => value < 0n)) return "authorizations_amounts";
    if (held !== 0n && after.status !== "open") return "authorizations_holds_only_open";
  }
  const postings = group.events.flatMap(({ event: { data } }) =>
    "postings" in data ? data.postings : [],
  );
  return postings.map(postingCheck).find((broken) => broken !== undefined);
};

const postingCheck = (posting: PostingRecord): string | undefined => {
  const { amount, debit, credit, available, held, receivable } = posting;
  if (amount < 1 || amount > largest) return "postings_amount";
  if (debit === credit) return "postings_two_accounts";
  const wrong = [available, held, receivable].some((value) => value < 0 || value > largest);
  return wrong ? "postings_balances" : undefined;
};

const outOfRange = (value: bigint): boolean => value < 0n || value > BigInt(largest);
