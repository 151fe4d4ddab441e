import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type {
  User,
  UserFilters,
  UserPatch,
  UserSort,
  UserStore,
} from "../../domain/directory/users/user.ts";
import type { PageRequest } from "../../domain/page.ts";
import { assignments, json } from "../assignments.ts";
import { instant, metadata } from "../columns.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { pageOf, pageStatement, type SortColumns } from "../page.ts";
import type { Reader } from "../reader.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";
import { writtenBy } from "../written-by.ts";
import { changed } from "./changed.ts";
import { removeOwner } from "./remove-owner.ts";

const columns = sql`id, email, name, metadata, created_at, updated_at`;

const row = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    metadata,
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    ({ created_at, updated_at, ...user }): User => ({
      ...user,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  );

const parse = (found: Row): User => row.parse(found);

const sortColumns: SortColumns<UserSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  updatedAt: { expression: sql`updated_at`, type: "instant" },
  email: { expression: sql`lower(email)`, type: "text" },
  name: { expression: sql`coalesce(name, '')`, type: "text" },
};

/** The rows that exist for this organization: every statement starts from here. */
const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and deleted_at is null`;

const insertUser = (
  organizationId: string,
  user: Pick<User, "id" | "email" | "name" | "metadata">,
  claim: Claim,
): Statement =>
  statement(
    "directory.insert_user",
    sql`with fresh as (
  select ${user.id}::uuid as id, ${organizationId}::uuid as organization_id,
    ${user.email}::text as email, ${user.name}::text as name,
    ${json(user.metadata)} as metadata,
    now()::timestamptz(3) as created_at, now()::timestamptz(3) as updated_at
), ${claimed(claim)}
insert into directory.users
  (id, organization_id, email, name, metadata, created_at, updated_at)
select id, organization_id, email, name, metadata, created_at, updated_at from claimed
returning ${columns}, ${writtenBy}`,
  );

const findUser = (organizationId: string, id: string): Statement =>
  statement(
    "directory.find_user",
    sql`select ${columns} from directory.users where ${live(organizationId)} and id = ${id}::uuid`,
  );

const listUsers = (
  organizationId: string,
  page: PageRequest<UserSort>,
  { email }: UserFilters,
): Statement =>
  pageStatement(
    {
      name: "directory.list_users",
      columns,
      from: email === undefined ? sql`directory.users` : userWithEmail(organizationId, email),
      where: [live(organizationId)],
      sortColumns,
    },
    page,
  );

/** At most one: found before it is sorted, or all users would be read in the list's order. */
const userWithEmail = (organizationId: string, email: string): SQL =>
  sql`(select * from directory.users
  where ${live(organizationId)} and lower(email) = lower(${email}::text)
  offset 0) as found`;

const updateUser = (organizationId: string, id: string, patch: UserPatch): Statement =>
  statement(
    "directory.update_user",
    sql`update directory.users set ${assignments({
      email: patch.email === undefined ? undefined : sql`${patch.email}`,
      name: patch.name === undefined ? undefined : sql`${patch.name}`,
      metadata: patch.metadata === undefined ? undefined : json(patch.metadata ?? {}),
    })}
where ${live(organizationId)} and id = ${id}::uuid
returning ${columns}, ${writtenBy}`,
  );

export const createUserStore = (database: Database, reader: Reader): UserStore => ({
  insert: (organizationId, user, idempotency) => {
    const claim = { context, organizationId, operation: "createUser", idempotency };
    const effect = insertUser(organizationId, user, claim);
    return hinderedBy(emailUnique, () => createOnce(database, claim, effect, parse));
  },
  find: async (organizationId, id) => {
    const [found] = await database.run(findUser(organizationId, id));
    return found ? parse(found) : null;
  },
  list: async (organizationId, page, filters) => {
    const since = page.freshness?.directory;
    const rows = await reader.read(listUsers(organizationId, page, filters), { since });
    return pageOf(rows, page.limit, parse);
  },
  update: (organizationId, id, patch) =>
    hinderedBy(emailUnique, async () => {
      const [row] = await database.run(updateUser(organizationId, id, patch));
      return changed(row, parse);
    }),
  remove: (organizationId, id) => removeOwner(database, "user", organizationId, id),
});

const context = "directory" as const;
const emailUnique = { users_email_unique: "email_taken" } as const;
