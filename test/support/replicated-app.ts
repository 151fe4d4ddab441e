import { expect } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { builtAssets } from "../../src/runtime/built-assets.ts";
import { startProcess } from "../../src/runtime/process.ts";
import type { Answer, Server } from "./api.ts";
import { onFileEnd } from "./cleanup.ts";
import { countingProxy } from "./counting-proxy.ts";
import { newPayer } from "./payer.ts";
import { targetOf } from "./proxy.ts";
import { startPair } from "./standby.ts";

export const tokenHeader = "Purser-Consistency-Token";

/** What a request costs on each server: read from the replica, the primary, or both in turn. */
export const fromReplica = { primary: 0, standby: 1 };
export const fromPrimary = { primary: 1, standby: 0 };
export const replicaThenPrimary = { primary: 1, standby: 1 };

/** What a write was answered with. */
export const tokenOf = (answer: Answer<unknown>): string => {
  expect(answer.status, answer.text).toBeLessThan(300);
  expect(answer.headers.get(tokenHeader)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  return answer.headers.get(tokenHeader) as string;
};

/**
 * Purser as Node runs it, without its socket, over a primary and its standby, with a payer
 * that has paid. Statements are counted on the way to each of the two.
 */
export const replicatedApp = async () => {
  const pair = await startPair();
  const primary = await countingProxy(pair.primaryUrl);
  const standby = await countingProxy(pair.standbyUrl(), () => targetOf(pair.standbyUrl()));
  const secrets = freshSecrets();
  const { app, close } = startProcess(
    {
      ...secrets,
      DATABASE_URL: primary.url,
      DATABASE_READ_URL: standby.url,
      LOG_LEVEL: "silent",
      RATE_LIMIT_PER_SECOND: "100000",
      // The sweep would be counted, too.
      SWEEP_SECONDS: "3600",
    },
    "node",
    builtAssets(),
  );
  onFileEnd(close);
  const database = postgresDatabase({ url: pair.primaryUrl, connections: 2 });
  onFileEnd(database.close);
  const server: Server = {
    url: "http://127.0.0.1",
    adminToken: secrets.ADMIN_TOKEN,
    databaseUrl: pair.primaryUrl,
    fetch: async (request) => app.request(request),
    database,
  };
  const payer = await newPayer(server, 10_000);
  const payment = await payer.pay(100);
  const { api, wallet } = payer;
  // The first use of a key is looked up and written down: not what is to be counted.
  await api.get("/v1/wallets");

  const counted = async <T>(work: () => Promise<T>) => {
    const [onPrimary, onStandby] = [primary.count(), standby.count()];
    const answer = await work();
    const statements = {
      primary: primary.count() - onPrimary,
      standby: standby.count() - onStandby,
    };
    return { answer, statements };
  };

  return {
    pair,
    server,
    database,
    ...payer,
    payment,
    /** The wallet's statement of account. */
    statement: `/v1/wallets/${wallet.id}/transactions`,
    counted,
    /** Reads with these tokens, and tells what it cost. */
    get: (path: string, ...tokens: readonly string[]) =>
      counted(() =>
        api.send(
          "GET",
          path,
          tokens.length === 0 ? {} : { headers: { [tokenHeader]: tokens.join() } },
        ),
      ),
    /** Answers the token. */
    book: async (amount: number): Promise<string> =>
      tokenOf(await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount })),
  };
};
