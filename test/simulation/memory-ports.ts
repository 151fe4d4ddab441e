import type { Owner } from "../../src/domain/directory/wallet-owners.ts";
import type { WalletOwnership, WalletReads } from "../../src/domain/wallets/ports.ts";
import type { DueHold, SweepPorts } from "../../src/domain/wallets/verbs/expire-holds.ts";
import { furthestAheadMs, type MemoryDatabase } from "./memory-database.ts";

interface OwnerRow {
  closed: boolean;
  claims: number;
}

/** Counts a reopening apart from closings, as `ownership.ts` does. */
const reopening = 2 ** 32;

/**
 * Owners and their wallets, outside the lanes (docs/decisions/0009). Each call is one
 * statement; a client that repeats a creation makes another wallet, since no key is kept here.
 */
export const memoryOwnership = (
  database: MemoryDatabase,
  owners: Map<string, OwnerRow>,
): WalletOwnership => ({
  open: async (wallet, record, created) => {
    const id = wallet.teamId ?? wallet.userId ?? "";
    const row = owners.get(`${wallet.organizationId} ${id}`);
    if (row?.closed) return { outcome: "hindered", by: "owner_closed" };
    if (wallet.createdAt > database.now + furthestAheadMs) {
      return { outcome: "hindered", by: "clock_off" };
    }
    database.insertWallet(wallet, created);
    return { outcome: "created", value: record };
  },
  close: async (organizationId, owner) => {
    const key = `${organizationId} ${idOf(owner)}`;
    const row = owners.get(key) ?? { closed: false, claims: -1 };
    row.claims += 1;
    row.closed = true;
    owners.set(key, row);
    return row.claims;
  },
  reopen: async (organizationId, owner, token) => {
    const row = owners.get(`${organizationId} ${idOf(owner)}`);
    if (row?.claims !== token) return;
    row.closed = false;
    row.claims += reopening;
  },
  keepClosed: async (organizationId, owner, token) => {
    const row = owners.get(`${organizationId} ${idOf(owner)}`);
    const era = (claims: number) => Math.floor(claims / reopening);
    if (!row?.closed || era(row.claims) !== era(token)) return null;
    row.claims += 1;
    return {};
  },
  walletIdsOf: async (organizationId, owner, most) =>
    [...database.wallets.values()]
      .filter(
        (wallet) =>
          wallet.organizationId === organizationId &&
          wallet.deletedAt === null &&
          ("teamId" in owner ? wallet.teamId : wallet.userId) === idOf(owner),
      )
      .sort(byCreation)
      .slice(0, most)
      .map(({ id }) => id),
});

const idOf = (owner: Owner): string => ("teamId" in owner ? owner.teamId : owner.userId);

const byCreation = (
  one: { readonly createdAt: number; readonly id: string },
  other: { readonly createdAt: number; readonly id: string },
): number => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);

/** What verbs read before they make a command; lists and look-ups that no verb needs are left out. */
export const memoryReads = (
  database: MemoryDatabase,
): Pick<WalletReads, "cardIdsOf" | "findOperation"> => ({
  cardIdsOf: async (organizationId, walletId, most) => {
    const wallet = database.wallets.get(walletId);
    if (wallet?.organizationId !== organizationId || wallet.deletedAt !== null) return null;
    return database
      .cardsOf(walletId)
      .filter(({ deletedAt }) => deletedAt === null)
      .sort(byCreation)
      .slice(0, most)
      .map(({ id }) => id);
  },
  findOperation: async (organizationId, id) => {
    const found = database.movements.get(id);
    if (found?.organizationId !== organizationId) return null;
    // Corrections ask only whose movement it is.
    return { id, kind: "deposit", walletId: found.walletId, authorizationId: null, record: {} };
  },
});

export const memoryDueHolds =
  (database: MemoryDatabase): SweepPorts["dueHolds"] =>
  async (now, after, limit) =>
    [...database.open.values()]
      .flatMap(({ id, organizationId, expiresAt }) =>
        expiresAt !== null && expiresAt <= now
          ? [{ id, organizationId, expiresAt: new Date(expiresAt).toISOString() }]
          : [],
      )
      .sort(byExpiry)
      .filter((hold) => after === null || byExpiry(hold, after) > 0)
      .slice(0, limit);

const byExpiry = (one: DueHold, other: DueHold): number =>
  one.expiresAt === other.expiresAt
    ? one.id < other.id
      ? -1
      : Number(one.id !== other.id)
    : one.expiresAt < other.expiresAt
      ? -1
      : 1;
