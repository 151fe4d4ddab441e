import { expect, test } from "vitest";
import { observeOptions } from "./options.ts";

test("without arguments: what `make dev` serves, without a token", () => {
  expect(observeOptions([], {})).toEqual({
    url: new URL("http://127.0.0.1:8787"),
    token: undefined,
  });
});

test("takes the token from the command line before the environment's", () => {
  const env = { METRICS_TOKEN: "of the environment" };
  expect(observeOptions([], env)).toMatchObject({ token: "of the environment" });
  expect(observeOptions(["--token", "given"], env)).toMatchObject({ token: "given" });
  expect(observeOptions([], { METRICS_TOKEN: "" })).toMatchObject({ token: undefined });
});

test.each([["--url=8787"], ["--url=file:///etc"], ["--urll=http://x"], ["extra"]])(
  "says what is wrong with %s",
  (argument) => {
    expect(observeOptions([argument], {})).toBeTypeOf("string");
  },
);
