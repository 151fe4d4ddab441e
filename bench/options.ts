import { parseArgs } from "node:util";
import { type Profile, profiles } from "./profile.ts";

export interface BenchOptions {
  readonly profile: Profile;
  /** Ids of scenarios; `undefined` for all of the profile. */
  readonly only: readonly string[] | undefined;
  readonly json: boolean;
  /** Where the report goes; `undefined` for the place of its kind. */
  readonly out: string | undefined;
  /** The `--json` report of an earlier run that this one is told with. */
  readonly into: string | undefined;
}

export const usage = (scenarios: readonly string[]): string => `npm run bench -- [options]
    Measures Purser against the usual way and the database's own floor, on this machine.
    Progress goes to standard error.
  --quick            about three minutes, while developing; figures are rough
  --only A,B         of ${scenarios.join(", ")}
  --pairs N          how often each of the compared runs; 7 in a full run
  --json             the whole report as JSON on standard output
  --into FILE        the --json report of an earlier run: what is measured now goes into it
  --out FOLDER       where benchmarks.md and its charts go; docs for a full run of all
Ends with 0 if everything ran, whatever it showed, 1 if a scenario failed, 2 if it could not run.`;

/** What the command line asks for; throws a message for people. */
export const benchOptions = (
  args: readonly string[],
  scenarios: readonly string[],
): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      // For the tests: whether everything still works, in seconds.
      smoke: { type: "boolean", default: false },
      only: { type: "string" },
      pairs: { type: "string" },
      json: { type: "boolean", default: false },
      out: { type: "string" },
      into: { type: "string" },
    },
  });
  const profile = profiles[values.smoke ? "smoke" : values.quick ? "quick" : "full"];
  const pairs = values.pairs === undefined ? profile.pairs : Number(values.pairs);
  // One alone has no interval.
  if (!Number.isInteger(pairs) || pairs < 2 || pairs > 100)
    throw new Error("--pairs wants 2 to 100");
  const only = values.only?.split(",").map((id) => id.trim());
  const unknown = only?.find((id) => !scenarios.includes(id));
  if (unknown !== undefined) {
    throw new Error(`There is no scenario ${unknown}; there are ${scenarios.join(", ")}`);
  }
  return {
    profile: { ...profile, pairs },
    only,
    json: values.json,
    out: values.out,
    into: values.into,
  };
};
