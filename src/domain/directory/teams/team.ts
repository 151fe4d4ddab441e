import type { Idempotency } from "../../actor.ts";
import type { Change, Creation } from "../../changes.ts";
import type { Metadata } from "../../metadata.ts";
import type { Page, PageRequest } from "../../page.ts";

export interface Team {
  readonly id: string;
  /** Unique among the organization's teams. */
  readonly name: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewTeam {
  readonly name: string;
  readonly metadata?: Metadata | null | undefined;
}

/** Absent means unchanged, `null` means cleared. */
export interface TeamPatch {
  readonly name?: string | undefined;
  readonly metadata?: Metadata | null | undefined;
}

export type TeamSort = "createdAt" | "updatedAt" | "name";

export interface TeamFilters {
  readonly name?: string | undefined;
}

/** Every method touches one organization's live teams only. */
export interface TeamStore {
  insert(
    organizationId: string,
    team: Pick<Team, "id" | "name" | "metadata">,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<Team, "team_name_taken">>;
  find(organizationId: string, id: string): Promise<Team | null>;
  list(
    organizationId: string,
    page: PageRequest<TeamSort>,
    filters: TeamFilters,
  ): Promise<Page<Team>>;
  update(
    organizationId: string,
    id: string,
    patch: TeamPatch,
  ): Promise<Change<Team, "team_name_taken">>;
  /** Deletes the team and its memberships. */
  remove(organizationId: string, id: string): Promise<Change<void>>;
}
