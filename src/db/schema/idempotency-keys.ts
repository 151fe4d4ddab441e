import { sql } from "drizzle-orm";
import { check, index, jsonb, type PgSchema, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./instant.ts";

/**
 * The client's `Idempotency-Key`s of creations that have no log of their own. Each
 * context keeps its own table, because a key is claimed in the statement of its effect.
 *
 * `organization_id` has no foreign key: creating an organization claims its key under
 * the operator's nil id, before there is an organization.
 */
export const idempotencyKeyTable = (schema: PgSchema) =>
  schema.table(
    "idempotency_keys",
    {
      organizationId: uuid("organization_id").notNull(),
      key: text("key").notNull(),
      fingerprint: text("fingerprint").notNull(),
      operation: text("operation").notNull(),
      /** The row that was created, without secrets. Answers repeats, whatever became of the row. */
      response: jsonb("response").notNull(),
      createdAt: instant("created_at").notNull().defaultNow(),
    },
    (table) => [
      primaryKey({ name: "idempotency_keys_pkey", columns: [table.organizationId, table.key] }),
      index("idempotency_keys_by_age").on(table.createdAt),
      check("idempotency_keys_key_length", sql`char_length(${table.key}) between 1 and 255`),
      check("idempotency_keys_fingerprint_form", sql`${table.fingerprint} ~ '^[0-9a-f]{64}$'`),
      check(
        "idempotency_keys_operation_length",
        sql`char_length(${table.operation}) between 1 and 64`,
      ),
    ],
  );
