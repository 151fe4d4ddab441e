-- Generated from src/db/schema by drizzle-kit, then changed by hand where it cannot say it:
-- the log, the journal and the authorizations are partitioned, and rows that every payment
-- rewrites keep room on their page so that the update leaves the indexes alone.
CREATE SCHEMA "directory";
--> statement-breakpoint
CREATE SCHEMA "wallets";
--> statement-breakpoint
CREATE TABLE "directory"."api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"secret_sha256" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"rate_limit_per_second" integer,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_name_length" CHECK (char_length("directory"."api_keys"."name") between 1 and 200),
	CONSTRAINT "api_keys_secret_form" CHECK ("directory"."api_keys"."secret_sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "api_keys_scopes_form" CHECK (jsonb_typeof("directory"."api_keys"."scopes") = 'array' and jsonb_array_length("directory"."api_keys"."scopes") > 0),
	CONSTRAINT "api_keys_rate_limit_range" CHECK ("directory"."api_keys"."rate_limit_per_second" between 1 and 100000)
);
--> statement-breakpoint
CREATE TABLE "directory"."idempotency_keys" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"operation" text NOT NULL,
	"response" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("organization_id","key"),
	CONSTRAINT "idempotency_keys_key_length" CHECK (char_length("directory"."idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_fingerprint_form" CHECK ("directory"."idempotency_keys"."fingerprint" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "idempotency_keys_operation_length" CHECK (char_length("directory"."idempotency_keys"."operation") between 1 and 64)
);
--> statement-breakpoint
CREATE TABLE "directory"."organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"currency" text DEFAULT 'EUR' NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"default_limits" jsonb DEFAULT '{"perTransaction":null,"day":{"amount":500000},"week":null,"month":{"amount":500000},"year":null,"lifetime":null}'::jsonb NOT NULL,
	"smallest_limit" bigint DEFAULT 10000 NOT NULL,
	"payments" jsonb DEFAULT '{"holdDays":7,"travelHoldDays":31,"captureTolerances":[{"categories":["5812","5813","5814"],"percent":20,"amount":0},{"categories":["5541","5542"],"percent":15,"amount":0}]}'::jsonb NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_name_length" CHECK (char_length("directory"."organizations"."name") between 1 and 200),
	CONSTRAINT "organizations_currency_form" CHECK ("directory"."organizations"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "organizations_timezone_length" CHECK (char_length("directory"."organizations"."timezone") between 1 and 64),
	CONSTRAINT "organizations_default_limits_form" CHECK (jsonb_typeof("directory"."organizations"."default_limits") = 'object'),
	CONSTRAINT "organizations_day_limit_not_below_smallest" CHECK (coalesce((default_limits #>> '{day,amount}')::bigint >= smallest_limit, true)),
	CONSTRAINT "organizations_month_limit_not_below_smallest" CHECK (coalesce((default_limits #>> '{month,amount}')::bigint >= smallest_limit, true)),
	CONSTRAINT "organizations_smallest_limit_range" CHECK ("directory"."organizations"."smallest_limit" between 0 and 9007199254740991),
	CONSTRAINT "organizations_metadata_form" CHECK (jsonb_typeof("directory"."organizations"."metadata") = 'object' and octet_length("directory"."organizations"."metadata"::text) <= 262144)
);
--> statement-breakpoint
CREATE TABLE "directory"."team_members" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text DEFAULT 'member' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "team_members_pkey" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "team_members_role_known" CHECK ("directory"."team_members"."role" in ('member', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "directory"."teams" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "teams_pkey" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "teams_name_length" CHECK (char_length("directory"."teams"."name") between 1 and 200),
	CONSTRAINT "teams_metadata_form" CHECK (jsonb_typeof("directory"."teams"."metadata") = 'object' and octet_length("directory"."teams"."metadata"::text) <= 262144)
);
--> statement-breakpoint
CREATE TABLE "directory"."users" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "users_pkey" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "users_email_length" CHECK (char_length("directory"."users"."email") between 1 and 254),
	CONSTRAINT "users_name_length" CHECK (char_length("directory"."users"."name") between 1 and 200),
	CONSTRAINT "users_metadata_form" CHECK (jsonb_typeof("directory"."users"."metadata") = 'object' and octet_length("directory"."users"."metadata"::text) <= 262144)
);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations" (
	"lane_key" integer NOT NULL,
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"wallet_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	"approved" boolean NOT NULL,
	"forced" boolean NOT NULL,
	"status" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"requested_amount" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"held" bigint NOT NULL,
	"captured" bigint NOT NULL,
	"reversed" bigint NOT NULL,
	"refunded" bigint NOT NULL,
	"currency" text NOT NULL,
	"merchant" jsonb NOT NULL,
	"merchant_amount" jsonb,
	"consumed" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"decision_sequence" bigint NOT NULL,
	"sequence" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "authorizations_pk" PRIMARY KEY("lane_key","id"),
	CONSTRAINT "authorizations_status" CHECK (status in ('declined', 'open', 'closed', 'reversed', 'expired')),
	CONSTRAINT "authorizations_amounts" CHECK (requested_amount >= 0 and amount >= 0 and held >= 0 and captured >= 0 and reversed >= 0 and refunded >= 0),
	CONSTRAINT "authorizations_holds_only_open" CHECK (held = 0 or status = 'open')
) PARTITION BY HASH ("lane_key");
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_0" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 0) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_1" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 1) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_2" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 2) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_3" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 3) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_4" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 4) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_5" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 5) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_6" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 6) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."authorizations_7" PARTITION OF "wallets"."authorizations" FOR VALUES WITH (MODULUS 8, REMAINDER 7) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "wallets"."cards" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"lane_key" integer NOT NULL,
	"wallet_id" uuid NOT NULL,
	"cardholder_id" uuid,
	"name" text,
	"type" text NOT NULL,
	"issued" boolean NOT NULL,
	"status" text NOT NULL,
	"last4" text NOT NULL,
	"exp_month" smallint NOT NULL,
	"exp_year" smallint NOT NULL,
	"number_ciphertext" "bytea" NOT NULL,
	"number_key_version" integer NOT NULL,
	"number_fingerprint" "bytea" NOT NULL,
	"limits" jsonb NOT NULL,
	"usage" jsonb NOT NULL,
	"controls" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"replacement_for" uuid,
	"replaced_by" uuid,
	"locked_merchant_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "cards_lane_key" CHECK (lane_key between 0 and 65535),
	CONSTRAINT "cards_status" CHECK (status in ('active', 'frozen', 'terminated')),
	CONSTRAINT "cards_type" CHECK (type in ('standard', 'single_use', 'merchant_locked')),
	CONSTRAINT "cards_last4" CHECK (last4 ~ '^[0-9]{4}$'),
	CONSTRAINT "cards_expiry" CHECK (exp_month between 1 and 12 and exp_year between 2000 and 9999)
) WITH (fillfactor = 60);
--> statement-breakpoint
CREATE TABLE "wallets"."card_reveals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "wallets"."card_reveals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	"api_key_id" uuid NOT NULL,
	"request_id" text NOT NULL,
	"revealed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wallets"."idempotency_keys" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"operation" text NOT NULL,
	"response" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("organization_id","key"),
	CONSTRAINT "idempotency_keys_key_length" CHECK (char_length("wallets"."idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_fingerprint_form" CHECK ("wallets"."idempotency_keys"."fingerprint" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "idempotency_keys_operation_length" CHECK (char_length("wallets"."idempotency_keys"."operation") between 1 and 64)
);
--> statement-breakpoint
CREATE TABLE "wallets"."operations" (
	"lane_key" integer NOT NULL,
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"wallet_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"authorization_id" uuid,
	"record" jsonb NOT NULL,
	"sequence" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "operations_pk" PRIMARY KEY("lane_key","id"),
	CONSTRAINT "operations_kind" CHECK (kind in ('deposit', 'withdrawal', 'transfer', 'increment', 'capture', 'reversal', 'refund'))
) PARTITION BY HASH ("lane_key");
--> statement-breakpoint
CREATE TABLE "wallets"."operations_0" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 0);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_1" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 1);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_2" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 2);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_3" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 3);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_4" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 4);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_5" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 5);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_6" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 6);
--> statement-breakpoint
CREATE TABLE "wallets"."operations_7" PARTITION OF "wallets"."operations" FOR VALUES WITH (MODULUS 8, REMAINDER 7);
--> statement-breakpoint
CREATE TABLE "wallets"."owners" (
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"claims" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "owners_pk" PRIMARY KEY("organization_id","owner_id"),
	CONSTRAINT "owners_kind" CHECK (kind in ('team', 'user'))
);
--> statement-breakpoint
CREATE TABLE "wallets"."postings" (
	"lane_key" integer NOT NULL,
	"wallet_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"ordinal" smallint NOT NULL,
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"source_id" uuid NOT NULL,
	"card_id" uuid,
	"reference" text,
	"available_after" bigint NOT NULL,
	"held_after" bigint NOT NULL,
	"receivable_after" bigint NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "postings_pk" PRIMARY KEY("lane_key","wallet_id","sequence","ordinal"),
	CONSTRAINT "postings_amount" CHECK (amount between 1 and 9007199254740991),
	CONSTRAINT "postings_two_accounts" CHECK (debit <> credit),
	CONSTRAINT "postings_accounts" CHECK (debit in ('external', 'available', 'held', 'receivable', 'network', 'clearing')
      and credit in ('external', 'available', 'held', 'receivable', 'network', 'clearing')),
	CONSTRAINT "postings_balances" CHECK (available_after between 0 and 9007199254740991 and held_after between 0 and 9007199254740991 and receivable_after between 0 and 9007199254740991)
) PARTITION BY HASH ("lane_key");
--> statement-breakpoint
CREATE TABLE "wallets"."postings_0" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 0);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_1" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 1);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_2" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 2);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_3" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 3);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_4" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 4);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_5" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 5);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_6" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 6);
--> statement-breakpoint
CREATE TABLE "wallets"."postings_7" PARTITION OF "wallets"."postings" FOR VALUES WITH (MODULUS 8, REMAINDER 7);
--> statement-breakpoint
CREATE TABLE "wallets"."wallets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"lane_key" integer NOT NULL,
	"team_id" uuid,
	"user_id" uuid,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"timezone" text NOT NULL,
	"timezone_locked" boolean DEFAULT false NOT NULL,
	"status" text NOT NULL,
	"available" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"receivable" bigint DEFAULT 0 NOT NULL,
	"limits" jsonb NOT NULL,
	"usage" jsonb NOT NULL,
	"controls" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"low_balance_threshold" bigint,
	"version" bigint NOT NULL,
	"head_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "wallets_one_owner" CHECK (num_nonnulls(team_id, user_id) = 1),
	CONSTRAINT "wallets_lane_key" CHECK (lane_key between 0 and 65535),
	CONSTRAINT "wallets_status" CHECK (status in ('active', 'frozen', 'closed')),
	CONSTRAINT "wallets_currency" CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT "wallets_available" CHECK (available between 0 and 9007199254740991),
	CONSTRAINT "wallets_held" CHECK (held between 0 and 9007199254740991),
	CONSTRAINT "wallets_receivable" CHECK (receivable between 0 and 9007199254740991),
	CONSTRAINT "wallets_version" CHECK (version >= 1),
	CONSTRAINT "wallets_deleted_empty" CHECK (deleted_at is null or (status = 'closed' and available = 0 and held = 0 and receivable = 0))
) WITH (fillfactor = 60);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events" (
	"lane_key" integer NOT NULL,
	"wallet_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"organization_id" uuid NOT NULL,
	"type" text NOT NULL,
	"command" text NOT NULL,
	"data" text NOT NULL,
	"rules_version" smallint NOT NULL,
	"request_id" text NOT NULL,
	"command_key" text,
	"fingerprint" text,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"hash" "bytea" NOT NULL,
	"transaction_id" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "wallet_events_pk" PRIMARY KEY("wallet_id","sequence","lane_key"),
	CONSTRAINT "wallet_events_sequence" CHECK (sequence >= 1)
) PARTITION BY HASH ("lane_key");
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_0" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 0);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_1" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 1);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_2" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 2);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_3" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 3);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_4" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 4);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_5" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 5);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_6" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 6);
--> statement-breakpoint
CREATE TABLE "wallets"."wallet_events_7" PARTITION OF "wallets"."wallet_events" FOR VALUES WITH (MODULUS 8, REMAINDER 7);
--> statement-breakpoint
ALTER TABLE "directory"."api_keys" ADD CONSTRAINT "api_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "directory"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."team_members" ADD CONSTRAINT "team_members_team_fkey" FOREIGN KEY ("organization_id","team_id") REFERENCES "directory"."teams"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."team_members" ADD CONSTRAINT "team_members_user_fkey" FOREIGN KEY ("organization_id","user_id") REFERENCES "directory"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."teams" ADD CONSTRAINT "teams_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "directory"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."users" ADD CONSTRAINT "users_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "directory"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallets"."cards" ADD CONSTRAINT "cards_wallet_id_wallets_id_fk" FOREIGN KEY ("wallet_id") REFERENCES "wallets"."wallets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_by_created" ON "directory"."api_keys" USING btree ("organization_id","created_at","id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_by_name" ON "directory"."api_keys" USING btree ("organization_id","name","id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "directory"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "organizations_by_created" ON "directory"."organizations" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "organizations_by_updated" ON "directory"."organizations" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "organizations_by_name" ON "directory"."organizations" USING btree ("name","id");--> statement-breakpoint
CREATE UNIQUE INDEX "team_members_unique" ON "directory"."team_members" USING btree ("organization_id","team_id","user_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "team_members_by_user" ON "directory"."team_members" USING btree ("organization_id","user_id","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "team_members_by_created" ON "directory"."team_members" USING btree ("organization_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "team_members_by_updated" ON "directory"."team_members" USING btree ("organization_id","updated_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name_unique" ON "directory"."teams" USING btree ("organization_id","name") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "teams_by_created" ON "directory"."teams" USING btree ("organization_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "teams_by_updated" ON "directory"."teams" USING btree ("organization_id","updated_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique" ON "directory"."users" USING btree ("organization_id",lower(email)) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "users_by_created" ON "directory"."users" USING btree ("organization_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "users_by_updated" ON "directory"."users" USING btree ("organization_id","updated_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "users_by_name" ON "directory"."users" USING btree ("organization_id",coalesce(name, ''),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "authorizations_by_created" ON "wallets"."authorizations" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "authorizations_by_wallet" ON "wallets"."authorizations" USING btree ("wallet_id","created_at","id");--> statement-breakpoint
CREATE INDEX "authorizations_by_card" ON "wallets"."authorizations" USING btree ("card_id","created_at","id");--> statement-breakpoint
CREATE INDEX "authorizations_by_expiry" ON "wallets"."authorizations" USING btree ("expires_at","id") WHERE status = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "cards_number_unique" ON "wallets"."cards" USING btree ("organization_id","number_fingerprint") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "cards_by_created" ON "wallets"."cards" USING btree ("organization_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "cards_by_wallet" ON "wallets"."cards" USING btree ("wallet_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "cards_by_key_version" ON "wallets"."cards" USING btree ("number_key_version","id");--> statement-breakpoint
CREATE INDEX "card_reveals_by_card" ON "wallets"."card_reveals" USING btree ("organization_id","card_id","revealed_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "wallets"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "operations_by_kind" ON "wallets"."operations" USING btree ("organization_id","kind","created_at","id");--> statement-breakpoint
CREATE INDEX "operations_by_wallet" ON "wallets"."operations" USING btree ("wallet_id","kind","created_at","id");--> statement-breakpoint
CREATE INDEX "operations_by_authorization" ON "wallets"."operations" USING btree ("authorization_id","kind","created_at","id") WHERE authorization_id is not null;--> statement-breakpoint
CREATE INDEX "postings_by_time" ON "wallets"."postings" USING btree ("wallet_id","recorded_at","sequence","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "wallets_organization_id" ON "wallets"."wallets" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "wallets_by_created" ON "wallets"."wallets" USING btree ("organization_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "wallets_by_name" ON "wallets"."wallets" USING btree ("organization_id","name","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "wallets_by_team" ON "wallets"."wallets" USING btree ("organization_id","team_id","created_at","id") WHERE deleted_at is null and team_id is not null;--> statement-breakpoint
CREATE INDEX "wallets_by_user" ON "wallets"."wallets" USING btree ("organization_id","user_id","created_at","id") WHERE deleted_at is null and user_id is not null;--> statement-breakpoint
CREATE INDEX "wallets_owing" ON "wallets"."wallets" USING btree ("organization_id","id") WHERE receivable > 0;--> statement-breakpoint
CREATE UNIQUE INDEX "wallet_events_command_key" ON "wallets"."wallet_events" USING btree ("lane_key","command_key","wallet_id");--> statement-breakpoint
CREATE INDEX "wallet_events_feed" ON "wallets"."wallet_events" USING btree ("organization_id","transaction_id","position");
--> statement-breakpoint
-- Its own executor: the commit prunes partitions, and must not wait for row locks itself
-- (docs/decisions/0013). Volatile, so that it is never inlined.
CREATE FUNCTION "wallets"."lock_wallets"(ids uuid[])
RETURNS TABLE (id uuid, organization_id uuid, version bigint)
LANGUAGE sql VOLATILE
AS $$
  select w.id, w.organization_id, w.version from wallets.wallets w
  where w.id = any(ids) order by w.id for no key update
$$;
