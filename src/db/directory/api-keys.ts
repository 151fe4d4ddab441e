import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { scopes } from "../../domain/actor.ts";
import type {
  ApiKey,
  ApiKeySort,
  ApiKeyStore,
  Revocation,
  StoredApiKey,
} from "../../domain/directory/api-keys/api-key.ts";
import type { PageRequest } from "../../domain/page.ts";
import { json } from "../assignments.ts";
import { instant } from "../columns.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { pageOf, pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";
import { createApiKeyAccess } from "./api-key-access.ts";

const columns = sql`id, name, scopes, rate_limit_per_second, expires_at, last_used_at, created_at`;

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    rate_limit_per_second: z.int().nullable(),
    expires_at: instant.nullable(),
    last_used_at: instant.nullable(),
    created_at: instant,
  })
  .transform(
    (key): ApiKey => ({
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      rateLimitPerSecond: key.rate_limit_per_second,
      expiresAt: key.expires_at,
      lastUsedAt: key.last_used_at,
      createdAt: key.created_at,
    }),
  );

const parse = (found: Row): ApiKey => row.parse(found);

const sortColumns: SortColumns<ApiKeySort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  name: { expression: sql`name`, type: "text" },
};

const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and revoked_at is null`;

/** Reads the granting key's scopes where they are stored: the caller's copy may be 30 s old. */
const insertApiKey = (
  organizationId: string,
  key: StoredApiKey,
  grantedBy: string,
  claim: Claim,
): Statement =>
  statement(
    "directory.insert_api_key",
    sql`with fresh as (
  select ${key.id}::uuid as id, granting.organization_id, ${key.name}::text as name,
    ${key.secretSha256}::text as secret_sha256, ${json(key.scopes)} as scopes,
    ${key.rateLimitPerSecond}::int as rate_limit_per_second,
    ${key.expiresAt}::timestamptz(3) as expires_at, null::timestamptz(3) as last_used_at,
    now()::timestamptz(3) as created_at
  from directory.api_keys granting
  where ${live(organizationId)} and id = ${grantedBy}::uuid
    and granting.scopes @> ${json(key.scopes)}
), ${claimed({ ...claim, secretColumns: ["secret_sha256"] })}
insert into directory.api_keys
  (id, organization_id, name, secret_sha256, scopes, rate_limit_per_second, expires_at, created_at)
select id, organization_id, name, secret_sha256, scopes, rate_limit_per_second, expires_at, created_at
from claimed
returning ${columns}`,
  );

const findApiKey = (organizationId: string, id: string): Statement =>
  statement(
    "directory.find_api_key",
    sql`select ${columns} from directory.api_keys
where ${live(organizationId)} and id = ${id}::uuid`,
  );

const listApiKeys = (organizationId: string, page: PageRequest<ApiKeySort>): Statement =>
  pageStatement(
    {
      name: "directory.list_api_keys",
      columns,
      from: sql`directory.api_keys`,
      where: [live(organizationId)],
      sortColumns,
    },
    page,
  );

/**
 * All live keys are locked first, in id order: of two revocations that would each leave
 * the other's key, the later one sees what the earlier one did, because a locked row is
 * read again after the wait.
 */
const revokeApiKey = (organizationId: string, id: string): Statement =>
  statement(
    "directory.revoke_api_key",
    sql`with live as materialized (
  select id, expires_at is null or expires_at > now() as usable from directory.api_keys
  where ${live(organizationId)}
  order by id
  for no key update
), revoked as (
  update directory.api_keys k set revoked_at = now() from live
  where k.organization_id = ${organizationId}::uuid and k.id = live.id and live.id = ${id}::uuid
    and exists (select from live other where other.id <> ${id}::uuid and other.usable)
  returning k.id
)
select exists (select from live where id = ${id}::uuid) as found,
  exists (select from revoked) as revoked`,
  );

const revocation = z
  .object({ found: z.boolean(), revoked: z.boolean() })
  .transform(({ found, revoked }): Revocation => {
    if (revoked) return "revoked";
    return found ? "last_api_key" : "not_found";
  });

export const createApiKeyStore = (database: Database): ApiKeyStore => ({
  insert: (organizationId, key, grantedBy, idempotency) => {
    const claim = {
      context,
      organizationId,
      operation: "createApiKey",
      idempotency,
      primaryOnly: true as const,
    };
    const effect = insertApiKey(organizationId, key, grantedBy, claim);
    return hinderedBy({}, () =>
      createOnce(database, claim, effect, parse, () => "scope_not_held" as const),
    );
  },
  find: async (organizationId, id) => {
    const [found] = await database.run(findApiKey(organizationId, id));
    return found ? parse(found) : null;
  },
  list: async (organizationId, page) =>
    pageOf(await database.run(listApiKeys(organizationId, page)), page.limit, parse),
  revoke: async (organizationId, id) => {
    const [outcome] = await database.run(revokeApiKey(organizationId, id));
    return revocation.parse(outcome);
  },
  ...createApiKeyAccess(database),
});

const context = "directory" as const;
