import { parseArgs } from "node:util";

export interface SimulateArguments {
  readonly seed: number;
  readonly steps: number;
  readonly worldSteps: number;
  readonly only: readonly string[] | undefined;
  readonly mutant: string | undefined;
  readonly shrinks: boolean;
  readonly trace: boolean;
}

export const usage = `npm run simulate -- [options]
    Runs Purser's rules and lanes in virtual worlds full of faults and watches what they
    promise (docs/simulation.md). Progress goes to standard error.
  --seed S          of the first world; the next has the next one (1)
  --steps N         in all (100000)
  --world N         steps of one world (10000)
  --only PARTS      leave out all other wishes of clients and faults, as a shrunk failure says
  --no-shrink       show a failure as it was found
  --trace           every step on standard output
  --mutant NAME     with a planted bug whose name has this in it
Ends with 0 if every promise was kept, 1 if one was broken, 2 if it could not run.`;

/** What the command line asks for; throws a message for people. */
export const simulateArguments = (args: readonly string[]): SimulateArguments => {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      seed: { type: "string", default: "1" },
      steps: { type: "string", default: "100000" },
      world: { type: "string", default: "10000" },
      only: { type: "string" },
      mutant: { type: "string" },
      shrink: { type: "boolean", default: true },
      trace: { type: "boolean", default: false },
    },
  });
  return {
    seed: wholeNumber("--seed", values.seed),
    steps: wholeNumber("--steps", values.steps),
    worldSteps: wholeNumber("--world", values.world),
    only: values.only === undefined ? undefined : values.only.split(",").filter(Boolean),
    mutant: values.mutant,
    shrinks: values.shrink,
    trace: values.trace,
  };
};

const wholeNumber = (name: string, value: string): number => {
  const number = Number(value.replaceAll("_", ""));
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${name} wants 1 or more.`);
  return number;
};
