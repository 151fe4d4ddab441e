import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import type { Authorization } from "../../domain/wallets/model/authorization.ts";
import type { Card } from "../../domain/wallets/model/card.ts";
import type { Wallet } from "../../domain/wallets/model/wallet.ts";
import type { Loaded, Ref } from "../../domain/wallets/store.ts";
import type { Row, Statement } from "../database.ts";
import { authorizationColumns, cardColumns, walletColumns } from "./columns.ts";
import { authorizationState, cardState, walletState } from "./state-rows.ts";

/**
 * Wallets, cards and authorizations by id, in one snapshot; a card comes with its wallet,
 * an authorization with both. What is deleted comes too, so that a command on it can still
 * be answered from its log.
 */
export const loadStatement = (refs: readonly Ref[]): Statement => ({
  name: "wallets.load",
  text: loadText,
  params: [
    JSON.stringify(
      refs.map(({ kind, organizationId, id }) => ({
        kind,
        org: organizationId,
        id,
        l: laneKeyOf(id),
      })),
    ),
  ],
});

/** Row by row and by id, whatever the plan was made on: `commit-statement.ts` says why. */
const loadText = `select clock_timestamp()::timestamptz(3) as database_time, found.*
from (values (1)) as one(row)
left join lateral (
  select row_to_json(w) as wallet, row_to_json(c) as card, row_to_json(a) as authorization_row
  from json_to_recordset($1::text::json) as r(kind text, org uuid, id uuid, l int)
  left join lateral (
    select ${authorizationColumns}
    from wallets.authorizations
    where r.kind = 'authorization' and lane_key = r.l and id = r.id
      and organization_id::text = r.org::text
    limit 1
  ) a on true
  left join lateral (
    select ${cardColumns}
    from wallets.cards
    where id = case r.kind when 'authorization' then a.card_id when 'card' then r.id end
      and organization_id::text = r.org::text
    limit 1
  ) c on true
  join lateral (
    select ${walletColumns}
    from wallets.wallets
    where id = case r.kind when 'wallet' then r.id else c.wallet_id end
      and organization_id::text = r.org::text
    limit 1
  ) w on true
) found on true`;

const loadedRow = z.object({
  database_time: z.date(),
  wallet: walletState.nullable(),
  card: cardState.nullable(),
  authorization_row: authorizationState.nullable(),
});

export const loaded = (rows: readonly Row[]): Loaded => {
  const wallets = new Map<string, Wallet>();
  const cards = new Map<string, Card>();
  const authorizations = new Map<string, Authorization>();
  let databaseTime = 0;
  for (const row of rows) {
    const { database_time, wallet, card, authorization_row } = loadedRow.parse(row);
    databaseTime = database_time.getTime();
    if (wallet) wallets.set(wallet.id, wallet);
    if (card) cards.set(card.id, card);
    if (authorization_row) authorizations.set(authorization_row.id, authorization_row);
  }
  return {
    kind: "loaded",
    wallets: [...wallets.values()],
    cards: [...cards.values()],
    authorizations: [...authorizations.values()],
    databaseTime,
  };
};
