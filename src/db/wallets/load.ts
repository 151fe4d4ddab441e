import { z } from "zod";
import type { Card } from "../../domain/wallets/model/card.ts";
import type { Wallet } from "../../domain/wallets/model/wallet.ts";
import type { Loaded, Ref } from "../../domain/wallets/store.ts";
import type { Row, Statement } from "../database.ts";
import { cardState, walletState } from "./state-rows.ts";

/**
 * Wallets and cards by id, in one snapshot; each card comes with its wallet. What is
 * deleted comes too, so that a command on it can still be answered from its log.
 */
export const loadStatement = (refs: readonly Ref[]): Statement => ({
  name: "wallets.load",
  text: loadText,
  params: [
    JSON.stringify(refs.map(({ kind, organizationId, id }) => ({ kind, org: organizationId, id }))),
  ],
});

const loadText = `select clock_timestamp()::timestamptz(3) as database_time, found.*
from (values (1)) as one(row)
left join lateral (
  select row_to_json(w) as wallet, row_to_json(c) as card
  from json_to_recordset($1::text::json) as r(kind text, org uuid, id uuid)
  left join lateral (
    select id, wallet_id, organization_id, cardholder_id, name, type, issued, status, last4,
      exp_month, exp_year, limits, usage, controls, metadata, replacement_for, replaced_by,
      created_at, updated_at, deleted_at
    from wallets.cards where r.kind = 'card' and id = r.id and organization_id = r.org
  ) c on true
  join lateral (
    select id, organization_id, team_id, user_id, name, currency, timezone, timezone_locked,
      status, available, held, receivable, limits, usage, controls, metadata, version,
      encode(head_hash, 'hex') as head_hash, created_at, updated_at
    from wallets.wallets
    where organization_id = r.org and id = case r.kind when 'card' then c.wallet_id else r.id end
  ) w on true
) found on true`;

const loadedRow = z.object({
  database_time: z.date(),
  wallet: walletState.nullable(),
  card: cardState.nullable(),
});

export const loaded = (rows: readonly Row[]): Loaded => {
  const wallets = new Map<string, Wallet>();
  const cards = new Map<string, Card>();
  let databaseTime = 0;
  for (const row of rows) {
    const { database_time, wallet, card } = loadedRow.parse(row);
    databaseTime = database_time.getTime();
    if (wallet) wallets.set(wallet.id, wallet);
    if (card) cards.set(card.id, card);
  }
  return {
    kind: "loaded",
    wallets: [...wallets.values()],
    cards: [...cards.values()],
    databaseTime,
  };
};
