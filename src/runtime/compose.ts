import type { Database } from "../db/database.ts";
import { createDirectoryStores } from "../db/directory/stores.ts";
import { databaseReadiness } from "../db/readiness.ts";
import { createWalletOwnership } from "../db/wallets/ownership.ts";
import { createWalletReads } from "../db/wallets/reads.ts";
import { createWalletStore } from "../db/wallets/wallet-store.ts";
import { createDirectory, type Directory } from "../domain/directory/directory.ts";
import type { CommandLane } from "../domain/wallets/lane/job.ts";
import { createWallets, type Wallets } from "../domain/wallets/wallets.ts";
import type { RequestScope } from "../observability/activity.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { TokenStore } from "../routes/rate-limit/token-store.ts";
import type { Assets, Services } from "../routes/services.ts";
import { withBooks } from "./books-metrics.ts";
import { createCardVault } from "./card-vault.ts";
import type { Config } from "./config.ts";
import { createIds } from "./ids.ts";
import { randomSecret } from "./random-secret.ts";
import { macWith, sha256Hex } from "./sha256.ts";
import { createSigner } from "./signer.ts";
import { sleep } from "./sleep.ts";
import { watchLane } from "./watched-lane.ts";

/** What differs between the runtimes. */
export interface Platform {
  readonly config: Config;
  readonly database: Database;
  readonly lane: CommandLane;
  readonly tokenStore: TokenStore;
  readonly assets: Assets;
  readonly metrics: Metrics;
  readonly scrape: Services["scrape"];
  readonly logger: Logger;
  readonly tracing: Services["tracing"];
  readonly scope: RequestScope;
  readonly defer: Services["defer"];
}

/** Wires both contexts to one database: the monolith. Each sees the other through a port only. */
export const composeServices = (platform: Platform): Services => {
  const { config, database, lane, ...edge } = platform;
  const now = Date.now;
  const ids = createIds(now);
  const wallets: Wallets = createWallets({
    lane: watchLane(lane, platform.scope),
    ids,
    now,
    sha256: sha256Hex,
    ownership: createWalletOwnership(database),
    reads: createWalletReads(database),
    store: createWalletStore(database),
    sleep,
    vault: createCardVault(config.cards),
    signer: config.signingKeys && createSigner(config.signingKeys),
    owners: {
      ownerExists: (actor, owner) => directory.ownerExists(actor, owner),
      userExists: (actor, userId) => directory.userExists(actor, userId),
    },
  });
  const directory: Directory = createDirectory({
    ...createDirectoryStores(database),
    walletOwners: wallets,
    ids,
    secrets: { newSecret: randomSecret, sha256Hex },
    now,
  });
  return {
    ...edge,
    scrape: withBooks(database, edge.scrape, now),
    directory,
    wallets,
    readiness: { check: () => databaseReadiness(database) },
    config: config.app,
    sha256: sha256Hex,
    mac: macWith(config.cards.fingerprintKey, "request"),
    now,
  };
};
