import { sql } from "drizzle-orm";
import { z } from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import type { PageRequest } from "../../domain/page.ts";
import {
  type AuthorizationRecord,
  authorizationStatuses,
} from "../../domain/wallets/model/authorization.ts";
import type { AuthorizationFilters, AuthorizationSort } from "../../domain/wallets/ports.ts";
import { reasons } from "../../domain/wallets/rules/reasons.ts";
import { instant, metadata, safeInteger } from "../columns.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";

const columns = sql`id, wallet_id, card_id, approved, status, reasons, requested_amount, amount,
  held, captured, reversed, refunded, currency, merchant, merchant_amount, metadata, expires_at,
  created_at`;

/** The lane key, which the id ends with, names the one partition to look in. */
export const findAuthorization = (organizationId: string, id: string): Statement =>
  statement(
    "wallets.find_authorization",
    sql`select ${columns} from wallets.authorizations
where lane_key = ${laneKeyOf(id)}::int and id = ${id}::uuid
  and organization_id = ${organizationId}::uuid`,
  );

const sortColumns: SortColumns<AuthorizationSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
};

export const listAuthorizations = (
  organizationId: string,
  page: PageRequest<AuthorizationSort>,
  { walletId, cardId, status }: AuthorizationFilters,
): Statement => {
  const ofLane = cardId ?? walletId;
  return pageStatement(
    {
      name: "wallets.list_authorizations",
      columns,
      from: sql`wallets.authorizations`,
      where: [
        sql`organization_id = ${organizationId}::uuid`,
        ...(ofLane === undefined ? [] : [sql`lane_key = ${laneKeyOf(ofLane)}::int`]),
        ...(walletId === undefined ? [] : [sql`wallet_id = ${walletId}::uuid`]),
        ...(cardId === undefined ? [] : [sql`card_id = ${cardId}::uuid`]),
        ...(status === undefined ? [] : [sql`status = ${status}`]),
      ],
      sortColumns,
    },
    page,
  );
};

const row = z
  .object({
    id: z.string(),
    wallet_id: z.string(),
    card_id: z.string(),
    approved: z.boolean(),
    status: z.enum(authorizationStatuses),
    reasons: z.array(z.enum(reasons)),
    requested_amount: safeInteger,
    amount: safeInteger,
    held: safeInteger,
    captured: safeInteger,
    reversed: safeInteger,
    refunded: safeInteger,
    currency: z.string(),
    merchant: z.object({
      id: z.string().nullable(),
      name: z.string().nullable(),
      category: z.string().nullable(),
      country: z.string().nullable(),
    }),
    merchant_amount: z.object({ amount: z.int(), currency: z.string() }).nullable(),
    metadata,
    expires_at: instant.nullable(),
    created_at: instant,
  })
  .transform(
    (found): AuthorizationRecord => ({
      id: found.id,
      cardId: found.card_id,
      walletId: found.wallet_id,
      approved: found.approved,
      status: found.status,
      reasons: found.reasons,
      requestedAmount: found.requested_amount,
      amount: found.amount,
      held: found.held,
      captured: found.captured,
      reversed: found.reversed,
      refunded: found.refunded,
      currency: found.currency,
      merchant: found.merchant,
      merchantAmount: found.merchant_amount,
      expiresAt: found.expires_at,
      metadata: found.metadata,
      createdAt: found.created_at,
    }),
  );

export const authorizationOf = (found: Row): AuthorizationRecord => row.parse(found);
