import type { Act, Activity, RequestScope } from "../../observability/activity.ts";

/**
 * What a verb of another Worker answers. Calls between Workers keep no more of an error
 * than its message, so failures come back as values; and what was done for the call comes
 * with them, so that the request's log line, metrics and trace know of it.
 */
export type Reply<Value> = (
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: FailureData }
) & { readonly acts: readonly Act[] };

/** An error without its message, which can hold data: what decides the answer, and where it happened. */
export interface FailureData {
  readonly name: string;
  /** Of a database that did not answer: whether it may have been asked. */
  readonly sent?: boolean;
  /** PostgreSQL's code, where it answered with an error. */
  readonly sqlState?: string;
  /** The places of the stack, as V8 writes them. */
  readonly stack: string;
}

/** Runs a verb, in a scope of its own that notes what it waits for. Never rejects. */
export const replyOf = async <Value>(
  scope: RequestScope,
  work: () => Promise<Value>,
): Promise<Reply<Value>> => {
  const activity: Activity = { acts: [] };
  try {
    const value = await scope.run(activity, work);
    return { ok: true, value, acts: activity.acts };
  } catch (error) {
    return { ok: false, failure: failureData(error), acts: activity.acts };
  }
};

/** The value, or the failure thrown as the error that it was over there. */
export const valueOfReply = <Value>(reply: Reply<Value>): Value => {
  if (reply.ok) return reply.value;
  throw new FailedElsewhere(reply.failure);
};

/**
 * The reply of a call that was not answered. Whether it took effect is not known, as with a
 * database that does not answer: the service may have ended right after. But a value that
 * cannot be carried, or a verb that is not there, is a bug and stays one.
 */
export const lostReply = (error: unknown): Reply<never> => {
  const failure = failureData(error);
  const isBug = failure.name === "TypeError" || failure.name === "DataCloneError";
  return {
    ok: false,
    failure: isBug ? failure : { ...failure, name: "ServiceUnreachable", sent: true },
    acts: [],
  };
};

const failureData = (error: unknown): FailureData => {
  if (!(error instanceof Error)) return { name: "NotAnError", stack: "" };
  const { sent, sqlState } = error as { readonly sent?: unknown; readonly sqlState?: unknown };
  return {
    name: error.name,
    ...(typeof sent === "boolean" && { sent }),
    ...(typeof sqlState === "string" && { sqlState }),
    stack: placesOf(error),
  };
};

/** The stack begins with the message, which may itself look like a stack: what follows it is ours. */
const placesOf = ({ stack = "", message }: Error): string => {
  const after = stack.slice(stack.indexOf(message) + message.length);
  return after
    .split("\n")
    .filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line))
    .join("\n");
};

/** Has the name of the error that it stands for: by that, `routes` tells outages from bugs. */
class FailedElsewhere extends Error {
  override readonly name: string;
  readonly sent: boolean | undefined;
  readonly sqlState: string | undefined;

  constructor({ name, sent, sqlState, stack }: FailureData) {
    super("failed in another service");
    this.name = name;
    this.sent = sent;
    this.sqlState = sqlState;
    this.stack = `${name}: ${this.message}\n${stack}`;
  }
}
