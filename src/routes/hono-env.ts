import type { Context, Hono } from "hono";
import type { Actor, Scope } from "../domain/actor.ts";
import type { Decision, Failure } from "../observability/answered-request.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import type { AnswerHeaders } from "./answer.ts";
import type { ProblemCode } from "./problem.ts";

/** Who may call an operation: a key with the scope, the holder of the admin token, or anyone. */
export type Access = Scope | "admin" | "public";

/** Lets a request in and names its actor, or says why not. Set on every request by `createApp`. */
export type Admit = (c: Context<HonoEnv>, access: Access) => Promise<Admission>;

export type Admission =
  | { readonly ok: true; readonly actor: Actor | undefined }
  | { readonly ok: false; readonly response: Response };

export interface HonoEnv {
  Variables: {
    requestId: string;
    trace: TraceContext;
    /** What the answer will have beside its own headers. */
    answerHeaders: AnswerHeaders;
    admit: Admit;
    /** The largest request body in bytes. */
    maxBodyBytes: number;
    mac: (text: string) => string;
    /** Whether a command would be refused because too many wait already. */
    isFull: () => boolean;
    /** Known once the request is admitted. */
    actor?: Actor;
    /** From here on for whoever observes requests: the code of the problem that was answered, */
    problemCode?: ProblemCode;
    /** how long the answer's body is, where that is known, */
    responseBytes?: number;
    /** that the answer is the stored one of its idempotency key, */
    replayed?: boolean;
    /** and the card payments that were decided. */
    decisions?: readonly Decision[];
    /** The verb of an operation that changes things has been called. */
    mayHaveChanged?: boolean;
    /** What was thrown, as far as it may be logged. */
    failure?: Failure;
  };
}

/** The router of one resource. */
export type Router = Hono<HonoEnv>;
