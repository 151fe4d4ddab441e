import { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import { createApp } from "../../src/app.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { type ProblemCode, problemKinds } from "../../src/routes/problem.ts";
import { defaultMaxBodyBytes, type Services } from "../../src/routes/services.ts";
import { documented, problemResponse } from "./describe.ts";
import { nameSchemas } from "./name-schemas.ts";
import { tidy } from "./tidy.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The parts of an OpenAPI document that these scripts look at. */
export interface OpenApi extends JsonObject {
  readonly openapi: string;
  readonly info: JsonObject;
  readonly paths: { readonly [path: string]: { readonly [method: string]: OperationObject } };
  readonly components: JsonObject;
}

export interface OperationObject extends JsonObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
}

/** The real app without services: resources only hold on to theirs until a request comes. */
export const appToDocument = (version: string): ReturnType<typeof createApp> => {
  const services = {
    config: {
      version,
      runtime: "node",
      adminToken: undefined,
      metricsToken: undefined,
      corsOrigins: [],
      rateLimitPerSecond: 1,
      maxBodyBytes: defaultMaxBodyBytes,
      logShare: 1,
      slowMs: 1_000,
    },
    metrics: createMetrics({ version, runtime: "node" }),
    now: Date.now,
  } satisfies Partial<Services> as unknown as Services;
  return createApp(services);
};

/** The OpenAPI 3.1 document of the real app. */
export const openApiDocument = async (version: string): Promise<OpenApi> => {
  const described = new Hono();
  const operations = documented(appToDocument(version), described);
  const generated = await generateSpecs(described, {
    documentation: {
      info: {
        title: "Purser",
        version,
        description:
          "Wallets, cards and card payments on a ledger that can be proved. Amounts are whole minor units; times are ISO 8601 in UTC.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
    },
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
  });
  const named = generated.components?.schemas ?? {};
  const schemas = { ...named, ...(components["schemas"] as JsonObject) };
  const whole = { ...generated, components: { ...components, schemas } };
  const document = nameSchemas(tidy(JSON.parse(JSON.stringify(whole))));
  assertComplete(document, operations);
  assertResolved(document);
  return document;
};

/** Two installed copies of hono-openapi, or a router mounted wrongly, drop operations without a word. */
const assertComplete = (document: OpenApi, registered: number): void => {
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (doubled.length > 0) throw new Error(`operations share an id: ${doubled.join(", ")}`);
  if (ids.length !== registered) {
    throw new Error(`${registered} operations are registered, ${ids.length} are documented`);
  }
};

const assertResolved = (document: OpenApi): void => {
  for (const [, pointer = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = pointer
      .split("/")
      .reduce<Json | undefined>((at, name) => (at as JsonObject | undefined)?.[name], document);
    if (found === undefined) throw new Error(`nothing is at #/${pointer}`);
  }
};

const codes = Object.keys(problemKinds) as ProblemCode[];

const components: JsonObject = {
  securitySchemes: {
    apiKey: {
      type: "http",
      scheme: "bearer",
      description: "An API key, `id.secret`. The scopes that an operation needs stand beside it.",
    },
    adminToken: { type: "http", scheme: "bearer", description: "The operator's admin token." },
  },
  parameters: {
    RequestId: {
      name: "X-Request-Id",
      in: "header",
      description: "Comes back on the answer and in `meta`, logs and events; made if absent.",
      schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
    },
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      description:
        "Makes a repetition safe: the same key and body have one effect, and the first one's answer. For ever on a wallet and its cards; a new organization, key, user, team, member or wallet is remembered for 30 days, unless the operator has set another time.",
      schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
    },
    ConsistencyToken: {
      name: "Purser-Consistency-Token",
      in: "header",
      description:
        "What a write was answered with: a list, report or feed that brings it shows that write. Without it they " +
        "may be as old as a read replica. Bring the newest also to writes, which hand it on; after writes at " +
        "the same time bring all of theirs, separated by commas, at most 64.",
      schema: {
        type: "string",
        pattern: "^[A-Za-z0-9._-]{1,64}( ?, ?[A-Za-z0-9._-]{1,64}){0,63}$",
      },
    },
  },
  headers: {
    RequestId: { description: "The request's id.", schema: { type: "string" } },
    IdempotencyReplayed: {
      description: "`true` when an earlier request with the same key had the effect.",
      schema: { type: "string", enum: ["true"] },
    },
    ConsistencyToken: {
      description:
        "Stands for what was written, where something was. Opaque: bring it to reads that must show it.",
      schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
    },
    RetryAfter: { description: "Seconds to wait.", schema: { type: "integer", minimum: 1 } },
    RateLimitPolicy: {
      description: "The key's limit: `q` requests in `w` seconds.",
      schema: { type: "string", examples: ['"key";q=100;w=1'] },
    },
    RateLimit: {
      description: "What remains, `r`, and in how many seconds `t` all of it is back.",
      schema: { type: "string", examples: ['"key";r=99;t=1'] },
    },
  },
  responses: Object.fromEntries(codes.map((code) => [code, problemResponse([code])])),
  schemas: {
    Problem: {
      type: "object",
      description: "RFC 9457. `code` never changes its meaning; the texts may.",
      required: ["type", "title", "status", "detail", "code", "requestId", "errors"],
      properties: {
        type: { type: "string", format: "uri-reference", examples: ["/docs/errors#not_found"] },
        title: { type: "string" },
        status: { type: "integer" },
        detail: { type: "string" },
        code: { type: "string", enum: codes },
        requestId: { type: "string" },
        errors: {
          type: "array",
          items: {
            type: "object",
            required: ["detail"],
            properties: {
              pointer: { type: "string", description: "JSON pointer into the request body." },
              parameter: { type: "string", description: "Name of a query parameter." },
              header: { type: "string", description: "Name of a request header." },
              detail: { type: "string" },
            },
          },
        },
      },
    },
  },
};
