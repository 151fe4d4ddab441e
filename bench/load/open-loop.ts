import { inParallel } from "../in-parallel.ts";
import { Arrivals } from "./arrivals.ts";
import { type Call, callOf } from "./call.ts";
import { patienceMs } from "./closed-loop.ts";
import { Connection, type Exchange } from "./connection.ts";
import type { LoadPlan, LoadResult } from "./plan.ts";
import { requestBytes } from "./request.ts";
import { noAnswer, notSent, Tally } from "./tally.ts";

/** What the loop needs of the world; its test brings a clock and a server of its own. */
export interface OpenLoopPorts {
  readonly now: () => number;
  /** Lets time pass until there may be something to send. */
  readonly tick: () => Promise<void>;
  readonly open: () => Exchange & { close(): void };
  /** Connections that are open already. */
  readonly kept?: readonly Idle[];
  readonly call: Call;
}

/** Servers close what has been idle for five seconds; a request must not meet that. */
const idleMs = 4_000;

export interface Idle {
  readonly connection: ReturnType<OpenLoopPorts["open"]>;
  /** When it had its last answer. */
  readonly since: number;
}

/**
 * Sends at a fixed rate. What finds every connection busy waits here, and its latency
 * counts all the same from when it should have been sent.
 */
export const runOpenLoop = async (
  plan: LoadPlan & { readonly arrivalsPerSecond: number },
  { now, tick, open, kept = [], call }: OpenLoopPorts,
): Promise<LoadResult> => {
  const start = now();
  const from = start + plan.warmUpMs;
  const until = from + plan.measureMs;
  const arrivals = new Arrivals(plan.arrivalsPerSecond, start, until);
  const tally = new Tally(from, until);
  const late = new Queue();
  const idle: Idle[] = [...kept];
  const busy = new Set<Idle["connection"]>();

  const free = (): Idle["connection"] | undefined => {
    const last = idle.pop();
    if (!last) return busy.size < plan.connections ? open() : undefined;
    if (now() - last.since > idleMs) last.connection.close();
    return last.connection;
  };
  const send = (over: Idle["connection"], since: number): void => {
    busy.add(over);
    call(over, (outcome) => {
      busy.delete(over);
      const at = now();
      tally.add(outcome, since, at);
      const next = at < until ? late.take() : undefined;
      if (next === undefined) idle.push({ connection: over, since: at });
      else send(over, next);
    });
  };

  while (!arrivals.isOver) {
    for (const since of arrivals.due(now())) {
      const over = free();
      if (over) send(over, since);
      else late.put(since);
    }
    await tick();
  }
  while (busy.size > 0 && now() < until + patienceMs) await tick();
  tally.count(noAnswer, busy.size);
  tally.count(notSent, late.size);
  for (const over of [...busy, ...idle.map((one) => one.connection)]) over.close();
  return tally.result();
};

/** First in, first out; also of a hundred thousand. */
class Queue {
  #items: number[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  put(item: number): void {
    this.#items.push(item);
  }

  take(): number | undefined {
    const item = this.#items[this.#head];
    if (item !== undefined) this.#head += 1;
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** Over real connections, with the precision of the event loop's timers: a millisecond. */
export const openLoop = async (
  plan: LoadPlan & { readonly arrivalsPerSecond: number },
): Promise<LoadResult> =>
  runOpenLoop(plan, {
    now: () => performance.now(),
    tick: () => new Promise((resolve) => setTimeout(resolve, 1)),
    open: () => new Connection(plan.port),
    kept: await openKept(plan),
    call: callOf(plan),
  });

/** Few enough at once that none waits long to be accepted. */
const openedAtOnce = 64;

const openKept = ({ port, token, kept = 0 }: LoadPlan): Promise<Idle[]> => {
  const health = requestBytes({ method: "GET", path: "/health" }, `127.0.0.1:${port}`, token);
  const open = (): Promise<Idle> =>
    new Promise((done) => {
      const connection = new Connection(port);
      connection.exchange(health, () => done({ connection, since: performance.now() }));
    });
  return inParallel(kept, openedAtOnce, open);
};
