import { type Database, DatabaseRejected, DatabaseUnreachable } from "../database.ts";
import { primaryReader, type Reader } from "../reader.ts";
import type { Circuit } from "./circuit.ts";
import { guarded, rowsOfGuarded } from "./guard.ts";

/**
 * What became of a read that the replica may answer. All but the first are answered by the
 * primary: the replica is not as far as the reader has been; it does not have what was asked
 * for; it refused (in recovery it cancels reads that stand in the way of what it must apply);
 * it did not answer; or it is not asked for now, because it did not answer before.
 */
export const replicaOutcomes = [
  "answered",
  "behind",
  "absent",
  "rejected",
  "unreachable",
  "avoided",
] as const;

export type ReplicaOutcome = (typeof replicaOutcomes)[number];

export interface ReplicaPorts {
  readonly primary: Database;
  readonly replica: Database;
  readonly circuit: Circuit;
  readonly observe: (outcome: ReplicaOutcome) => void;
}

/** Long for a page by its index, short for who waits for it twice. */
const defaultPatienceMs = 2_500;

/**
 * Reads from the replica what it can answer and from the primary the rest: one statement on
 * the replica at most, and at most one on the primary after it. A read changes nothing, so
 * it can be asked again whatever the replica's failure was.
 */
export const replicaReader = ({ primary, replica, circuit, observe }: ReplicaPorts): Reader => {
  const otherwise = primaryReader(primary);

  const ask: (...args: Parameters<Reader["read"]>) => Promise<Asked> = async (
    statement,
    { since, emptyIsAbsent = false, patienceMs = defaultPatienceMs } = {},
  ) => {
    if (!circuit.admits()) return { outcome: "avoided" };
    const sent = since === undefined ? statement : guarded(statement, since);
    try {
      const found = await replica.run(sent, { timeoutMs: patienceMs });
      circuit.answered();
      const rows = since === undefined ? found : rowsOfGuarded(found);
      if (rows === null) return { outcome: "behind" };
      if (rows.length === 0 && emptyIsAbsent) return { outcome: "absent" };
      return { outcome: "answered", rows };
    } catch (error) {
      if (error instanceof DatabaseUnreachable) {
        circuit.failed();
        return { outcome: "unreachable" };
      }
      // If the statement is wrong, the primary will say so.
      if (!(error instanceof DatabaseRejected)) throw error;
      circuit.answered();
      return { outcome: "rejected" };
    }
  };

  return {
    read: async (statement, options) => {
      const asked = await ask(statement, options);
      observe(asked.outcome);
      return asked.outcome === "answered" ? asked.rows : otherwise.read(statement, options);
    },
  };
};

type Asked =
  | { readonly outcome: "answered"; readonly rows: Awaited<ReturnType<Reader["read"]>> }
  | { readonly outcome: Exclude<ReplicaOutcome, "answered"> };
