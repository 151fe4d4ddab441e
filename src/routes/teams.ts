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

const name = text(200).describe("Unique in the organization.");

const createBody = z.strictObject({ name, metadata: metadata.nullable().optional() });

const patchBody = createBody.partial();

const team = z.object({ id, name, metadata, createdAt: time, updatedAt: time });

const query = listQuery(
  { createdAt: "time", updatedAt: "time", name: "text" },
  { name: name.optional() },
);

export const teamRoutes = ({ directory }: Pick<Services, "directory">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/teams",
    {
      id: "createTeam",
      tag: "Teams",
      summary: "Create a team",
      scope: "teams:write",
      body: createBody,
      success: { status: 201, data: team },
      refusals: ["team_name_taken"],
    },
    ({ actor, body }) => directory.createTeam(actor, body),
  );
  operation(
    router,
    "get",
    "/teams",
    {
      id: "listTeams",
      tag: "Teams",
      summary: "List teams",
      scope: "teams:read",
      query,
      success: { status: 200, list: team },
    },
    ({ actor, query: { page, filters } }) => directory.listTeams(actor, page, filters),
  );
  operation(
    router,
    "get",
    "/teams/:id",
    {
      id: "getTeam",
      tag: "Teams",
      summary: "Read a team",
      scope: "teams:read",
      success: { status: 200, data: team },
    },
    ({ actor, params }) => directory.getTeam(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/teams/:id",
    {
      id: "updateTeam",
      tag: "Teams",
      summary: "Change a team",
      scope: "teams:write",
      body: patchBody,
      success: { status: 200, data: team },
      refusals: ["team_name_taken"],
    },
    ({ actor, params, body }) => directory.updateTeam(actor, params.id, body),
  );
  operation(
    router,
    "delete",
    "/teams/:id",
    {
      id: "deleteTeam",
      tag: "Teams",
      summary: "Delete a team",
      description: "Also ends its memberships and closes its wallets, which must be empty.",
      scope: "teams:write",
      success: { status: 204 },
      refusals: ["owner_not_empty"],
    },
    ({ actor, params }) => directory.deleteTeam(actor, params.id),
  );
  return router;
};
