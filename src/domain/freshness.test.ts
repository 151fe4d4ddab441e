import { expect, test } from "vitest";
import { fresher } from "./freshness.ts";

test.each([
  [{}, {}, {}],
  [{ wallets: "7" }, {}, { wallets: "7" }],
  [{}, { directory: "7" }, { directory: "7" }],
  [
    { wallets: "7", directory: "9" },
    { wallets: "8", directory: "8" },
    { wallets: "8", directory: "9" },
  ],
  // Numbers, not texts: a longer one is the later one, however it begins.
  [{ wallets: "10" }, { wallets: "9" }, { wallets: "10" }],
  [{ directory: "9" }, { directory: "10" }, { directory: "10" }],
  [
    { wallets: "18446744073709551614" },
    { wallets: "18446744073709551615" },
    { wallets: "18446744073709551615" },
  ],
])("of %j and %j, what is as fresh as both is %j", (one, other, both) => {
  expect(fresher(one, other)).toEqual(both);
  expect(fresher(other, one)).toEqual(both);
  expect(Object.keys(fresher(one, other)).toSorted()).toEqual(Object.keys(both).toSorted());
});
