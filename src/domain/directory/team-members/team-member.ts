import type { Idempotency } from "../../actor.ts";
import type { Change, Creation } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";

export const teamRoles = ["member", "admin"] as const;

export type TeamRole = (typeof teamRoles)[number];

/** That a user belongs to a team; at most one for a user and a team. */
export interface TeamMember {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly role: TeamRole;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewTeamMember {
  readonly teamId: string;
  readonly userId: string;
  readonly role?: TeamRole | undefined;
}

export interface TeamMemberPatch {
  readonly role?: TeamRole | undefined;
}

export type TeamMemberSort = "createdAt" | "updatedAt";

export interface TeamMemberFilters {
  readonly teamId?: string | undefined;
  readonly userId?: string | undefined;
}

/** All memberships of one team, or of one user. */
export type TeamMembersOf = { readonly teamId: string } | { readonly userId: string };

export type TeamMemberHindrance =
  | "team_not_found"
  | "user_not_found"
  | "team_and_user_not_found"
  | "team_member_exists";

/** Every method touches one organization's live memberships only. */
export interface TeamMemberStore {
  insert(
    organizationId: string,
    member: Pick<TeamMember, "id" | "teamId" | "userId" | "role">,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<TeamMember, TeamMemberHindrance>>;
  find(organizationId: string, id: string): Promise<TeamMember | null>;
  list(
    organizationId: string,
    page: PageRequest<TeamMemberSort>,
    filters: TeamMemberFilters,
  ): Promise<Page<TeamMember>>;
  update(organizationId: string, id: string, patch: TeamMemberPatch): Promise<Change<TeamMember>>;
  remove(organizationId: string, id: string): Promise<Change<void>>;
  /** Answers how many there were. */
  removeAll(organizationId: string, of: TeamMembersOf): Promise<Change<number>>;
}
