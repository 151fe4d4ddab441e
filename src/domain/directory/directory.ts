import type { Actor, Idempotency } from "../actor.ts";
import type { Ids } from "../ids.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Result } from "../result.ts";
import type * as apiKey from "./api-keys/api-key.ts";
import { authenticate, touchApiKeys } from "./api-keys/authenticate.ts";
import { createApiKey } from "./api-keys/create-api-key.ts";
import { getApiKey, listApiKeys } from "./api-keys/read-api-key.ts";
import { revokeApiKey } from "./api-keys/revoke-api-key.ts";
import { deleteOwner } from "./delete-owner.ts";
import { createOrganization } from "./organizations/create-organization.ts";
import type * as organization from "./organizations/organization.ts";
import { getOrganization, listOrganizations } from "./organizations/read-organization.ts";
import { updateOrganization } from "./organizations/update-organization.ts";
import { ownerExists, userExists } from "./owner-exists.ts";
import type { Secrets } from "./secrets.ts";
import { createTeamMember } from "./team-members/create-team-member.ts";
import { deleteTeamMember, deleteTeamMembers } from "./team-members/delete-team-members.ts";
import { getTeamMember, listTeamMembers } from "./team-members/read-team-member.ts";
import type * as teamMember from "./team-members/team-member.ts";
import { updateTeamMember } from "./team-members/update-team-member.ts";
import { createTeam } from "./teams/create-team.ts";
import { getTeam, listTeams } from "./teams/read-team.ts";
import type * as team from "./teams/team.ts";
import { updateTeam } from "./teams/update-team.ts";
import { createUser } from "./users/create-user.ts";
import { getUser, listUsers } from "./users/read-user.ts";
import { updateUser } from "./users/update-user.ts";
import type * as user from "./users/user.ts";
import type { Owner, WalletOwners } from "./wallet-owners.ts";

/**
 * The directory context: organizations, API keys, users, teams and team members. Plain
 * async functions over plain data, so that it can become a stub of another Worker.
 */
export interface Directory {
  /** For the operator of the platform; the answer has the organization's first key. */
  createOrganization(
    request: { readonly idempotency?: Idempotency | undefined },
    input: organization.NewOrganization,
  ): Promise<Result<organization.OrganizationWithKey>>;
  /** For the operator of the platform. */
  listOrganizations(
    page: PageRequest<organization.OrganizationSort>,
  ): Promise<Result<Page<organization.Organization>>>;
  getOrganization(actor: Actor, id: string): Promise<Result<organization.Organization>>;
  updateOrganization(
    actor: Actor,
    id: string,
    patch: organization.OrganizationPatch,
  ): Promise<Result<organization.Organization>>;

  /** Whom a key belongs to, for the edge, which compares the secret and checks the expiry. */
  authenticate(apiKeyId: string): Promise<apiKey.ApiKeyRecord | null>;
  touchApiKeys(uses: readonly apiKey.ApiKeyUse[]): Promise<void>;
  createApiKey(actor: Actor, input: apiKey.NewApiKey): Promise<Result<apiKey.ApiKeyWithSecret>>;
  getApiKey(actor: Actor, id: string): Promise<Result<apiKey.ApiKey>>;
  listApiKeys(
    actor: Actor,
    page: PageRequest<apiKey.ApiKeySort>,
  ): Promise<Result<Page<apiKey.ApiKey>>>;
  revokeApiKey(actor: Actor, id: string): Promise<Result<void>>;

  createUser(actor: Actor, input: user.NewUser): Promise<Result<user.User>>;
  getUser(actor: Actor, id: string): Promise<Result<user.User>>;
  listUsers(
    actor: Actor,
    page: PageRequest<user.UserSort>,
    filters: user.UserFilters,
  ): Promise<Result<Page<user.User>>>;
  updateUser(actor: Actor, id: string, patch: user.UserPatch): Promise<Result<user.User>>;
  deleteUser(actor: Actor, id: string): Promise<Result<void>>;

  createTeam(actor: Actor, input: team.NewTeam): Promise<Result<team.Team>>;
  getTeam(actor: Actor, id: string): Promise<Result<team.Team>>;
  listTeams(
    actor: Actor,
    page: PageRequest<team.TeamSort>,
    filters: team.TeamFilters,
  ): Promise<Result<Page<team.Team>>>;
  updateTeam(actor: Actor, id: string, patch: team.TeamPatch): Promise<Result<team.Team>>;
  deleteTeam(actor: Actor, id: string): Promise<Result<void>>;

  createTeamMember(
    actor: Actor,
    input: teamMember.NewTeamMember,
  ): Promise<Result<teamMember.TeamMember>>;
  getTeamMember(actor: Actor, id: string): Promise<Result<teamMember.TeamMember>>;
  listTeamMembers(
    actor: Actor,
    page: PageRequest<teamMember.TeamMemberSort>,
    filters: teamMember.TeamMemberFilters,
  ): Promise<Result<Page<teamMember.TeamMember>>>;
  updateTeamMember(
    actor: Actor,
    id: string,
    patch: teamMember.TeamMemberPatch,
  ): Promise<Result<teamMember.TeamMember>>;
  deleteTeamMember(actor: Actor, id: string): Promise<Result<void>>;
  deleteTeamMembers(
    actor: Actor,
    of: teamMember.TeamMembersOf,
  ): Promise<Result<{ readonly deleted: number }>>;

  /** For the wallets context. */
  ownerExists(actor: Actor, owner: Owner): Promise<boolean>;
  /** For the wallets context. */
  userExists(actor: Actor, userId: string): Promise<boolean>;
}

export interface DirectoryPorts {
  readonly organizations: organization.OrganizationStore;
  readonly apiKeys: apiKey.ApiKeyStore;
  readonly users: user.UserStore;
  readonly teams: team.TeamStore;
  readonly teamMembers: teamMember.TeamMemberStore;
  readonly walletOwners: WalletOwners;
  readonly ids: Ids;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const createDirectory = (ports: DirectoryPorts): Directory => ({
  createOrganization: createOrganization(ports),
  listOrganizations: listOrganizations(ports),
  getOrganization: getOrganization(ports),
  updateOrganization: updateOrganization(ports),
  authenticate: authenticate(ports),
  touchApiKeys: touchApiKeys(ports),
  createApiKey: createApiKey(ports),
  getApiKey: getApiKey(ports),
  listApiKeys: listApiKeys(ports),
  revokeApiKey: revokeApiKey(ports),
  createUser: createUser(ports),
  getUser: getUser(ports),
  listUsers: listUsers(ports),
  updateUser: updateUser(ports),
  deleteUser: deleteOwner("user", ports.users, ports.walletOwners),
  createTeam: createTeam(ports),
  getTeam: getTeam(ports),
  listTeams: listTeams(ports),
  updateTeam: updateTeam(ports),
  deleteTeam: deleteOwner("team", ports.teams, ports.walletOwners),
  createTeamMember: createTeamMember(ports),
  getTeamMember: getTeamMember(ports),
  listTeamMembers: listTeamMembers(ports),
  updateTeamMember: updateTeamMember(ports),
  deleteTeamMember: deleteTeamMember(ports),
  deleteTeamMembers: deleteTeamMembers(ports),
  ownerExists: ownerExists(ports),
  userExists: userExists(ports),
});
