import { mutants } from "../test/simulation/mutants.ts";
import { plant } from "../test/simulation/plant.ts";
import { type SimulateArguments, simulateArguments, usage } from "./simulate/options.ts";
import { progressBar } from "./simulate/progress-bar.ts";

const plantNamed = (name: string): void => {
  const found = mutants.filter((mutant) => mutant.name.includes(name));
  const [mutant, ...others] = found;
  if (!mutant || others.length > 0) {
    const names = (mutant ? found : mutants).map((one) => `\n  ${one.name}`).join("");
    throw new Error(`--mutant wants a part of one of these names:${names}`);
  }
  plant(mutant);
};

const run = async (args: SimulateArguments): Promise<number> => {
  if (args.mutant !== undefined) plantNamed(args.mutant);
  // Only now, so that what it imports has the planted bug.
  const { simulateSeries } = await import("../test/simulation/series.ts");
  const { reportOf } = await import("./simulate/report.ts");
  const bar = progressBar(args.steps);
  const started = Date.now();
  const result = await simulateSeries({
    ...args,
    progress: bar.show,
    trace: args.trace
      ? (step, at, what) => console.log(`${step} ${new Date(at).toISOString()} ${what}`)
      : undefined,
  });
  bar.clear();
  console.log(reportOf(result, args, Date.now() - started));
  return result.failed ? 1 : 0;
};

try {
  process.exitCode = await run(simulateArguments(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(usage);
  process.exitCode = 2;
}
