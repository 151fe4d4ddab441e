import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Idempotency } from "../../domain/actor.ts";
import type { Owner } from "../../domain/directory/wallet-owners.ts";
import { laneKeyOf } from "../../domain/ids.ts";
import { isoTime } from "../../domain/iso-time.ts";
import type { SealedEvent } from "../../domain/wallets/log/chain.ts";
import type { Wallet, WalletRecord } from "../../domain/wallets/model/wallet.ts";
import type { WalletOwnership } from "../../domain/wallets/ports.ts";
import { json } from "../assignments.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { statement } from "../statement.ts";
import { writtenBy, writtenOf } from "../written-by.ts";
import { usageToJson } from "./usage-json.ts";

export const createWalletOwnership = (database: Database): WalletOwnership => ({
  open: (wallet, record, created, idempotency) => {
    const claim = claimOf(wallet, idempotency);
    const effect = openWallet(wallet, record, created, claim);
    return createOnce(database, claim, effect, recordOf, (row) =>
      row?.["in_time"] === false ? "clock_off" : "owner_closed",
    );
  },
  close: async (organizationId, owner) => {
    const [row] = await database.run(closeOwner(organizationId, owner));
    return claimsRow.parse(row).claims;
  },
  reopen: async (organizationId, owner, token) => {
    await database.run(reopenOwner(organizationId, owner, token));
  },
  keepClosed: async (organizationId, owner, token) => {
    const [row] = await database.run(keepClosed(organizationId, owner, token));
    return row ? writtenOf("wallets", row) : null;
  },
  walletIdsOf: async (organizationId, owner, most) =>
    (await database.run(walletIdsOf(organizationId, owner, most))).map(
      (row) => idRow.parse(row).id,
    ),
});

const claimOf = (wallet: Wallet, idempotency: Idempotency | undefined): Claim => ({
  context: "wallets",
  organizationId: wallet.organizationId,
  operation: "createWallet",
  idempotency,
});

const recordOf = (row: Row): WalletRecord => row["record"] as WalletRecord;
const claimsRow = z.object({ claims: z.coerce.number().pipe(z.int()) });
const idRow = z.object({ id: z.string() });

const ownerId = (owner: Owner): string => ("teamId" in owner ? owner.teamId : owner.userId);
const ownerKind = (owner: Owner): string => ("teamId" in owner ? "team" : "user");

/** Writing the row locks it: whoever opens a wallet or closes the owner waits for the other. */
const claimOwner = (organizationId: string, owner: Owner, closedAt: SQL, update: SQL): SQL =>
  sql`insert into wallets.owners (organization_id, owner_id, kind, closed_at)
  values (${organizationId}::uuid, ${ownerId(owner)}::uuid, ${ownerKind(owner)}, ${closedAt})
  on conflict (organization_id, owner_id) do update set ${update}`;

/**
 * `claims` counts: every close adds one, and every reopening this, so that a token tells
 * whether somebody else closed since, and whether somebody reopened. Opening a wallet
 * writes it unchanged.
 */
const reopening = 2 ** 32;

const openWallet = (
  wallet: Wallet,
  record: WalletRecord,
  created: SealedEvent,
  claim: Claim,
): Statement => {
  const owner: Owner = wallet.teamId
    ? { teamId: wallet.teamId }
    : { userId: wallet.userId as string };
  const at = isoTime(wallet.createdAt);
  return statement(
    "wallets.open",
    sql`with owner as (
  ${claimOwner(wallet.organizationId, owner, sql`null`, sql`claims = owners.claims`)}
  returning closed_at, ${at}::text::timestamptz <= clock_timestamp() + interval '2 seconds' as in_time
), fresh as (
  select ${wallet.id}::uuid as id, ${json(record)} as record from owner
  -- No event of the wallet could be dated before this one, and none in the future.
  where closed_at is null and in_time
), ${claimed(claim)}, made as (
  insert into wallets.wallets (id, organization_id, lane_key, team_id, user_id, name, currency,
    timezone, status, limits, usage, controls, metadata, low_balance_threshold, version,
    head_hash, created_at, updated_at)
  select id, ${wallet.organizationId}::uuid, ${laneKeyOf(wallet.id)}::int,
    ${wallet.teamId}::uuid, ${wallet.userId}::uuid, ${wallet.name}, ${wallet.currency},
    ${wallet.timezone}, ${wallet.status}, ${json(wallet.limits)},
    ${json(usageToJson(wallet.usage))}, ${json(wallet.controls)}, ${json(wallet.metadata)},
    ${wallet.lowBalanceThreshold}::bigint, ${wallet.version}::bigint, decode(${wallet.headHash}, 'hex'), ${at}::text::timestamptz,
    ${at}::text::timestamptz
  from claimed
  returning id
), logged as (
  insert into wallets.wallet_events (lane_key, wallet_id, sequence, organization_id, type,
    command, data, rules_version, request_id, command_key, fingerprint, recorded_at, hash,
    position)
  select ${laneKeyOf(wallet.id)}::int, id, 1, ${wallet.organizationId}::uuid,
    ${created.event.type}, ${created.commandText}, ${created.dataText},
    ${created.event.rulesVersion}::smallint, ${created.requestId}, ${created.commandKey}::text,
    ${created.fingerprint}::text, ${at}::text::timestamptz, decode(${created.hash}, 'hex'), 0
  from made
)
select made.id, claimed.record, owner.in_time, ${writtenBy}
from owner left join made on true left join claimed on true`,
  );
};

const closeOwner = (organizationId: string, owner: Owner): Statement =>
  statement(
    "wallets.close_owner",
    sql`${claimOwner(
      organizationId,
      owner,
      sql`now()`,
      sql`claims = owners.claims + 1, closed_at = coalesce(owners.closed_at, now())`,
    )}
returning claims`,
  );

const reopenOwner = (organizationId: string, owner: Owner, token: number): Statement =>
  statement(
    "wallets.reopen_owner",
    sql`update wallets.owners set closed_at = null, claims = claims + ${reopening}::bigint
where organization_id = ${organizationId}::uuid and owner_id = ${ownerId(owner)}::uuid
  and claims = ${token}::bigint`,
  );

const keepClosed = (organizationId: string, owner: Owner, token: number): Statement =>
  statement(
    "wallets.keep_owner_closed",
    sql`update wallets.owners set claims = claims + 1
where organization_id = ${organizationId}::uuid and owner_id = ${ownerId(owner)}::uuid
  and closed_at is not null and claims / ${reopening}::bigint = ${token}::bigint / ${reopening}::bigint
returning ${writtenBy}`,
  );

const walletIdsOf = (organizationId: string, owner: Owner, most: number): Statement =>
  statement(
    "wallets.ids_of_owner",
    sql`select id from wallets.wallets
where organization_id = ${organizationId}::uuid and deleted_at is null
  and ${sql.raw("teamId" in owner ? "team_id" : "user_id")} = ${ownerId(owner)}::uuid
order by created_at, id limit ${most}::int`,
  );
