import type { Param } from "../../../src/db/database.ts";
import {
  authorizationColumns,
  cardColumns,
  walletColumns,
} from "../../../src/db/wallets/columns.ts";
import type { commitRows } from "../../../src/db/wallets/commit.ts";

/** One statement of the usual way: it reads or writes one row, and stays prepared. */
export interface Single {
  readonly text: string;
  readonly params: readonly Param[];
}

type Rows = ReturnType<typeof commitRows>;

/** What rows have of their wallet. */
export interface Owner {
  readonly l: number;
  readonly org: string;
  readonly currency: string;
}

const lock = "order by id for no key update";

export const lockWallets = (organizationId: string, ids: readonly string[]): Single => ({
  text: `select ${walletColumns} from wallets.wallets
where id = any($1::uuid[]) and organization_id = $2::uuid ${lock}`,
  params: [`{${ids.join(",")}}`, organizationId],
});

export const lockWalletOfCard = (organizationId: string, cardId: string): Single => ({
  text: `select ${walletColumns} from wallets.wallets
where id = (select wallet_id from wallets.cards where id = $1::uuid)
  and organization_id = $2::uuid ${lock}`,
  params: [cardId, organizationId],
});

export const lockWalletOfPayment = (organizationId: string, l: number, id: string): Single => ({
  text: `select ${walletColumns} from wallets.wallets
where id = (select wallet_id from wallets.authorizations where lane_key = $1::int and id = $2::uuid)
  and organization_id = $3::uuid ${lock}`,
  params: [l, id, organizationId],
});

export const findCard = (organizationId: string, id: string): Single => ({
  text: `select ${cardColumns} from wallets.cards where id = $1::uuid and organization_id = $2::uuid`,
  params: [id, organizationId],
});

export const findPayment = (organizationId: string, l: number, id: string): Single => ({
  text: `select ${authorizationColumns} from wallets.authorizations
where lane_key = $1::int and id = $2::uuid and organization_id = $3::uuid`,
  params: [l, id, organizationId],
});

export const findKey = (l: number, walletId: string, key: string): Single => ({
  text: `select wallet_id, sequence, type, data, command_key, fingerprint, request_id,
  recorded_at from wallets.wallet_events
where lane_key = $1::int and command_key = $2 and wallet_id = $3::uuid`,
  params: [l, key, walletId],
});

export const insertEvent = (row: Rows["events"][number], owner: Owner): Single => ({
  text: `insert into wallets.wallet_events (lane_key, wallet_id, sequence, organization_id, type,
  command, data, rules_version, request_id, command_key, fingerprint, recorded_at, hash, position)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, decode($13, 'hex'), $14)`,
  params: [
    ...[owner.l, row.w, row.s, owner.org, row.t, row.c, row.d, row.v],
    ...[row.r, row.k, row.f, row.at, row.h, row.p],
  ],
});

export const insertPosting = (row: Rows["postings"][number], owner: Owner): Single => ({
  text: `insert into wallets.postings (lane_key, wallet_id, sequence, ordinal, organization_id,
  kind, debit, credit, amount, currency, source_id, card_id, reference, available_after,
  held_after, receivable_after, effective_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
  params: [
    ...[owner.l, row.w, row.s, row.o, owner.org, row.kind, row.debit, row.credit, row.amount],
    ...[owner.currency, row.source, row.card, row.reference, row.available, row.held],
    ...[row.receivable, row.effective, row.at],
  ],
});

export const insertPayment = (row: Rows["newPayments"][number], owner: Owner): Single => ({
  text: `insert into wallets.authorizations (lane_key, id, organization_id, wallet_id, card_id,
  approved, forced, status, reasons, requested_amount, amount, held, captured, reversed, refunded,
  currency, merchant, merchant_amount, consumed, metadata, expires_at, decision_sequence,
  sequence, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
  $21, $22, $23, $24, $24)`,
  params: [
    ...[owner.l, row.id, owner.org, row.w, row.card, row.approved, row.forced, row.status],
    ...[json(row.reasons), row.requested, row.amount, row.held, row.captured, row.reversed],
    ...[row.refunded, owner.currency, json(row.merchant), jsonOrNull(row.merchant_amount)],
    ...[json(row.consumed), json(row.metadata), row.expires, row.decided, row.sequence, row.at],
  ],
});

export const updatePayment = (row: Rows["changedPayments"][number], at: string): Single => ({
  text: `update wallets.authorizations set status = $3, amount = $4, held = $5, captured = $6,
  reversed = $7, refunded = $8, consumed = $9, expires_at = $10, sequence = $11, updated_at = $12
where lane_key = $1 and id = $2`,
  params: [
    ...[row.l, row.id, row.status, row.amount, row.held, row.captured, row.reversed],
    ...[row.refunded, json(row.consumed), row.expires, row.sequence, at],
  ],
});

export const insertOperation = (row: Rows["operations"][number], owner: Owner): Single => ({
  text: `insert into wallets.operations (lane_key, id, organization_id, wallet_id, kind,
  authorization_id, record, sequence, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  params: [
    ...[owner.l, row.id, owner.org, row.w, row.kind, row.authorization_id, json(row.record)],
    ...[row.s, row.at],
  ],
});

export const updateCard = (row: Rows["changedCards"][number]): Single => {
  if (row.cold) throw new Error("the usual way is not written for changes of a card's settings");
  return {
    text: "update wallets.cards set usage = $2 where id = $1",
    params: [row.id, json(row.usage)],
  };
};

export const updateWallet = (row: Rows["wallets"][number]): Single => {
  if (row.cold) throw new Error("the usual way is not written for changes of a wallet's settings");
  return {
    text: `update wallets.wallets set version = $2, available = $3, held = $4, receivable = $5,
  usage = $6, timezone_locked = $7, head_hash = decode($8, 'hex'), updated_at = $9
where id = $1`,
    params: [
      ...[row.id, row.version, row.available, row.held, row.receivable, json(row.usage)],
      ...[row.tz_locked, row.hash, row.at],
    ],
  };
};

const json = (value: unknown): string => JSON.stringify(value);

const jsonOrNull = (value: unknown): string | null => (value === null ? null : json(value));
