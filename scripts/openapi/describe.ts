import type { Handler, Hono, MiddlewareHandler } from "hono";
import { describeRoute, resolver, uniqueSymbol } from "hono-openapi";
import type { z } from "zod";
import { dataEnvelope, listEnvelope } from "../../src/routes/envelope.ts";
import type { HonoEnv } from "../../src/routes/hono-env.ts";
import type { Method, OperationSpec } from "../../src/routes/operation.ts";
import {
  type Described,
  descriptionOf,
  type SystemSpec,
} from "../../src/routes/operation-description.ts";
import { type ProblemCode, problemKinds } from "../../src/routes/problem.ts";

/**
 * The app's operations once more, with what hono-openapi reads beside them. The app itself
 * carries only their specs: nothing of the documentation is deployed.
 */
export const documented = (app: Hono<HonoEnv>, into: Hono): number => {
  let operations = 0;
  for (const { method, path, handler } of app.routes) {
    const described = descriptionOf(handler);
    if (!described) continue;
    operations += 1;
    const handlers: Handler[] = [...layers(described), nothing];
    into.on(method, [path], ...handlers);
  }
  return operations;
};

const nothing: Handler = (c) => c.body(null);

const layers = (described: Described): MiddlewareHandler[] => {
  if (described.kind === "system") return [describeSystem(described.spec)];
  const { method, path, spec, accepts } = described;
  return [
    describeOperation(method, path, spec),
    accepted("param", accepts.param),
    accepted("query", accepts.query),
    ...(accepts.json ? [accepted("json", accepts.json)] : []),
  ];
};

/** What is accepted is documented, not what it is turned into. */
const accepted = (target: "param" | "query" | "json", schema: z.ZodType): MiddlewareHandler =>
  Object.assign(async () => {}, {
    [uniqueSymbol]: { target, ...resolver(schema, { io: "input" }) },
  }) as MiddlewareHandler;

const describeOperation = (method: Method, path: string, spec: OperationSpec): MiddlewareHandler =>
  describeRoute({
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    security: security(spec),
    parameters: headerParameters(method, spec),
    responses: {
      ...successResponse(method, spec),
      ...byStatus(problemCodes(method, path, spec)),
    },
  });

const security = ({ scope }: OperationSpec): Record<string, string[]>[] => {
  if (scope === "public") return [];
  return scope === "admin" ? [{ adminToken: [] }] : [{ apiKey: [scope] }];
};

const headerParameters = (method: Method, spec: OperationSpec) => [
  { $ref: "#/components/parameters/RequestId" },
  ...(method === "post" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ...(isReplicated(spec) ? [{ $ref: "#/components/parameters/ConsistencyToken" }] : []),
];

/** Its data may be read from a replica, or is what such reads show. */
const isReplicated = ({ scope, tag }: OperationSpec): boolean =>
  scope !== "public" && scope !== "admin" && !alwaysPrimary.has(tag);

/** Keys and organizations are always read from the primary. */
const alwaysPrimary = new Set(["API keys", "Organizations"]);

const successResponse = (method: Method, spec: OperationSpec) => {
  const { success, scope } = spec;
  const headers = {
    "X-Request-Id": header("RequestId"),
    ...(method === "post" ? { "Idempotency-Replayed": header("IdempotencyReplayed") } : {}),
    ...(method !== "get" && isReplicated(spec)
      ? { "Purser-Consistency-Token": header("ConsistencyToken") }
      : {}),
    ...(scope === "public" ? {} : rateLimitHeaders),
  };
  const description = success.status === 201 ? "Made." : "Done.";
  if (success.status === 204) return { 204: { description, headers } };
  const schema = "list" in success ? listEnvelope(success.list) : dataEnvelope(success.data);
  const others = "media" in success ? (success.media ?? []) : [];
  const content = {
    "application/json": { schema: resolver(schema, { io: "output" }) },
    ...Object.fromEntries(others.map((type) => [type, { schema: { type: "string" as const } }])),
  };
  return { [success.status]: { description, headers, content } };
};

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });

const rateLimitHeaders = {
  "RateLimit-Policy": header("RateLimitPolicy"),
  RateLimit: header("RateLimit"),
};

const describeSystem = (spec: SystemSpec): MiddlewareHandler => {
  const content = spec.data
    ? { "application/json": { schema: resolver(spec.data, { io: "output" }) } }
    : Object.fromEntries((spec.text ?? []).map((type) => [type, { schema: { type: "string" } }]));
  return describeRoute({
    operationId: spec.id,
    tags: ["System"],
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    security: [],
    responses: {
      200: { description: "Done.", content: content as never },
      ...byStatus(spec.problems ?? []),
    },
  });
};

/** Each error status with the codes that it then carries; alone, a code is one of the document's components. */
const byStatus = (codes: Iterable<ProblemCode>) => {
  const groups = Map.groupBy(codes, (code) => problemKinds[code].status);
  return Object.fromEntries(
    [...groups].map(([status, group]) => {
      const [code] = group;
      const alone = code !== undefined && group.length === 1;
      return [status, alone ? { $ref: `#/components/responses/${code}` } : problemResponse(group)];
    }),
  );
};

/** The documentation of an answer with one of these codes, which share a status. */
export const problemResponse = (codes: readonly ProblemCode[]) => {
  const waits = codes.some((code) => problemKinds[code].retryAfter !== undefined);
  return {
    description: codes.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join(" "),
    ...(waits ? { headers: { "Retry-After": header("RetryAfter") } } : {}),
    content: {
      "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } as const },
    },
  };
};

const problemCodes = (method: Method, path: string, spec: OperationSpec): Set<ProblemCode> => {
  const codes = new Set<ProblemCode>(["malformed_request", "internal_error", "unavailable"]);
  const add = (...more: readonly ProblemCode[]) => {
    for (const code of more) codes.add(code);
  };
  if (spec.scope !== "public") add("unauthenticated", "rate_limited", "scope_missing");
  if (path.includes(":")) add("not_found");
  if (method !== "get" && method !== "delete") {
    add("validation_failed", "body_too_large", "unsupported_media_type");
  }
  if (method === "post") add("idempotency_key_reused");
  if (method !== "get") add("outcome_unknown");
  add(...(spec.refusals ?? []));
  return codes;
};
