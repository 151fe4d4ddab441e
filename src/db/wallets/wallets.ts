import { type SQL, sql } from "drizzle-orm";
import type { PageRequest } from "../../domain/page.ts";
import { type WalletRecord, walletRecord } from "../../domain/wallets/model/wallet.ts";
import type { WalletFilters, WalletSort } from "../../domain/wallets/ports.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
import { statement } from "../statement.ts";
import { walletColumns } from "./columns.ts";
import { walletState } from "./state-rows.ts";

const columns = sql.raw(walletColumns);

const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and deleted_at is null`;

export const findWallet = (organizationId: string, id: string): Statement =>
  statement(
    "wallets.find_wallet",
    sql`select ${columns} from wallets.wallets where ${live(organizationId)} and id = ${id}::uuid`,
  );

const sortColumns: SortColumns<WalletSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  name: { expression: sql`name`, type: "text" },
};

export const listWallets = (
  organizationId: string,
  page: PageRequest<WalletSort>,
  { teamId, userId }: WalletFilters,
): Statement =>
  pageStatement(
    {
      name: "wallets.list_wallets",
      columns,
      from: sql`wallets.wallets`,
      where: [
        live(organizationId),
        ...(teamId === undefined ? [] : [sql`team_id = ${teamId}::uuid`]),
        ...(userId === undefined ? [] : [sql`user_id = ${userId}::uuid`]),
      ],
      sortColumns,
    },
    page,
  );

export const walletOf = (row: Row): WalletRecord => walletRecord(walletState.parse(row));
