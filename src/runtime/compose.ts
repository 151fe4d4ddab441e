import type { Database } from "../db/database.ts";
import { createDirectoryStores } from "../db/directory/stores.ts";
import type { ShareLookUps } from "../db/gather.ts";
import type { Reader } from "../db/reader.ts";
import { databaseReadiness } from "../db/readiness.ts";
import { createWalletOwnership } from "../db/wallets/ownership.ts";
import { createWalletReads } from "../db/wallets/reads.ts";
import { createWalletStore } from "../db/wallets/wallet-store.ts";
import { createDirectory, type Directory } from "../domain/directory/directory.ts";
import type { WalletOwners } from "../domain/directory/wallet-owners.ts";
import type { CommandLane } from "../domain/wallets/lane/job.ts";
import type { Owners } from "../domain/wallets/ports.ts";
import { createWallets, type Wallets } from "../domain/wallets/wallets.ts";
import type { RequestScope } from "../observability/activity.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { TokenStore } from "../routes/rate-limit/token-store.ts";
import type { Assets, Services } from "../routes/services.ts";
import { withBooks } from "./books-metrics.ts";
import { createCardVault } from "./card-vault.ts";
import type { Config, WalletsConfig } from "./config.ts";
import { createIds } from "./ids.ts";
import { randomSecret } from "./random-secret.ts";
import { createReader, withReplicaLag } from "./replica.ts";
import { macWith, sha256Hex } from "./sha256.ts";
import { createSigner } from "./signer.ts";
import { sleep } from "./sleep.ts";
import { watchLane } from "./watched-lane.ts";

/** What differs between the runtimes. */
export interface Platform {
  readonly config: Config;
  readonly database: Database;
  /** A hot standby of it, if there is one. */
  readonly replica?: Database | undefined;
  readonly lane: CommandLane;
  /** How look-ups of different requests share statements; without it none does. */
  readonly share?: ShareLookUps | undefined;
  readonly isFull?: (() => boolean) | undefined;
  readonly tokenStore: TokenStore;
  readonly assets: Assets;
  readonly metrics: Metrics;
  readonly scrape: Services["scrape"];
  readonly logger: Logger;
  readonly tracing: Services["tracing"];
  readonly scope: RequestScope;
  readonly defer: Services["defer"];
  /** Whether the process is about to end. */
  readonly stopping?: () => boolean;
}

/** What each context stands on: the edge's parts are nothing to them. */
export interface WalletsPlatform {
  readonly config: WalletsConfig;
  readonly database: Database;
  /** Where lists and reports are read. */
  readonly reader: Reader;
  readonly lane: CommandLane;
  readonly scope: RequestScope;
  /** How look-ups share statements; without it none does. */
  readonly share?: ShareLookUps | undefined;
  /** The directory, as far as the wallets know it. */
  readonly owners: Owners;
  /** Whether the process is about to end. */
  readonly stopping?: (() => boolean) | undefined;
}

export const composeWallets = (platform: WalletsPlatform): Wallets => {
  const { config, database, reader, lane, scope, owners, stopping } = platform;
  const now = Date.now;
  return createWallets({
    lane: watchLane(lane, scope),
    ids: createIds(now),
    now,
    sha256: sha256Hex,
    ownership: createWalletOwnership(database),
    reads: createWalletReads(database, reader, platform.share),
    store: createWalletStore(database),
    sleep,
    vault: createCardVault(config.cards),
    signer: config.signingKeys && createSigner(config.signingKeys),
    owners,
    ...(stopping && { stopping }),
  });
};

/** `walletOwners` are the wallets, as far as the directory knows them. */
export const composeDirectory = (
  database: Database,
  reader: Reader,
  walletOwners: WalletOwners,
): Directory =>
  createDirectory({
    ...createDirectoryStores(database, reader),
    walletOwners,
    ids: createIds(Date.now),
    secrets: { newSecret: randomSecret, sha256Hex },
    now: Date.now,
  });

/** Wires both contexts to one database: the monolith. Each sees the other through a port only. */
export const composeServices = (platform: Platform): Services => {
  const { config, database, replica, lane, stopping, ...edge } = platform;
  const { metrics, logger } = edge;
  const reader = createReader({ primary: database, replica, metrics, logger });
  const wallets = composeWallets({
    config,
    database,
    reader,
    lane,
    scope: platform.scope,
    share: platform.share,
    stopping,
    owners: {
      ownerExists: (actor, owner) => directory.ownerExists(actor, owner),
      userExists: (actor, userId) => directory.userExists(actor, userId),
    },
  });
  const directory = composeDirectory(database, reader, wallets);
  return {
    ...edge,
    scrape: withReplicaLag(
      { primary: database, replica },
      withBooks(database, edge.scrape, Date.now),
      Date.now,
    ),
    directory,
    wallets,
    readiness: { check: () => databaseReadiness(database) },
    config: config.app,
    sha256: sha256Hex,
    mac: macWith(config.requestKey),
    now: Date.now,
  };
};
