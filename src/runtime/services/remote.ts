import type { RequestScope } from "../../observability/activity.ts";
import { withTimeout } from "../timeout.ts";
import { lostReply, type Reply, valueOfReply } from "./reply.ts";
import type { Verbs } from "./verbs.ts";

/** An interface of async functions as a service binding carries it: with replies. */
export type Carried<Api> = {
  readonly [Verb in keyof Api]: Api[Verb] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Promise<Reply<Value>>
    : never;
};

type Call = (...args: readonly unknown[]) => Promise<Reply<unknown>>;

/** Longer than any verb takes: a command between two statements, or a long poll. */
const defaultPatienceMs = 60_000;

/**
 * A service as if it were here: what it answers is answered, and its failures are thrown.
 * Each call, with all that it consisted of, is noted with the request that waits for it.
 */
export const remote = <Api extends object>(
  service: "directory" | "wallets",
  verbs: Verbs<Api>,
  binding: Carried<Api>,
  scope: RequestScope,
  patienceMs = defaultPatienceMs,
): Api => {
  const stub = binding as unknown as Readonly<Record<string, Call>>;
  const call = async (verb: string, args: readonly unknown[]): Promise<unknown> => {
    const activity = scope.current();
    const startedAt = Date.now();
    const mark = performance.now();
    // Called in place: a method that is taken from a stub is a stub of its own.
    const answer = withTimeout((stub[verb] as Call)(...args), patienceMs);
    const reply = await answer.catch(lostReply);
    activity?.acts.push({
      name: `${service}/${verb}`,
      kind: "work",
      startedAt,
      durationMs: performance.now() - mark,
      within: reply.acts,
      ...(!reply.ok && { failure: reply.failure.name }),
    });
    return valueOfReply(reply);
  };
  const methods = Object.keys(verbs).map((verb) => [
    verb,
    (...args: readonly unknown[]) => call(verb, args),
  ]);
  return Object.fromEntries(methods) as Api;
};
