import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";

/** What the names that are put together can be put together of. */
const parts: Readonly<Record<string, readonly string[]>> = {
  kind: ["team", "user"],
  "claim.context": ["directory", "wallets"],
  context: ["directory", "wallets"],
};

/**
 * The names of all statements in `src/db`, as its files say them: so that one which nothing
 * here runs is missed. Proving the ledger reads it whole, page by page, and is left out; so
 * are questions of how far a replica has come, which read no table.
 */
export const statementNames = async (): Promise<string[]> => {
  const names = new Set<string>();
  for await (const file of glob("src/db/**/*.ts")) {
    if (/\.test\.ts$|\/verify\/|\/schema\/|\/replica\/lag\.ts$/.test(file)) continue;
    const text = readFileSync(file, "utf8");
    for (const [, quoted, template] of text.matchAll(
      /(?:\bstatement\(\s*|\bname: )(?:"([a-z_.]+)"|`([^`]+)`),\s*(?:sql|text|columns)\b/g,
    )) {
      for (const name of quoted === undefined ? expanded(template ?? "") : [quoted]) {
        names.add(name);
      }
    }
  }
  return [...names].sort();
};

const expanded = (template: string): string[] => {
  const found = /\$\{([^}]+)\}/.exec(template);
  if (!found) return [template];
  const [whole, expression = ""] = found;
  const values = parts[expression];
  if (!values) throw new Error(`test/plans/statement-names.ts does not know what ${whole} can be`);
  return values.flatMap((value) => expanded(template.replace(whole, value)));
};
