import { describe, expect, test } from "vitest";
import { shouldIgnore } from "./ignore-prose.ts";

const text = (value: string, property?: string) =>
  shouldIgnore({
    node: { type: "StringLiteral", value },
    parent: property
      ? { type: "ObjectProperty", key: { type: "Identifier", name: property } }
      : null,
  });

const template = (...raws: readonly string[]) =>
  shouldIgnore({
    node: { type: "TemplateLiteral", quasis: raws.map((raw) => ({ value: { raw } })) },
  });

describe("mutation leaves out", () => {
  test.each([
    "The wallet is frozen; nothing can leave it.",
    "is no time",
    "There is no such wallet.",
  ])("the sentence %j", (sentence) => expect(text(sentence)).toBeDefined());

  test("what a refusal says in detail, in one word too", () => {
    expect(text("taken", "detail")).toBeDefined();
    expect(text("taken", "pointer")).toBeUndefined();
  });

  test("a template that is a sentence around its values", () => {
    expect(template("There is no such ", ".")).toBeDefined();
    expect(template("is ", ", should be ", "")).toBeDefined();
  });
});

describe("mutation does not leave out", () => {
  test.each(["insufficient_funds", "/toWalletId", "", " ", ", ", "wallets.held", "batch "])(
    "the name, code or separator %j",
    (name) => expect(text(name)).toBeUndefined(),
  );

  test("a key that is made of values", () => {
    expect(template("", " ", "")).toBeUndefined();
    expect(template("", ".", "")).toBeUndefined();
    expect(template("batch ", "")).toBeUndefined();
  });

  test("anything but text", () => {
    expect(shouldIgnore({ node: { type: "NumericLiteral", value: 5 } })).toBeUndefined();
  });
});
