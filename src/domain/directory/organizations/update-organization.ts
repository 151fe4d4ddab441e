import type { Actor } from "../../actor.ts";
import { changeResult, notFound } from "../../changes.ts";
import type { Result } from "../../result.ts";
import { limitTooSmall } from "./create-organization.ts";
import type { Organization, OrganizationPatch, OrganizationStore } from "./organization.ts";

/** A key changes its own organization only; cached settings are up to 30 s old after that. */
export const updateOrganization =
  ({ organizations }: { organizations: OrganizationStore }) =>
  async (actor: Actor, id: string, patch: OrganizationPatch): Promise<Result<Organization>> =>
    id === actor.organizationId
      ? changeResult(await organizations.update(id, patch), "organization", limitTooSmall)
      : notFound("organization");
