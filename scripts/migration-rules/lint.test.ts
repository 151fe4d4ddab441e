import { describe, expect, test } from "vitest";
import { byStatement } from "../../src/db/migration-steps.ts";
import { loadMigrations } from "../migrations.ts";
import { migrationFaults } from "./lint.ts";

const initial = {
  tag: "0000_initial",
  sql: [
    "CREATE TABLE wallets.a (id uuid, name text)",
    "CREATE INDEX a_by_name ON wallets.a (name)",
    "CREATE TABLE wallets.parted (lane_key int) PARTITION BY HASH (lane_key)",
    "CREATE TABLE wallets.parted_0 PARTITION OF wallets.parted FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
    "CREATE INDEX parted_by_lane ON wallets.parted (lane_key)",
    "ALTER TABLE wallets.a ADD CONSTRAINT a_name CHECK (name <> '')",
  ].join(";\n--> statement-breakpoint\n"),
};

const faultsOf = (statements: readonly string[], marker = ""): string[] => {
  const sql = marker + statements.join(";--> statement-breakpoint\n");
  return migrationFaults([initial, { tag: "0001_next", sql }]).map(({ fault }) => fault);
};

const alone = `${byStatement}\n`;

test("the migrations of this repository keep the rules", async () => {
  expect(migrationFaults(await loadMigrations())).toEqual([]);
});

describe("in a transaction", () => {
  test.each([
    ["CREATE INDEX i ON wallets.a (id)", "CONCURRENTLY"],
    ['CREATE UNIQUE INDEX "i" ON "wallets"."a" USING btree ("id")', "CONCURRENTLY"],
    ["CREATE INDEX CONCURRENTLY i ON wallets.a (id)", "cannot be in a transaction"],
    ["CREATE INDEX CONCURRENTLY i ON wallets.parted (lane_key)", "ONLY"],
    ["CREATE INDEX i ON wallets.parted (lane_key)", "CONCURRENTLY"],
    ["DROP INDEX wallets.a_by_name", "CONCURRENTLY"],
    ["DROP INDEX CONCURRENTLY wallets.a_by_name", "cannot be in a transaction"],
    ["ALTER TABLE wallets.a ALTER COLUMN name TYPE varchar(5)", "rewrites"],
    ['ALTER TABLE "wallets"."a" ALTER COLUMN "name" SET DATA TYPE varchar(5)', "rewrites"],
    ["ALTER TABLE wallets.a ADD CONSTRAINT c CHECK (name <> '')", "NOT VALID"],
    ["ALTER TABLE wallets.a ADD CHECK (name <> '')", "NOT VALID"],
    [
      "ALTER TABLE wallets.a ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES wallets.b (id)",
      "NOT VALID",
    ],
    ["ALTER TABLE wallets.a ADD CONSTRAINT c UNIQUE (id)", "USING INDEX"],
    ["ALTER TABLE wallets.a ADD PRIMARY KEY (id)", "USING INDEX"],
    ["ALTER TABLE wallets.a ALTER COLUMN name SET NOT NULL", "CHECK"],
    ["ALTER TABLE wallets.a ADD COLUMN n int NOT NULL", "default"],
    ["ALTER TABLE wallets.a ADD COLUMN n uuid DEFAULT gen_random_uuid()", "each row"],
    ["ALTER TABLE wallets.a ADD COLUMN n timestamptz DEFAULT clock_timestamp()", "each row"],
    ["ALTER TABLE wallets.a ADD COLUMN n int REFERENCES wallets.b (id)", "NOT VALID"],
    ["ALTER TABLE wallets.a ADD COLUMN n int CHECK (n > 0)", "NOT VALID"],
    ["ALTER TABLE wallets.a ADD COLUMN n int GENERATED ALWAYS AS (1 + 1) STORED", "rewrites"],
    ["ALTER TABLE wallets.a ADD COLUMN n bigserial", "rewrites"],
    ["ALTER TABLE wallets.a DROP COLUMN name", "still running"],
    ["ALTER TABLE wallets.a RENAME COLUMN name TO title", "still running"],
    ["ALTER TABLE wallets.a RENAME TO b", "still running"],
    ["DROP TABLE wallets.a", "still running"],
    ["UPDATE wallets.a SET name = 'x'", "batches"],
    ["DELETE FROM wallets.a", "batches"],
    ["INSERT INTO wallets.a SELECT * FROM wallets.a", "batches"],
    ["DO $$ BEGIN UPDATE wallets.a SET name = 'x'; END $$", "batches"],
    ["DO $$ BEGIN UPDATE wallets.a SET name = 'x'; COMMIT; END $$", "cannot be in a transaction"],
    ["TRUNCATE wallets.a", "locks"],
    ["LOCK TABLE wallets.a", "locks"],
    ["SET lock_timeout = 0", "migrator"],
  ])("%s", (statement, says) => {
    expect(faultsOf([statement])).toEqual([expect.stringContaining(says)]);
  });

  test.each([
    "ALTER TABLE wallets.a ADD COLUMN n int",
    "ALTER TABLE wallets.a ADD COLUMN n text NOT NULL DEFAULT 'none'",
    "ALTER TABLE wallets.a ADD COLUMN n timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE wallets.a ADD CONSTRAINT c CHECK (name <> '') NOT VALID",
    "ALTER TABLE wallets.a VALIDATE CONSTRAINT c",
    "ALTER TABLE wallets.a ALTER COLUMN name SET DEFAULT 'x'",
    "ALTER TABLE wallets.a ALTER COLUMN name DROP NOT NULL",
    "CREATE INDEX i ON ONLY wallets.parted (lane_key)",
    "DROP INDEX wallets.parted_by_lane",
    "CREATE TABLE wallets.b (id uuid PRIMARY KEY)",
    "-- deliberate: nothing has read it for two versions\nALTER TABLE wallets.a DROP COLUMN name",
  ])("takes %s", (statement) => {
    expect(faultsOf([statement])).toEqual([]);
  });

  test("a table of the same migration is nobody's yet", () => {
    expect(
      faultsOf([
        "CREATE TABLE wallets.b (id uuid)",
        "CREATE INDEX b_by_id ON wallets.b (id)",
        "ALTER TABLE wallets.b ADD CONSTRAINT b_id CHECK (id IS NOT NULL)",
        "ALTER TABLE wallets.b ALTER COLUMN id SET NOT NULL",
        "INSERT INTO wallets.b SELECT id FROM wallets.a",
      ]),
    ).toEqual([]);
  });

  test("what was added in it is not validated in it", () => {
    const add = "ALTER TABLE wallets.a ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID";
    const validate = "ALTER TABLE wallets.a VALIDATE CONSTRAINT c";
    expect(faultsOf([add, validate])).toEqual([expect.stringContaining("VALIDATE")]);
  });

  test("one table is locked at a time", () => {
    const add = (table: string) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS n int`;
    expect(faultsOf([add("wallets.a"), add("wallets.a")])).toEqual([]);
    const two = [add("wallets.a"), add("wallets.parted")];
    expect(faultsOf(two)).toEqual([expect.stringContaining("two tables")]);
    expect(faultsOf(two, alone)).toEqual([]);
  });

  test("an exception needs a reason", () => {
    expect(faultsOf(["-- deliberate:\nDROP TABLE wallets.a"])).toHaveLength(1);
  });
});

describe("statement by statement", () => {
  test("a column that is never null is made so in steps", () => {
    const steps = [
      "ALTER TABLE wallets.a DROP CONSTRAINT IF EXISTS c",
      "ALTER TABLE wallets.a ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID",
      "ALTER TABLE wallets.a VALIDATE CONSTRAINT c",
      "ALTER TABLE wallets.a ALTER COLUMN name SET NOT NULL",
    ];
    expect(faultsOf(steps, alone)).toEqual([]);
    const unsure = steps.filter((step) => !step.includes("VALIDATE"));
    expect(faultsOf(unsure, alone)).toEqual([expect.stringContaining("CHECK")]);
  });

  test("an index is dropped before it is made, so that half of one is not in the way", () => {
    const make = "CREATE INDEX CONCURRENTLY i ON wallets.a (id)";
    expect(faultsOf(["DROP INDEX CONCURRENTLY IF EXISTS wallets.i", make], alone)).toEqual([]);
    expect(faultsOf([make], alone)).toEqual([expect.stringContaining("dropped first")]);
    expect(faultsOf(["DROP INDEX CONCURRENTLY IF EXISTS wallets.other", make], alone)).toEqual([
      expect.stringContaining("dropped first"),
    ]);
  });

  test.each([
    ["ALTER TABLE wallets.a ADD COLUMN n int", "IF NOT EXISTS"],
    ["CREATE TABLE wallets.b (id uuid)", "IF NOT EXISTS"],
    ["CREATE INDEX i ON ONLY wallets.parted (lane_key)", "IF NOT EXISTS"],
    ["DROP INDEX CONCURRENTLY wallets.a_by_name", "IF EXISTS"],
    ["ALTER TABLE wallets.a ADD CONSTRAINT c CHECK (name <> '') NOT VALID", "DROP CONSTRAINT"],
  ])("what cannot be repeated is refused: %s", (statement, says) => {
    expect(faultsOf([statement], alone)).toEqual([expect.stringContaining(says)]);
  });

  test("rows are changed in batches, each committed", () => {
    const loop = "DO $$ BEGIN LOOP UPDATE wallets.a SET name = 'x'; COMMIT; END LOOP; END $$";
    expect(faultsOf([loop], alone)).toEqual([]);
  });
});
