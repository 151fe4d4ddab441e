import type { MiddlewareHandler } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import type { z } from "zod";
import { dataEnvelope, listEnvelope } from "./envelope.ts";
import type { HonoEnv } from "./hono-env.ts";
import type { Method, OperationSpec } from "./operation.ts";
import { type ProblemCode, problemKinds } from "./problem.ts";

/** Marks the handler that every `operation()` registers, so that the OpenAPI script can count them. */
export const operationMark = Symbol("operation");

/** Documents an operation from the spec that also validates it. */
export const describeOperation = (
  method: Method,
  path: string,
  spec: OperationSpec,
): MiddlewareHandler<HonoEnv> =>
  Object.assign(
    describeRoute({
      operationId: spec.id,
      tags: [spec.tag],
      summary: spec.summary,
      ...(spec.description ? { description: spec.description } : {}),
      security: security(spec),
      parameters: headerParameters(method),
      responses: {
        ...successResponse(method, spec),
        ...byStatus(problemCodes(method, path, spec)),
      },
    }) as MiddlewareHandler<HonoEnv>,
    { [operationMark]: spec },
  );

const security = ({ scope }: OperationSpec): Record<string, string[]>[] => {
  if (scope === "public") return [];
  return scope === "admin" ? [{ adminToken: [] }] : [{ apiKey: [scope] }];
};

const headerParameters = (method: Method) => [
  { $ref: "#/components/parameters/RequestId" },
  ...(method === "post" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
];

const successResponse = (method: Method, { success, scope }: OperationSpec) => {
  const headers = {
    "X-Request-Id": header("RequestId"),
    ...(method === "post" ? { "Idempotency-Replayed": header("IdempotencyReplayed") } : {}),
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

/** An operation outside `/v1`, which answers without the envelope. */
export interface SystemSpec {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** The schema of the whole answer, or the media types of an answer in text. */
  readonly data?: z.ZodType;
  readonly text?: readonly string[];
  readonly problems?: readonly ProblemCode[];
}

export const describeSystem = (spec: SystemSpec): MiddlewareHandler<HonoEnv> => {
  const content = spec.data
    ? { "application/json": { schema: resolver(spec.data, { io: "output" }) } }
    : Object.fromEntries((spec.text ?? []).map((type) => [type, { schema: { type: "string" } }]));
  return Object.assign(
    describeRoute({
      operationId: spec.id,
      tags: ["System"],
      summary: spec.summary,
      ...(spec.description ? { description: spec.description } : {}),
      security: [],
      responses: {
        200: { description: "Done.", content: content as never },
        ...byStatus(spec.problems ?? []),
      },
    }) as MiddlewareHandler<HonoEnv>,
    { [operationMark]: spec },
  );
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
  if (method === "post") add("idempotency_key_reused", "outcome_unknown");
  add(...(spec.refusals ?? []));
  return codes;
};
