import type { DirectoryPorts } from "../../domain/directory/directory.ts";
import type { Database } from "../database.ts";
import { primaryReader, type Reader } from "../reader.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { createOrganizationStore } from "./organizations.ts";
import { createTeamMemberStore } from "./team-members.ts";
import { createTeamStore } from "./teams.ts";
import { createUserStore } from "./users.ts";

/**
 * The directory's stores on one database: what `createDirectory` needs of PostgreSQL.
 * Keys and organizations are always read there: who revokes a key looks whether it is.
 */
export const createDirectoryStores = (
  database: Database,
  reader: Reader = primaryReader(database),
): Pick<DirectoryPorts, "organizations" | "apiKeys" | "users" | "teams" | "teamMembers"> => ({
  organizations: createOrganizationStore(database),
  apiKeys: createApiKeyStore(database),
  users: createUserStore(database, reader),
  teams: createTeamStore(database, reader),
  teamMembers: createTeamMemberStore(database, reader),
});
