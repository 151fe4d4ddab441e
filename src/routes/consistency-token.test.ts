import { describe, expect, test } from "vitest";
import { onlyThePrimary } from "../domain/freshness.ts";
import { nextToken, readTokens, sealToken } from "./consistency-token.ts";

const primaryOnly = { directory: onlyThePrimary, wallets: onlyThePrimary };

describe("a consistency token", () => {
  test.each([
    { directory: "754" },
    { wallets: "1" },
    { directory: "12345678901234567890", wallets: "9007199254740993" },
    primaryOnly,
  ])("of %j says that again, and is short", (freshness) => {
    const token = sealToken(freshness);
    expect(readTokens(token)).toEqual(freshness);
    expect(token).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  });

  test("is none where none was brought", () => {
    expect(readTokens(undefined)).toBeUndefined();
  });

  test("of several asks for the latest of each context, by number and not by text", () => {
    const tokens = [{ wallets: "99" }, { directory: "7", wallets: "100" }, { directory: "8" }];
    expect(readTokens(tokens.map(sealToken).join(", "))).toEqual({
      directory: "8",
      wallets: "100",
    });
  });

  test.each([
    "2.1.1",
    "1.1",
    "1.1.1.1",
    "1..1",
    "1.-1.1",
    "1.A.1",
    "1.1.zzzzzzzzzzzzz",
    "x",
    "...",
  ])("%s is not understood, and leaves the primary", (token) => {
    expect(readTokens(token)).toEqual(primaryOnly);
  });

  test.each(["", " ", "a b", "1.1.1,", ",", "x".repeat(65), "1.1.1;2", "é", "1.1.1\n"])(
    "%j is none",
    (header) => {
      expect(readTokens(header.replace("\n", "\u0000"))).toBeNull();
    },
  );

  test("comes at most 64 times", () => {
    const of = (count: number) => readTokens(Array(count).fill("1.1.1").join());
    expect([of(64), of(65)]).toEqual([{ directory: "1", wallets: "1" }, null]);
  });
});

describe("a write's token", () => {
  const next = (...args: Parameters<typeof nextToken>) => {
    const token = nextToken(...args);
    return token === undefined ? undefined : readTokens(token);
  };

  test("is for what was written, and hands on the other context's", () => {
    expect(next(undefined, { wallets: "9" }, false)).toEqual({ wallets: "9" });
    expect(next({ directory: "5", wallets: "4" }, { wallets: "9" }, false)).toEqual({
      directory: "5",
      wallets: "9",
    });
  });

  test("is absent where nothing was written", () => {
    expect(next({ wallets: "9" }, undefined, false)).toBeUndefined();
    expect(next({ wallets: "9" }, {}, false)).toBeUndefined();
  });

  test("replaces what was made up, but of a repetition does not go back", () => {
    expect(next({ wallets: onlyThePrimary }, { wallets: "9" }, false)).toEqual({ wallets: "9" });
    expect(next({ wallets: "10" }, { wallets: "9" }, true)).toEqual({ wallets: "10" });
  });
});
