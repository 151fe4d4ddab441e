import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { accounts, postingKinds } from "../../src/domain/wallets/model/posting.ts";
import { reasons } from "../../src/domain/wallets/rules/reasons.ts";
import { documents, filled } from "./documents.ts";
import { documentedFields, documentedTypes, exampleFields } from "./events.ts";
import { examples } from "./ledger.ts";
import { reasonTable } from "./reasons.ts";

const unique = (values: readonly string[]) => [...new Set(values)].sort();

test.each(Object.keys(documents))("%s says what the rules say", async (path) => {
  const document = await readFile(new URL(`../../${path}`, import.meta.url), "utf8");
  expect(document).toBe(filled(path, document));
});

describe("the examples of the ledger", () => {
  test("have every kind of entry and every account", () => {
    const all = examples();
    expect(unique(all.map(({ kind }) => kind))).toEqual([...postingKinds].sort());
    expect(unique(all.flatMap(({ debit, credit }) => [debit, credit]))).toEqual(
      [...accounts].sort(),
    );
  });

  test("book each kind between the same two accounts, always", () => {
    const pairs = examples().map(({ kind, debit, credit }) => `${kind} ${debit} ${credit}`);
    expect(unique(pairs)).toHaveLength(postingKinds.length);
  });

  test("end at nothing: what came in is outside, with the network or in the other wallet", () => {
    const sum = (account: string) =>
      examples().reduce(
        (total, { debit, credit, amount }) =>
          total + (credit === account ? amount : 0) - (debit === account ? amount : 0),
        0,
      );
    const last = examples().findLast(({ walletId }) => walletId === "wallet");
    expect(last).toMatchObject({ available: 0, held: 0, receivable: 0 });
    expect(sum("clearing")).toBe(0);
    expect(sum("external") + sum("network") + sum("available")).toBe(0);
  });
});

test("every type of event is in the examples, and every member of their data", () => {
  const fields = exampleFields();
  expect(unique([...fields.keys()])).toEqual([...documentedTypes].sort());
  expect(unique([...fields.values()].flatMap((names) => [...names]))).toEqual(
    [...documentedFields].sort(),
  );
});

test("every reason has its place and its meaning", () => {
  const rows = reasonTable().split("\n").slice(2);
  expect(rows).toHaveLength(reasons.length);
  for (const [index, reason] of reasons.entries()) {
    expect(rows[index]).toMatch(
      new RegExp(`^\\| ${index + 1} \\| \`${reason}\` \\| [A-Z].+\\. \\|$`),
    );
  }
});
