import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import type { PageRequest } from "../../domain/page.ts";
import type {
  OperationFilters,
  OperationSort,
  StoredOperation,
} from "../../domain/wallets/ports.ts";
import type { Row, Statement } from "../database.ts";
import { childPageStatement, type PageQuery, pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";

const columns = sql`id, kind, wallet_id, authorization_id, record`;

export const findOperation = (organizationId: string, id: string): Statement =>
  statement(
    "wallets.find_operation",
    sql`select ${columns} from wallets.operations
where lane_key = ${laneKeyOf(id)}::int and id = ${id}::uuid
  and organization_id = ${organizationId}::uuid`,
  );

const sortColumns: SortColumns<OperationSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
};

export const listOperations = (
  organizationId: string,
  page: PageRequest<OperationSort>,
  { kind, walletId, authorizationId }: OperationFilters,
): Statement => {
  const list = (where: readonly SQL[]): PageQuery<OperationSort> => ({
    name: "wallets.list_operations",
    columns,
    from: sql`wallets.operations`,
    where: [sql`organization_id = ${organizationId}::uuid and kind = ${kind}`, ...where],
    sortColumns,
  });
  if (walletId !== undefined) {
    const wallet = sql`select id from wallets.wallets
where organization_id = ${organizationId}::uuid and id = ${walletId}::uuid and deleted_at is null`;
    const of = [sql`lane_key = ${laneKeyOf(walletId)}::int and wallet_id = parent.id`];
    return childPageStatement(wallet, list(of), page);
  }
  if (authorizationId !== undefined) {
    const authorization = sql`select id from wallets.authorizations
where lane_key = ${laneKeyOf(authorizationId)}::int and id = ${authorizationId}::uuid
  and organization_id = ${organizationId}::uuid`;
    const of = [
      sql`lane_key = ${laneKeyOf(authorizationId)}::int and authorization_id = parent.id`,
    ];
    return childPageStatement(authorization, list(of), page);
  }
  return pageStatement(list([]), page);
};

const row = z
  .object({
    id: z.string(),
    kind: z.enum([
      "deposit",
      "withdrawal",
      "transfer",
      "increment",
      "capture",
      "reversal",
      "refund",
    ]),
    wallet_id: z.string(),
    authorization_id: z.string().nullable(),
    record: z.record(z.string(), z.unknown()),
  })
  .transform(
    (found): StoredOperation => ({
      id: found.id,
      kind: found.kind,
      walletId: found.wallet_id,
      authorizationId: found.authorization_id,
      record: found.record,
    }),
  );

export const operationOf = (found: Row): StoredOperation => row.parse(found);
