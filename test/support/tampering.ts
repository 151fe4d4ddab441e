import type { Database, Row } from "../../src/db/database.ts";
import { createVerifyReads } from "../../src/db/wallets/verify/verify-reads.ts";
import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import {
  type VerifyOptions,
  type VerifySummary,
  verifyLedger,
} from "../../src/domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { TestDatabase } from "./database.ts";

export interface Verified {
  readonly summary: VerifySummary;
  readonly findings: readonly Finding[];
}

/** What `verify` finds in a database. */
export const verified = async (
  database: Database,
  options: VerifyOptions = {},
): Promise<Verified> => {
  const findings: Finding[] = [];
  const ports = {
    reads: createVerifyReads(database),
    sha256: sha256Hex,
    onFinding: (finding: Finding) => void findings.push(finding),
  };
  const summary = await verifyLedger(ports, options);
  return { summary, findings };
};

/**
 * Changes rows as somebody does who owns the database, and looks at them, in a transaction
 * that is taken back: constraints are no obstacle to an owner, so they are dropped first.
 */
export const tampering = ({ postgres }: Pick<TestDatabase, "postgres">) => {
  // The only connection, so that all of it is in the one transaction.
  const alone = postgres({ connections: 1 });
  const run = (text: string) => alone.run({ name: "test.tamper", text, params: [] });
  const inside: Database = {
    run: (statement) => alone.run(statement),
    batch: async (statements) => {
      const answers: Row[][] = [];
      for (const statement of statements) answers.push(await alone.run(statement));
      return answers;
    },
  };
  return {
    /** What is found after the tampering. It must change something. */
    tampered: async (text: string, options: VerifyOptions = {}): Promise<readonly Finding[]> => {
      await run("begin");
      try {
        await run(dropConstraints);
        for (const part of text.split(";\n")) {
          const [row] = await run(
            `with tampered as (${part} returning 1) select count(*)::int as n from tampered`,
          );
          if (row?.["n"] === 0) throw new Error(`nothing was tampered with: ${part}`);
        }
        return (await verified(inside, options)).findings;
      } finally {
        await run("rollback");
      }
    },
  };
};

const dropConstraints = `do $$ declare c record; begin
  for c in select conrelid::regclass as t, conname from pg_constraint
    where connamespace = 'wallets'::regnamespace and contype in ('c', 'f') and conparentid = 0
      and coninhcount = 0
  loop execute format('alter table %s drop constraint %I', c.t, c.conname); end loop;
end $$`;
