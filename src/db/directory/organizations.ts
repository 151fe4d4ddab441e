import { sql } from "drizzle-orm";
import * as z from "zod";
import type { StoredApiKey } from "../../domain/directory/api-keys/api-key.ts";
import type {
  Organization,
  OrganizationPatch,
  OrganizationSort,
  OrganizationStore,
} from "../../domain/directory/organizations/organization.ts";
import type { PageRequest } from "../../domain/page.ts";
import { assignments, json } from "../assignments.ts";
import { instant, limits, metadata, paymentSettings, safeInteger } from "../columns.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { pageOf, pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";

const columns = sql`id, name, currency, timezone, default_limits, smallest_limit, payments, metadata, created_at, updated_at`;

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    currency: z.string(),
    timezone: z.string(),
    default_limits: limits,
    smallest_limit: safeInteger,
    payments: paymentSettings,
    metadata,
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    ({
      default_limits,
      smallest_limit,
      created_at,
      updated_at,
      ...organization
    }): Organization => ({
      ...organization,
      defaultLimits: default_limits,
      smallestLimit: smallest_limit,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  );

const parse = (found: Row): Organization => row.parse(found);

const sortColumns: SortColumns<OrganizationSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  updatedAt: { expression: sql`updated_at`, type: "instant" },
  name: { expression: sql`name`, type: "text" },
};

/** Keys of what is done by nobody's member are claimed under the nil id. */
const operatorId = "00000000-0000-0000-0000-000000000000";

const insertOrganization = (
  organization: Omit<Organization, "createdAt" | "updatedAt">,
  key: StoredApiKey,
  claim: Claim,
): Statement =>
  statement(
    "directory.insert_organization",
    sql`with fresh as (
  select ${organization.id}::uuid as id, ${organization.name}::text as name,
    ${organization.currency}::text as currency, ${organization.timezone}::text as timezone,
    ${json(organization.defaultLimits)} as default_limits,
    ${organization.smallestLimit}::bigint as smallest_limit,
    ${json(organization.payments)} as payments,
    ${json(organization.metadata)} as metadata,
    now()::timestamptz(3) as created_at, now()::timestamptz(3) as updated_at
), ${claimed(claim)}, organization as (
  insert into directory.organizations (${columns})
  select ${columns} from claimed
  returning ${columns}
), first_key as (
  insert into directory.api_keys
    (id, organization_id, name, secret_sha256, scopes, created_at)
  select ${key.id}::uuid, id, ${key.name}, ${key.secretSha256}, ${json(key.scopes)}, created_at
  from organization
)
select * from organization`,
  );

const findOrganization = (organizationId: string): Statement =>
  statement(
    "directory.find_organization",
    sql`select ${columns} from directory.organizations where id = ${organizationId}::uuid`,
  );

const listOrganizations = (page: PageRequest<OrganizationSort>): Statement =>
  pageStatement(
    {
      name: "directory.list_organizations",
      columns,
      from: sql`directory.organizations`,
      where: [sql`true`],
      sortColumns,
    },
    page,
  );

/** The limits are merged window by window here, so that two patches at once both hold. */
const updateOrganization = (organizationId: string, patch: OrganizationPatch): Statement =>
  statement(
    "directory.update_organization",
    sql`update directory.organizations set ${assignments({
      name: patch.name === undefined ? undefined : sql`${patch.name}`,
      currency: patch.currency === undefined ? undefined : sql`${patch.currency}`,
      timezone: patch.timezone === undefined ? undefined : sql`${patch.timezone}`,
      default_limits: patch.defaultLimits && sql`default_limits || ${json(patch.defaultLimits)}`,
      smallest_limit:
        patch.smallestLimit === undefined ? undefined : sql`${patch.smallestLimit}::bigint`,
      payments: patch.payments && sql`payments || ${json(patch.payments)}`,
      metadata: patch.metadata === undefined ? undefined : json(patch.metadata ?? {}),
    })}
where id = ${organizationId}::uuid
returning ${columns}`,
  );

export const createOrganizationStore = (database: Database): OrganizationStore => ({
  insert: (organization, key, idempotency) => {
    const claim = {
      context,
      organizationId: operatorId,
      operation: "createOrganization",
      idempotency,
      primaryOnly: true as const,
    };
    const effect = insertOrganization(organization, key, claim);
    return hinderedBy(limitChecks, () => createOnce(database, claim, effect, parse));
  },
  find: async (organizationId) => {
    const [found] = await database.run(findOrganization(organizationId));
    return found ? parse(found) : null;
  },
  list: async (page) => pageOf(await database.run(listOrganizations(page)), page.limit, parse),
  update: (organizationId, patch) =>
    hinderedBy(limitChecks, async () => {
      const [changed] = await database.run(updateOrganization(organizationId, patch));
      return changed ? { outcome: "changed", value: parse(changed) } : { outcome: "not_found" };
    }),
});

const context = "directory" as const;
const limitChecks = {
  organizations_day_limit_not_below_smallest: "day_limit_too_small",
  organizations_month_limit_not_below_smallest: "month_limit_too_small",
} as const;
