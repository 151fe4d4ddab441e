import { faultKinds, faultOf } from "./faults.ts";
import type { ChaosReport } from "./run.ts";
import { fateOf, type Told } from "./testimony.ts";

/** What happened, for people. */
export const reportText = (report: ChaosReport): string => {
  const { seed, verify, breaches, withoutDisks } = report;
  const notDone = faultKinds.filter((kind) => withoutDisks !== undefined && faultOf(kind).onDisks);
  const ending = [
    breaches.length === 0
      ? "all that was promised was kept"
      : `${count(breaches.length)} PROMISES BROKEN`,
    ...(notDone.length > 0 ? [`NOT DONE: ${notDone.join(", ")} (${withoutDisks})`] : []),
  ];
  return [
    faultTable(report),
    requestTable(report),
    ...breaches.slice(0, 50).map((breach) => `BROKEN: ${breach}`),
    `${verify}\nseed ${seed}: ${ending.join("; ")}`,
  ].join("\n\n");
};

const faultTable = ({ happened, kills, withoutDisks }: ChaosReport): string => {
  const head = ["fault", "times", "killed", "silent at most", "back in at most", "every wallet in"];
  const lines = faultKinds.map((kind) => {
    const of = happened.filter((one) => one.kind === kind);
    const most = (field: "silenceMs" | "firstMs" | "allMs") =>
      of.length === 0 ? "" : seconds(Math.max(...of.map((one) => one[field])));
    const times =
      withoutDisks !== undefined && faultOf(kind).onDisks ? "NOT DONE" : count(of.length);
    const killed = count(of.length * faultOf(kind).kills);
    return [kind, times, killed, most("silenceMs"), most("firstMs"), most("allMs")];
  });
  const all = ["in all", count(happened.length), count(kills), "", "", ""];
  return table([head, ...lines, all]);
};

const requestTable = ({ testimony, cuts, unheard, loadMs }: ChaosReport): string => {
  const { told } = testimony;
  const answers = told.flatMap((one) => one.answers);
  const fates = (fate: string) => count(told.filter((one) => fateOf(one) === fate).length);
  const why = new Map<string, number>();
  for (const answer of answers) {
    if (answer.kind === "acknowledged") continue;
    const reason = answer.kind === "refused" ? answer.code : answer.why;
    why.set(reason, (why.get(reason) ?? 0) + 1);
  }
  return table([
    ["commands", count(told.length), `in ${seconds(loadMs)} of load`],
    [
      "acknowledged",
      fates("acknowledged"),
      `${count(told.filter(lateKnown).length)} of them only by asking again`,
    ],
    ["refused", fates("refused"), "none of them has an effect"],
    ["never known", fates("unknown"), `${count(unheard)} of them took effect`],
    ["requests", count(answers.length), ""],
    ...[...why]
      .sort(([, one], [, two]) => two - one)
      .map(([reason, times]) => [`  ${reason}`, count(times), ""]),
    ["statements cut", count(cuts.statements), `${count(cuts.commits)} of them commits`],
  ]);
};

/** It took effect in a request that nobody answered: the first word of it was a replay. */
const lateKnown = ({ answers }: Told): boolean => {
  const first = answers.find(({ kind }) => kind === "acknowledged");
  return first?.kind === "acknowledged" && first.replayed;
};

const count = (value: number): string => value.toLocaleString("en-US");

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Columns as wide as they must be; the first one to the left, the others to the right. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
