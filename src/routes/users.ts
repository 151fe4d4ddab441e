import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { id } from "./schemas/id.ts";
import { metadata } from "./schemas/metadata.ts";
import { text } from "./schemas/text.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const email = z
  .email("Must be an e-mail address")
  .max(254)
  .describe("Unique in the organization, without regard to case.");
const name = text(200).nullable();

const createBody = z.strictObject({
  email,
  name: name.optional(),
  metadata: metadata.nullable().optional(),
});

const patchBody = createBody.partial();

const user = z.object({ id, email, name, metadata, createdAt: time, updatedAt: time });

const query = listQuery(
  { createdAt: "time", updatedAt: "time", email: "text", name: "text" },
  { email: email.optional() },
);

export const userRoutes = ({ directory }: Pick<Services, "directory">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/users",
    {
      id: "createUser",
      tag: "Users",
      summary: "Create a user",
      scope: "users:write",
      body: createBody,
      success: { status: 201, data: user },
      refusals: ["email_taken"],
    },
    ({ actor, body }) => directory.createUser(actor, body),
  );
  operation(
    router,
    "get",
    "/users",
    {
      id: "listUsers",
      tag: "Users",
      summary: "List users",
      scope: "users:read",
      query,
      success: { status: 200, list: user },
    },
    ({ actor, query: { page, filters } }) => directory.listUsers(actor, page, filters),
  );
  operation(
    router,
    "get",
    "/users/:id",
    {
      id: "getUser",
      tag: "Users",
      summary: "Read a user",
      scope: "users:read",
      success: { status: 200, data: user },
    },
    ({ actor, params }) => directory.getUser(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/users/:id",
    {
      id: "updateUser",
      tag: "Users",
      summary: "Change a user",
      scope: "users:write",
      body: patchBody,
      success: { status: 200, data: user },
      refusals: ["email_taken"],
    },
    ({ actor, params, body }) => directory.updateUser(actor, params.id, body),
  );
  operation(
    router,
    "delete",
    "/users/:id",
    {
      id: "deleteUser",
      tag: "Users",
      summary: "Delete a user",
      description: "Also ends its memberships and closes its wallets, which must be empty.",
      scope: "users:write",
      success: { status: 204 },
      refusals: ["owner_not_empty"],
    },
    ({ actor, params }) => directory.deleteUser(actor, params.id),
  );
  return router;
};
