import { expect } from "vitest";
import type { Row } from "../../src/db/database.ts";
import type { EventData } from "../../src/domain/wallets/model/event.ts";
import { activityOn } from "./activity.ts";
import { testDatabase } from "./database.ts";
import { tampering } from "./tampering.ts";

/** A row to tamper with. */
export interface Target {
  readonly table: string;
  readonly where: string;
  /** The event that findings about it name. */
  readonly sequence: number;
}

/** A ledger of a test file's own in which everything has happened, and what can be done to it. */
export const tamperedLedger = async () => {
  const own = await testDatabase();
  const database = own.postgres({ connections: 4 });
  const activity = await activityOn(database);
  const { main, open, cards } = activity;

  const one = async (text: string): Promise<Row> => {
    const [row] = await database.run({ name: "test.one", text, params: [] });
    if (!row) throw new Error(`nothing found: ${text}`);
    return row;
  };

  /** The first event of that type. */
  const sequenceOf = async (type: keyof EventData, walletId = main): Promise<number> => {
    const { sequence } = await one(
      `select min(sequence) as sequence from wallets.wallet_events where wallet_id = '${walletId}' and type = '${type}'`,
    );
    return Number(sequence);
  };

  const eventOf = (sequence: number, walletId = main) =>
    `wallet_id = '${walletId}' and sequence = ${sequence}`;

  const wallet = await one(`select version from wallets.wallets where id = '${main}'`);
  const version = Number(wallet["version"]);
  const incremented = await sequenceOf("authorization.incremented");
  const payment = await one(`select * from wallets.authorizations where id = '${open}'`);
  const operation = await one(`select id from wallets.operations where ${eventOf(incremented)}`);
  const targets: Readonly<Record<string, Target>> = {
    wallet_events: { table: "wallet_events", where: eventOf(incremented), sequence: incremented },
    wallets: { table: "wallets", where: `id = '${main}'`, sequence: version },
    cards: { table: "cards", where: `id = '${cards[0]}'`, sequence: version },
    authorizations: {
      table: "authorizations",
      where: `id = '${open}'`,
      sequence: Number(payment["sequence"]),
    },
    operations: { table: "operations", where: `id = '${operation["id"]}'`, sequence: incremented },
    postings: {
      table: "postings",
      where: `${eventOf(incremented)} and ordinal = 0`,
      sequence: incremented,
    },
  };

  const columns = await database.run({
    name: "test.columns",
    text: `select table_name as table, column_name as column, udt_name as type
  from information_schema.columns where table_schema = 'wallets'
    and table_name = any ($1::text::text[]) order by 1, ordinal_position`,
    params: [`{${Object.keys(targets).join(",")}}`],
  });

  /** The same row again, but for these columns. */
  const copied = (
    table: string,
    other: Readonly<Record<string, string>>,
    where: string,
  ): string => {
    const names = columns
      .filter((row) => row["table"] === table)
      .map((row) => String(row["column"]));
    const values = names.map((name) => other[name] ?? name);
    return `insert into wallets.${table} (${names.join(", ")})
  select ${values.join(", ")} from wallets.${table} where ${where}`;
  };

  const { tampered } = tampering(own);
  return {
    database,
    activity,
    version,
    payment,
    targets,
    columns,
    one,
    sequenceOf,
    eventOf,
    copied,
    tampered,
  };
};

/** A finding there, of that field or of a part of it. */
export const at = (walletId: string | null, sequence: number | null, field: string) =>
  expect.objectContaining({
    walletId,
    sequence,
    field: expect.stringMatching(new RegExp(`^${field.replaceAll(".", "\\.")}($|[.[])`)),
  });
