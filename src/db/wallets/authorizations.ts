import { sql } from "drizzle-orm";
import { laneKeyOf } from "../../domain/ids.ts";
import type { PageRequest } from "../../domain/page.ts";
import {
  type AuthorizationRecord,
  authorizationRecord,
} from "../../domain/wallets/model/authorization.ts";
import type { AuthorizationFilters, AuthorizationSort } from "../../domain/wallets/ports.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";
import { authorizationColumns } from "./columns.ts";
import { authorizationState } from "./state-rows.ts";

const columns = sql.raw(authorizationColumns);

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

export const authorizationOf = (row: Row): AuthorizationRecord =>
  authorizationRecord(authorizationState.parse(row));
