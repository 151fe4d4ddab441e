import type { Context, Handler, MiddlewareHandler } from "hono";
import * as z from "zod";
import type { Actor, Idempotency, Scope } from "../domain/actor.ts";
import type { Freshness } from "../domain/freshness.ts";
import type { Page } from "../domain/page.ts";
import type { RefusalCode, Result } from "../domain/result.ts";
import { addHeaders, answer } from "./answer.ts";
import { consistencyHeader, nextToken, readTokens } from "./consistency-token.ts";
import { type CursorBinding, openCursor, sealCursor } from "./cursor.ts";
import type { Access, HonoEnv, Router } from "./hono-env.ts";
import { fingerprintRequest, idempotencyKeyForm } from "./idempotency-key.ts";
import { readJsonBody } from "./json-body.ts";
import { jsonResponse } from "./json-response.ts";
import type { ListRequest } from "./list-query.ts";
import { describes } from "./operation-description.ts";
import { problem, refusalProblem } from "./problem.ts";
import { pathId } from "./schemas/id.ts";
import {
  validateBody,
  validateNoBody,
  validateNoQuery,
  validateParams,
  validateQuery,
} from "./validate.ts";

export type Method = "get" | "post" | "patch" | "put" | "delete";

export interface OperationSpec {
  /** The operation's id in OpenAPI; part of cursors and of idempotency fingerprints, so it never changes. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Access;
  /** Path parameters; without it each one is an id. A value that does not fit reads as 404. */
  readonly params?: z.ZodType;
  /** Without it, any query parameter is refused. Lists use `listQuery`. */
  readonly query?: z.ZodType;
  /** Without it, only an empty body or `{}` is accepted. */
  readonly body?: z.ZodType;
  readonly success: SuccessSpec;
  /** The refusals that its verb can answer, for the documentation. */
  readonly refusals?: readonly RefusalCode[];
}

/** What success looks like: one resource, a page of them, or nothing. */
export type SuccessSpec =
  | { readonly status: 200 | 201 | 202; readonly data: z.ZodType }
  | {
      readonly status: 200;
      readonly list: z.ZodType;
      /** Other media types that the handler answers in, with a response of its own. */
      readonly media?: readonly string[];
    }
  | { readonly status: 204 };

/** What the handler gets, typed by the operation's schemas. */
export interface OperationInput<Path extends string, Spec extends OperationSpec> {
  /** `undefined` where nobody had to say who they are, and for the admin token. */
  readonly actor: Spec["scope"] extends Scope ? Actor : undefined;
  readonly params: Spec extends { readonly params: infer Params extends z.ZodType }
    ? z.output<Params>
    : { readonly [Name in PathParam<Path>]: string };
  readonly query: Spec extends { readonly query: infer Query extends z.ZodType }
    ? z.output<Query>
    : Record<never, never>;
  readonly body: Spec extends { readonly body: infer Body extends z.ZodType }
    ? z.output<Body>
    : undefined;
  readonly requestId: string;
  /** What a read must be able to see; a list has it on its page, too. */
  readonly freshness: Freshness | undefined;
  /** Also on the actor; here for operations that have none. */
  readonly idempotency: Idempotency | undefined;
  readonly c: Context<HonoEnv>;
}

type PathParam<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathParam<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** What the verb answers: its value must fit the documented schema. */
export type OperationValue<Success extends SuccessSpec> = Success extends {
  readonly data: infer Data extends z.ZodType;
}
  ? DeepReadonly<z.input<Data>>
  : Success extends { readonly list: infer Item extends z.ZodType }
    ? Page<DeepReadonly<z.input<Item>>>
    : unknown;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/**
 * Registers one operation: access, validation, one domain verb, and its outcome
 * as HTTP. Everything that OpenAPI says about it comes from the same `spec`.
 */
export const operation = <Path extends string, const Spec extends OperationSpec>(
  router: Router,
  method: Method,
  path: Path,
  spec: Spec,
  handle: (
    input: OperationInput<Path, Spec>,
  ) => Promise<Result<OperationValue<Spec["success"]>> | Response>,
): void => {
  const run: Handler<HonoEnv> = async (c) => {
    const refused = await firstRefusal(c, checks);
    if (refused) return refused;
    const params: unknown = c.req.valid("param" as never) ?? {};
    const body: unknown = spec.body ? c.req.valid("json" as never) : undefined;
    const freshness = readTokens(c.req.header(consistencyHeader));
    if (freshness === null) {
      return problem(c, "malformed_request", "The consistency token is not valid.", {
        errors: [{ header: consistencyHeader, detail: "Must be what writes were answered with" }],
      });
    }
    const query = readListQuery(spec, params, c.req.valid("query" as never) ?? {}, freshness);
    if (query === null) {
      return problem(c, "malformed_request", "The cursor does not belong to this list.", {
        errors: [{ parameter: "cursor", detail: "Not a cursor of this list, order and filters" }],
      });
    }
    const idempotency = method === "post" ? readIdempotency(c, spec.id, params, body) : undefined;
    if (idempotency === null) {
      return problem(c, "malformed_request", "The idempotency key is not valid.", {
        errors: [
          { header: "Idempotency-Key", detail: "Must be 1 to 255 visible ASCII characters" },
        ],
      });
    }
    const actor = c.get("actor");
    c.set("mayHaveChanged", method !== "get");
    const outcome = await handle({
      actor: actor && idempotency ? { ...actor, idempotency } : actor,
      params,
      query,
      body,
      freshness,
      requestId: c.get("requestId"),
      idempotency,
      c,
    } as unknown as OperationInput<Path, Spec>);
    return outcome instanceof Response
      ? answer(c, 200, outcome.body, Object.fromEntries(outcome.headers))
      : respond(c, spec, params, query, outcome, freshness);
  };
  const accepts = {
    param: spec.params ?? idParams(path),
    query: spec.query ?? noQuery,
    json: spec.body,
  };
  const checks = [
    access(spec.scope, spec.refusals?.includes("wallet_busy") ?? false),
    // A layer that has nothing to check would cost each request its time.
    ...(path.includes(":") || spec.params ? [validateParams(accepts.param)] : []),
    spec.query ? validateQuery(spec.query) : validateNoQuery,
    ...(takesBody(method)
      ? [readJsonBody, accepts.json ? validateBody(accepts.json) : validateNoBody]
      : []),
  ];
  const described = describes({ kind: "operation", method, path, spec, accepts }, run);
  router.on(method.toUpperCase(), path, described);
};

/**
 * Each check is over before the next begins, and all of them before the verb. Around one
 * another, as middlewares are, all of them would be kept for as long as the request waits
 * for its commit, and be collected as old.
 */
const firstRefusal = async (
  c: Context<HonoEnv>,
  checks: readonly MiddlewareHandler<HonoEnv>[],
): Promise<Response | undefined> => {
  for (const check of checks) {
    const refused = await check(c, goOn);
    if (refused) return refused;
  }
  return undefined;
};

const goOn = async (): Promise<void> => undefined;

const takesBody = (method: Method): boolean => method !== "get" && method !== "delete";

const noQuery = z.strictObject({});

/** The schema of a path whose parameters are all ids. */
const idParams = (path: string): z.ZodType =>
  z.object(Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [name, pathId])));

/**
 * Lets a request in. A command that its lane would refuse anyway is refused here, before
 * anything is done for it: at the end of its way that has cost most of what a payment costs.
 */
const access =
  (required: Access, isCommand: boolean): MiddlewareHandler<HonoEnv> =>
  async (c, next) => {
    if (isCommand && c.get("isFull")()) {
      return problem(c, "overloaded", "The service is taking more than it can do now.");
    }
    const admission = await c.get("admit")(c, required);
    if (!admission.ok) return admission.response;
    if (admission.actor) c.set("actor", admission.actor);
    await next();
    return undefined;
  };

type ReadQuery = ListRequest<string, Record<string, unknown>>;

const isList = (spec: OperationSpec): boolean => "list" in spec.success;

/**
 * The validated query; of a list with its cursor opened and how fresh it must be, `null` if
 * the cursor is not one of this list.
 */
const readListQuery = (
  spec: OperationSpec,
  params: unknown,
  query: unknown,
  freshness: Freshness | undefined,
): unknown => {
  if (!isList(spec) || !isListRequest(query)) return query;
  const page = { ...query.page, ...(freshness && { freshness }) };
  if (query.cursor === undefined) return { ...query, page };
  const after = openCursor(binding(spec, params, query), query.sortKind, query.cursor);
  return after && { ...query, page: { ...page, after } };
};

const isListRequest = (query: unknown): query is ReadQuery =>
  typeof query === "object" && query !== null && "page" in query && "filters" in query;

const binding = (
  spec: OperationSpec,
  params: unknown,
  { page, filters }: ReadQuery,
): CursorBinding => ({
  operation: spec.id,
  params: params as CursorBinding["params"],
  sortBy: page.sortBy,
  sort: page.sort,
  filters,
});

/** The client's idempotency key, `undefined` without one, `null` if it is not valid. */
const readIdempotency = (
  c: Context<HonoEnv>,
  id: string,
  params: unknown,
  body: unknown,
): Idempotency | undefined | null => {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return undefined;
  return idempotencyKeyForm.test(key)
    ? fingerprintRequest(c.get("mac"), key, id, params, body)
    : null;
};

const respond = (
  c: Context<HonoEnv>,
  spec: OperationSpec,
  params: unknown,
  query: unknown,
  outcome: Result<unknown>,
  brought: Freshness | undefined,
): Response => {
  if (!outcome.ok) return refusalProblem(c, outcome.refusal);
  if (outcome.replayed) {
    addHeaders(c, { "Idempotency-Replayed": "true" });
    c.set("replayed", true);
  }
  const token = nextToken(brought, outcome.written, outcome.replayed === true);
  if (token) addHeaders(c, { [consistencyHeader]: token });
  const { status } = spec.success;
  if (status === 204) return answer(c, 204, null);
  const requestId = c.get("requestId");
  if (!isList(spec)) return jsonResponse(c, status, { data: outcome.value, meta: { requestId } });
  const { items, next } = outcome.value as Page<unknown>;
  if (!isListRequest(query)) throw new TypeError(`${spec.id}: a list needs a listQuery`);
  const page = {
    limit: query.page.limit,
    next: next && sealCursor(binding(spec, params, query), next),
  };
  return jsonResponse(c, 200, { data: items, meta: { requestId, page } });
};
