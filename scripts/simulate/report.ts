import type { SeriesResult } from "../../test/simulation/series.ts";
import { promises } from "../../test/simulation/violation.ts";
import type { SimulateArguments } from "./options.ts";

/** What came out, for people: the failure with all that brings it back, or what was done. */
export const reportOf = (
  { failed, shrunk, counts, steps, worlds }: SeriesResult,
  { mutant }: SimulateArguments,
  ms: number,
): string => {
  const rate = `${count(Math.round((steps * 1_000) / Math.max(1, ms)))} a second`;
  if (!failed?.violation) {
    return [
      `${count(steps)} steps in ${count(worlds)} worlds, ${rate}: every promise was kept`,
      ...happened(counts),
    ].join("\n");
  }
  const { promise, detail, step } = failed.violation;
  const planted = mutant === undefined ? "" : ` --mutant ${quoted(mutant)}`;
  const lines = [
    `Seed ${failed.seed}, step ${count(step)} breaks "${promise}": ${promises[promise]}.`,
    detail,
    "",
    `Again: npm run simulate -- --seed ${failed.seed} --steps ${Math.min(failed.asked, step)}${planted}`,
  ];
  if (!shrunk?.result.violation) return lines.join("\n");
  const { violation, asked } = shrunk.result;
  const least = Math.min(asked, violation.step);
  return [
    ...lines,
    "",
    `Shrunk from ${count(failed.parts.length)} wishes and faults to ${shrunk.parts.length}, at step ${count(violation.step)}:`,
    ...shrunk.parts.map((part) => `  ${part}`),
    violation.detail,
    "",
    `Again: npm run simulate -- --seed ${failed.seed} --steps ${least}${planted} --only ${quoted(shrunk.parts.join(","))}`,
  ].join("\n");
};

/** The most frequent of each family of what happened. */
const happened = (counts: SeriesResult["counts"]): string[] =>
  families.map(([title, belongs]) => {
    const own = Object.entries(counts).filter(([name]) => belongs.test(name));
    const shown = own
      .sort(([, one], [, other]) => other - one)
      .map(([name, times]) => `${name.replace(belongs, "")} ${count(times)}`);
    return `${title}: ${shown.join(", ")}`;
  });

const families = [
  ["asked", /^asked /],
  ["told", /^told /],
  ["events", /^event /],
  ["lanes", /^lane /],
  ["faults", /^(?=(commit|load|call|request|tell) |an? |the )/],
] as const;

const count = (value: number): string => value.toLocaleString("en-US");

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
