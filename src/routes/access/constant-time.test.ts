import { expect, test } from "vitest";
import { sameText } from "./constant-time.ts";

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

test("equal digests are the same", () => {
  expect(sameText(digest, `${digest}`)).toBe(true);
});

test("a difference in any single place is found", () => {
  for (let at = 0; at < digest.length; at++) {
    const other = digest[at] === "0" ? "1" : "0";
    expect(sameText(digest, digest.slice(0, at) + other + digest.slice(at + 1))).toBe(false);
  }
});

test("a digest of another length is another", () => {
  expect(sameText(digest, digest.slice(1))).toBe(false);
  expect(sameText(digest, "")).toBe(false);
});

test("every place is read, wherever the first difference is", () => {
  const reads: number[] = [];
  const watched = new Proxy(new String(digest), {
    get: (target, name) =>
      name === "charCodeAt"
        ? (at: number) => {
            reads.push(at);
            return target.charCodeAt(at);
          }
        : Reflect.get(target, name, target),
  });
  sameText(watched as unknown as string, `0${digest.slice(1)}`);
  expect(reads).toEqual(Array.from({ length: 64 }, (_, index) => index));
});
