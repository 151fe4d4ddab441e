import type { Context, Hono } from "hono";
import type { Actor, Scope } from "../domain/actor.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import type { ProblemCode } from "./problem.ts";

/** Who may call an operation: a key with the scope, the holder of the admin token, or anyone. */
export type Access = Scope | "admin" | "public";

/** Lets a request in and names its actor, or says why not. Set on every request by `createApp`. */
export type Admit = (c: Context<HonoEnv>, access: Access) => Promise<Admission>;

export type Admission =
  | { readonly ok: true; readonly actor: Actor | undefined }
  | { readonly ok: false; readonly response: Response };

/** An error as a log line may show it: never its message, which can hold data. */
export interface Failure {
  readonly error: string;
  readonly at: string | undefined;
  readonly sqlState: string | undefined;
}

export interface HonoEnv {
  Variables: {
    requestId: string;
    trace: TraceContext;
    admit: Admit;
    /** The largest request body in bytes. */
    maxBodyBytes: number;
    mac: (text: string) => string;
    /** Called with what the metrics count beyond the request itself. */
    noteReplay: () => void;
    /** Known once the request is admitted; for the access log. */
    actor?: Actor;
    /** The code of the problem that was answered; for the access log. */
    problemCode?: ProblemCode;
    /** The verb of an operation that changes things has been called. */
    mayHaveChanged?: boolean;
    /** What was thrown, as far as it may be logged. */
    failure?: Failure;
  };
}

/** The router of one resource. */
export type Router = Hono<HonoEnv>;
