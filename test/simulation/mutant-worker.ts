import { parentPort, workerData } from "node:worker_threads";
import { mutants } from "./mutants.ts";
import { plant } from "./plant.ts";

/** What the test asks of a thread of its own, which alone has the bug. */
export interface Hunt {
  readonly mutant: string;
  readonly seeds: readonly number[];
  readonly steps: number;
}

/** The first seed that finds the bug; none if none does. */
export interface Caught {
  readonly seed: number;
  readonly step: number;
  readonly promise: string;
  readonly detail: string;
}

const hunt = async ({ mutant: name, seeds, steps }: Hunt): Promise<Caught | undefined> => {
  const mutant = mutants.find((one) => one.name === name);
  if (!mutant) throw new Error(`there is no mutant ${name}`);
  plant(mutant);
  const { simulate } = await import("./simulation.ts");
  for (const seed of seeds) {
    const { violation } = await simulate({ seed, steps, world: mutant.world });
    if (violation) return { seed, ...violation };
  }
  return undefined;
};

parentPort?.postMessage(await hunt(workerData as Hunt));
