import { expect, test } from "vitest";
import {
  atPointer,
  changeResult,
  creationResult,
  foundResult,
  hindered,
  notFound,
} from "./changes.ts";
import { ok, refuse, refusedAt, refuseField } from "./result.ts";

test("a refusal names its code, and what is in the way only where it is told", () => {
  expect(refuse("wallet_frozen", "It is frozen.")).toEqual({
    ok: false,
    refusal: { code: "wallet_frozen", detail: "It is frozen." },
  });
  expect(refuseField("/amount", "is too much")).toMatchObject({
    refusal: { code: "validation_failed", errors: [{ pointer: "/amount", detail: "is too much" }] },
  });
});

test("the refusal of one of several points into the request, whatever it pointed at itself", () => {
  expect(refusedAt(refuseField("/amount", "is too much"), "/items/3").refusal).toMatchObject({
    code: "validation_failed",
    errors: [{ pointer: "/items/3/amount", detail: "is too much" }],
  });
  expect(refusedAt(refuse("wallet_frozen", "It is frozen."), "/items/3").refusal).toEqual({
    code: "wallet_frozen",
    detail: "It is frozen.",
    errors: [{ pointer: "/items/3", detail: "It is frozen." }],
  });
});

test("where the id stands that names nothing is said once, and of nothing else", () => {
  expect(atPointer(notFound("card"), "/cardId")).toMatchObject({
    refusal: { code: "not_found", errors: [{ pointer: "/cardId" }] },
  });
  const told = refuse("not_found", "It is not there.", [{ pointer: "/other", detail: "no" }]);
  const frozen = refuse("wallet_frozen", "It is frozen.");
  for (const result of [told, frozen, ok(1)]) expect(atPointer(result, "/cardId")).toBe(result);
});

test("a store's answers become results", () => {
  const explain = (by: "taken") => refuse("email_taken", by);
  expect(creationResult({ outcome: "created", value: 1 }, explain)).toEqual(ok(1));
  expect(creationResult({ outcome: "replayed", value: 1 }, explain)).toEqual({
    ok: true,
    value: 1,
    replayed: true,
  });
  expect(creationResult(hindered("taken"), explain)).toEqual(refuse("email_taken", "taken"));
  expect(changeResult({ outcome: "changed", value: 1 }, "user", explain)).toEqual(ok(1));
  expect(changeResult(hindered("taken"), "user", explain)).toEqual(refuse("email_taken", "taken"));
  expect(foundResult(0, "user")).toEqual(ok(0));
  expect(foundResult(null, "user")).toMatchObject({ refusal: { code: "not_found" } });
});
