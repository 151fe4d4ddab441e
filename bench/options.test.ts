import { describe, expect, test } from "vitest";
import { benchOptions } from "./options.ts";

const ids = ["wallets", "hot", "read"];

describe("the command line", () => {
  test("asks for everything if it says nothing", () => {
    expect(benchOptions([], ids)).toMatchObject({
      profile: { name: "full", pairs: 7 },
      only: undefined,
      json: false,
      out: undefined,
      into: undefined,
    });
  });

  test("chooses how much is measured, and what", () => {
    const args = ["--quick", "--only", "hot, read", "--pairs", "4", "--json", "--out", "/tmp/x"];
    expect(benchOptions([...args, "--into", "run.json"], ids)).toMatchObject({
      profile: { name: "quick", pairs: 4 },
      only: ["hot", "read"],
      json: true,
      out: "/tmp/x",
      into: "run.json",
    });
  });

  test.each([
    [["--only", "cold"], "no scenario cold"],
    [["--pairs", "1"], "2 to 100"],
    [["--pairs", "many"], "2 to 100"],
    [["--fast"], "--fast"],
  ])("%j is refused", (args, why) => {
    expect(() => benchOptions(args, ids)).toThrow(why);
  });
});
