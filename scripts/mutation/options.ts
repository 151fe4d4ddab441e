import { parseArgs } from "node:util";

export interface MutationOptions {
  /** Files and folders of src/domain; all of it if there are none. */
  readonly paths: readonly string[];
  /** Only files that differ from this revision. */
  readonly since: string | undefined;
  readonly concurrency: string | undefined;
  /** Measures again what is known already. */
  readonly force: boolean;
}

export const usage = `npm run mutation -- [files and folders of src/domain] [options]
    Changes the domain's code in thousands of small ways and tells which changes no test notices
    (docs/mutation.md, which it writes). What is known and has not changed is not measured again.
  --since REVISION  only the files that differ from it
  --concurrency N   so many at once (one)
  --force           measure again what is known
Ends with 0 if the score is what it must be, 1 if it is lower, 2 if it could not run.`;

/** What the command line asks for; throws a message for people. */
export const mutationOptions = (args: readonly string[]): MutationOptions => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      since: { type: "string" },
      concurrency: { type: "string" },
      force: { type: "boolean", default: false },
    },
  });
  const paths = positionals.map((path) => path.replace(/^\.\//, "").replace(/\/+$/, ""));
  const foreign = paths.find((path) => path !== root && !path.startsWith(`${root}/`));
  if (foreign !== undefined) throw new Error(`${foreign} is not in ${root}.`);
  return { paths, since: values.since, concurrency: values.concurrency, force: values.force };
};

const root = "src/domain";

/** Of these files, those that are asked for; code, not its tests. */
export const chosenFiles = (
  files: readonly string[],
  paths: readonly string[],
): readonly string[] =>
  files
    .filter((file) => file.startsWith(`${root}/`) && file.endsWith(".ts"))
    .filter((file) => !file.endsWith(".test.ts"))
    .filter(
      (file) =>
        paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`)),
    )
    .sort();
