import { Hono } from "hono";
import * as z from "zod";
import { scopes } from "../domain/actor.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { id } from "./schemas/id.ts";
import { text } from "./schemas/text.ts";
import { time, timeInput } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const keyScopes = z.array(z.enum(scopes)).min(1).max(scopes.length);
const rateLimitPerSecond = z
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .describe("Null is the platform's default.");

const createBody = z.strictObject({
  name: text(200),
  scopes: keyScopes.describe("Among the scopes of the key that asks."),
  expiresAt: timeInput.nullable().optional(),
  rateLimitPerSecond: rateLimitPerSecond.optional(),
});

const apiKey = z.object({
  id,
  name: text(200),
  scopes: keyScopes,
  rateLimitPerSecond,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable().describe("Up to a minute late."),
  createdAt: time,
});

const apiKeyWithSecret = apiKey.extend({
  key: z.string().nullable().describe("Shown once; null when the creation is replayed."),
});

const query = listQuery({ createdAt: "time", name: "text" });

export const apiKeyRoutes = ({ directory }: Pick<Services, "directory">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/api-keys",
    {
      id: "createApiKey",
      tag: "API keys",
      summary: "Create an API key",
      scope: "api-keys:write",
      body: createBody,
      success: { status: 201, data: apiKeyWithSecret },
    },
    ({ actor, body }) => directory.createApiKey(actor, body),
  );
  operation(
    router,
    "get",
    "/api-keys",
    {
      id: "listApiKeys",
      tag: "API keys",
      summary: "List API keys",
      scope: "api-keys:read",
      query,
      success: { status: 200, list: apiKey },
    },
    ({ actor, query: { page } }) => directory.listApiKeys(actor, page),
  );
  operation(
    router,
    "get",
    "/api-keys/:id",
    {
      id: "getApiKey",
      tag: "API keys",
      summary: "Read an API key",
      scope: "api-keys:read",
      success: { status: 200, data: apiKey },
    },
    ({ actor, params }) => directory.getApiKey(actor, params.id),
  );
  operation(
    router,
    "delete",
    "/api-keys/:id",
    {
      id: "revokeApiKey",
      tag: "API keys",
      summary: "Revoke an API key",
      description: "Caches may let it in for up to 30 seconds more.",
      scope: "api-keys:write",
      success: { status: 204 },
      refusals: ["last_api_key"],
    },
    ({ actor, params }) => directory.revokeApiKey(actor, params.id),
  );
  return router;
};
