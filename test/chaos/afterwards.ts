import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { apiClient } from "../../scripts/api-client.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { type Balance, type Judgement, judge } from "./judge.ts";
import { carryOut, type Entrance, patience } from "./load.ts";
import type { Random } from "./random.ts";
import { readBooks } from "./read-books.ts";
import type { Stage } from "./scene.ts";
import type { RunningStack } from "./stack.ts";
import { fateOf, type Testimony } from "./testimony.ts";

/** Everybody who was told something is told the same when they ask again. */
export const askAgain = async (entrance: Entrance, random: Random): Promise<void> => {
  const until = patience();
  const done = entrance.testimony.told.filter((told) => fateOf(told) === "acknowledged");
  for (const told of random.shuffled(done).slice(0, 200)) {
    await carryOut(entrance, random, told, { until });
  }
};

/** Stops the servers, and holds what the clients know against what the database has. */
export const afterwards = async (
  stack: RunningStack,
  { entrance, organizationId }: Stage,
): Promise<Judgement> => {
  const { servers, cluster, runtime } = stack;
  const database = postgresDatabase({ url: cluster.directUrl(), connections: 2 });
  try {
    const before = await readBooks(database, organizationId);
    const shown = await shownBalances(entrance, [...before.balances.keys()]);
    const codes = await stack.stopServers();
    await untilQuiet(stack);
    const books = await readBooks(database, organizationId);
    const { breaches, unheard } = judge(entrance.testimony.told, books);
    const ends = servers.flatMap(({ name, collapses }, at) => [
      ...(collapses > 0 ? [`${name} ended ${collapses} times by itself`] : []),
      // On Workers it is wrangler that ends, as if it had been killed.
      ...(codes[at] === 0 || runtime === "workers"
        ? []
        : [`${name} ended with ${codes[at]} when it was told to stop`]),
    ]);
    // A request whose client is gone may have been at work until the servers ended.
    const misread = [...shown].filter(
      ([id, balance]) =>
        !isDeepStrictEqual(balance, before.balances.get(id)) &&
        !isDeepStrictEqual(balance, books.balances.get(id)),
    );
    const misshown = misread.map(
      ([id, is]) => `the API says ${JSON.stringify(is)} of wallet ${id}`,
    );
    const answers = unexpectedAnswers(entrance.testimony);
    return { unheard, breaches: [...breaches, ...ends, ...misshown, ...answers] };
  } finally {
    await database.close();
  }
};

/** What the API says that wallets have. */
const shownBalances = async (
  { urls, apiKey }: Entrance,
  ids: readonly string[],
): Promise<Map<string, Balance>> => {
  const api = apiClient(urls[0] ?? "", apiKey);
  const shown = new Map<string, Balance>();
  for (const id of ids) {
    const { available, held } = await api.get<Balance>(`/v1/wallets/${id}`);
    shown.set(id, { available, held });
  }
  return shown;
};

/** Statements whose client is gone may still be at work. */
const untilQuiet = async ({ cluster }: RunningStack): Promise<void> => {
  for (let waited = 0; waited < 30_000; waited += 100) {
    const [row] = await cluster.query(
      `select count(*)::int as busy from pg_stat_activity
      where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
    );
    if (row?.["busy"] === 0) return;
    await sleep(100);
  }
  throw new Error("statements go on half a minute after their servers have ended");
};

/** What a fault outside is no excuse for. */
const unexpectedAnswers = ({ told }: Testimony): string[] => {
  const expected = new Set([
    "insufficient_funds",
    "authorization_not_open",
    "capture_exceeds_authorization",
    "reversal_exceeds_hold",
  ]);
  const counts = new Map<string, number>();
  for (const { command, answers } of told) {
    for (const answer of answers) {
      const code =
        answer.kind === "refused" && !answer.passing && !expected.has(answer.code)
          ? answer.code
          : answer.kind === "unknown" && answer.why === "internal_error"
            ? answer.why
            : undefined;
      if (code === undefined) continue;
      const what = `${command.kind} was answered with ${code}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  return [...counts].map(([what, times]) => `${what}, ${times} times`);
};

/** `npm run verify` on the whole database. */
export const verified = async (url: string): Promise<{ code: number | null; text: string }> => {
  const script = fileURLToPath(new URL("../../scripts/verify.ts", import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text: text.trim().split("\n").slice(-5).join("; ") };
};
