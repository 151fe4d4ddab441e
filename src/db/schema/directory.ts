import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { idempotencyKeyTable } from "./idempotency-keys.ts";
import { instant } from "./instant.ts";

/**
 * The directory context: who is a customer, who may call, and who its people and teams
 * are. Ids are UUIDv7 drawn by the application. What is deleted stays, marked; the
 * partial indexes hold for, and lists read, only what is live.
 */
export const directory = pgSchema("directory");

const changes = {
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
};

const metadata = () => jsonb("metadata").notNull().default({});

const lengthOf = (name: string, column: AnyPgColumn, most: number) =>
  check(name, sql`char_length(${column}) between 1 and ${sql.raw(String(most))}`);

const metadataForm = (name: string, column: AnyPgColumn) =>
  check(name, sql`jsonb_typeof(${column}) = 'object' and octet_length(${column}::text) <= 262144`);

/** A default below the organization's smallest limit could not be copied to any wallet. */
const limitNotBelowSmallest = (name: string, window: "day" | "month") =>
  check(
    name,
    sql`coalesce((default_limits #>> ${sql.raw(`'{${window},amount}'`)})::bigint >= smallest_limit, true)`,
  );

export const organizations = directory.table(
  "organizations",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** ISO 4217; for wallets that name none. */
    currency: text("currency").notNull().default("EUR"),
    /** IANA name; for wallets that name none. */
    timezone: text("timezone").notNull().default("UTC"),
    /** Copied to a wallet or card when it is made. */
    defaultLimits: jsonb("default_limits")
      .notNull()
      .default({
        perTransaction: null,
        day: { amount: 500_000 },
        week: null,
        month: { amount: 500_000 },
        year: null,
        lifetime: null,
      }),
    /** In minor units; holds for day and month amounts. */
    smallestLimit: bigint("smallest_limit", { mode: "number" }).notNull().default(10_000),
    /** How long holds live and how far captures may pass them. */
    payments: jsonb("payments")
      .notNull()
      .default({
        holdDays: 7,
        travelHoldDays: 31,
        captureTolerances: [
          { categories: ["5812", "5813", "5814"], percent: 20, amount: 0 },
          { categories: ["5541", "5542"], percent: 15, amount: 0 },
        ],
      }),
    metadata: metadata(),
    ...changes,
  },
  (table) => [
    index("organizations_by_created").on(table.createdAt, table.id),
    index("organizations_by_updated").on(table.updatedAt, table.id),
    index("organizations_by_name").on(table.name, table.id),
    lengthOf("organizations_name_length", table.name, 200),
    check("organizations_currency_form", sql`${table.currency} ~ '^[A-Z]{3}$'`),
    lengthOf("organizations_timezone_length", table.timezone, 64),
    check(
      "organizations_default_limits_form",
      sql`jsonb_typeof(${table.defaultLimits}) = 'object'`,
    ),
    limitNotBelowSmallest("organizations_day_limit_not_below_smallest", "day"),
    limitNotBelowSmallest("organizations_month_limit_not_below_smallest", "month"),
    check(
      "organizations_smallest_limit_range",
      sql`${table.smallestLimit} between 0 and 9007199254740991`,
    ),
    metadataForm("organizations_metadata_form", table.metadata),
  ],
);

export const apiKeys = directory.table(
  "api_keys",
  {
    /** Public half of a key and how a request finds it, hence unique without the organization. */
    id: uuid("id").primaryKey(),
    organizationId: uuid("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    /** SHA-256 in hex. A secret has 256 random bits, so it needs no slow hash. */
    secretSha256: text("secret_sha256").notNull(),
    scopes: jsonb("scopes").notNull(),
    /** `null`: the platform's default. */
    rateLimitPerSecond: integer("rate_limit_per_second"),
    expiresAt: instant("expires_at"),
    /** Written in batches, so up to a minute late. */
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("api_keys_by_created")
      .on(table.organizationId, table.createdAt, table.id)
      .where(sql`revoked_at is null`),
    index("api_keys_by_name")
      .on(table.organizationId, table.name, table.id)
      .where(sql`revoked_at is null`),
    lengthOf("api_keys_name_length", table.name, 200),
    check("api_keys_secret_form", sql`${table.secretSha256} ~ '^[0-9a-f]{64}$'`),
    check(
      "api_keys_scopes_form",
      sql`jsonb_typeof(${table.scopes}) = 'array' and jsonb_array_length(${table.scopes}) > 0`,
    ),
    check("api_keys_rate_limit_range", sql`${table.rateLimitPerSecond} between 1 and 100000`),
  ],
);

export const users = directory.table(
  "users",
  {
    id: uuid("id").notNull(),
    organizationId: uuid("organization_id")
      .notNull()
      .references(() => organizations.id),
    email: text("email").notNull(),
    name: text("name"),
    metadata: metadata(),
    ...changes,
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    primaryKey({ name: "users_pkey", columns: [table.organizationId, table.id] }),
    // Also serves the order by e-mail.
    uniqueIndex("users_email_unique")
      .on(table.organizationId, sql`lower(email)`)
      .where(sql`deleted_at is null`),
    index("users_by_created")
      .on(table.organizationId, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index("users_by_updated")
      .on(table.organizationId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    index("users_by_name")
      .on(table.organizationId, sql`coalesce(name, '')`, table.id)
      .where(sql`deleted_at is null`),
    // 254 is the longest address that SMTP can carry (RFC 5321 with erratum 1690).
    lengthOf("users_email_length", table.email, 254),
    lengthOf("users_name_length", table.name, 200),
    metadataForm("users_metadata_form", table.metadata),
  ],
);

export const teams = directory.table(
  "teams",
  {
    id: uuid("id").notNull(),
    organizationId: uuid("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    metadata: metadata(),
    ...changes,
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    primaryKey({ name: "teams_pkey", columns: [table.organizationId, table.id] }),
    // Also serves the order by name.
    uniqueIndex("teams_name_unique")
      .on(table.organizationId, table.name)
      .where(sql`deleted_at is null`),
    index("teams_by_created")
      .on(table.organizationId, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index("teams_by_updated")
      .on(table.organizationId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    lengthOf("teams_name_length", table.name, 200),
    metadataForm("teams_metadata_form", table.metadata),
  ],
);

export const teamMembers = directory.table(
  "team_members",
  {
    id: uuid("id").notNull(),
    organizationId: uuid("organization_id").notNull(),
    teamId: uuid("team_id").notNull(),
    userId: uuid("user_id").notNull(),
    role: text("role").notNull().default("member"),
    ...changes,
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    primaryKey({ name: "team_members_pkey", columns: [table.organizationId, table.id] }),
    foreignKey({
      name: "team_members_team_fkey",
      columns: [table.organizationId, table.teamId],
      foreignColumns: [teams.organizationId, teams.id],
    }),
    foreignKey({
      name: "team_members_user_fkey",
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }),
    uniqueIndex("team_members_unique")
      .on(table.organizationId, table.teamId, table.userId)
      .where(sql`deleted_at is null`),
    index("team_members_by_team_created")
      .on(table.organizationId, table.teamId, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index("team_members_by_team_updated")
      .on(table.organizationId, table.teamId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    index("team_members_by_user_created")
      .on(table.organizationId, table.userId, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index("team_members_by_user_updated")
      .on(table.organizationId, table.userId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    index("team_members_by_created")
      .on(table.organizationId, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index("team_members_by_updated")
      .on(table.organizationId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    check("team_members_role_known", sql`${table.role} in ('member', 'admin')`),
  ],
);

export const idempotencyKeys = idempotencyKeyTable(directory);
