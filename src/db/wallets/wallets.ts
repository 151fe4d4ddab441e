import { sql } from "drizzle-orm";
import * as z from "zod";
import type { PageRequest } from "../../domain/page.ts";
import type { WalletRecord } from "../../domain/wallets/model/wallet.ts";
import type { WalletFilters, WalletSort } from "../../domain/wallets/ports.ts";
import { instant, limits, metadata, safeInteger } from "../columns.ts";
import type { Row, Statement } from "../database.ts";
import { pageStatement, type SortColumns } from "../page.ts";
import { controls } from "./state-rows.ts";

/** What the wire shows of a wallet; its usage and its chain are for those who decide. */
const columns = `id, organization_id, team_id, user_id, name, currency, timezone, status,
  available, held, receivable, limits, controls, metadata, low_balance_threshold, created_at,
  updated_at`;

export interface WalletKey {
  readonly organizationId: string;
  readonly id: string;
}

/** Any number of wallets, each looked for in its own organization. */
export const findWallets = (keys: readonly WalletKey[]): Statement => ({
  name: "wallets.find_wallets",
  text: `select ${columns} from wallets.wallets
where deleted_at is null and (organization_id, id) in (
  select * from unnest($1::text::uuid[], $2::text::uuid[])
)`,
  params: [
    uuidArray(keys.map(({ organizationId }) => organizationId)),
    uuidArray(keys.map(({ id }) => id)),
  ],
});

const uuidArray = (ids: readonly string[]): string => `{${ids.join(",")}}`;

/** The wallets of `rows` in the order of their `keys`; `null` where there is none. */
export const walletsOf = (
  rows: readonly Row[],
  keys: readonly WalletKey[],
): (WalletRecord | null)[] => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return keys.map(({ organizationId, id }) => {
    const row = byId.get(id);
    return row?.organization_id === organizationId ? walletOf(row) : null;
  });
};

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
      columns: sql.raw(columns),
      from: sql`wallets.wallets`,
      where: [
        sql`organization_id = ${organizationId}::uuid and deleted_at is null`,
        ...(teamId === undefined ? [] : [sql`team_id = ${teamId}::uuid`]),
        ...(userId === undefined ? [] : [sql`user_id = ${userId}::uuid`]),
        // A wallet has one owner: there is nothing to look for among those of either.
        ...(teamId === undefined || userId === undefined ? [] : [sql`false`]),
      ],
      sortColumns,
    },
    page,
  );

export const walletOf = (row: Row): WalletRecord => walletRow.parse(row);

const walletRow = z
  .object({
    id: z.string(),
    team_id: z.string().nullable(),
    user_id: z.string().nullable(),
    name: z.string(),
    currency: z.string(),
    timezone: z.string(),
    status: z.enum(["active", "frozen", "closed"]),
    available: safeInteger,
    held: safeInteger,
    receivable: safeInteger,
    limits,
    controls,
    metadata,
    low_balance_threshold: safeInteger.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    (row): WalletRecord => ({
      id: row.id,
      teamId: row.team_id,
      userId: row.user_id,
      name: row.name,
      currency: row.currency,
      timezone: row.timezone,
      status: row.status,
      available: row.available,
      held: row.held,
      receivable: row.receivable,
      limits: row.limits,
      controls: row.controls,
      metadata: row.metadata,
      lowBalanceThreshold: row.low_balance_threshold,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );
