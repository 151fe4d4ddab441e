import type { DirectoryPorts } from "../../domain/directory/directory.ts";
import type { Database } from "../database.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { createOrganizationStore } from "./organizations.ts";
import { createTeamMemberStore } from "./team-members.ts";
import { createTeamStore } from "./teams.ts";
import { createUserStore } from "./users.ts";

/** The directory's stores on one database: what `createDirectory` needs of PostgreSQL. */
export const createDirectoryStores = (
  database: Database,
): Pick<DirectoryPorts, "organizations" | "apiKeys" | "users" | "teams" | "teamMembers"> => ({
  organizations: createOrganizationStore(database),
  apiKeys: createApiKeyStore(database),
  users: createUserStore(database),
  teams: createTeamStore(database),
  teamMembers: createTeamMemberStore(database),
});
