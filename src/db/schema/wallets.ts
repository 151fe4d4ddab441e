import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { idempotencyKeyTable } from "./idempotency-keys.ts";
import { instant } from "./instant.ts";

/**
 * The wallets context: wallets, cards and money. `wallet_events`, `postings` and
 * `authorizations` are hash-partitioned by `lane_key` (the last two bytes of the
 * wallet's id and of the ids of its cards and authorizations), so that a row is
 * found in one partition from any of these ids. drizzle cannot express
 * partitions: the first migration adds them by hand.
 */
export const wallets = pgSchema("wallets");

const bytea = customType<{ data: string }>({ dataType: () => "bytea" });
const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });
const money = (name: string) => bigint(name, { mode: "bigint" });

/** The largest amount that every JSON reader holds exactly: 2^53 - 1. */
const maxSafe = sql.raw("9007199254740991");

export const wallet = wallets.table(
  "wallets",
  {
    id: uuid("id").primaryKey(),
    organizationId: uuid("organization_id").notNull(),
    laneKey: integer("lane_key").notNull(),
    teamId: uuid("team_id"),
    userId: uuid("user_id"),
    name: text("name").notNull(),
    currency: text("currency").notNull(),
    timezone: text("timezone").notNull(),
    /** Set by the first authorization: usage windows are dates of this zone. */
    timezoneLocked: boolean("timezone_locked").notNull().default(false),
    status: text("status").notNull(),
    available: money("available").notNull().default(sql`0`),
    held: money("held").notNull().default(sql`0`),
    receivable: money("receivable").notNull().default(sql`0`),
    limits: jsonb("limits").notNull(),
    usage: jsonb("usage").notNull(),
    controls: jsonb("controls").notNull(),
    metadata: jsonb("metadata").notNull(),
    lowBalanceThreshold: money("low_balance_threshold"),
    /** The sequence of the wallet's newest event. */
    version: bigint("version", { mode: "number" }).notNull(),
    /** Hash of the newest event: the head of the chain. */
    headHash: bytea("head_hash").notNull(),
    createdAt: instant("created_at").notNull(),
    /** The time of the newest event; events never go back in time. */
    updatedAt: instant("updated_at").notNull(),
    deletedAt: instant("deleted_at"),
  },
  (t) => [
    uniqueIndex("wallets_organization_id").on(t.organizationId, t.id),
    index("wallets_by_created")
      .on(t.organizationId, t.createdAt, t.id)
      .where(sql`deleted_at is null`),
    index("wallets_by_name").on(t.organizationId, t.name, t.id).where(sql`deleted_at is null`),
    index("wallets_by_team")
      .on(t.organizationId, t.teamId, t.createdAt, t.id)
      .where(sql`deleted_at is null and team_id is not null`),
    index("wallets_by_user")
      .on(t.organizationId, t.userId, t.createdAt, t.id)
      .where(sql`deleted_at is null and user_id is not null`),
    // No payment changes a name or an owner, so its update writes to neither of these.
    index("wallets_by_team_name")
      .on(t.organizationId, t.teamId, t.name, t.id)
      .where(sql`deleted_at is null and team_id is not null`),
    index("wallets_by_user_name")
      .on(t.organizationId, t.userId, t.name, t.id)
      .where(sql`deleted_at is null and user_id is not null`),
    index("wallets_owing").on(t.organizationId, t.id).where(sql`receivable > 0`),
    check("wallets_one_owner", sql`num_nonnulls(team_id, user_id) = 1`),
    check("wallets_lane_key", sql`lane_key between 0 and 65535`),
    check("wallets_status", sql`status in ('active', 'frozen', 'closed')`),
    check("wallets_currency", sql`currency ~ '^[A-Z]{3}$'`),
    check("wallets_available", sql`available between 0 and ${maxSafe}`),
    check("wallets_held", sql`held between 0 and ${maxSafe}`),
    check("wallets_receivable", sql`receivable between 0 and ${maxSafe}`),
    check("wallets_version", sql`version >= 1`),
    check(
      "wallets_deleted_empty",
      sql`deleted_at is null or (status = 'closed' and available = 0 and held = 0 and receivable = 0)`,
    ),
  ],
);

/**
 * Owners that wallets know: a row is locked by wallet creation and by closing, so
 * that no wallet is made for an owner that is being closed.
 */
export const owner = wallets.table(
  "owners",
  {
    organizationId: uuid("organization_id").notNull(),
    ownerId: uuid("owner_id").notNull(),
    kind: text("kind").notNull(),
    /** The tombstone: set first, taken back if a wallet still holds money. */
    closedAt: instant("closed_at"),
    /** Tells closes and reopenings apart; `ownership.ts` says how. */
    claims: bigint("claims", { mode: "number" }).notNull().default(0),
  },
  (t) => [
    primaryKey({ name: "owners_pk", columns: [t.organizationId, t.ownerId] }),
    check("owners_kind", sql`kind in ('team', 'user')`),
  ],
);

export const card = wallets.table(
  "cards",
  {
    id: uuid("id").primaryKey(),
    organizationId: uuid("organization_id").notNull(),
    laneKey: integer("lane_key").notNull(),
    walletId: uuid("wallet_id")
      .notNull()
      .references(() => wallet.id),
    cardholderId: uuid("cardholder_id"),
    name: text("name"),
    type: text("type").notNull(),
    /** Whether Purser made the number: then the CVV can be derived again. */
    issued: boolean("issued").notNull(),
    status: text("status").notNull(),
    last4: text("last4").notNull(),
    expMonth: smallint("exp_month").notNull(),
    expYear: smallint("exp_year").notNull(),
    numberCiphertext: bytea("number_ciphertext").notNull(),
    numberKeyVersion: integer("number_key_version").notNull(),
    numberFingerprint: bytea("number_fingerprint").notNull(),
    limits: jsonb("limits").notNull(),
    usage: jsonb("usage").notNull(),
    controls: jsonb("controls").notNull(),
    metadata: jsonb("metadata").notNull(),
    replacementFor: uuid("replacement_for"),
    replacedBy: uuid("replaced_by"),
    /** The merchant that a merchant-locked card was first used at. */
    lockedMerchantId: text("locked_merchant_id"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    deletedAt: instant("deleted_at"),
  },
  (t) => [
    uniqueIndex("cards_number_unique")
      .on(t.organizationId, t.numberFingerprint)
      .where(sql`deleted_at is null`),
    index("cards_by_created")
      .on(t.organizationId, t.createdAt, t.id)
      .where(sql`deleted_at is null`),
    index("cards_by_wallet").on(t.walletId, t.createdAt, t.id).where(sql`deleted_at is null`),
    index("cards_by_key_version").on(t.numberKeyVersion, t.id),
    check("cards_lane_key", sql`lane_key between 0 and 65535`),
    check("cards_status", sql`status in ('active', 'frozen', 'terminated')`),
    check("cards_type", sql`type in ('standard', 'single_use', 'merchant_locked')`),
    check("cards_last4", sql`last4 ~ '^[0-9]{4}$'`),
    check("cards_expiry", sql`exp_month between 1 and 12 and exp_year between 2000 and 9999`),
  ],
);

/** Every reveal of a card number: written by the statement that reads it. */
export const cardReveal = wallets.table(
  "card_reveals",
  {
    id: bigint("id", { mode: "number" }).generatedAlwaysAsIdentity().primaryKey(),
    organizationId: uuid("organization_id").notNull(),
    cardId: uuid("card_id").notNull(),
    apiKeyId: uuid("api_key_id").notNull(),
    requestId: text("request_id").notNull(),
    revealedAt: instant("revealed_at").notNull().defaultNow(),
  },
  (t) => [index("card_reveals_by_card").on(t.organizationId, t.cardId, t.revealedAt)],
);

/** A card payment as it stands; a projection of the log, written with it. */
export const authorization = wallets.table(
  "authorizations",
  {
    laneKey: integer("lane_key").notNull(),
    id: uuid("id").notNull(),
    organizationId: uuid("organization_id").notNull(),
    walletId: uuid("wallet_id").notNull(),
    cardId: uuid("card_id").notNull(),
    approved: boolean("approved").notNull(),
    /** Captured without having been authorized. */
    forced: boolean("forced").notNull(),
    status: text("status").notNull(),
    reasons: jsonb("reasons").notNull(),
    requestedAmount: money("requested_amount").notNull(),
    amount: money("amount").notNull(),
    held: money("held").notNull(),
    captured: money("captured").notNull(),
    reversed: money("reversed").notNull(),
    refunded: money("refunded").notNull(),
    currency: text("currency").notNull(),
    merchant: jsonb("merchant").notNull(),
    /** The charge in the merchant's own currency: information only. */
    merchantAmount: jsonb("merchant_amount"),
    /** What it took of which windows, an entry an increment; reversals give back from the last. */
    consumed: jsonb("consumed").notNull(),
    metadata: jsonb("metadata").notNull(),
    expiresAt: instant("expires_at"),
    /** The sequence of the event that decided it. */
    decisionSequence: bigint("decision_sequence", { mode: "number" }).notNull(),
    /** The sequence of its newest event. */
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "authorizations_pk", columns: [t.laneKey, t.id] }),
    index("authorizations_by_created").on(t.organizationId, t.createdAt, t.id),
    index("authorizations_by_wallet").on(t.walletId, t.createdAt, t.id),
    index("authorizations_by_card").on(t.cardId, t.createdAt, t.id),
    index("authorizations_by_expiry").on(t.expiresAt, t.id).where(sql`status = 'open'`),
    check(
      "authorizations_status",
      sql`status in ('declined', 'open', 'closed', 'reversed', 'expired')`,
    ),
    check(
      "authorizations_amounts",
      sql`requested_amount >= 0 and amount >= 0 and held >= 0 and captured >= 0 and reversed >= 0 and refunded >= 0`,
    ),
    check("authorizations_holds_only_open", sql`held = 0 or status = 'open'`),
  ],
);

/**
 * Deposits, withdrawals, transfers and what became of card payments, each as it was
 * answered: so that each can be read and listed. A projection of the log, written with it.
 */
export const operation = wallets.table(
  "operations",
  {
    laneKey: integer("lane_key").notNull(),
    id: uuid("id").notNull(),
    organizationId: uuid("organization_id").notNull(),
    walletId: uuid("wallet_id").notNull(),
    kind: text("kind").notNull(),
    authorizationId: uuid("authorization_id"),
    record: jsonb("record").notNull(),
    /** The event that it is of. */
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "operations_pk", columns: [t.laneKey, t.id] }),
    index("operations_by_kind").on(t.organizationId, t.kind, t.createdAt, t.id),
    index("operations_by_wallet").on(t.walletId, t.kind, t.createdAt, t.id),
    index("operations_by_authorization")
      .on(t.authorizationId, t.kind, t.createdAt, t.id)
      .where(sql`authorization_id is not null`),
    check(
      "operations_kind",
      sql`kind in ('deposit', 'withdrawal', 'transfer', 'increment', 'capture', 'reversal', 'refund')`,
    ),
  ],
);

/** The truth: each wallet's own log, gapless by `sequence`, chained by `hash`. */
export const walletEvent = wallets.table(
  "wallet_events",
  {
    laneKey: integer("lane_key").notNull(),
    walletId: uuid("wallet_id").notNull(),
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    organizationId: uuid("organization_id").notNull(),
    type: text("type").notNull(),
    /** Canonical JSON text, exactly as hashed. */
    command: text("command").notNull(),
    /** Canonical JSON text, exactly as hashed. */
    data: text("data").notNull(),
    rulesVersion: smallint("rules_version").notNull(),
    requestId: text("request_id").notNull(),
    /** The idempotency key of the command; `null` on a transfer's receiving side. */
    commandKey: text("command_key"),
    fingerprint: text("fingerprint"),
    recordedAt: instant("recorded_at").notNull(),
    hash: bytea("hash").notNull(),
    /** Orders the organization's feed together with `position`. */
    transactionId: xid8("transaction_id").notNull().default(sql`pg_current_xact_id()`),
    /** The event's place in the commit that wrote it. */
    position: integer("position").notNull(),
  },
  (t) => [
    // Not by lane key first: a used key is found by lane key and key, in one index only.
    primaryKey({ name: "wallet_events_pk", columns: [t.walletId, t.sequence, t.laneKey] }),
    uniqueIndex("wallet_events_command_key").on(t.laneKey, t.commandKey, t.walletId),
    index("wallet_events_feed").on(t.organizationId, t.transactionId, t.position),
    check("wallet_events_sequence", sql`sequence >= 1`),
  ],
);

/** The journal: one row is one debit, one credit, one amount. */
export const posting = wallets.table(
  "postings",
  {
    laneKey: integer("lane_key").notNull(),
    walletId: uuid("wallet_id").notNull(),
    /** The event that booked it. */
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    ordinal: smallint("ordinal").notNull(),
    organizationId: uuid("organization_id").notNull(),
    kind: text("kind").notNull(),
    debit: text("debit").notNull(),
    credit: text("credit").notNull(),
    amount: money("amount").notNull(),
    currency: text("currency").notNull(),
    /** The deposit, withdrawal, transfer or authorization that it belongs to. */
    sourceId: uuid("source_id").notNull(),
    cardId: uuid("card_id"),
    reference: text("reference"),
    availableAfter: money("available_after").notNull(),
    heldAfter: money("held_after").notNull(),
    receivableAfter: money("receivable_after").notNull(),
    effectiveAt: instant("effective_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "postings_pk", columns: [t.laneKey, t.walletId, t.sequence, t.ordinal] }),
    index("postings_by_time").on(t.walletId, t.recordedAt, t.sequence, t.ordinal),
    check("postings_amount", sql`amount between 1 and ${maxSafe}`),
    check("postings_two_accounts", sql`debit <> credit`),
    check(
      "postings_accounts",
      sql`debit in ('external', 'available', 'held', 'receivable', 'network', 'clearing')
      and credit in ('external', 'available', 'held', 'receivable', 'network', 'clearing')`,
    ),
    check(
      "postings_balances",
      sql`available_after between 0 and ${maxSafe} and held_after between 0 and ${maxSafe} and receivable_after between 0 and ${maxSafe}`,
    ),
  ],
);

/** Keys of the POSTs that are not a command of an existing wallet: wallet creation. */
export const idempotencyKey = idempotencyKeyTable(wallets);
