import { Hono } from "hono";
import * as z from "zod";
import { teamRoles } from "../domain/directory/team-members/team-member.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { id } from "./schemas/id.ts";
import { ownerFilter } from "./schemas/owner.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const role = z.enum(teamRoles);

const createBody = z.strictObject({ teamId: id, userId: id, role: role.optional() });

const patchBody = z.strictObject({ role: role.optional() });

const teamMember = z.object({
  id,
  teamId: id,
  userId: id,
  role,
  createdAt: time,
  updatedAt: time,
});

const filters = { teamId: id.optional(), userId: id.optional() };

const query = listQuery({ createdAt: "time", updatedAt: "time" }, filters);

export const teamMemberRoutes = ({ directory }: Pick<Services, "directory">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/team-members",
    {
      id: "createTeamMember",
      tag: "Team members",
      summary: "Make a user a member of a team",
      scope: "teams:write",
      body: createBody,
      success: { status: 201, data: teamMember },
      refusals: ["not_found", "team_member_exists"],
    },
    ({ actor, body }) => directory.createTeamMember(actor, body),
  );
  operation(
    router,
    "get",
    "/team-members",
    {
      id: "listTeamMembers",
      tag: "Team members",
      summary: "List team members",
      scope: "teams:read",
      query,
      success: { status: 200, list: teamMember },
    },
    ({ actor, query: { page, filters: of } }) => directory.listTeamMembers(actor, page, of),
  );
  operation(
    router,
    "get",
    "/team-members/:id",
    {
      id: "getTeamMember",
      tag: "Team members",
      summary: "Read a team member",
      scope: "teams:read",
      success: { status: 200, data: teamMember },
    },
    ({ actor, params }) => directory.getTeamMember(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/team-members/:id",
    {
      id: "updateTeamMember",
      tag: "Team members",
      summary: "Change a team member's role",
      scope: "teams:write",
      body: patchBody,
      success: { status: 200, data: teamMember },
    },
    ({ actor, params, body }) => directory.updateTeamMember(actor, params.id, body),
  );
  operation(
    router,
    "delete",
    "/team-members/:id",
    {
      id: "deleteTeamMember",
      tag: "Team members",
      summary: "End a membership",
      scope: "teams:write",
      success: { status: 204 },
    },
    ({ actor, params }) => directory.deleteTeamMember(actor, params.id),
  );
  operation(
    router,
    "delete",
    "/team-members",
    {
      id: "deleteTeamMembers",
      tag: "Team members",
      summary: "End all memberships of a team or of a user",
      description: "Needs exactly one of the two filters; all memberships end, or none.",
      scope: "teams:write",
      query: ownerFilter,
      success: { status: 200, data: z.object({ deleted: z.int() }) },
      refusals: ["not_found"],
    },
    ({ actor, query: of }) => directory.deleteTeamMembers(actor, of),
  );
  return router;
};
