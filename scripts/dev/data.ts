import { randomBytes } from "node:crypto";
import type { Context } from "../../src/db/contexts.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createDatabase, databaseExists, databaseUrl, dropDatabase } from "../databases.ts";
import { loadMigrations } from "../migrations.ts";
import { startPostgres } from "../postgres.ts";

export interface Data {
  /** The database; the wallets', if each context has its own. */
  readonly url: string;
  /** Where each context's tables are. */
  readonly urls: Readonly<Record<Context, string>>;
  stop(): Promise<void>;
}

export interface DataOptions {
  /** Where a server of our own keeps its data; without it everything is thrown away. */
  readonly folder: string | undefined;
  /** A database for each context. */
  readonly split: boolean;
  readonly say: (line: string) => void;
}

/** What is there and not migrated yet. */
interface Server {
  /** The URL of a database, which is made if need be. */
  database(suffix: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Migrated databases: on the server of `DATABASE_URL` (that very database, or a throwaway
 * one beside it), else on a server of our own.
 */
export const openData = async ({ folder, split, say }: DataOptions): Promise<Data> => {
  const given = process.env.DATABASE_URL;
  const server = given ? givenServer(given, folder === undefined) : await ownServer(folder, say);
  const open = async (context?: Context): Promise<string> => {
    const url = await server.database(context === undefined ? "" : `_${context}`);
    const applied = await migrate(url, await loadMigrations(), {
      context,
      onApply: (tag) => say(`applying migration ${tag}${context ? ` for ${context}` : ""}`),
    });
    if (applied.length === 0) say("the database is up to date");
    return url;
  };
  try {
    if (!split) {
      const url = await open();
      return { url, urls: { directory: url, wallets: url }, stop: server.stop };
    }
    const urls = { directory: await open("directory"), wallets: await open("wallets") };
    return { url: urls.wallets, urls, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
};

const givenServer = (url: string, throwaway: boolean): Server => {
  const own = new URL(url).pathname.slice(1);
  const name = throwaway ? `purser_dev_${randomBytes(6).toString("hex")}` : own;
  const made: string[] = [];
  return {
    database: async (suffix) => {
      if (name + suffix === own) return url;
      if (throwaway) made.push(name + suffix);
      else if (await databaseExists(url, name + suffix)) return databaseUrl(url, name + suffix);
      return createDatabase(url, name + suffix);
    },
    stop: async () => {
      for (const database of made) await dropDatabase(url, database);
    },
  };
};

const ownServer = async (
  folder: string | undefined,
  say: (line: string) => void,
): Promise<Server> => {
  say("starting PostgreSQL");
  const server = await startPostgres(folder === undefined ? {} : { folder });
  return {
    database: async (suffix) => {
      const name = `purser${suffix}`;
      return (await databaseExists(server.url, name))
        ? databaseUrl(server.url, name)
        : createDatabase(server.url, name);
    },
    stop: server.stop,
  };
};
