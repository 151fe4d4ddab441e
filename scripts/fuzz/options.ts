import { parseArgs } from "node:util";
import { type Runtime, runtimes } from "../dev/options.ts";

export interface FuzzOptions {
  readonly runtime: Runtime;
  readonly requests: number;
  /** How many exchanges of raw bytes, beside the requests. */
  readonly raw: number;
  readonly seed: number;
  /** Where in the seed's first round a failure was found: that burst alone is sent. */
  readonly path: string | undefined;
  /** A server that runs already, in place of one of our own. */
  readonly given: GivenServer | undefined;
}

export interface GivenServer {
  readonly url: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const usage = `npm run fuzz -- [options]
    Sends requests generated from docs/openapi.json, and raw bytes, to a Purser of its own on a
    throwaway database, and proves its ledger at the end (docs/security.md).
  --requests N                     at least so many; 50000 without it
  --raw N                          so many exchanges of raw bytes; 1000 without it
  --runtime node|deno|workers      node without it
  --seed N                         the requests of an earlier run again
  --path PATH                      with the seed of a failure: its burst alone
  --url URL                        a server that runs: set its ADMIN_TOKEN and DATABASE_URL
Ends with 0 if all is right, 1 if something was found, 2 if it could not run.`;

const largestSeed = 2 ** 31 - 1;

/** The options, or a sentence on what is wrong with them. */
export const fuzzOptions = (
  args: readonly string[],
  env: Environment,
  anySeed: () => number,
): FuzzOptions | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: "string", default: "50000" },
        raw: { type: "string", default: "1000" },
        runtime: { type: "string", default: "node" },
        seed: { type: "string" },
        path: { type: "string" },
        url: { type: "string" },
      },
    });
    const runtime = runtimes.find((name) => name === values.runtime);
    if (!runtime) return `--runtime wants one of ${runtimes.join(", ")}.`;
    const requests = wholeNumber(values.requests);
    const raw = wholeNumber(values.raw);
    const seed = values.seed === undefined ? anySeed() : wholeNumber(values.seed);
    if (requests === undefined || raw === undefined || seed === undefined) {
      return "--requests, --raw and --seed want whole numbers.";
    }
    if (seed > largestSeed) return `--seed wants at most ${largestSeed}.`;
    const { path, url } = values;
    if (path !== undefined && values.seed === undefined)
      return "--path wants the failure's --seed.";
    const given = url === undefined ? undefined : givenServer(url, env);
    if (typeof given === "string") return given;
    return { runtime, requests, raw, seed, path, given };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const givenServer = (url: string, env: Environment): GivenServer | string => {
  if (!/^https?:\/\//.test(url)) return "--url wants a URL.";
  const { ADMIN_TOKEN: adminToken, DATABASE_URL: databaseUrl } = env;
  if (!adminToken || !databaseUrl) return "--url wants ADMIN_TOKEN and DATABASE_URL as well.";
  return { url, adminToken, databaseUrl };
};

const wholeNumber = (text: string): number | undefined =>
  /^\d{1,10}$/.test(text) ? Number(text) : undefined;
