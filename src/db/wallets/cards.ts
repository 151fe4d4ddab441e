import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Actor } from "../../domain/actor.ts";
import type { PageRequest } from "../../domain/page.ts";
import { type CardRecord, cardRecord } from "../../domain/wallets/model/card.ts";
import type { CardFilters, CardSort } from "../../domain/wallets/ports.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";
import { cardColumns } from "./columns.ts";
import { cardState } from "./state-rows.ts";

const columns = sql.raw(cardColumns);

const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and deleted_at is null`;

export const findCard = (organizationId: string, id: string): Statement =>
  statement(
    "wallets.find_card",
    sql`select ${columns} from wallets.cards where ${live(organizationId)} and id = ${id}::uuid`,
  );

const sortColumns: SortColumns<CardSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
};

export const listCards = (
  organizationId: string,
  page: PageRequest<CardSort>,
  { walletId }: CardFilters,
): Statement =>
  pageStatement(
    {
      name: "wallets.list_cards",
      columns,
      from: sql`wallets.cards`,
      where: [
        live(organizationId),
        ...(walletId === undefined ? [] : [sql`wallet_id = ${walletId}::uuid`]),
      ],
      sortColumns,
    },
    page,
  );

export const cardOf = (row: Row): CardRecord => cardRecord(cardState.parse(row));

/** One row with a null id tells an existing wallet without cards from no wallet. */
export const cardIdsOf = (organizationId: string, walletId: string, most: number): Statement =>
  statement(
    "wallets.ids_of_cards",
    sql`select c.id from wallets.wallets w
left join wallets.cards c on c.wallet_id = w.id and c.deleted_at is null
where w.organization_id = ${organizationId}::uuid and w.deleted_at is null
  and w.id = ${walletId}::uuid
order by c.created_at, c.id limit ${most}::int`,
  );

export const revealCard = (actor: Actor, id: string): Statement =>
  statement(
    "wallets.reveal_card",
    sql`with card as (
  select id, encode(number_ciphertext, 'hex') as ciphertext, number_key_version, exp_month,
    exp_year, issued
  from wallets.cards where ${live(actor.organizationId)} and id = ${id}::uuid
), audit as (
  insert into wallets.card_reveals (organization_id, card_id, api_key_id, request_id)
  select ${actor.organizationId}::uuid, id, ${actor.apiKeyId}::uuid, ${actor.requestId}
  from card
)
select * from card`,
  );

const revealed = z
  .object({
    ciphertext: z.string(),
    number_key_version: z.int(),
    exp_month: z.int(),
    exp_year: z.int(),
    issued: z.boolean(),
  })
  .transform((row) => ({
    numberCiphertext: row.ciphertext,
    numberKeyVersion: row.number_key_version,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    issued: row.issued,
  }));

export const revealedOf = (row: Row) => revealed.parse(row);
