import { createHash, randomBytes } from "node:crypto";
import type { Database } from "../../src/db/database.ts";
import { createDirectoryStores } from "../../src/db/directory/stores.ts";
import type { Actor, Idempotency } from "../../src/domain/actor.ts";
import { createDirectory, type Directory } from "../../src/domain/directory/directory.ts";
import type { WalletOwners } from "../../src/domain/directory/wallet-owners.ts";
import { uuidv7 } from "../../src/domain/ids.ts";
import { ok, type Result } from "../../src/domain/result.ts";

export const newId = (): string => uuidv7(Date.now(), randomBytes(10));

export const secrets = {
  newSecret: () => randomBytes(32).toString("base64url"),
  sha256Hex: (text: string) => createHash("sha256").update(text).digest("hex"),
};

/** Owners without wallets: closing them needs nothing. */
export const noWallets: WalletOwners = { closeOwner: async () => ok(undefined) };

/** The directory on a real database, without HTTP and without the wallets context. */
export const directoryOn = (
  database: Database,
  walletOwners: WalletOwners = noWallets,
): Directory =>
  createDirectory({
    ...createDirectoryStores(database),
    walletOwners,
    ids: { next: newId },
    secrets,
    now: Date.now,
  });

/** A fresh organization, as whoever holds its first key. */
export const newActor = async (directory: Directory): Promise<Actor> => {
  const made = valueFrom(await directory.createOrganization({}, { name: "Test" }));
  return {
    organizationId: made.id,
    apiKeyId: String(made.apiKey).split(".")[0] ?? "",
    settings: made,
    requestId: "test",
  };
};

/** The actor, sending an idempotency key; `body` stands for the request that is fingerprinted. */
export const withKey = (actor: Actor, key: string, body = ""): Actor => ({
  ...actor,
  idempotency: idempotency(key, body),
});

export const idempotency = (key: string, body = ""): Idempotency => ({
  key,
  fingerprint: secrets.sha256Hex(body),
});

/** The value of a success; a refusal fails the test with its code. */
export const valueFrom = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.value;
};

/** `ok`, `replayed`, or the refusal's code. */
export const outcomeOf = (result: Result<unknown>): string => {
  if (!result.ok) return result.refusal.code;
  return result.replayed ? "replayed" : "ok";
};

/** How often each outcome occurs. */
export const tally = (results: readonly Result<unknown>[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of results.map(outcomeOf)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const pageRequest = { sortBy: "createdAt", sort: "desc", limit: 10, skip: 0 } as const;
