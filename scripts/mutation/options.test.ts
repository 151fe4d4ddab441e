import { expect, test } from "vitest";
import { hasCode } from "./document.ts";
import { chosenFiles, mutationOptions } from "./options.ts";

const files = [
  "src/domain/wallets/rules/limits.ts",
  "src/domain/wallets/rules/limits.test.ts",
  "src/domain/wallets/rules-of-old/limits.ts",
  "src/domain/ids.ts",
  "src/db/page.ts",
  "docs/events.md",
];

test("all of the domain's code is chosen where nothing is named, and no test of it", () => {
  expect(chosenFiles(files, [])).toEqual([
    "src/domain/ids.ts",
    "src/domain/wallets/rules-of-old/limits.ts",
    "src/domain/wallets/rules/limits.ts",
  ]);
});

test("a folder or a file is chosen as it is typed", () => {
  const chosen = (...args: string[]) => chosenFiles(files, mutationOptions(args).paths);
  expect(chosen("./src/domain/wallets/rules/")).toEqual(["src/domain/wallets/rules/limits.ts"]);
  expect(chosen("src/domain/ids.ts")).toEqual(["src/domain/ids.ts"]);
  expect(chosen("src/domain")).toHaveLength(3);
});

test("what is not the domain's, or no option, is refused", () => {
  expect(() => mutationOptions(["src/db"])).toThrow("src/db is not in src/domain.");
  expect(() => mutationOptions(["src/domain-of-others"])).toThrow();
  expect(() => mutationOptions(["--fast"])).toThrow();
});

test("options are passed on", () => {
  expect(mutationOptions(["--since", "main", "--concurrency", "2", "--force"])).toEqual({
    paths: [],
    since: "main",
    concurrency: "2",
    force: true,
  });
});

test("a file of types alone has no code to mutate", () => {
  const types =
    'import type { A } from "./a.ts";\n/** Why. */\nexport interface B {\n  readonly a: A;\n}\n';
  expect(hasCode(types)).toBe(false);
  expect(hasCode(`${types}// Not this.\nexport type C = B["a"];\n`)).toBe(false);
  expect(hasCode(`${types}export const c = 1;\n`)).toBe(true);
});
