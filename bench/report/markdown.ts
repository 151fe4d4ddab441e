import { good } from "../load/tally.ts";
import type { Measured, Sample, ScenarioResult } from "../result.ts";
import type { Report } from "../run.ts";
import type { ScoreRow } from "../score.ts";
import { median } from "../statistics/interval.ts";
import { chartOf } from "./bars.ts";
import { figure, intervalText, measuredAt, targetText } from "./figures.ts";

/** The whole report for people; charts lie in `folder` beside it. */
export const markdownReport = (report: Report, folder: string): string =>
  [
    "# Benchmark",
    `Written by \`make bench\`; do not edit. ${kindOf(report)}`,
    "## What is promised",
    scoreTable(report.score),
    ...report.failures.map(({ id, why }) => `**${id} did not come to an end:** ${oneLine(why)}`),
    "## How it is measured",
    method,
    machineText(report),
    ...report.results.flatMap((result) => scenarioText(result, folder)),
  ].join("\n\n");

const kindOf = (report: Report): string => {
  const { profile } = report;
  const at = measuredAt(report);
  const depth = `${profile.pairs} rounds of ${profile.measureMs / 1_000} s each`;
  return profile.name === "full"
    ? `Measured on ${at}: ${depth}.`
    : `A ${profile.name} run on ${at}: ${depth}, too little to be believed.`;
};

const scoreTable = (score: readonly ScoreRow[]): string =>
  table(
    ["", "promised", "measured", "kept"],
    score.map(({ claim, target, unit, interval, met, spoiled }) => [
      claim,
      `${targetText(target)}${unit ? ` ${unit}` : ""}`,
      `${intervalText(interval)}${spoiled ? `; ${spoiled}` : ""}`,
      met ? "yes" : "**no**",
    ]),
  );

const method = `Load generator, service and database share the machine. The generator is a process of its own: raw kept
connections, requests whose bytes are made before, every answer's status and body looked at. In a
closed loop each connection sends when it has its answer; in an open loop requests are due at a fixed rate, and latency counts from
when a request should have been sent, to a millisecond.

What is compared runs in turn, forwards and backwards (A B B A ...), each time after a
checkpoint and a warm-up, on the same PostgreSQL and database, with wallets of its own. A ratio is the geometric
mean over the rounds with Student's 95 % interval of its logarithm; a promise is kept if the worse end of the interval
keeps it, and if nothing else was answered than what was asked for. All log every request, as they do by default, to
where it costs nothing to keep.

- **The usual way** is Purser's own HTTP stack, rules, rows, tables, indexes, pool and settings, with an
  interactive transaction for each command: lock the wallet's row, read card and key, decide,
  write each row with a prepared statement of its own, commit.
- **The database's floor** is the commit statement on one connection with batches of 256 payments, decided and written
  out before the clock starts. A second row decides each batch when the one before it is committed, as a lane does.
- **One statement a payment** is the Worker without lanes: state is remembered by the isolate,
  each payment is one guarded statement over Neon's HTTP, and one that was decided on an old version is decided again.
- **An empty handler** answers 204 behind the same framework and middleware: request id, trace, access log, metrics,
  headers, key, rate limit, validation.`;

const machineText = ({ machine, load, seconds }: Report): string => {
  const durability = Object.entries(machine.durability).map(([name, value]) => `${name} ${value}`);
  return `The machine: ${machine.cores} cores of ${machine.processor}, ${machine.memoryGib} GiB, ${machine.system};
PostgreSQL ${machine.postgres} (${durability.join(", ")}), Node ${machine.node}, Deno ${machine.deno}, workerd ${machine.workerd}.
The run took ${Math.round(seconds / 60)} minutes; load average ${figure(load[0])} before it, ${figure(load[1])} at its end.`;
};

const scenarioText = (result: ScenarioResult, folder: string): string[] => [
  `## ${result.title}`,
  result.about,
  ...(chartOf(result) ? [`![${result.title}](${folder}/${result.id}.svg)`] : []),
  ...(result.findings.length > 0
    ? [
        table(
          ["", "", "measured"],
          result.findings.map(({ title, measure = "", unit, interval }) => [
            title,
            measure,
            `${intervalText(interval)}${unit ? ` ${unit}` : ""}`,
          ]),
        ),
      ]
    : []),
  ...(result.measured.length > 0 ? [measuredTable(result.measured)] : []),
  ...result.notes,
];

/** Medians over the rounds, so that a ratio can be put into proportion. */
const measuredTable = (measured: readonly Measured[]): string =>
  table(
    ["on this machine", "a second", "p50 ms", "p99 ms", "p99.9 ms", "else answered"],
    measured.map(({ title, samples }) => {
      const middle = (value: (sample: Sample) => number): string =>
        figure(median(samples.map(value)));
      return [
        title,
        middle(({ perSecond }) => perSecond),
        middle(({ latency }) => latency.p50),
        middle(({ latency }) => latency.p99),
        middle(({ latency }) => latency.p999),
        otherwise(samples),
      ];
    }),
  );

/** What else than successes came out, as shares. */
const otherwise = (samples: readonly Sample[]): string => {
  const counts = new Map<string, number>();
  let all = 0;
  for (const { outcomes } of samples) {
    for (const [outcome, count] of Object.entries(outcomes)) {
      all += count;
      if (outcome !== good) counts.set(outcome, (counts.get(outcome) ?? 0) + count);
    }
  }
  const shares = [...counts].map(
    ([outcome, count]) => `${figure((count * 100) / all)} % ${outcome}`,
  );
  return shares.join(", ") || "nothing";
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");
