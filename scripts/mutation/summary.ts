import { table } from "../documents/table.ts";
import { type Mutant, originalOf, type Report } from "./report.ts";

/** A survivor that no test can notice, because it does what the code does. */
export interface Accepted {
  readonly file: string;
  /** The code, in one line, and what stands there in the mutant. */
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

export interface Count {
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly noCoverage: number;
  readonly ignored: number;
}

/** What the summary is made from. */
export interface Measured {
  readonly report: Report;
  /** The files of which every mutant was tried: a run that was stopped leaves some half done. */
  readonly completed: ReadonlySet<string>;
  /** The files of src/domain as they are now. */
  readonly sources: ReadonlyMap<string, string>;
  readonly accepted: readonly Accepted[];
}

export interface Summary {
  readonly files: ReadonlyMap<string, Count>;
  /** Files with code to mutate that are not measured, or not as they are now. */
  readonly missing: readonly string[];
  readonly accepted: readonly Accepted[];
  /** Accepted survivors that there are not (any more). */
  readonly obsolete: readonly Accepted[];
}

const none: Count = { killed: 0, timeout: 0, survived: 0, noCoverage: 0, ignored: 0 };

export const summaryOf = ({ report, completed, sources, accepted }: Measured): Summary => {
  const files = new Map<string, Count>();
  const missing: string[] = [];
  const survivors = new Set<string>();
  for (const [file, source] of [...sources].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const reported = report.files[file];
    // In a few files with code there is nothing that Stryker knows to change.
    if (!reported && completed.has(file)) continue;
    if (reported?.source !== source || !completed.has(file)) {
      missing.push(file);
      continue;
    }
    files.set(file, reported.mutants.map(countOf).reduce(plus, none));
    for (const mutant of reported.mutants) {
      if (mutant.status !== "Survived") continue;
      const original = originalOf(source, mutant.location);
      survivors.add(nameOf({ file, original, replacement: mutant.replacement ?? "" }));
    }
  }
  const isThere = (one: Accepted) => survivors.has(nameOf(one));
  return {
    files,
    missing,
    accepted: accepted.filter(isThere),
    obsolete: accepted.filter((one) => files.has(one.file) && !isThere(one)),
  };
};

const oneLine = (code: string): string => code.replace(/\s+/g, " ").trim();

const nameOf = ({ file, original, replacement }: Omit<Accepted, "why">): string =>
  [file, oneLine(original), oneLine(replacement)].join("\n");

const countOf = ({ status }: Mutant): Count => {
  switch (status) {
    case "Killed":
      return { ...none, killed: 1 };
    case "Timeout":
      return { ...none, timeout: 1 };
    case "Survived":
      return { ...none, survived: 1 };
    case "NoCoverage":
      return { ...none, noCoverage: 1 };
    case "Ignored":
      return { ...none, ignored: 1 };
    default:
      // A mutant that could not be tried is neither noticed nor unnoticed.
      return none;
  }
};

const plus = (one: Count, other: Count): Count => ({
  killed: one.killed + other.killed,
  timeout: one.timeout + other.timeout,
  survived: one.survived + other.survived,
  noCoverage: one.noCoverage + other.noCoverage,
  ignored: one.ignored + other.ignored,
});

export const totalOf = (counts: Iterable<Count>): Count => [...counts].reduce(plus, none);

/** The share of mutants that a test noticed, in percent; `null` of none. */
export const scoreOf = ({ killed, timeout, survived, noCoverage }: Count): number | null => {
  const all = killed + timeout + survived + noCoverage;
  return all === 0 ? null : (100 * (killed + timeout)) / all;
};

/** Rounded down: a score that is not reached is not shown as if it were. */
const shown = (score: number | null): string =>
  score === null ? "" : (Math.floor(score * 10) / 10).toFixed(1);

const columns = ["killed", "timed out", "survived", "not covered", "left out", "score, %"];

const row = (name: string, count: Count): (string | number)[] => [
  name,
  count.killed,
  count.timeout,
  count.survived,
  count.noCoverage,
  count.ignored,
  shown(scoreOf(count)),
];

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/"));

/** The tables of docs/mutation.md. */
export const summaryText = ({ files, missing, accepted, obsolete }: Summary): string => {
  const folders = Map.groupBy(files, ([file]) => folderOf(file));
  const total = totalOf(files.values());
  const parts = [
    table(
      ["folder", ...columns],
      [
        ...[...folders].map(([folder, own]) =>
          row(`\`${folder}\``, totalOf(own.map(([, count]) => count))),
        ),
        row("**all**", total),
      ],
    ),
  ];
  if (missing.length > 0) {
    parts.push(`Not measured as they are now: ${missing.map((file) => `\`${file}\``).join(", ")}.`);
  }
  parts.push(
    "## Accepted survivors",
    accepted.length === 0
      ? "None."
      : [
          "They do what the code does, so no test can tell them from it. They count as survivors all the same.",
          table(
            ["file", "code", "mutant", "why it is the same"],
            accepted.map(({ file, original, replacement, why }) => [
              `\`${file.replace("src/domain/", "")}\``,
              code(original),
              code(replacement),
              why,
            ]),
          ),
        ].join("\n\n"),
  );
  if (obsolete.length > 0) {
    const named = obsolete.map(({ file, original }) => `\`${file}\` ${code(original)}`);
    parts.push(`Accepted, but not among the survivors: ${named.join(", ")}.`);
  }
  parts.push(
    "## By file",
    [...folders]
      .map(([folder, own]) =>
        table(
          [`\`${folder}/\``, ...columns],
          own
            .filter(([, count]) => scoreOf(count) !== null || count.ignored > 0)
            .map(([file, count]) => row(`\`${file.slice(folder.length + 1)}\``, count)),
        ),
      )
      .join("\n\n"),
  );
  return parts.join("\n\n");
};

const code = (text: string): string => `\`\` ${oneLine(text).replaceAll("|", "\\|")} \`\``;
