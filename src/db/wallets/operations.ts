import { sql } from "drizzle-orm";
import { z } from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import type { PageRequest } from "../../domain/page.ts";
import type {
  OperationFilters,
  OperationSort,
  StoredOperation,
} from "../../domain/wallets/ports.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
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
  const ofLane = authorizationId ?? walletId;
  return pageStatement(
    {
      name: "wallets.list_operations",
      columns,
      from: sql`wallets.operations`,
      where: [
        sql`organization_id = ${organizationId}::uuid and kind = ${kind}`,
        ...(ofLane === undefined ? [] : [sql`lane_key = ${laneKeyOf(ofLane)}::int`]),
        ...(walletId === undefined ? [] : [sql`wallet_id = ${walletId}::uuid`]),
        ...(authorizationId === undefined
          ? []
          : [sql`authorization_id = ${authorizationId}::uuid`]),
      ],
      sortColumns,
    },
    page,
  );
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
