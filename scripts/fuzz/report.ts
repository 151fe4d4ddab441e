import type { Failure } from "../../test/fuzz/campaign.ts";
import type { RawFailure } from "../../test/fuzz/raw-campaign.ts";
import type { Tally } from "../../test/fuzz/tally.ts";

const width = 30;
const quietMs = 10_000;

/** A bar on a terminal, and a line now and then in a file. */
export const progressBar = (wanted: number) => {
  const started = Date.now();
  let last = started;
  const everyMs = process.stderr.isTTY ? 200 : quietMs;
  const line = (done: number, failures: number): string => {
    const filled = Math.min(width, Math.round((done / Math.max(1, wanted)) * width));
    const rate = Math.round((done * 1_000) / Math.max(1, Date.now() - started));
    const found = failures === 0 ? "" : `, ${failures} failures`;
    return `[${"#".repeat(filled)}${".".repeat(width - filled)}] ${count(done)} of ${count(wanted)}, ${rate}/s${found}`;
  };
  return {
    show: (done: number, failures: number): void => {
      const now = Date.now();
      if (now - last < everyMs) return;
      last = now;
      process.stderr.write(
        process.stderr.isTTY ? `\r${line(done, failures)}` : `${line(done, failures)}\n`,
      );
    },
    end: (): void => {
      if (process.stderr.isTTY) process.stderr.write("\n");
    },
  };
};

const longestAnswer = 600;

/** What is wrong, the request as a line for a shell, and how to send it again. */
export const failureLines = (failure: Failure, runtime: string): string[] => [
  `\n${failure.operation}: ${failure.faults.join("; ")}`,
  `  answered ${failure.answered.slice(0, longestAnswer)}`,
  `  ${failure.curl}`,
  failure.beside === 0 ? "  alone" : `  beside ${failure.beside} other requests at once`,
  `  npm run fuzz -- --runtime ${runtime} --seed ${failure.seed} --path ${failure.path}`,
];

export const rawFailureLines = ({ name, faults, answered, shell }: RawFailure): string[] => [
  `\n${name}: ${faults.join("; ")}`,
  `  answered ${JSON.stringify(answered.slice(0, longestAnswer))}`,
  `  ${shell}`,
];

export const summaryLines = (tally: Tally, found: number): string[] => {
  const statuses = [...tally.byStatus]
    .sort(([one], [other]) => one - other)
    .map(([status, times]) => `${status}: ${count(times)}`);
  const fewest = Math.min(...tally.succeeded.values());
  return [
    `\n${count(tally.requests)} requests, ${count(tally.successes())} of them successful`,
    statuses.join(", "),
    `${tally.succeeded.size} operations succeeded as the document has them, the rarest ${fewest} times`,
    `the slowest answer took ${Math.round(tally.slowestMs)} ms`,
    found === 0 ? "nothing wrong" : `${count(found)} things wrong`,
  ];
};

const count = (value: number): string => value.toLocaleString("en-US");
