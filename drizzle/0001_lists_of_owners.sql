-- migrate: statement by statement
-- Lists of one owner's wallets and memberships by each of their sort fields: none of them reads
-- more than a page. `team_members_by_user_created` also does what `team_members_by_user` did.
DROP INDEX CONCURRENTLY IF EXISTS "directory"."team_members_by_team_created";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "team_members_by_team_created" ON "directory"."team_members" USING btree ("organization_id","team_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "directory"."team_members_by_team_updated";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "team_members_by_team_updated" ON "directory"."team_members" USING btree ("organization_id","team_id","updated_at","id") WHERE deleted_at is null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "directory"."team_members_by_user_created";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "team_members_by_user_created" ON "directory"."team_members" USING btree ("organization_id","user_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "directory"."team_members_by_user_updated";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "team_members_by_user_updated" ON "directory"."team_members" USING btree ("organization_id","user_id","updated_at","id") WHERE deleted_at is null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "directory"."team_members_by_user";--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "wallets"."wallets_by_team_name";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "wallets_by_team_name" ON "wallets"."wallets" USING btree ("organization_id","team_id","name","id") WHERE deleted_at is null and team_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "wallets"."wallets_by_user_name";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "wallets_by_user_name" ON "wallets"."wallets" USING btree ("organization_id","user_id","name","id") WHERE deleted_at is null and user_id is not null;
