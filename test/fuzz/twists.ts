import fc from "fast-check";
import { hostileValues } from "../support/hostile-values.ts";
import {
  type Attempt,
  callers,
  cursorSources,
  kinships,
  type MemberChange,
  pathChanges,
  RawJson,
  type Replay,
  type Shot,
  type Tree,
  type Twist,
  textChanges,
} from "./attempt.ts";
import { headerValues } from "./header-values.ts";
import { anyCommand, anyRequest } from "./requests.ts";

const place = fc.nat(1_000);

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** JSON that no field wants, or hardly any. */
const absurd: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...hostileValues).map((text) => new RawJson(text)) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => value as Tree) },
  { weight: 1, arbitrary: fc.double().map((value) => new RawJson(String(value))) },
  { weight: 1, arbitrary: fc.bigInt().map((value) => new RawJson(`${value}`)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      new RawJson(nested(30, "[", "]")),
      new RawJson(nested(33, "[", "]")),
      new RawJson(`[${"0,".repeat(20_000)}0]`),
      new RawJson(`"${"é".repeat(60_000)}"`),
      new RawJson('"ﬁ Å Å 𝒳"'),
      new RawJson('{"hasOwnProperty":1,"toString":null,"then":"x"}'),
      "2026-02-30T00:00:00Z",
      "2026-01-01T24:00:00Z",
      "+275760-09-13T00:00:00.001Z",
      "9999-12-31T23:59:59.999-00:01",
      "01234567-89AB-7DEF-8123-456789ABCDEF",
    ),
  },
);

/** Close to what is allowed: one too few, one too many. */
const edges: fc.Arbitrary<Tree> = fc.constantFrom<Tree>(
  ...[0, -1, 1, 100, 101, 366, 367, 9_999, 10_000, 1_000_000_001, 2 ** 31, 2 ** 53, 2 ** 53 - 1],
  ...[40, 41, 64, 65, 200, 201, 254, 255, 500, 501].map((length) => "x".repeat(length)),
  ...["", " ", " padded ", "EURO", "eur", "XXX", "Etc/GMT+5", "12345", "541", "de", "true"],
  ...[null, true, false],
);

const memberChange: fc.Arbitrary<MemberChange> = fc.oneof(
  { weight: 4, arbitrary: edges.map((value) => ({ kind: "put" as const, value })) },
  { weight: 4, arbitrary: absurd.map((value) => ({ kind: "put" as const, value })) },
  { weight: 2, arbitrary: fc.constant({ kind: "remove" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "wrap" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      name: fc.oneof(
        fc.constantFrom(
          "__proto__",
          "constructor",
          "prototype",
          "id",
          "organizationId",
          "",
          "amount ",
        ),
        fc.string({ unit: "binary", maxLength: 60 }),
      ),
      value: absurd,
    }),
  },
);

const queryName = fc.oneof(
  fc.constantFrom("limit", "skip", "sort", "sortBy", "cursor", "wait", "at", "status", "kind"),
  fc.constantFrom("teamId", "walletId", "from", "email", "name", "type"),
  fc.constantFrom("surprise", "__proto__", "constructor", "limit[]", "filter[x]", ""),
);

const queryValue = fc.oneof(
  fc.constantFrom("0", "1", "-1", "101", "1e2", "0x10", "+5", "9".repeat(40), "null", "[]"),
  fc.constantFrom("%00", "%ff", "%", "%zz", "%ED%A0%80", "'", "1;select%201", "a%0d%0aX-A:%20b"),
  fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

/** One thing that is wrong, or odd. */
const twist: fc.Arbitrary<Twist> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ on: fc.constant("member" as const), at: place, change: memberChange }),
  },
  { weight: 2, arbitrary: fc.record({ on: fc.constant("body" as const), value: absurd }) },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("text" as const),
      change: fc.constantFrom(...textChanges),
      at: place,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      on: fc.constant("reference" as const),
      at: place,
      kin: fc.constantFrom(...kinships),
      pick: place,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ on: fc.constant("query" as const), name: queryName, value: queryValue }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      on: fc.constant("doubled query" as const),
      at: place,
      value: queryValue,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("cursor" as const),
      source: fc.constantFrom(...cursorSources),
      pick: place,
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(headerValues, fc.nat(9))
      .map(([[name, value], one]) => ({ on: "header" as const, name, value, doubled: one === 9 })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      on: fc.constant("path" as const),
      change: fc.constantFrom(...pathChanges),
      at: place,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      on: fc.constant("method" as const),
      method: fc.constantFrom(
        "HEAD",
        "OPTIONS",
        "PUT",
        "TRACE",
        "PROPFIND",
        "QUERY",
        "PATCH",
        "DELETE",
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      on: fc.constant("caller" as const),
      caller: fc.constantFrom(...callers),
      pick: place,
    }),
  },
);

/** Valid ones, nearly valid ones, and such with several things wrong. */
const twists: fc.Arbitrary<readonly Twist[]> = fc.oneof(
  { withCrossShrink: true },
  { weight: 9, arbitrary: fc.constant([]) },
  { weight: 8, arbitrary: fc.array(twist, { minLength: 1, maxLength: 1 }) },
  { weight: 3, arbitrary: fc.array(twist, { minLength: 2, maxLength: 4 }) },
);

const attempt: fc.Arbitrary<Attempt> = fc
  .tuple(anyRequest, twists)
  .map(([request, done]) => ({ ...request, twists: done }));

const replay: fc.Arbitrary<Replay> = fc.record({
  attempt: anyCommand.map((request) => ({ ...request, twists: [] })),
  copies: fc.integer({ min: 2, max: 4 }),
  foreignKey: fc.boolean(),
  last: fc.constantFrom("other body", "other operation"),
});

const shot: fc.Arbitrary<Shot> = fc.oneof(
  { weight: 24, arbitrary: attempt.map((one) => ({ attempt: one })) },
  { weight: 1, arbitrary: replay.map((one) => ({ replay: one })) },
);

/** What is sent at once; the fewer of them are enough to fail, the better. */
export const bursts = (atOnce: number): fc.Arbitrary<readonly Shot[]> =>
  fc.array(shot, { minLength: 1, maxLength: atOnce, size: "max" });
