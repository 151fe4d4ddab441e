import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { createDatabase, dropDatabase } from "../../scripts/databases.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { migrate } from "../../src/db/migrate.ts";
import { builtAssets } from "../../src/runtime/built-assets.ts";
import { startProcess } from "../../src/runtime/process.ts";
import type { Server } from "../systems/server.ts";
import { type SystemName, type SystemOptions, systems } from "../systems/systems.ts";
import { createTenant, type Tenant } from "./tenant.ts";

/** A fresh database, and what runs on it, each started when it is first asked for. */
export interface Session {
  readonly databaseUrl: string;
  /** What everything that runs on it is configured with. */
  readonly env: SystemOptions["env"];
  readonly system: (name: SystemName) => Promise<Server>;
  /** Each system has an organization of its own, so that none is in the way of another's cache. */
  readonly tenant: (owner: string, wallets?: number) => Promise<Tenant>;
  /** Writes out what is dirty, so that no run pays for the one before it. */
  readonly checkpoint: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openSession = async (serverUrl: string, wallets: number): Promise<Session> => {
  const name = `purser_bench_${randomBytes(6).toString("hex")}`;
  const databaseUrl = await createDatabase(serverUrl, name);
  await migrate(databaseUrl, await loadMigrations());
  const secrets = freshSecrets();
  const env: SystemOptions["env"] = {
    ...secrets,
    DATABASE_URL: databaseUrl,
    // What is measured is Purser and not its limiter.
    RATE_LIMIT_PER_SECOND: "100000",
  };
  const home = startProcess(
    { ...env, LOG_LEVEL: "silent", SWEEP_SECONDS: "3600" },
    "node",
    builtAssets(),
  );
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const running = new Map<SystemName, Promise<Server>>();
  const tenants = new Map<string, Promise<Tenant>>();
  const once = <Key, Value>(
    map: Map<Key, Promise<Value>>,
    key: Key,
    make: () => Promise<Value>,
  ): Promise<Value> => {
    const known = map.get(key) ?? make();
    map.set(key, known);
    return known;
  };
  return {
    databaseUrl,
    env,
    system: (which) => once(running, which, () => systems[which].start({ env })),
    tenant: (owner, count = wallets) =>
      once(tenants, owner, () => createTenant(home.app, secrets.ADMIN_TOKEN, count)),
    checkpoint: async () => {
      await sql.unsafe("checkpoint");
    },
    close: async () => {
      const servers = await Promise.allSettled(running.values());
      for (const server of servers) if (server.status === "fulfilled") await server.value.stop();
      await home.close();
      await sql.end({ timeout: 5 });
      await dropDatabase(serverUrl, name);
    },
  };
};
