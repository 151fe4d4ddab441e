import type { Database } from "../../src/db/database.ts";
import { laneKeyOf } from "../../src/domain/ids.ts";

/** The rows that all others are copied from, made through the API. */
export interface Originals {
  readonly organizationId: string;
  readonly apiKeyId: string;
  readonly userId: string;
  readonly teamId: string;
  readonly memberId: string;
  /** With money, and owned by the user. */
  readonly walletId: string;
  readonly cardId: string;
  /** Captured. */
  readonly authorizationId: string;
  readonly depositId: string;
}

/**
 * Fills every table: one organization has nearly all of it, one user, team, wallet and card
 * have a good part of that, and the rest is spread evenly. Rows are copies of real ones, so
 * that everything can be read; only their hashes are not chained.
 */
export const populate = async (
  database: Database,
  originals: Originals,
  rows: number,
  onTable: (table: string) => void = () => {},
): Promise<void> => {
  const run = (text: string, params: readonly string[] = []) =>
    database.run({ name: "test.populate", text, params }, { timeoutMs: 1_800_000 });
  const indexes = await run(`select c.oid::regclass::text as name, pg_get_indexdef(c.oid) as made
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace::regnamespace::text in ('directory', 'wallets') and not c.relispartition
      and not exists (select from pg_constraint where conindid = c.oid)`);
  // Built at once they take a fraction of the time that a million insertions each would.
  for (const { name } of indexes) await run(`drop index ${name}`);
  const [hot] = await run("select version from wallets.wallets where id = $1::uuid", [
    originals.walletId,
  ]);
  for (const copy of copiesOf(originals, Number(hot?.["version"]), rows)) {
    onTable(copy.table);
    const columns = await columnsOf(run, copy.table);
    const values = columns.map((column) => copy.columns[column] ?? `o.${column}`);
    await run(`insert into ${copy.table} (${columns.join(", ")})
      select ${values.join(", ")}
      from generate_series(1, ${Math.ceil(rows * (copy.share ?? 1))}) as i
      cross join (select * from ${copy.table} where ${copy.original} limit 1) as o`);
  }
  // From the oldest event to the newest, the wallet's log goes up to here.
  await run(`update wallets.wallets set version = (
      select max(sequence) from wallets.wallet_events where wallet_id = id
    ) where id = '${originals.walletId}'`);
  onTable("indexes");
  await run("set maintenance_work_mem = '256MB'");
  for (const { made } of indexes) await run(String(made).replace(" ON ONLY ", " ON "));
  onTable("statistics");
  await run("vacuum (analyze)");
};

type Run = (
  text: string,
  params?: readonly string[],
) => Promise<readonly Record<string, unknown>[]>;

const columnsOf = async (run: Run, table: string): Promise<string[]> => {
  const found = await run(
    `select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0
      and not attisdropped and attidentity = '' and attgenerated = ''
      and attname not in ('transaction_id') order by attnum`,
    [table],
  );
  return found.map(({ attname }) => String(attname));
};

interface Copy {
  readonly table: string;
  /** Which row is copied. */
  readonly original: string;
  /** What is not the original's; `i` counts the copies, `o` is the original. */
  readonly columns: Readonly<Record<string, string>>;
  /** Of the rows that are asked for. */
  readonly share?: number;
}

/** An id whose first half grows with `i`, as UUIDv7 do, and that ends with a lane key. */
const idOf = (kind: number, lane = "0"): string =>
  `('${kind.toString(16).padStart(2, "0")}' || lpad(to_hex(i), 6, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 8, '0') || lpad(to_hex(${lane}), 4, '0'))::uuid`;

const spread = "(i::bigint * 7919 % 65536)::int";

const copiesOf = (of: Originals, version: number, rows: number): readonly Copy[] => {
  const lane = laneKeyOf(of.walletId);
  const id = (value: string): string => `'${value}'::uuid`;
  const by = (value: string): string => `id = ${id(value)}`;
  /** One a second, the last of them now. */
  const at = `now() - (${rows} - i) * interval '1 second'`;
  const changes = { created_at: at, updated_at: at };
  /** Every second is the hot one's. */
  const hot = (value: string, other: string): string =>
    `case when i % 2 = 0 then ${value} else ${other} end`;
  const walletId = hot(id(of.walletId), idOf(5, spread));
  const laneKey = hot(String(lane), spread);
  const sequence = hot(`${version} + i / 2`, "1");
  /** More than a sweep reads at once, and few among all payments. */
  const oneHoldIn = Math.max(3, Math.ceil(rows / 250));
  const key = "encode(sha256(i::text::bytea), 'hex')";
  return [
    {
      table: "directory.organizations",
      original: by(of.organizationId),
      share: 0.1,
      columns: { id: idOf(1), name: `'Organization ' || i`, ...changes },
    },
    {
      table: "directory.api_keys",
      original: by(of.apiKeyId),
      share: 0.1,
      columns: { id: idOf(2), organization_id: idOf(1), created_at: at },
    },
    {
      table: "directory.users",
      original: by(of.userId),
      columns: { id: idOf(3), email: `i || '@users.example'`, name: `'User ' || i`, ...changes },
    },
    {
      table: "directory.teams",
      original: by(of.teamId),
      columns: { id: idOf(4), name: `'Team ' || i`, ...changes },
    },
    {
      table: "directory.team_members",
      original: by(of.memberId),
      columns: {
        id: idOf(6),
        team_id: `case when i % 8 = 0 then ${id(of.teamId)} else ${idOf(4)} end`,
        user_id: `case when i % 8 = 1 then ${id(of.userId)} else ${idOf(3)} end`,
        ...changes,
      },
    },
    {
      table: "wallets.owners",
      original: `owner_id = ${id(of.userId)}`,
      columns: { owner_id: idOf(3) },
    },
    {
      table: "wallets.wallets",
      original: by(of.walletId),
      columns: {
        id: idOf(5, spread),
        lane_key: spread,
        team_id: `case when i % 8 = 0 then ${id(of.teamId)} end`,
        user_id: `case i % 8 when 0 then null when 1 then ${id(of.userId)} else ${idOf(3)} end`,
        name: `'Wallet ' || i`,
        receivable: "case when i % 1000 = 0 then 100 else 0 end",
        version: "1",
        ...changes,
      },
    },
    {
      table: "wallets.cards",
      original: by(of.cardId),
      columns: {
        id: hot(idOf(7, String(lane)), idOf(7, spread)),
        lane_key: laneKey,
        wallet_id: walletId,
        number_fingerprint: "sha256(i::text::bytea)",
        ...changes,
      },
    },
    {
      table: "wallets.card_reveals",
      original: `card_id = ${id(of.cardId)}`,
      columns: { card_id: hot(id(of.cardId), idOf(7, spread)), revealed_at: at },
    },
    {
      table: "wallets.wallet_events",
      original: `wallet_id = ${id(of.walletId)} and type = 'authorization.approved'`,
      columns: {
        wallet_id: walletId,
        lane_key: laneKey,
        sequence,
        type: "case when i % 1000 = 0 then 'wallet.frozen' else o.type end",
        command_key: "'minted:' || i",
        recorded_at: at,
        position: "i",
      },
    },
    {
      table: "wallets.postings",
      original: `wallet_id = ${id(of.walletId)}`,
      columns: {
        wallet_id: walletId,
        lane_key: laneKey,
        sequence,
        ordinal: "0",
        source_id: hot(idOf(8, String(lane)), idOf(8, spread)),
        card_id: hot(id(of.cardId), idOf(7, spread)),
        recorded_at: at,
        effective_at: at,
      },
    },
    {
      table: "wallets.authorizations",
      original: by(of.authorizationId),
      columns: {
        id: hot(idOf(8, String(lane)), idOf(8, spread)),
        lane_key: laneKey,
        wallet_id: walletId,
        card_id: hot(id(of.cardId), idOf(7, spread)),
        status: `case when i % ${oneHoldIn} < 2 then 'open' else o.status end`,
        // Half of the holds are due.
        expires_at: `now() + case when i % ${oneHoldIn} = 0 then interval '-1 day' else interval '1 day' end`,
        decision_sequence: sequence,
        sequence,
        ...changes,
      },
    },
    {
      table: "wallets.operations",
      original: by(of.depositId),
      columns: {
        id: hot(idOf(9, String(lane)), idOf(9, spread)),
        lane_key: laneKey,
        wallet_id: walletId,
        kind: `case when i % 16 = 0 then (array['capture', 'increment', 'reversal', 'refund'])[1 + i / 16 % 4]
          when i % 1000 < 500 then 'deposit' when i % 1000 < 998 then 'withdrawal' else 'transfer' end`,
        authorization_id: `case i % 32 when 0 then ${id(of.authorizationId)} when 16 then ${idOf(8, spread)} end`,
        sequence,
        created_at: at,
      },
    },
    ...(["directory", "wallets"] as const).map((context) => ({
      table: `${context}.idempotency_keys`,
      original: `organization_id = ${id(of.organizationId)}`,
      // A third of them is too old to keep.
      columns: { key, created_at: "now() - (i % 90) * interval '1 day'" },
    })),
  ];
};
