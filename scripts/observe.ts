import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onOrphaned } from "./dev/orphaned.ts";
import { type ObserveOptions, observeOptions, usage } from "./observe/options.ts";
import { startPrometheus } from "./observe/prometheus.ts";
import { prometheusToRun } from "./observe/provide.ts";

const rules = ["recording.yml", "alerts.yml"].map((name) =>
  fileURLToPath(new URL(`../docs/operations/rules/${name}`, import.meta.url)),
);

/** What was started, stopped in reverse. */
const endings: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | undefined;

const end = (code: number): Promise<void> => {
  ending ??= (async () => {
    for (let stop = endings.pop(); stop; stop = endings.pop()) await stop().catch(() => undefined);
    process.exit(code);
  })();
  return ending;
};

/** Says what is wrong now, rather than leaving it to a target that is down. */
const tryScrape = async ({ url, token }: ObserveOptions): Promise<void> => {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(new URL("/metrics", url), {
    headers,
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  await response?.arrayBuffer();
  if (!response) throw new Error(`Nothing answers at ${url.origin}. Start \`make dev\` first.`);
  if (response.status === 401) throw new Error("The metrics want a token: --token TOKEN.");
  if (!response.ok) throw new Error(`${url.origin}/metrics answers ${response.status}.`);
};

const observe = async (options: ObserveOptions): Promise<void> => {
  const program = await prometheusToRun(process.env);
  await tryScrape(options);
  const folder = await mkdtemp(join(tmpdir(), "purser-observe-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const child = await startPrometheus({
    program,
    purser: options.url,
    token: options.token,
    rules,
    logLevel: "warn",
    folder,
  });
  endings.push(child.stop);
  const { url } = child;
  child.process.once("exit", (code) => {
    if (ending) return;
    console.error(`Prometheus ended with ${code ?? "a signal"}.`);
    void end(1);
  });
  console.log(whereToLook(url, await pagesOf(url), options.url.origin));
};

/** Debian's package has the older pages only, and they are elsewhere. */
const pagesOf = async (prometheus: string): Promise<string> => {
  const targets = await fetch(`${prometheus}/targets`);
  await targets.arrayBuffer();
  return targets.ok ? prometheus : `${prometheus}/classic`;
};

const whereToLook = (prometheus: string, pages: string, purser: string): string => {
  const graph = (query: string): string =>
    `${pages}/graph?g0.tab=0&g0.range_input=5m&g0.expr=${encodeURIComponent(query)}`;
  return `OBSERVE ${JSON.stringify({ prometheus, purser })}

Prometheus scrapes ${purser}/metrics each second.
  The target:              ${pages}/targets
  Alerts:                  ${pages}/alerts
  Requests by status:      ${graph("sum by (status) (rate(purser_http_requests_total[1m]))")}
  Authorizations:          ${graph("sum by (outcome) (rate(purser_authorizations_total[1m]))")}
  Exemplars, last 5 min:   curl -s "${prometheus}/api/v1/query_exemplars?query=purser_http_requests_total&start=$(($(date +%s)-300))&end=$(date +%s)"
A Grafana with ${prometheus} as data source shows docs/operations/grafana.json.
What is stored is thrown away at the end. Stop with Ctrl-C.
`;
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void end(0));
}

onOrphaned(() => void end(0));

const options = observeOptions(process.argv.slice(2), process.env);
if (typeof options === "string") {
  console.error(`${options}\n${usage}`);
  process.exit(2);
}
try {
  await observe(options);
} catch (error) {
  if (!ending) console.error(error instanceof Error ? error.message : String(error));
  await end(1);
}
