import type { Runtime } from "../../scripts/dev/options.ts";
import { afterwards, askAgain, verified } from "./afterwards.ts";
import { faultOf } from "./faults.ts";
import { startLoad } from "./load.ts";
import { createRandom } from "./random.ts";
import { setTheScene } from "./scene.ts";
import { type RunningStack, startStack } from "./stack.ts";
import { Testimony } from "./testimony.ts";
import { type Happened, type WreakOptions, wreak } from "./wreak.ts";

export interface ChaosOptions extends WreakOptions {
  readonly seed: string;
  readonly runtime: Runtime;
  readonly servers: number;
  readonly clients: number;
  readonly wallets: number;
  /** How long faults last, of what they usually do. */
  readonly pace: number;
  readonly diskMegabytes: { readonly data: number; readonly wal: number };
}

export interface ChaosReport {
  readonly seed: string;
  readonly happened: readonly Happened[];
  readonly kills: number;
  /** Why the disks were not filled, if they were not. */
  readonly withoutDisks: string | undefined;
  readonly testimony: Testimony;
  /** Commands that took effect without anybody ever having been told. */
  readonly unheard: number;
  readonly cuts: { readonly statements: number; readonly commits: number };
  readonly verify: string;
  readonly loadMs: number;
  /** Every promise that was not kept. */
  readonly breaches: readonly string[];
}

/** The whole run: load, faults, recovery after each, and the judgement of what is left. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const random = createRandom(options.seed);
  const { say } = options;
  say(`starting PostgreSQL and ${options.servers} of Purser on ${options.runtime}`);
  const stack = await startStack({ ...options, random: random.fork("faults") });
  try {
    await assertDurable(stack);
    const testimony = new Testimony();
    const stage = await setTheScene(stack, options.wallets, testimony);
    const started = Date.now();
    const load = startLoad(stage.entrance, stage.scene, random.fork("load"), options.clients);
    const { happened, breaches } = await wreak(stack, stage, options).finally(() => {
      say("no more faults; the clients ask for what they do not know yet");
      return load.stop(30_000);
    });
    const loadMs = Date.now() - started;
    await askAgain(stage.entrance, random.fork("again"));
    const judgement = await afterwards(stack, stage);
    say("verifying the ledger");
    const verify = await verified(stack.cluster.directUrl());
    return {
      seed: options.seed,
      happened,
      kills: happened.reduce((sum, { kind }) => sum + faultOf(kind).kills, 0),
      withoutDisks: stack.withoutDisks,
      testimony,
      unheard: judgement.unheard,
      cuts: stack.databaseWires.reduce(
        (sum, { cuts }) => ({
          statements: sum.statements + cuts.statements,
          commits: sum.commits + cuts.commits,
        }),
        { statements: 0, commits: 0 },
      ),
      verify: verify.text,
      loadMs,
      breaches: [
        ...breaches,
        ...judgement.breaches,
        ...(verify.code === 0 ? [] : [`verify ended with ${verify.code}`]),
      ],
    };
  } finally {
    await stack.stop();
  }
};

/** What survives a kill would be worth nothing without the settings of production. */
const assertDurable = async ({ cluster }: RunningStack): Promise<void> => {
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    const [row] = await cluster.query(`show ${name}`);
    if (row?.[name] !== "on") throw new Error(`${name} is ${row?.[name]}`);
  }
};
