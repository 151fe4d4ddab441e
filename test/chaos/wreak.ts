import { setTimeout as sleep } from "node:timers/promises";
import { deposit } from "./commands.ts";
import { drawFaults, type FaultKind, faultOf } from "./faults.ts";
import { carryOutAll, patience } from "./load.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./scene.ts";
import type { RunningStack } from "./stack.ts";
import { fateOf } from "./testimony.ts";

/** One fault, and how long it could be felt. */
export interface Happened {
  readonly kind: FaultKind;
  /** The longest time around it in which nothing at all was acknowledged. */
  readonly silenceMs: number;
  /** From when what it broke could work again until the first acknowledged write, and until each wallet has had one by each server. */
  readonly firstMs: number;
  readonly allMs: number;
}

export interface WreakOptions {
  /** Processes to kill, at least. */
  readonly kills: number;
  /** No fault begins later than this. */
  readonly seconds: number | undefined;
  readonly say: (line: string) => void;
}

/** Much more than it should take, so that a busy machine is no failure. */
const mostUntilBackMs = 15_000;

/** Lets one fault after the other happen, each after the last one is over. */
export const wreak = async (
  stack: RunningStack,
  stage: Stage,
  options: WreakOptions,
): Promise<{ readonly happened: readonly Happened[]; readonly breaches: readonly string[] }> => {
  const { random } = stack;
  const breaches: string[] = [];
  const happened: Happened[] = [];
  const plan = drawFaults(random, options.kills, stack.disks !== undefined);
  const end = Date.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  for (const [at, kind] of plan.entries()) {
    await sleep(random.between(300, 1_200) * stack.pace);
    if (Date.now() > end) break;
    const begun = Date.now();
    try {
      const what = await faultOf(kind).happen(stack);
      const over = Date.now();
      const name = `${at + 1}-${kind.replaceAll(" ", "-")}`;
      const { firstMs, allMs, unserved } = await recovery(stage, random, over, name);
      const silenceMs = stage.entrance.testimony.longestSilence(begun, Date.now());
      happened.push({ kind, silenceMs, firstMs, allMs });
      if (firstMs > mostUntilBackMs) breaches.push(`after "${kind}" it took ${firstMs} ms`);
      breaches.push(...unserved.map((key) => `nobody ever took ${key}`));
      options.say(
        `${at + 1}/${plan.length} ${kind}: ${what}; silent for ${silenceMs} ms, back in ${firstMs} ms, every wallet in ${allMs} ms`,
      );
    } catch (error) {
      breaches.push(`"${kind}" did not happen: ${error instanceof Error ? error.message : error}`);
      options.say(`${at + 1}/${plan.length} ${kind} did not happen: ${error}`);
    }
  }
  return { happened, breaches };
};

/**
 * How long after `over` anything was acknowledged, and a deposit to every wallet by every
 * server; and those of them that never were.
 */
const recovery = async (
  { entrance, scene }: Stage,
  random: Random,
  over: number,
  name: string,
): Promise<{ firstMs: number; allMs: number; unserved: readonly string[] }> => {
  const late = patience();
  const told = await Promise.all(
    entrance.urls.map((url, server) =>
      carryOutAll(
        { ...entrance, urls: [url] },
        random.fork(name),
        scene.wallets.map(({ id }) => deposit(id, 1, `after-${name}-${server}-${id}`)),
        late,
      ),
    ),
  );
  const all = Date.now();
  const first = entrance.testimony.acknowledgedAt.find((at) => at >= over) ?? all;
  const unserved = told.flat().filter((one) => fateOf(one) !== "acknowledged");
  return {
    firstMs: first - over,
    allMs: all - over,
    unserved: unserved.map(({ command }) => command.key),
  };
};
