import type { Actor } from "../../actor.ts";
import { foundResult, notFound } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type { Organization, OrganizationSort, OrganizationStore } from "./organization.ts";

/** A key reads its own organization only. */
export const getOrganization =
  ({ organizations }: { organizations: OrganizationStore }) =>
  async (actor: Actor, id: string): Promise<Result<Organization>> =>
    id === actor.organizationId
      ? foundResult(await organizations.find(id), "organization")
      : notFound("organization");

/** For the operator of the platform. */
export const listOrganizations =
  ({ organizations }: { organizations: OrganizationStore }) =>
  async (page: PageRequest<OrganizationSort>): Promise<Result<Page<Organization>>> =>
    ok(await organizations.list(page));
