import type { Database } from "../../src/db/database.ts";
import type { EventData } from "./commands.ts";
import type { Balance, Books, LoggedEvent } from "./judge.ts";

/** Reads the log and the balances of an organization, as they are stored. */
export const readBooks = async (database: Database, organizationId: string): Promise<Books> => {
  const rows = (name: string, text: string) =>
    database.run({ name: `chaos.${name}`, text, params: [organizationId] });
  const events = await rows(
    "events",
    `select wallet_id, sequence, type, data, command_key from wallets.wallet_events
    where organization_id = $1::uuid`,
  );
  const wallets = await rows(
    "wallets",
    "select id, available, held from wallets.wallets where organization_id = $1::uuid",
  );
  return {
    events: events.map(
      (row): LoggedEvent => ({
        walletId: String(row["wallet_id"]),
        sequence: Number(row["sequence"]),
        type: String(row["type"]),
        key: clientKey(row["command_key"]),
        data: JSON.parse(String(row["data"])) as EventData,
      }),
    ),
    balances: new Map(
      wallets.map((row): [string, Balance] => [
        String(row["id"]),
        { available: Number(row["available"]), held: Number(row["held"]) },
      ]),
    ),
  };
};

/** Keys of clients are stored with a mark before them; others were minted. */
const clientKey = (stored: unknown): string | null =>
  typeof stored === "string" && stored.startsWith("client:")
    ? stored.slice("client:".length)
    : null;
