import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** Its process, for the time that it computes. */
  readonly pid: number;
  readonly apiKey: string;
  readonly userId: string;
  readonly wallets: readonly {
    readonly id: string;
    readonly cardId: string;
    readonly userId: string;
  }[];
}

interface Asked {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

/** By what they cost between services. */
const scenarios: Readonly<Record<string, (of: Contestant, at: number) => Asked>> = {
  "no call: `GET /health`": () => ({ method: "GET", path: "/health", status: 200 }),
  "one call: `GET /v1/users/{id}`": ({ userId }) => ({
    method: "GET",
    path: `/v1/users/${userId}`,
    status: 200,
  }),
  "one call: `POST /v1/authorizations`": ({ wallets }, at) => ({
    method: "POST",
    path: "/v1/authorizations",
    body: { cardId: wallets[at % wallets.length]?.cardId, amount: 1 },
    status: 201,
  }),
  "two calls: `POST /v1/wallets`": ({ wallets }, at) => ({
    method: "POST",
    path: "/v1/wallets",
    body: { userId: wallets[at % wallets.length]?.userId },
    status: 201,
  }),
};

export interface MeasureOptions {
  readonly rounds: number;
  /** In each round, of each contestant and scenario, one after the other and at once. */
  readonly requests: number;
  readonly clients: number;
  readonly onRound: (round: number) => void;
}

/**
 * Of each round: the median time of lone requests, how many a second many clients got, and
 * the processor's time for each, which other work on the machine hardly touches.
 */
interface Round {
  readonly milliseconds: number;
  readonly perSecond: number;
  readonly processor: number;
}

export type Results = ReadonlyMap<string, ReadonlyMap<string, readonly Round[]>>;

export const measure = async (
  contestants: readonly Contestant[],
  { rounds, onRound, ...load }: MeasureOptions,
): Promise<Results> => {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const results = new Map(
    Object.keys(scenarios).map((name) => [
      name,
      new Map(contestants.map((contestant) => [contestant.name, [] as Round[]])),
    ]),
  );
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    if (round >= 0) onRound(round);
    for (const [scenario, asked] of Object.entries(scenarios)) {
      const turn = round % 2 === 0 ? contestants : contestants.toReversed();
      for (const contestant of turn) {
        const one = (at: number) => timed(agent, contestant, asked(contestant, at));
        const result = await oneRound(one, contestant.pid, load);
        if (round >= 0) results.get(scenario)?.get(contestant.name)?.push(result);
      }
    }
  }
  agent.destroy();
  return results;
};

/** Lone requests first, then as many by many clients. */
const oneRound = async (
  one: (at: number) => Promise<number>,
  pid: number,
  { requests, clients }: Pick<MeasureOptions, "requests" | "clients">,
): Promise<Round> => {
  const computed = processorTime(pid);
  const alone: number[] = [];
  for (let at = 0; at < requests; at++) alone.push(await one(at));
  const started = performance.now();
  let next = 0;
  const client = async () => {
    while (next < requests) await one(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    milliseconds: median(alone),
    perSecond: (requests / (performance.now() - started)) * 1_000,
    processor: (processorTime(pid) - computed) / (2 * requests),
  };
};

/** Milliseconds that a process has computed, in the kernel's ticks of 10 ms; Linux only. */
const processorTime = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const timed = async (
  agent: Agent,
  { url, apiKey }: Contestant,
  { method, path, body, status }: Asked,
): Promise<number> => {
  const started = performance.now();
  const sent = request(new URL(path, url), {
    agent,
    method,
    headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" },
  });
  sent.end(body && JSON.stringify(body));
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  if (response.statusCode !== status) throw new Error(`${path} answered ${response.statusCode}`);
  return performance.now() - started;
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

/** Medians over the rounds; a ratio is the median of the rounds' own. The processor's time is a mean. */
export const report = (results: Results): string => {
  const lines = [...results].map(([scenario, byName]) => {
    const [before = [], after = []] = byName.values();
    const row = (what: keyof Round, digits: number, middle = median): string => {
      const of = (rounds: readonly Round[]) => rounds.map((round) => round[what]);
      const [a, b] = [middle(of(before)), middle(of(after))];
      const ratio =
        middle === median
          ? median(of(after).map((value, at) => value / (of(before)[at] ?? 1)))
          : b / a;
      return `${a.toFixed(digits)} | ${b.toFixed(digits)} | ${ratio.toFixed(2)}`;
    };
    return `| ${scenario} | ${row("milliseconds", 2)} | ${row("perSecond", 0)} | ${row("processor", 2, mean)} |`;
  });
  return [
    "| | monolith, ms | services, ms | ratio | monolith, a second | services, a second | ratio | monolith, CPU ms | services, CPU ms | ratio |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
