import { setTimeout as sleep } from "node:timers/promises";
import { send } from "./client.ts";
import {
  type Command,
  drawCommand,
  type OpenPayment,
  type Payment,
  type Scene,
} from "./commands.ts";
import type { Random } from "./random.ts";
import { fateOf, type Testimony, type Told } from "./testimony.ts";

export interface Entrance {
  /** The servers, by way of their wires: any of them takes any request. */
  readonly urls: readonly string[];
  readonly apiKey: string;
  readonly testimony: Testimony;
}

export interface Load {
  /** Draws no more commands; answers when those who repeat know, or after `patienceMs`. */
  stop(patienceMs: number): Promise<void>;
}

/** Until when anybody repeats what never gets an answer: then it is unknown. */
export const patience = (ms = 60_000): (() => boolean) => {
  const end = Date.now() + ms;
  return () => Date.now() > end;
};

/**
 * Sends a command until its client knows what came of it, or, without persistence, once.
 * A repetition has the same key and may go to another server.
 */
export const carryOut = async (
  { urls, apiKey, testimony }: Entrance,
  random: Random,
  told: Told,
  options: { readonly until: () => boolean; readonly patienceMs?: number },
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    // Who always left too early would never learn anything, and keep everybody else waiting.
    const patienceMs = options.patienceMs && options.patienceMs * 4 ** (attempt - 1);
    const answer = await send(random.pick(urls), apiKey, told.command, patienceMs);
    testimony.add(told, answer);
    const settled =
      answer.kind === "acknowledged" || (answer.kind === "refused" && !answer.passing);
    if (settled || options.until()) return;
    await sleep(random.between(20, Math.min(40 * 2 ** attempt, 500)));
  }
};

/** Many clients that each send one command after the other. */
export const startLoad = (
  entrance: Entrance,
  scene: Scene,
  random: Random,
  clients: number,
): Load => {
  const state = { stopping: false, hurry: false };
  const running = Array.from({ length: clients }, (_, index) =>
    client(entrance, scene, random.fork(`client ${index}`), state),
  );
  return {
    stop: async (patienceMs) => {
      state.stopping = true;
      const late = setTimeout(() => {
        state.hurry = true;
      }, patienceMs);
      await Promise.all(running);
      clearTimeout(late);
    },
  };
};

const client = async (
  entrance: Entrance,
  scene: Scene,
  random: Random,
  state: { readonly stopping: boolean; readonly hurry: boolean },
): Promise<void> => {
  const { testimony } = entrance;
  const open: OpenPayment[] = [];
  const done: Told[] = [];
  while (!state.stopping) {
    const told = testimony.begin(drawCommand(random, scene, open));
    // A part never asks again, and a part does not wait for long before it does.
    const persistent = random.chance(0.7);
    const impatient = random.chance(0.15) ? { patienceMs: random.between(20, 1_500) } : {};
    await carryOut(entrance, random, told, {
      ...impatient,
      until: () => !persistent || state.hurry,
    });
    remember(open, told);
    if (fateOf(told) === "acknowledged") done.push(told);
    // Who has an answer may have lost it, and ask for it again much later.
    if (done.length > 0 && random.chance(0.04)) {
      await carryOut(entrance, random, random.pick(done), { until: () => state.hurry });
    }
    await sleep(random.between(0, 25));
  }
};

/** Which payments the client may act on next, from what it was told of the last command. */
const remember = (open: OpenPayment[], { command, answers }: Told): void => {
  const about = open.findIndex(({ id }) => command.path.includes(id));
  const [payment] = about < 0 ? [] : open.splice(about, 1);
  const last = answers.at(-1);
  // What became of a payment is not known after an answer that was lost: it is left alone.
  if (last?.kind !== "acknowledged") return;
  if (command.kind === "authorization") {
    const { id, approved, amount } = last.data as Payment;
    if (approved) open.push({ id, walletId: String(command.walletId), held: amount });
  }
  if (payment && !command.body["final"]) {
    const held = payment.held - Number(command.body["amount"]);
    if (held > 0) open.push({ ...payment, held });
  }
  if (open.length > 20) open.shift();
};

/** Everything of these commands, at once, until each is acknowledged or refused. */
export const carryOutAll = (
  entrance: Entrance,
  random: Random,
  commands: readonly Command[],
  until: () => boolean,
): Promise<Told[]> =>
  Promise.all(
    commands.map(async (command) => {
      const told = entrance.testimony.begin(command);
      await carryOut(entrance, random.fork(command.key), told, { until });
      return told;
    }),
  );
