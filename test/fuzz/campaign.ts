import fc from "fast-check";
import type { Server } from "../support/api.ts";
import { operationOf } from "../support/contract.ts";
import { dumpOf } from "../support/dump.ts";
import { Books } from "./books.ts";
import type { World } from "./callers.ts";
import type { Concrete } from "./concrete.ts";
import { Discretion } from "./discretion.ts";
import { type Exchange, fire, type Range } from "./fire.ts";
import { Tally } from "./tally.ts";
import { furnishedTenant, newTenant, retiredKeys, tend } from "./tenant.ts";
import { bursts } from "./twists.ts";
import { curlOf, openWire } from "./wire.ts";

export interface CampaignOptions {
  readonly server: Server;
  readonly seed: number;
  /** At least so many; of one burst alone with `path`. */
  readonly requests: number;
  /** Where fast-check found a failure in the round of this seed. */
  readonly path?: string | undefined;
  /** What the server was configured with and must keep to itself. */
  readonly secrets: readonly string[];
  /** After so many it is known that something is wrong. */
  readonly mostFailures?: number;
  /** A burst that fails is sent again, smaller, at most so often. */
  readonly mostShrinks?: number;
  readonly onProgress?: (tally: Tally, failures: number) => void;
}

export interface Failure {
  /** With these the same burst is generated again. */
  readonly seed: number;
  readonly path: string;
  readonly operation: string;
  readonly faults: readonly string[];
  readonly answered: string;
  readonly curl: string;
  /** How many other requests were under way in the smallest burst that fails. */
  readonly beside: number;
}

export interface CampaignReport {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
  /** What is wrong with the whole, not with one answer. */
  readonly faults: readonly string[];
}

/** Bursts of one organization, before a new one goes on: what it changes stays bounded. */
const burstsOfRound = 300;
const atOnce = 12;
const requestsOfBurst = 6;
/** Generous beside what an answer takes, for a machine that is busy with other things. */
const deadlineMs = 15_000;
const usualMostFailures = 10;
const usualMostShrinks = 150;

/** Fires generated requests until there were enough of them, and tells what was wrong. */
export const runCampaign = async (options: CampaignOptions): Promise<CampaignReport> => {
  const { server, seed, requests, path, secrets, onProgress } = options;
  const { mostFailures = usualMostFailures, mostShrinks = usualMostShrinks } = options;
  const tally = new Tally();
  const discretion = new Discretion(secrets);
  const { wire, close } = openWire(server.url, deadlineMs);
  const common = {
    adminToken: server.adminToken,
    foreign: await furnishedTenant(server),
    stranger: await newTenant(server),
    retired: await retiredKeys(server),
  };
  const foreignRows = await dumpOf(server, common.foreign.organization.id);
  const hidden = new Set(foreignRows.flatMap(idsOfRow));
  const failures: Failure[] = [];
  const faults: string[] = [];
  const known = new Set<string>();
  for (let round = 0; tally.requests < requests && failures.length < mostFailures; round++) {
    const books = new Books();
    const own = await furnishedTenant(watched(server, books));
    const world: World = { ...common, own, foreignKeys: [...common.foreign.idempotencyKeys] };
    const hiddenFrom = ({ caller, reached }: Concrete) => {
      if (reached?.access === "admin") return [];
      return caller === "stranger" ? [hidden, own.pool.ids] : [hidden];
    };
    const oracle = { discretion, hiddenFrom };
    const range: Range = { wire, world, tally, books, oracle };
    const missing = Math.ceil((requests - tally.requests) / requestsOfBurst);
    const found = await runRound(range, {
      seed: seed + round,
      path,
      bursts: Math.min(burstsOfRound, missing),
      mostShrinks,
      isKnown: (exchange) => known.has(signatureOf(exchange)),
      onBurst: () => onProgress?.(tally, failures.length),
    });
    if (found) {
      for (const exchange of found.exchanges) known.add(signatureOf(exchange));
      failures.push(...failuresOf(server, world, found));
    }
    faults.push(...(await books.faults(own.organization)));
    if (path !== undefined) break;
  }
  close();
  const now = await dumpOf(server, common.foreign.organization.id);
  if (JSON.stringify(now) !== JSON.stringify(foreignRows)) {
    faults.push("rows of the organization that did nothing have changed");
  }
  return { tally, failures, faults };
};

/**
 * A row of a dump is its table's name and its columns. Names and keys may look like ids;
 * those of requests are nobody's resources, and metrics have them as exemplars.
 */
const idsOfRow = (row: string): string[] =>
  Object.entries(JSON.parse(row.slice(row.indexOf("{"))) as Record<string, unknown>).flatMap(
    ([column, value]) =>
      /(^|_)id$/.test(column) && column !== "request_id" && typeof value === "string"
        ? [value]
        : [],
  );

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

interface Found {
  readonly seed: number;
  readonly path: string;
  readonly exchanges: readonly Exchange[];
  readonly size: number;
}

interface Round {
  readonly seed: number;
  readonly path: string | undefined;
  readonly bursts: number;
  readonly mostShrinks: number;
  readonly isKnown: (exchange: Exchange) => boolean;
  readonly onBurst: () => void;
}

/** Bursts until one fails, which is then made as small as it gets. */
const runRound = async (range: Range, round: Round): Promise<Found | undefined> => {
  const { seed, path, isKnown, onBurst } = round;
  let smallest: { exchanges: readonly Exchange[]; size: number } | undefined;
  let shrinks = 0;
  const property = fc.asyncProperty(bursts(atOnce), async (burst) => {
    if (smallest) shrinks += 1;
    if (shrinks > round.mostShrinks) return;
    await tend(range.world.own);
    const exchanges = (await fire(range, burst)).filter((exchange) => !isKnown(exchange));
    onBurst();
    if (exchanges.length === 0) return;
    smallest = { exchanges, size: burst.length };
    throw new Error("an answer is wrong");
  });
  const details = await fc.check(property, {
    seed,
    numRuns: round.bursts,
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return undefined;
  const found = { seed, path: details.counterexamplePath ?? "" };
  // Where it fails alone, too, nobody has to look at the others.
  for (const shot of details.counterexample?.[0] ?? []) {
    const exchanges = (await fire(range, [shot])).filter((exchange) => !isKnown(exchange));
    if (exchanges.length > 0) return { ...found, exchanges, size: 1 };
  }
  if (!smallest) throw details.errorInstance;
  return { ...found, ...smallest };
};

const signatureOf = ({ operation, faults }: Exchange): string =>
  `${operation}: ${faults.join("; ").replace(uuids, "id").replace(/\d+/g, "0")}`;

const failuresOf = (server: Server, world: World, found: Found): Failure[] => {
  const { seed, path, exchanges, size } = found;
  const keys = new Map([
    [world.own.organization.apiKey, "API_KEY"],
    [world.stranger.organization.apiKey, "STRANGERS_API_KEY"],
    [world.retired.revoked, "REVOKED_API_KEY"],
    [world.retired.expired, "EXPIRED_API_KEY"],
    [world.adminToken, "ADMIN_TOKEN"],
  ]);
  return exchanges.map(({ sent, operation, faults, answered }) => ({
    seed,
    path,
    operation,
    faults,
    answered,
    curl: curlOf(server.url, sent, keys),
    beside: size - 1,
  }));
};

/** The server, with its answers to what is made beside the fuzz counted as well. */
const watched = (server: Server, books: Books): Server => ({
  ...server,
  fetch: async (request) => {
    const response = await server.fetch(request);
    const operation = operationOf(request.method, new URL(request.url).pathname);
    if (operation && response.ok && response.status !== 204) {
      books.note(operation, await response.clone().json());
    }
    return response;
  },
});
