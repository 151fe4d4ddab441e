import * as z from "zod";
import type { Database } from "../database.ts";

const patience = { timeoutMs: 2_000 };

/**
 * Seconds that the replica is behind: the age of the last transaction that it applied, unless
 * it has applied all that the primary had written, in which case nobody writes and that age
 * says nothing. `null` of a replica that has applied none yet.
 */
export const readLag = async (primary: Database, replica: Database): Promise<number | null> => {
  const [written] = await primary.run(
    { name: "wal_position", text: "select pg_current_wal_lsn()::text as lsn", params: [] },
    patience,
  );
  const [lag] = await replica.run(
    { name: "replica_lag", text: lagText, params: [position.parse(written).lsn] },
    patience,
  );
  return lagRow.parse(lag).seconds;
};

const lagText = `select case
  when not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= $1::text::pg_lsn then 0
  else greatest(0, extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()))
end::float8 as seconds`;

const position = z.object({ lsn: z.string() });
const lagRow = z.object({ seconds: z.number().nullable() });
