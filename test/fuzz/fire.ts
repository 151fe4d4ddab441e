import { operationOf } from "../support/contract.ts";
import { otherBody } from "../support/sample.ts";
import type { Attempt, Replay, Shot, Tree } from "./attempt.ts";
import type { Books } from "./books.ts";
import type { World } from "./callers.ts";
import { type Concrete, concrete } from "./concrete.ts";
import { judge, type OracleOptions } from "./oracle.ts";
import { isPlain, type Tally } from "./tally.ts";
import type { Wire, WireAnswer, WireRequest } from "./wire.ts";

export interface Range {
  readonly wire: Wire;
  readonly world: World;
  readonly tally: Tally;
  readonly books: Books;
  readonly oracle: OracleOptions;
}

/** A request with what is wrong about its answer. */
export interface Exchange {
  readonly sent: WireRequest;
  readonly operation: string;
  /** What came back, as one text. */
  readonly answered: string;
  readonly faults: readonly string[];
}

interface Answered extends Exchange {
  readonly answer: WireAnswer | undefined;
  readonly data: unknown;
}

/** Sends all of a burst at once, and answers what went wrong. */
export const fire = async (range: Range, burst: readonly Shot[]): Promise<Exchange[]> => {
  const loaded: (() => Promise<Answered[]>)[] = [];
  // One by one, since what requests are to end is made here.
  for (const shot of burst) {
    loaded.push(
      "replay" in shot
        ? await replaying(range, shot.replay)
        : await single(range, shot.attempt, isPlain(shot)),
    );
  }
  const answered = await Promise.all(loaded.map((send) => send()));
  return answered.flat().filter(({ faults }) => faults.length > 0);
};

const single = async (range: Range, attempt: Attempt, plain: boolean) => {
  const request = await concrete(attempt, range.world);
  return async () => [await exchange(range, request, plain)];
};

const exchange = async (range: Range, request: Concrete, plain: boolean): Promise<Answered> => {
  const { wire, tally, world, books, oracle } = range;
  const { sent, reached, caller, parent } = request;
  const operation = reached?.id ?? `${sent.method} nowhere`;
  let answer: WireAnswer;
  try {
    answer = await wire(sent);
  } catch (error) {
    const faults = [`there is no answer: ${error}`];
    return { sent, operation, answered: "", faults, answer: undefined, data: undefined };
  }
  tally.note(request, answer, plain);
  const { faults, body } = judge(request, answer, oracle);
  if (reached && caller === "owner" && answer.status < 300 && sent.method !== "HEAD") {
    world.own.pool.learn(reached, sent.target, parent, body);
    books.note(reached, body);
  }
  const { data } = (body ?? {}) as { data?: unknown };
  return { sent, operation, answered: `${answer.status} ${answer.text}`, faults, answer, data };
};

/** Copies of one request at once, one later, and one that differs: one effect, told alike. */
const replaying = async (range: Range, { attempt, copies, foreignKey, last: kind }: Replay) => {
  const { world } = range;
  const key = (foreignKey ? world.foreignKeys.pop() : undefined) ?? crypto.randomUUID();
  const headers = [["Idempotency-Key", key]] as const;
  const request = await concrete(attempt, world, headers);
  const changed = kind === "other body" ? otherRequest(attempt) : undefined;
  const other = await concrete(changed ?? another(attempt, key), world, headers);
  const target = changed ? request.sent.target : other.sent.target;
  return async () => {
    const atOnce = await Promise.all(
      Array.from({ length: copies }, () => exchange(range, request, true)),
    );
    const successes = atOnce.filter(({ answer }) => answer && answer.status < 300);
    if (successes.length === 0) return atOnce;
    const later = await exchange(range, request, false);
    const last = await exchange(range, { ...other, sent: { ...other.sent, target } }, false);
    return [...atOnce, withReplayFaults(later, successes), withReuseFaults(last)];
  };
};

/** The same but for its body, where it has one. */
const otherRequest = (attempt: Attempt): Attempt | undefined => {
  const { operation, body } = attempt;
  const changed = otherBody({ operation, path: {}, query: {}, body: body as never });
  if (!changed || JSON.stringify(changed) === JSON.stringify(body)) return undefined;
  return { ...attempt, body: changed as Tree };
};

/** Something else that a key can be sent with. */
const another = ({ operation }: Attempt, key: string): Attempt => {
  const isTeam = operation.path === "/v1/teams";
  const other = operationOf("POST", isTeam ? "/v1/users" : "/v1/teams");
  if (!other) throw new Error("the document has neither teams nor users");
  const body: Tree = isTeam ? { email: `${key}@fuzz.example` } : { name: key };
  return { operation: other, path: {}, query: {}, body, accept: undefined, twists: [] };
};

const isReplayed = ({ answer }: Answered): boolean =>
  answer?.headers.get("Idempotency-Replayed") === "true";

/** Shown once: `null` when the creation is replayed. */
const shownOnce = ["apiKey", "key"];

const lasting = ({ data }: Answered): string =>
  JSON.stringify(data, (name, value) => (shownOnce.includes(name) ? null : value));

/**
 * Some copies may be refused before one succeeds, since others change the wallet meanwhile;
 * what comes later is told what that one was.
 */
const withReplayFaults = (later: Answered, successes: readonly Answered[]): Answered => {
  const faults: string[] = [];
  if (!isReplayed(later)) faults.push(`a key is answered ${later.answered} after it had an effect`);
  const effects = successes.filter((one) => !isReplayed(one)).length;
  if (effects !== 1) faults.push(`a key has ${effects} effects`);
  if (new Set([later, ...successes].map(lasting)).size > 1) {
    faults.push("a replay is answered otherwise");
  }
  return { ...later, faults: [...later.faults, ...faults] };
};

const withReuseFaults = (one: Answered): Answered =>
  isReplayed(one) ? { ...one, faults: [...one.faults, "another request replays the key"] } : one;
