import { createHash } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Scope } from "../../src/domain/actor.ts";
import type { ApiKeyRecord, ApiKeyUse } from "../../src/domain/directory/api-keys/api-key.ts";
import { defaultPaymentSettings } from "../../src/domain/organization-settings.ts";
import { ok, refuse, replayed } from "../../src/domain/result.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { createEdgeApp, type EdgeServices } from "../../src/routes/edge-app.ts";
import type { HonoEnv, Router } from "../../src/routes/hono-env.ts";
import { listQuery } from "../../src/routes/list-query.ts";
import { operation } from "../../src/routes/operation.ts";
import { createBucketStore } from "../../src/routes/rate-limit/bucket-store.ts";
import { amount, amountOrZero } from "../../src/routes/schemas/amount.ts";
import { id } from "../../src/routes/schemas/id.ts";
import { text } from "../../src/routes/schemas/text.ts";
import type { AppConfig } from "../../src/routes/services.ts";
import { createRequestScope } from "../../src/runtime/request-scope.ts";

/**
 * The HTTP edge around a resource that exists only here ("notes"), for what is HTTP
 * and nothing else: no money, no database.
 */
export interface TestEdge {
  readonly app: Hono<HonoEnv>;
  /** `id.secret` of a key with all scopes of the notes. */
  readonly key: string;
  readonly keys: Map<string, ApiKeyRecord>;
  readonly lines: string[];
  readonly uses: ApiKeyUse[];
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Moves the clock that keys and limits go by. */
  advance(ms: number): void;
  lookUps(): number;
  addKey(over?: Partial<ApiKeyRecord>): Promise<string>;
  call(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>;
}

export interface TestEdgeOptions {
  readonly config?: Partial<AppConfig>;
  readonly services?: Partial<EdgeServices>;
  readonly mount?: (app: Router) => void;
}

export const adminToken = "admin-token-of-the-tests-0123456789abcdef";
const noteScopes: Scope[] = ["users:read", "users:write"];

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const createTestEdge = async (options: TestEdgeOptions = {}): Promise<TestEdge> => {
  let time = Date.parse("2026-11-22T12:00:00Z");
  let lookUps = 0;
  const now = () => time;
  const keys = new Map<string, ApiKeyRecord>();
  const lines: string[] = [];
  const uses: ApiKeyUse[] = [];
  const metrics = createMetrics({ version: "1.2.3", runtime: "node" }, now);
  const app = createEdgeApp(
    {
      directory: {
        authenticate: async (apiKeyId) => {
          lookUps += 1;
          return keys.get(apiKeyId) ?? null;
        },
        touchApiKeys: async (batch) => {
          uses.push(...batch);
        },
      },
      tokenStore: createBucketStore(now),
      metrics,
      logger: createLogger((_level, line) => lines.push(line), now),
      tracing: undefined,
      scope: createRequestScope(),
      defer: () => undefined,
      sha256,
      mac: sha256,
      now,
      config: {
        version: "1.2.3",
        runtime: "node",
        adminToken,
        metricsToken: undefined,
        corsOrigins: [],
        rateLimitPerSecond: 1_000,
        maxBodyBytes: 1_000,
        logShare: 1,
        slowMs: 1_000,
        ...options.config,
      },
      ...options.services,
    },
    (router) => {
      router.route("/v1", noteRoutes());
      options.mount?.(router);
    },
  );
  const addKey = async (over: Partial<ApiKeyRecord> = {}) => {
    const secret = crypto.randomUUID();
    const record: ApiKeyRecord = {
      id: crypto.randomUUID(),
      organizationId: crypto.randomUUID(),
      secretSha256: sha256(secret),
      scopes: noteScopes,
      expiresAt: null,
      rateLimitPerSecond: null,
      settings: {
        currency: "EUR",
        timezone: "UTC",
        smallestLimit: 10_000,
        payments: defaultPaymentSettings,
        defaultLimits: {
          perTransaction: null,
          day: null,
          week: null,
          month: null,
          year: null,
          lifetime: null,
        },
      },
      ...over,
    };
    keys.set(record.id, record);
    return `${record.id}.${secret}`;
  };
  const key = await addKey();
  return {
    app,
    key,
    keys,
    lines,
    uses,
    metrics,
    advance: (ms) => {
      time += ms;
    },
    lookUps: () => lookUps,
    addKey,
    call: async (path, { json, headers, ...init } = {}) =>
      app.request(path, {
        method: json === undefined ? "GET" : "POST",
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...init,
        headers: {
          Authorization: `Bearer ${key}`,
          ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
      }),
  };
};

const note = z.object({ id, text: z.string(), amount: z.int().nullable() });
const newNote = z.strictObject({
  text: text(100),
  amount: amount.optional(),
  fee: amountOrZero.optional(),
  nested: z.strictObject({ deep: z.strictObject({ flag: z.boolean() }) }).optional(),
});
const noteQuery = listQuery(
  { createdAt: "time", text: "text", amount: "integer" },
  { teamId: id.optional(), kind: z.enum(["a", "b"]).optional() },
);
export const noteId = "0192b6a0-0000-7000-8000-00000000abcd";

const noteRoutes = (): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/notes",
    {
      id: "createNote",
      tag: "Notes",
      summary: "Create a note",
      scope: "users:write",
      body: newNote,
      success: { status: 201, data: note },
      refusals: ["email_taken"],
    },
    async ({ actor, body }) => {
      if (body.text === "taken") return refuse("email_taken", "Taken.", [{ detail: "Taken" }]);
      if (body.text === "busy") return refuse("wallet_busy", "Busy.");
      const value = { id: noteId, text: body.text, amount: body.amount ?? body.fee ?? null };
      if (body.text === "fingerprint") {
        return ok({ ...value, text: actor.idempotency?.fingerprint ?? "none" });
      }
      return body.text === "again" ? replayed(value) : ok(value);
    },
  );
  operation(
    router,
    "get",
    "/notes",
    {
      id: "listNotes",
      tag: "Notes",
      summary: "List notes",
      scope: "users:read",
      query: noteQuery,
      success: { status: 200, list: note },
    },
    async ({ query }) => {
      const seen = { id: noteId, text: JSON.stringify(query), amount: null };
      return ok({ items: [seen], next: { value: "2026-11-22T12:00:00.123456Z", id: noteId } });
    },
  );
  operation(
    router,
    "get",
    "/notes/:id",
    {
      id: "getNote",
      tag: "Notes",
      summary: "Read a note",
      scope: "users:read",
      success: { status: 200, data: note },
    },
    async ({ params }) => ok({ id: params.id, text: "", amount: null }),
  );
  operation(
    router,
    "delete",
    "/notes/:id",
    {
      id: "deleteNote",
      tag: "Notes",
      summary: "Delete a note",
      scope: "users:write",
      success: { status: 204 },
    },
    async () => ok(undefined),
  );
  operation(
    router,
    "delete",
    "/notes",
    {
      id: "deleteNotes",
      tag: "Notes",
      summary: "Delete the notes of a team",
      scope: "users:write",
      query: z.strictObject({ teamId: id }),
      success: { status: 204 },
      refusals: ["not_found"],
    },
    async () =>
      refuse("not_found", "There is no such team.", [{ pointer: "/teamId", detail: "x" }]),
  );
  operation(
    router,
    "post",
    "/notes/:id/pin",
    {
      id: "pinNote",
      tag: "Notes",
      summary: "Pin a note",
      scope: "users:write",
      success: { status: 200, data: note },
    },
    async ({ params }) => ok({ id: params.id, text: "pinned", amount: null }),
  );
  operation(
    router,
    "post",
    "/all-notes",
    {
      id: "adminNote",
      tag: "Notes",
      summary: "Something for admins",
      scope: "admin",
      success: { status: 204 },
    },
    async () => ok(undefined),
  );
  return router;
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly header?: string;
    readonly detail: string;
  }[];
}

/** Reads a problem document, and insists that it is one. */
export const readProblem = async (response: Response): Promise<Problem> => {
  const type = response.headers.get("Content-Type");
  if (!type?.startsWith("application/problem+json")) {
    throw new Error(`${response.status} ${type}: ${await response.text()}`);
  }
  const problem = (await response.json()) as Problem;
  if (problem.status !== response.status) throw new Error("status differs from the document's");
  if (problem.requestId !== response.headers.get("X-Request-Id")) {
    throw new Error("requestId differs from the header's");
  }
  return problem;
};
