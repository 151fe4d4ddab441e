import { sql } from "drizzle-orm";
import * as z from "zod";
import { scopes } from "../../domain/actor.ts";
import type {
  ApiKeyRecord,
  ApiKeyStore,
  ApiKeyUse,
} from "../../domain/directory/api-keys/api-key.ts";
import { json } from "../assignments.ts";
import { instant, limits, paymentSettings, safeInteger } from "../columns.ts";
import type { Database, Statement } from "../database.ts";
import { statement } from "../statement.ts";

const row = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    secret_sha256: z.string(),
    scopes: z.array(z.enum(scopes)),
    expires_at: instant.nullable(),
    rate_limit_per_second: z.int().nullable(),
    currency: z.string(),
    timezone: z.string(),
    default_limits: limits,
    smallest_limit: safeInteger,
    payments: paymentSettings,
  })
  .transform(
    (key): ApiKeyRecord => ({
      id: key.id,
      organizationId: key.organization_id,
      secretSha256: key.secret_sha256,
      scopes: key.scopes,
      expiresAt: key.expires_at,
      rateLimitPerSecond: key.rate_limit_per_second,
      settings: {
        currency: key.currency,
        timezone: key.timezone,
        defaultLimits: key.default_limits,
        smallestLimit: key.smallest_limit,
        payments: key.payments,
      },
    }),
  );

/** The one read without an organization: it is what tells whom a request comes from. */
const lookUpApiKey = (id: string): Statement =>
  statement(
    "directory.look_up_api_key",
    sql`select k.id, k.organization_id, k.secret_sha256, k.scopes, k.expires_at,
  k.rate_limit_per_second, o.currency, o.timezone, o.default_limits, o.smallest_limit,
  o.payments
from directory.api_keys k join directory.organizations o on o.id = k.organization_id
where k.id = ${id}::uuid and k.revoked_at is null`,
  );

/** Isolates report in any order and some keys twice: the newest use stays. */
const touchApiKeys = (uses: readonly ApiKeyUse[]): Statement =>
  statement(
    "directory.touch_api_keys",
    sql`with used as (
  select "organizationId" as organization_id, "apiKeyId" as id, max(at) as at
  from jsonb_to_recordset(${json(uses)})
    as u ("organizationId" uuid, "apiKeyId" uuid, at timestamptz)
  group by 1, 2
), locked as materialized (
  select k.id, used.at from directory.api_keys k
  join used on used.id = k.id and used.organization_id = k.organization_id
  where k.revoked_at is null
  order by k.id
  for no key update of k
)
update directory.api_keys k set last_used_at = greatest(k.last_used_at, locked.at)
from locked where k.id = locked.id`,
  );

export const createApiKeyAccess = (database: Database): Pick<ApiKeyStore, "lookUp" | "touch"> => ({
  lookUp: async (id) => {
    const [found] = await database.run(lookUpApiKey(id));
    return found ? row.parse(found) : null;
  },
  touch: async (uses) => {
    await database.run(touchApiKeys(uses));
  },
});
