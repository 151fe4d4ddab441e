import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { apiClient } from "../../scripts/api-client.ts";
import type { Runtime } from "../../scripts/dev/options.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { deposit, newCard, newWallet, type Scene } from "./commands.ts";
import { drawFaults, type FaultKind, faultOf } from "./faults.ts";
import { type Balance, type Judgement, judge } from "./judge.ts";
import { carryOut, carryOutAll, type Entrance, startLoad } from "./load.ts";
import { createRandom, type Random } from "./random.ts";
import { readBooks } from "./read-books.ts";
import { type RunningStack, startStack } from "./stack.ts";
import { fateOf, Testimony } from "./testimony.ts";

export interface ChaosOptions {
  readonly seed: string;
  readonly runtime: Runtime;
  readonly servers: number;
  readonly clients: number;
  readonly wallets: number;
  /** Processes to kill, at least. */
  readonly kills: number;
  /** No fault begins later than this. */
  readonly seconds: number | undefined;
  /** How long faults last, of what they usually do. */
  readonly pace: number;
  readonly diskMegabytes: { readonly data: number; readonly wal: number };
  readonly say: (line: string) => void;
}

/** One fault, and how long it could be felt. */
export interface Happened {
  readonly kind: FaultKind;
  /** The longest time around it in which nothing at all was acknowledged. */
  readonly silenceMs: number;
  /** From when what it broke could work again until the first acknowledged write, and until each wallet has had one by each server. */
  readonly firstMs: number;
  readonly allMs: number;
}

export interface ChaosReport {
  readonly seed: string;
  readonly happened: readonly Happened[];
  readonly kills: number;
  /** Why the disks were not filled, if they were not. */
  readonly withoutDisks: string | undefined;
  readonly testimony: Testimony;
  /** Commands that took effect without anybody ever having been told. */
  readonly unheard: number;
  readonly cuts: { readonly statements: number; readonly commits: number };
  readonly verify: string;
  readonly loadMs: number;
  /** Everything that must not be. */
  readonly faults: readonly string[];
}

/** Much more than it should take, so that a busy machine is no failure. */
const mostUntilBackMs = 15_000;

/** The whole run: load, faults, recovery after each, and the judgement of what is left. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const random = createRandom(options.seed);
  const { say } = options;
  say(`starting PostgreSQL and ${options.servers} of Purser on ${options.runtime}`);
  const stack = await startStack({ ...options, random: random.fork("faults") });
  try {
    await assertDurable(stack);
    const testimony = new Testimony();
    const { entrance, scene, organizationId } = await setTheScene(stack, options, testimony);
    const load = startLoad(entrance, scene, random.fork("load"), options.clients);
    const started = Date.now();
    const faults: string[] = [];
    const happened = await wreak(stack, entrance, scene, options, faults);
    say("no more faults; the clients ask for what they do not know yet");
    await load.stop(30_000);
    const loadMs = Date.now() - started;
    await askAgain(entrance, random.fork("again"));
    const judgement = await afterwards(stack, entrance, organizationId);
    faults.push(...judgement.faults);
    say("verifying the ledger");
    const verify = await verified(stack.cluster.directUrl());
    if (verify.code !== 0) faults.push(`verify ended with ${verify.code}: ${verify.text}`);
    return {
      seed: options.seed,
      happened,
      kills: happened.reduce((sum, { kind }) => sum + faultOf(kind).kills, 0),
      withoutDisks: stack.withoutDisks,
      testimony,
      unheard: judgement.unheard,
      cuts: stack.databaseWires.reduce(
        (sum, { cuts }) => ({
          statements: sum.statements + cuts.statements,
          commits: sum.commits + cuts.commits,
        }),
        { statements: 0, commits: 0 },
      ),
      verify: verify.text,
      loadMs,
      faults,
    };
  } finally {
    await stack.stop();
  }
};

/** What survives a kill would be worth nothing without the settings of production. */
const assertDurable = async ({ cluster }: RunningStack): Promise<void> => {
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    const [row] = await cluster.query(`show ${name}`);
    if (row?.[name] !== "on") throw new Error(`${name} is ${row?.[name]}`);
  }
};

const openingBalance = 20_000;

/** An organization, its wallets and cards, and the money that they begin with. */
const setTheScene = async (
  stack: RunningStack,
  options: ChaosOptions,
  testimony: Testimony,
): Promise<{ entrance: Entrance; scene: Scene; organizationId: string }> => {
  const urls = stack.servers.map(({ url }) => url);
  const [first = ""] = urls;
  const organization = await apiClient(first, stack.adminToken).post<{
    id: string;
    apiKey: string;
  }>("/v1/organizations", { name: "Chaos" });
  const { apiKey } = organization;
  const user = await apiClient(first, apiKey).post<{ id: string }>("/v1/users", {
    email: "chaos@harbour.example",
    name: "Chaos",
  });
  const entrance: Entrance = { urls, apiKey, testimony };
  const random = createRandom("the scene");
  const keys = (what: string) =>
    Array.from({ length: options.wallets }, (_, index) => `${what}-${index + 1}`);
  const made = async (commands: Parameters<typeof carryOutAll>[2]): Promise<string[]> => {
    const end = Date.now() + longestMs;
    const told = await carryOutAll(entrance, random, commands, () => Date.now() > end);
    return told.map(({ command, answers }) => {
      const last = answers.at(-1);
      if (last?.kind !== "acknowledged") throw new Error(`${command.key}: ${JSON.stringify(last)}`);
      return (last.data as { id: string }).id;
    });
  };
  const ids = await made(keys("wallet").map((key) => newWallet(user.id, key)));
  const cards = await made(keys("card").map((key, at) => newCard(String(ids[at]), key)));
  await made(keys("opening").map((key, at) => deposit(String(ids[at]), openingBalance, key)));
  const wallets = ids.map((id, at) => ({ id, cardId: String(cards[at]) }));
  return { entrance, scene: { userId: user.id, wallets }, organizationId: organization.id };
};

/** Lets one fault after the other happen, each after the last one is over. */
const wreak = async (
  stack: RunningStack,
  entrance: Entrance,
  scene: Scene,
  options: ChaosOptions,
  faults: string[],
): Promise<Happened[]> => {
  const { random } = stack;
  const happened: Happened[] = [];
  const plan = drawFaults(random, options.kills, stack.disks !== undefined);
  const end = Date.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  for (const [at, kind] of plan.entries()) {
    await sleep(random.between(300, 1_200));
    if (Date.now() > end) break;
    const begun = Date.now();
    try {
      const what = await faultOf(kind).happen(stack);
      const over = Date.now();
      const [firstMs, allMs] = await recovery(entrance, scene, random, over, `${at}-${kind}`);
      const silenceMs = entrance.testimony.longestSilence(begun, Date.now());
      happened.push({ kind, silenceMs, firstMs, allMs });
      if (allMs > mostUntilBackMs)
        faults.push(`after "${kind}" service was back after ${allMs} ms`);
      options.say(
        `${at + 1}/${plan.length} ${kind}: ${what}; silent for ${silenceMs} ms, back in ${firstMs} ms, every wallet in ${allMs} ms`,
      );
    } catch (error) {
      faults.push(`"${kind}" did not happen: ${error instanceof Error ? error.message : error}`);
      options.say(`${at + 1}/${plan.length} ${kind} did not happen: ${error}`);
    }
  }
  return happened;
};

/** How long after `over` anything was acknowledged, and a deposit to every wallet by every server. */
const recovery = async (
  entrance: Entrance,
  scene: Scene,
  random: Random,
  over: number,
  name: string,
): Promise<[number, number]> => {
  const first = entrance.testimony.acknowledgedSince(over);
  const late = (): boolean => Date.now() > over + longestMs;
  await Promise.all(
    entrance.urls.map((url, server) =>
      carryOutAll(
        { ...entrance, urls: [url] },
        random.fork(name),
        scene.wallets.map(({ id }) =>
          deposit(id, 1, `probe-${name}-${server}-${id}`.replaceAll(" ", "-")),
        ),
        late,
      ),
    ),
  );
  const all = Date.now() - over;
  const unknown = sleep(0).then(() => Date.now());
  return [(await Promise.race([first, unknown])) - over, all];
};

/** How long anybody repeats what never gets an answer: then it is unknown. */
const longestMs = 60_000;

/** Everybody who was told something is told the same when they ask again. */
const askAgain = async (entrance: Entrance, random: Random): Promise<void> => {
  const end = Date.now() + longestMs;
  const done = entrance.testimony.told.filter((told) => fateOf(told) === "acknowledged");
  for (const told of random.shuffled(done).slice(0, 200)) {
    await carryOut(entrance, random, told, { until: () => Date.now() > end });
  }
};

/** Stops the servers, and holds what the clients know against what the database has. */
const afterwards = async (
  stack: RunningStack,
  entrance: Entrance,
  organizationId: string,
): Promise<Judgement> => {
  const { servers, cluster, runtime } = stack;
  const database = postgresDatabase({ url: cluster.directUrl(), connections: 2 });
  try {
    const before = await readBooks(database, organizationId);
    const shown = await shownBalances(entrance, [...before.balances.keys()]);
    const codes = await stack.stopServers();
    await untilQuiet(stack);
    const books = await readBooks(database, organizationId);
    const { faults, unheard } = judge(entrance.testimony.told, books);
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
    return { unheard, faults: [...faults, ...ends, ...misshown, ...answers] };
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
const verified = async (url: string): Promise<{ code: number | null; text: string }> => {
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
