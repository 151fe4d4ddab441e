import fc from "fast-check";
import { scopes } from "../../src/domain/actor.ts";
import { checkDigit } from "../../src/domain/wallets/cards/card-number.ts";
import { everyEventType } from "../support/event-types.ts";
import { isReference, resourceOf } from "../support/sample.ts";
import { Reference, type Tree } from "./attempt.ts";

/** All card numbers that are brought along begin so: whatever looks like one of them was leaked. */
export const broughtPrefix = "453914";

const pick = fc.nat(1_000_000);

export const referenceTo = (resource: string): fc.Arbitrary<Reference> =>
  pick.map((at) => new Reference(resource, at));

const cardNumber = fc
  .tuple(fc.stringMatching(/^\d{6,12}$/))
  .map(([digits]) => `${broughtPrefix}${digits}`)
  .map((digits) => digits + checkDigit(digits));

const hour = 3_600_000;
/** So that the seed alone decides: near the day on which the server's clock most likely is. */
const today = Date.parse(new Date().toISOString().slice(0, 10));

const time = (fromHours: number, toHours: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: fromHours, max: toHours }), fc.constantFrom("Z", "+05:30"))
    .map(([hours, zone]) => new Date(today + hours * hour).toISOString().replace("Z", zone));

const small = fc.integer({ min: 1, max: 900 });

const weighted = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 9, arbitrary: usual },
    { weight: 1, arbitrary: rare },
  );

const currencies = fc.constantFrom("USD", "JPY", "KWD", "CHF");
const zones = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe");

/** Of fields that mean something, values that are likely to be accepted. */
const values: Readonly<Record<string, fc.Arbitrary<Tree>>> = {
  currency: weighted(fc.constant("EUR"), currencies),
  timezone: zones,
  email: fc
    .stringMatching(/^[a-z]{6,14}[.+-]?[a-z0-9]{1,6}$/)
    .map((name) => `${name}@fuzz.example`),
  number: cardNumber,
  cvv: fc.stringMatching(/^\d{3,4}$/),
  expYear: fc.integer({ min: 2090, max: 2099 }),
  expiresInSeconds: weighted(fc.integer({ min: 600, max: 86_400 }), fc.constant(1)),
  effectiveAt: time(-9_000, -48),
  expiresAt: time(72, 9_000),
  from: time(-300, 0),
  to: time(0, 300),
  at: time(-30, 30),
  smallestLimit: fc.integer({ min: 0, max: 10_000 }),
  lowBalanceThreshold: fc.integer({ min: 1, max: 100_000 }),
  country: fc.constantFrom("DE", "IN", "BR"),
  category: fc.constantFrom("5411", "5812", "7011", "4A1B"),
  idempotencyKey: fc.stringMatching(/^[!-~]{1,30}$/),
  rateLimitPerSecond: fc.integer({ min: 1_000, max: 100_000 }),
  scopes: fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1 }),
  type: fc.constantFrom(...everyEventType),
  limit: fc.integer({ min: 1, max: 12 }),
  skip: weighted(fc.integer({ min: 0, max: 5 }), fc.constant(10_000)),
  // Long polls are tested elsewhere; many of them at once would only be slow.
  wait: weighted(fc.constant(0), fc.constant(1)),
};

/** The same name means different things of a card and of an event. */
const meansOtherwise = (name: string, schema: { readonly enum?: unknown }): boolean =>
  name === "type" && schema.enum !== undefined;

/** What is not a spending limit is small, so that wallets do not run empty at once. */
const amountAt = (path: readonly string[], least: number): fc.Arbitrary<Tree> =>
  path.some((name) => /limits$/i.test(name))
    ? fc.integer({ min: 10_000, max: 2_000_000 })
    : weighted(least === 0 ? fc.integer({ min: 0, max: 900 }) : small, largeAmount);

const largeAmount = fc.oneof(
  fc.integer({ min: 1_000, max: 100_000 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 2 ** 52),
);

/** Values of a field by its name and the names around it, where the schema alone does not say enough. */
export const knownValue = (
  path: readonly string[],
  schema: { readonly enum?: unknown; readonly type?: unknown; readonly minimum?: unknown },
): fc.Arbitrary<Tree> | undefined => {
  const name = path.at(-1) ?? "";
  if (isReference(name)) return referenceTo(resourceOf(name));
  if (name === "amount" && schema.type === "integer") {
    return amountAt(path, Number(schema.minimum ?? 0));
  }
  return meansOtherwise(name, schema) ? undefined : values[name];
};
