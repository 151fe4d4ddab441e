import { laneKeyOf } from "../../src/domain/ids.ts";
import type {
  BrokenPayment,
  LogRow,
  Orphans,
  TrialBalance,
  VerifyReads,
} from "../../src/domain/wallets/verify/ports.ts";
import { commitTimeIn, type Row, type StoredLedger } from "./stored-ledger.ts";

/** What `src/db/wallets/verify` asks of PostgreSQL, of rows in memory. */
export const memoryVerifyReads = (ledger: StoredLedger): VerifyReads => {
  const { wallets, cards, events, postings, operations, authorizations } = ledger;
  const ofWallet = (walletId: string) => (row: Row) =>
    row["wallet_id"] === walletId && row["lane_key"] === laneKeyOf(walletId);
  const log = (walletId: string) =>
    events
      .filter((event) => event.walletId === walletId)
      .sort((one, other) => one.sequence - other.sequence);
  return {
    wallets: async (from, { organizationId, walletId }, limit) =>
      [...wallets]
        .sort(by("id"))
        .filter(({ id }) =>
          from === null ? true : from.inclusive ? String(id) >= from.id : String(id) > from.id,
        )
        .filter(({ id }) => walletId === undefined || id === walletId)
        .filter((row) => organizationId === undefined || row["organization_id"] === organizationId)
        .slice(0, limit)
        .map((wallet) => ({
          wallet,
          cards: cards.filter((card) => card["wallet_id"] === wallet["id"]),
        })),
    events: async (walletId, after, upTo, limit) =>
      log(walletId)
        .filter(({ sequence }) => sequence > after && sequence <= upTo)
        .slice(0, limit),
    eventsAt: async (walletId, sequences) =>
      log(walletId).filter(({ sequence }) => sequences.includes(sequence)),
    postings: async (walletId, from, to) =>
      postings
        .filter(ofWallet(walletId))
        .filter((row) => Number(row["sequence"]) >= from && Number(row["sequence"]) <= to),
    operations: async (walletId, ids) =>
      operations.filter(
        (row) => row["lane_key"] === laneKeyOf(walletId) && ids.includes(String(row["id"])),
      ),
    strayOperations: async (walletId, upTo) =>
      operations
        .filter(ofWallet(walletId))
        .filter((row) => Number(row["sequence"]) <= upTo)
        .filter((row) => !log(walletId).some((event) => explains(event, row))),
    authorizations: async (walletId, after, limit) =>
      authorizations
        .filter(ofWallet(walletId))
        .sort(byCreation)
        .filter(
          (row) => after === null || byCreation(row, { ...after, created_at: after.createdAt }) > 0,
        )
        .slice(0, limit),
    counterparts: async (refs) =>
      refs.flatMap(({ sequence, walletId, transferId, type, at }) => {
        const posting = postings.find(
          (row) =>
            row["wallet_id"] === walletId &&
            row["source_id"] === transferId &&
            row["recorded_at"] === new Date(at).toISOString(),
        );
        const event = log(walletId).find(
          (one) => one.type === type && one.sequence === Number(posting?.["sequence"]),
        );
        return event ? [{ sequence, event }] : [];
      }),
    commitTime: async (walletId, sequence) => commitTimeIn(events, walletId, sequence),
    totals: async (walletId, version) => {
      const wallet = wallets.find(({ id }) => id === walletId);
      const sequences = (rows: readonly Row[]) =>
        rows.filter(ofWallet(walletId)).map((row) => Number(row["sequence"]));
      return {
        version: wallet ? Number(wallet["version"]) : null,
        lastEvent: Math.max(0, ...log(walletId).map(({ sequence }) => sequence)),
        lastPosting: Math.max(0, ...sequences(postings)),
        operations: sequences(operations).filter((sequence) => sequence <= version).length,
      };
    },
    brokenPayments: async (walletId, upTo) =>
      brokenIn(
        log(walletId).filter(({ sequence }) => sequence <= upTo),
        authorizations.filter(ofWallet(walletId)),
      ),
    orphans: async (filter) => orphansOf(ledger).filter((row) => concerns(filter, row)),
    trialBalances: async (organizationId) =>
      trialBalancesOf(ledger).filter(
        (sums) => organizationId === undefined || sums.organizationId === organizationId,
      ),
    heads: async (after, limit) =>
      [...wallets]
        .sort(by("id"))
        .filter(({ id }) => after === null || String(id) > after)
        .slice(0, limit)
        .map((row) => ({
          walletId: String(row["id"]),
          organizationId: String(row["organization_id"]),
          version: Number(row["version"]),
          hash: String(row["head_hash"]),
          at: String(row["updated_at"]),
        })),
    hashes: async (places) =>
      places.flatMap(({ walletId, sequence }) => {
        const wallet = wallets.find(({ id }) => id === walletId);
        if (!wallet) return [];
        const event = log(walletId).find((one) => one.sequence === sequence);
        const organizationId = String(wallet["organization_id"]);
        const version = Number(wallet["version"]);
        return [{ walletId, sequence, organizationId, version, hash: event?.hash ?? null }];
      }),
  };
};

const by =
  (column: string) =>
  (one: Row, other: Row): number =>
    String(one[column]) < String(other[column]) ? -1 : 1;

const byCreation = (one: Row, other: Row): number =>
  one["created_at"] === other["created_at"]
    ? one["id"] === other["id"]
      ? 0
      : by("id")(one, other)
    : by("created_at")(one, other);

const paymentOf = (event: LogRow): { readonly id?: string; readonly previous?: number } => {
  const data = JSON.parse(event.dataText);
  return { id: data.authorization?.id, previous: data.previous };
};

/** Whether the event is the one that made the operation. */
const explains = (event: LogRow, row: Row): boolean =>
  event.sequence === Number(row["sequence"]) &&
  event.dataText.includes(`"id":"${row["id"]}"`) &&
  !["authorization.approved", "authorization.declined", "transfer.received"].includes(event.type) &&
  paymentOf(event).id !== row["id"];

const brokenIn = (log: readonly LogRow[], rows: readonly Row[]): BrokenPayment[] => {
  const events = log.filter(({ type }) => type.startsWith("authorization."));
  const lives = Map.groupBy(events, (event) => paymentOf(event).id);
  return [...lives].flatMap(([id = "", life]) => {
    const broken = life.filter(
      (event, index) => paymentOf(event).previous !== life[index - 1]?.sequence,
    );
    const found = rows.find((row) => row["id"] === id);
    const { sequence = 0 } = life.at(-1) ?? {};
    return [
      ...broken.map((event) => ({
        sequence: event.sequence,
        authorizationId: id,
        problem: "previous" as const,
      })),
      ...(found && Number(found["sequence"]) >= sequence
        ? []
        : [{ sequence, authorizationId: id, problem: found ? "behind" : "no_row" } as const]),
    ];
  });
};

const orphansOf = (ledger: StoredLedger): Orphans[] => {
  const known = new Set(
    ledger.wallets.map((row) => `${row["id"]} ${row["organization_id"]} ${row["lane_key"]}`),
  );
  const strays = (table: string, rows: readonly Row[]): Orphans[] =>
    rows
      .filter(
        (row) => !known.has(`${row["wallet_id"]} ${row["organization_id"]} ${row["lane_key"]}`),
      )
      .map((row) => ({
        table,
        organizationId: String(row["organization_id"]),
        walletId: String(row["wallet_id"]),
        sequence: row["sequence"] === undefined ? null : Number(row["sequence"]),
        row: row["id"] === undefined ? null : String(row["id"]),
      }));
  const events = ledger.events.map(({ walletId, organizationId, sequence }) => ({
    wallet_id: walletId,
    organization_id: organizationId,
    lane_key: laneKeyOf(walletId),
    sequence,
  }));
  return [
    ...strays("wallet_events", events),
    ...strays("postings", ledger.postings),
    ...strays("authorizations", ledger.authorizations),
    ...strays("operations", ledger.operations),
    ...strays("cards", ledger.cards),
  ];
};

const concerns = (
  filter: { readonly organizationId?: string | undefined; readonly walletId?: string | undefined },
  row: Orphans,
): boolean =>
  (filter.organizationId === undefined || filter.organizationId === row.organizationId) &&
  (filter.walletId === undefined || filter.walletId === row.walletId);

const trialBalancesOf = ({ postings, wallets }: StoredLedger): TrialBalance[] => {
  const sums = new Map<string, { others: bigint; clearing: bigint; wallets: bigint }>();
  const of = (row: Row) => {
    const name = `${row["organization_id"]} ${row["currency"]}`;
    const found = sums.get(name) ?? { others: 0n, clearing: 0n, wallets: 0n };
    sums.set(name, found);
    return found;
  };
  const outside = ["external", "network", "clearing"];
  for (const row of postings) {
    const amount = BigInt(String(row["amount"]));
    const sum = of(row);
    if (outside.includes(String(row["credit"]))) sum.others += amount;
    if (outside.includes(String(row["debit"]))) sum.others -= amount;
    if (row["credit"] === "clearing") sum.clearing += amount;
    if (row["debit"] === "clearing") sum.clearing -= amount;
  }
  for (const row of wallets) {
    const balance = (account: string) => BigInt(String(row[account]));
    of(row).wallets += balance("available") + balance("held") - balance("receivable");
  }
  return [...sums].map(([name, sum]) => {
    const [organizationId = "", currency = ""] = name.split(" ");
    return { organizationId, currency, ...sum };
  });
};
